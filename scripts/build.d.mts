/** Bundles src/ into dist/. */
export function buildBundle(): Promise<void>;
