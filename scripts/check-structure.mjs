// Fails when a file outgrows what can be read in one go, or files of src import each other in a circle, be it for a type
// or by import().
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

const MOST_LINES = 350;

const files = ['src', 'test', 'scripts']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  )
  .filter((path) => /\.(ts|mts|mjs|cjs)$/.test(path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

const sizes = files.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
const tooLong = sizes.filter(({ lines }) => lines > MOST_LINES);

const imports = new Map(
  files.filter(({ path }) => path.startsWith('src/')).map(({ path, text }) => [path, importsOf(path, text)]),
);

/** The files that a file names in `from`, `import` or `import()`. */
function importsOf(path, text) {
  const names = text.matchAll(/(?:\bfrom|\bimport\(?)\s*'(\.[^']+)'/g);
  return [...names].map(([, name]) => posix.join(posix.dirname(path), name));
}

/** All that a file comes to by its imports. */
function reach(path) {
  const found = new Set();
  for (const open = [path]; open.length > 0; ) {
    for (const next of imports.get(open.pop()) ?? [])
      if (!found.has(next)) open.push(next) && found.add(next);
  }
  return found;
}

const reached = new Map([...imports.keys()].map((path) => [path, reach(path)]));
const circles = new Set(
  [...imports.keys()]
    .filter((path) => reached.get(path).has(path))
    .map((path) =>
      [...reached.get(path)]
        .filter((other) => reached.get(other)?.has(path))
        .sort()
        .join(', '),
    ),
);

const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
console.log(`${files.length} files, median ${sorted[sorted.length >> 1]} lines, longest ${sorted.at(-1)}`);
for (const { path, lines } of tooLong) console.error(`${path}: ${lines} lines, more than ${MOST_LINES}`);
for (const circle of circles) console.error(`a circle of imports: ${circle}`);
process.exitCode = tooLong.length + circles.size > 0 ? 1 : 0;
