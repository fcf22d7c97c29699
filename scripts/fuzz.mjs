// Runs the properties of test/fast/fuzz with many cases of a new seed.
// A failure prints the command that repeats it. The table at the end is in coverage/fuzz.json, too.
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readOptions, wholeNumber } from './read-options.mjs';

const { only, path, runs, seed } = readOptions(
  'npm run fuzz -- [--only "file, or words of the title"] [--seed N] [--path P] [--runs N]',
  {
    only: { type: 'string' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)), ...wholeNumber(-Infinity) },
    path: { type: 'string' },
    runs: { type: 'string', ...wholeNumber(1) },
  },
);

// After read-options.mjs, which settles whether it paints.
const { startVitest } = await import('vitest/node');
process.env.SGID_FUZZ = JSON.stringify({ only, seed: Number(seed), path, runs: runs && Number(runs) });
const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = await startVitest('test', ['test/fast/fuzz'], {
  root,
  project: 'fast',
  watch: false,
  reporters: ['default'],
});
const modules = vitest.state.getTestModules();
const tests = modules.flatMap((module) => [...module.children.allTests()]);
const rows = tests
  .filter((test) => test.meta().fuzz !== undefined)
  .map((test) => ({
    property: test.name,
    ...test.meta().fuzz,
    seconds: Math.round(test.diagnostic().duration / 1000),
    result: test.ok() ? 'ok' : 'failed',
  }));
await vitest.close();
if (modules.every((module) => module.ok()) && tests.every((test) => test.result().state === 'skipped')) {
  console.error(`Nothing matches --only ${only}`);
  process.exit(2);
}

const folder = `${root}/coverage`;
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/fuzz.json`, `${JSON.stringify(rows, null, 2)}\n`);
console.table(rows.map(({ outcomes, ...row }) => row));
const noted = rows.filter(({ outcomes }) => outcomes !== '');
if (noted.length > 0) console.log('How the cases ended:');
for (const { property, outcomes } of noted) console.log(`${property}:\n  ${outcomes}`);
if (rows.length === 0) process.exitCode = 1;
