// Measures what has been built: npm run bench -- [--json | --markdown] [--runs 20]
// The environment is an empty one but for what SGID_BENCH_KEEP names, see bench/environment.mjs.
// Prints one table, all of one run. Exits 1 when an aim is missed.
import { cpus, totalmem } from 'node:os';
import { benchBinary } from './bench/binary.mjs';
import { KEPT } from './bench/environment.mjs';
import { benchLibrary } from './bench/library.mjs';
import { benchLogins } from './bench/logins.mjs';
import { benchMemory } from './bench/memory.mjs';
import { benchMock } from './bench/mock.mjs';
import { benchProcesses } from './bench/processes.mjs';
import { benchSizes } from './bench/sizes.mjs';
import { renderMarkdown, renderTable } from './bench/table.mjs';
import { readOptions, readRuns } from './read-options.mjs';

const usage = 'npm run bench -- [--json | --markdown] [--runs 20]';
const values = readOptions(usage, {
  json: { type: 'boolean', default: false },
  markdown: { type: 'boolean', default: false },
  runs: { type: 'string', default: '20' },
});
const runs = readRuns(usage, values.runs);

const [cpu] = cpus();
const machine = {
  node: process.version,
  system: `${process.platform} ${process.arch}`,
  cpu: cpu?.model ?? 'unknown',
  cores: cpus().length,
  memoryGB: Math.round(totalmem() / 1e9),
  environment: KEPT,
};
const parts = [benchProcesses, benchMemory, benchLogins, benchLibrary, benchMock, benchBinary, benchSizes];
const rows = [];
for (const [index, part] of parts.entries()) {
  process.stderr.write(`${part.name}, part ${index + 1} of ${parts.length}\n`);
  rows.push(...(await part(runs)));
}

const { node, system, cores, memoryGB } = machine;
const heading = `Node ${node}, ${system}, ${machine.cpu}, ${cores} cores, ${memoryGB} GB, with ${KEPT.join(', ')}; ${runs} runs of each, medians\n\n`;
if (values.json) process.stdout.write(`${JSON.stringify({ machine, runs, rows }, null, 2)}\n`);
else process.stdout.write(heading + (values.markdown ? renderMarkdown(rows) : renderTable(rows)));
if (rows.some(({ reached }) => reached === false)) process.exitCode = 1;
