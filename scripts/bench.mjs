// Times the built program against bare Node, paired and alternating, so that both see the same machine. Prints
// medians, their spread and their ratio; exits 1 when a ratio is over its limit.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const RUNS = 20;
const sgid = fileURLToPath(new URL('../bin/sgid.js', import.meta.url));
const BARE = ['-e', '0'];
const MEASURES = [
  { name: 'sgid --version', args: [sgid, '--version'], limit: 1.25 },
  { name: 'sgid --help', args: [sgid, '--help'], limit: 1.5 },
  { name: 'sgid login --mock --persona zoe', args: [sgid, 'login', '--mock', '--persona', 'zoe'], limit: 3 },
];

function time(args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(`${args.join(' ')} failed with ${status}: ${stderr}`);
  return milliseconds;
}

const sorted = (values) => values.toSorted((a, b) => a - b);
const median = (values) => {
  const [low, high] = [sorted(values)[(values.length - 1) >> 1], sorted(values)[values.length >> 1]];
  return (low + high) / 2;
};
const quartiles = (values) =>
  `${sorted(values)[values.length >> 2].toFixed(0)}..${sorted(values)[(values.length * 3) >> 2].toFixed(0)}`;

console.log(`Node ${process.version}, ${RUNS} paired runs each; medians in ms, middle half in brackets`);
for (const { name, args, limit } of MEASURES) {
  time(BARE);
  time(args);
  const pairs = Array.from({ length: RUNS }, () => ({ bare: time(BARE), measured: time(args) }));
  const bare = pairs.map((pair) => pair.bare);
  const measured = pairs.map((pair) => pair.measured);
  const ratio = median(pairs.map((pair) => pair.measured / pair.bare));
  const verdict = ratio <= limit ? 'ok' : 'OVER';
  if (ratio > limit) process.exitCode = 1;
  console.log(
    `${name.padEnd(34)} ${median(measured).toFixed(0)} [${quartiles(measured)}]  node -e 0: ${median(bare).toFixed(0)} [${quartiles(bare)}]  ratio ${ratio.toFixed(2)} (limit ${limit}) ${verdict}`,
  );
}
