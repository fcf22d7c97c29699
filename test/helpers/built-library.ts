/** The library as it is published: the bundle in `dist/`. */
export async function importBuiltLibrary(): Promise<typeof import('../../src/index.ts')> {
  return import(new URL('../../dist/index.mjs', import.meta.url).href);
}
