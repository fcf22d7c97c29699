// Turns the stack trace of a bug report back into files and lines of src/: node scripts/read-stack.mjs <stack.txt
// Needs the source maps of the same version in build/maps: build that version, or unpack what its release holds.
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A place in a stack trace, like `/x/dist/cli/chunk-ABC.cjs:12:345`, `file:///x/dist/chunks/y.js:1:2` or `C:\\x\\y.js:1:2`. */
const PLACE = /(?:[^\s()]*[\\/])?([^\s()\\/]+\.c?js):(\d+):(\d+)/g;

/**
 * @param {string} stack
 * @param {string} maps The folder of the source maps.
 */
function readStack(stack, maps) {
  return stack.replace(PLACE, (place, name, line, column) => {
    const map = [`cli/${name}`, `chunks/${name}`, name].map((path) => `${maps}/${path}.map`).find(existsSync);
    if (map === undefined) return place;
    const entry = new SourceMap(JSON.parse(readFileSync(map, 'utf8'))).findEntry(line - 1, column - 1);
    if (entry.originalSource === undefined) return place;
    return `${entry.originalSource.replace(/^(\.\.\/)+/, '')}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

const maps = fileURLToPath(new URL('../build/maps', import.meta.url));
process.stdout.write(readStack(readFileSync(0, 'utf8'), maps));
