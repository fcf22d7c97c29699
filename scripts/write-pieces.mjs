// Writes the pieces of the command line: all code into one file, and a loader that compiles a piece when it is asked for.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const loader = new URL('piece-loader.cjs', import.meta.url);

/**
 * Writes `pieces.js`, the code of all pieces one after the other, and `main.cjs`, which loads the piece of that name.
 *
 * @param {string} folder
 * @param {{ name: string, code: string }[]} pieces CommonJS modules that require each other by file name.
 */
export function writePieces(folder, pieces) {
  let text = '';
  const places = {};
  for (const { name, code } of pieces) {
    const ascii = escapeBeyondAscii(code);
    places[name] = [text.length, ascii.length];
    text += ascii;
  }
  writeFileSync(join(folder, 'pieces.js'), text);
  writeFileSync(
    join(folder, 'main.cjs'),
    readFileSync(loader, 'utf8').replace('PLACES', () => JSON.stringify(places)),
  );
}

/** The loader takes a byte for a character. esbuild has escaped strings already; what is left stands in patterns. */
function escapeBeyondAscii(code) {
  return code.replace(/[^\p{ASCII}]/gu, (character) => {
    if (character.length > 1) throw new Error(`no escape for ${character}`);
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
