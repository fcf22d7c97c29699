import { buildBundle } from '../../scripts/build.mjs';

/** Builds dist/ once before the tests, so that the process tests run what would be published. */
export default async function setup(): Promise<void> {
  await buildBundle();
}
