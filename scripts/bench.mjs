// Measures what has been built: npm run bench -- [--base FOLDER] [--json] [--runs 20]
// --base names a clone of another commit, which is built there if it is not yet, and measured in turn with this one.
// Prints one table in Markdown, all of one run. Exits with 1 when an aim is missed.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchCommands } from './bench/commands.mjs';
import { benchLibrary } from './bench/library.mjs';
import { benchMock } from './bench/mock.mjs';
import { describeRow, renderRows } from './bench/rows.mjs';
import { makeFolder } from './end-with-us.mjs';
import { readOptions, wholeNumber } from './read-options.mjs';
import { runNpm } from './run-npm.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { base, json, runs } = readOptions('npm run bench -- [--base FOLDER] [--json] [--runs 20]', {
  base: { type: 'string' },
  json: { type: 'boolean', default: false },
  runs: { type: 'string', default: '20', ...wholeNumber(1) },
});

async function buildBase(folder) {
  const run = (...args) => execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 2, 2] });
  if (!existsSync(join(folder, 'node_modules'))) run('ci', '--ignore-scripts');
  if (!existsSync(join(folder, 'dist'))) run('run', 'build');
  return folder;
}

/** What has to be fetched. */
async function measureTarball() {
  const { folder, remove } = makeFolder('sgid-bench-');
  try {
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
    const [{ size }] = JSON.parse((await runNpm(pack, { cwd: root })).stdout);
    return describeRow({ name: 'packed npm tarball', unit: 'kB', own: [size / 1000], aim: { atMost: 400 } });
  } finally {
    remove();
  }
}

const builds = { own: root, ...(base && { base: await buildBase(resolve(base)) }) };
const rows = [];
for (const bench of [benchCommands, benchLibrary, benchMock]) {
  process.stderr.write(`${bench.name}\n`);
  rows.push(...(await bench(builds, Number(runs))));
}
rows.push(await measureTarball());

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const machine = [
  `sgid ${version}`,
  `Node ${process.version}`,
  `${process.platform} ${process.arch}`,
  cpus()[0]?.model ?? 'unknown processor',
  `${cpus().length} cores`,
  `${Math.round(totalmem() / 1e9)} GB`,
  `${runs} runs of each`,
].join(', ');
process.stdout.write(
  json ? `${JSON.stringify({ machine, rows }, null, 2)}\n` : `${machine}\n\n${renderRows(rows)}`,
);
if (rows.some(({ reached }) => reached === false)) process.exitCode = 1;
