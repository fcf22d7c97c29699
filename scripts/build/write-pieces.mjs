// Writes the pieces of the command line: all code into one file, and an entry that knows where in it each piece stands.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Writes `pieces.js`, the code of all pieces one after the other, and `main.cjs`, the entry.
 *
 * @param {string} folder
 * @param {string} entry The file in this folder that the entry is built from.
 * @param {{ name: string, code: string }[]} pieces CommonJS modules that require each other by file name.
 * @param {Record<string, string>} define What the entry is told, each as an expression.
 */
export async function writePieces(folder, entry, pieces, define) {
  mkdirSync(folder, { recursive: true });
  const places = {};
  let end = 0;
  for (const { name, code } of pieces) {
    const length = Buffer.byteLength(code);
    places[name] = [end, length];
    end += length;
  }
  const text = pieces.map(({ code }) => code).join('');
  writeFileSync(join(folder, 'pieces.js'), text);
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile: join(folder, 'main.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    minify: true,
    target: 'node20.19',
    define: { ...define, PLACES: JSON.stringify(places), BUILD: JSON.stringify(nameBuild(text)) },
  });
}

function nameBuild(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
