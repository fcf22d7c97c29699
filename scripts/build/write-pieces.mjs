// Writes the pieces of the command line: all code into one file, and an entry that knows where in it each piece stands.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Stands for the name of the build where it is not known yet. */
const UNNAMED = 'UNNAMED-BUILD';

/**
 * Writes `pieces.js`, the code of all pieces one after the other, and `main.cjs`, the entry.
 *
 * @param {string} folder
 * @param {string} entry The file that the entry is built from.
 * @param {{ name: string, code: string }[]} pieces CommonJS modules that require each other by file name.
 * @param {Record<string, string>} define What the entry is told, each as an expression.
 */
export async function writePieces(folder, entry, pieces, define) {
  const places = {};
  let end = 0;
  for (const { name, code } of pieces) {
    const length = Buffer.byteLength(code);
    places[name] = [end, length];
    end += length;
  }
  const code = pieces.map((piece) => piece.code).join('');
  const unnamed = await buildEntry(entry, {
    ...define,
    SGID_PIECES: JSON.stringify({ places, build: UNNAMED, first: 'start.cjs' }),
  });
  const name = createHash('sha256').update(unnamed).update(code).digest('hex').slice(0, 16);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pieces.js'), code);
  writeFileSync(join(folder, 'main.cjs'), unnamed.replace(UNNAMED, name));
}

async function buildEntry(entry, define) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    minify: true,
    target: 'node20.19',
    define,
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}
