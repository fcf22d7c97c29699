// Times the built program against bare Node, paired and alternating, so that both see the same machine. Prints
// medians, their spread and their ratio.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, quartiles } from './statistics.mjs';

const RUNS = 20;
const sgid = fileURLToPath(new URL('../../bin/sgid.js', import.meta.url));
const BARE = ['-e', '0'];
const MEASURES = [
  { name: 'sgid --version', args: [sgid, '--version'], limit: 1.25 },
  { name: 'sgid --help', args: [sgid, '--help'], limit: 1.5 },
  { name: 'sgid login --mock --persona zoe', args: [sgid, 'login', '--mock', '--persona', 'zoe'], limit: 3 },
];

/** Runs `node -e 0` to its end; in milliseconds. */
export function timeBareNode() {
  return time(BARE);
}

/** Prints one line a measure; `false` when a ratio is over its limit. */
export function benchStartUp() {
  console.log(`Node ${process.version}, ${RUNS} paired runs each; medians in ms, middle half in brackets`);
  return MEASURES.map(measure).every(Boolean);
}

function measure({ name, args, limit }) {
  time(BARE);
  time(args);
  const pairs = Array.from({ length: RUNS }, () => ({ bare: time(BARE), measured: time(args) }));
  const bare = pairs.map((pair) => pair.bare);
  const measured = pairs.map((pair) => pair.measured);
  const ratio = median(pairs.map((pair) => pair.measured / pair.bare));
  const ok = ratio <= limit;
  console.log(
    `${name.padEnd(34)} ${median(measured).toFixed(0)} [${quartiles(measured)}]  node -e 0: ${median(bare).toFixed(0)} [${quartiles(bare)}]  ratio ${ratio.toFixed(2)} (limit ${limit}) ${ok ? 'ok' : 'OVER'}`,
  );
  return ok;
}

function time(args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(`${args.join(' ')} failed with ${status}: ${stderr}`);
  return milliseconds;
}
