// Fails when a file outgrows what can be read in one go, when files of src import each other in a circle, and when one
// imports what its room may not (docs/architecture.md), be it for a type or by import().
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

const MOST_LINES = 350;

/** The rooms, by line: each sees the lines above its own. */
const LINES = [
  ['errors', 'system', 'html'],
  ['text'],
  ['oidc'],
  ['keys'],
  ['sgid'],
  ['settings', 'output'],
  ['trace'],
  ['login'],
  ['check', 'mock'],
  ['commands'],
];

const LIBRARIES = {
  '@commander-js/extra-typings': ['commands'],
  '@inquirer/prompts': ['system'],
  '@napi-rs/keyring': ['system'],
  'fast-string-width': ['output', 'trace'],
  'fast-wrap-ansi': ['output'],
  'https-proxy-agent': ['system'],
  jose: ['oidc'],
  'jsonc-parser': ['text'],
  'node-forge': ['keys'],
  open: ['system'],
  valibot: ['text', 'settings', 'trace', 'mock', 'commands'],
};
/** Node's modules that touch nothing outside; all others belong to src/system. */
const PURE = ['node:crypto', 'node:util', 'node:path', 'node:buffer'];

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

/** What a file names in `from`, `import` or `import()`: files by their path, libraries by their name. */
function importsOf(path, text) {
  const names = text.matchAll(/(?:^(?:import|(?:import|export|\}).* from) |\bimport\()'([^'\n]+)'/gm);
  return [...names].map(([, name]) => (name.startsWith('.') ? posix.join(posix.dirname(path), name) : name));
}

const roomOf = (path) => /^src\/(\w+)\//.exec(path)?.[1];
const lines = new Map(LINES.flatMap((rooms, line) => rooms.map((room) => [room, line])));

function mayImport(room, name) {
  const other = roomOf(name);
  if (other !== undefined) return other === room || lines.get(other) < lines.get(room);
  if (name.startsWith('node:')) return room === 'system' || PURE.includes(name);
  return LIBRARIES[name]?.includes(room) ?? name.startsWith('docs/');
}

const walls = [...imports].flatMap(([path, names]) =>
  names
    .filter((name) => roomOf(path) && !mayImport(roomOf(path), name))
    .map((name) => `${path}: its room may not import ${name}`),
);

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
for (const wall of walls) console.error(wall);
for (const circle of circles) console.error(`a circle of imports: ${circle}`);
process.exitCode = tooLong.length + walls.length + circles.size > 0 ? 1 : 0;
