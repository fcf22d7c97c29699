// Lets scripts use modules of src/, which are TypeScript.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles a module and imports it.
 *
 * @param {string} path From the root of the project, for example `src/commands/program.ts`.
 */
export async function loadSource(path) {
  const folder = await mkdtemp(join(tmpdir(), 'sgid-script-'));
  try {
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: [path],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      loader: { '.md': 'text' },
      external: ['@napi-rs/keyring'],
      define: { SGID_VERSION: '"0.0.0"' },
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'warning',
    });
    const file = join(folder, 'source.mjs');
    await writeFile(file, outputFiles[0].contents);
    return await import(pathToFileURL(file).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}
