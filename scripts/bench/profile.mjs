// Shows where the time of a whole process goes, beside its floor: node scripts/bench/profile.mjs [--runs 8]
// Samples of V8's profiler, in milliseconds of a run, as means of all runs. Profiling itself makes each run slower.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOptions, readRuns } from '../read-options.mjs';
import { COMMAND_ENVIRONMENT, inFolder, SGID } from './commands.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const PROGRAMS = [
  { name: 'login --mock --persona', args: [SGID, 'login', '-q', '--mock', '--persona', 'zoe'] },
  { name: 'its floor', args: [here('bare-mock-login.cjs')] },
  { name: 'pkce', args: [SGID, 'pkce'] },
  { name: 'its floor', args: [here('bare-pkce.cjs'), 'pkce'] },
];

/** What a sample belongs to: the first that fits, by the functions on the stack, innermost first. */
const PARTS = {
  'Node loads modules of its own': (stack) => stack.some(isNamed('compileForInternalLoader')),
  'the engine: start, waiting, native code': ([{ url, functionName }]) =>
    url === '' && functionName !== '(garbage collector)',
  'garbage collection': ([{ functionName }]) => functionName === '(garbage collector)',
  'code is read, compiled or taken from the cache': (stack) =>
    stack.slice(0, 3).some((frame) => isNamed('wrapSafe')(frame) || frame.url === 'node:vm') ||
    /[\\/]cli[\\/]main\.cjs$/.test(stack[0].url),
  'Node runs its modules: HTTP, streams, cryptography': ([{ url }]) => url.startsWith('node:'),
  'the program and its libraries': () => true,
};

const usage = 'node scripts/bench/profile.mjs [--runs 8]';
const runs = readRuns(usage, readOptions(usage, { runs: { type: 'string', default: '8' } }).runs);
const columns = await inFolder((folder) =>
  PROGRAMS.map(({ args }, index) => profile(args, folder, join(folder, String(index)), runs)),
);
process.stdout.write(renderColumns(columns));

/** Milliseconds of each part, in the order of PARTS. */
function profile(args, folder, results, runs) {
  const options = { cwd: folder, env: COMMAND_ENVIRONMENT };
  const run = (flags) => {
    const { status, stderr } = spawnSync(process.execPath, [...flags, ...args], options);
    if (status !== 0) throw new Error(`${args.join(' ')} failed with ${status}: ${stderr}`);
  };
  // Fills the compile cache.
  run([]);
  for (let turn = 0; turn < runs; turn += 1)
    run(['--cpu-prof', '--cpu-prof-interval', '100', '--cpu-prof-dir', results]);
  const sums = Object.fromEntries(Object.keys(PARTS).map((part) => [part, 0]));
  for (const file of readdirSync(results))
    addSamples(sums, JSON.parse(readFileSync(join(results, file), 'utf8')));
  return Object.values(sums).map((sum) => sum / runs);
}

function addSamples(sums, { nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) byId.get(child).parent = node;
  for (const [index, id] of samples.entries()) {
    const stack = [];
    for (let node = byId.get(id); node !== undefined; node = node.parent) stack.push(node.callFrame);
    const [part] = Object.entries(PARTS).find(([, fits]) => fits(stack));
    sums[part] += timeDeltas[index] / 1000;
  }
}

function isNamed(name) {
  return ({ functionName }) => functionName === name;
}

function renderColumns(columns) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  const heads = ['milliseconds', ...PROGRAMS.map(({ name }) => name)];
  const rows = Object.keys(PARTS).map((part, row) => [part, ...columns.map((column) => column[row])]);
  const totals = columns.map((column) => column.reduce((sum, part) => sum + part, 0));
  return [heads, heads.map(() => '---'), ...[...rows, ['together', ...totals]].map(toTexts)]
    .map(line)
    .join('');
}

function toTexts([name, ...numbers]) {
  return [name, ...numbers.map((number) => number.toFixed(1))];
}
