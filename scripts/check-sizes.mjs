// Fails when a source or test file outgrows what can be read in one go.
import { readdirSync, readFileSync } from 'node:fs';

const LIMIT = 300;

const files = ['src', 'test', 'scripts']
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`))
  .filter((path) => /\.(ts|mts|mjs|cjs)$/.test(path));
const sizes = files.map((path) => ({ path, lines: readFileSync(path, 'utf8').split('\n').length - 1 }));
const tooLong = sizes.filter(({ lines }) => lines > LIMIT);
const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b);

console.log(`${files.length} files, median ${sorted[sorted.length >> 1]} lines, longest ${sorted.at(-1)}`);
for (const { path, lines } of tooLong) console.error(`${path}: ${lines} lines, more than ${LIMIT}`);
process.exitCode = tooLong.length > 0 ? 1 : 0;
