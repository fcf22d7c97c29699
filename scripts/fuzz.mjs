// Runs the properties of test/fast/fuzz with many cases of a new seed:
// npm run fuzz -- [--only "words of the title"] [--seed N] [--path P] [--runs N]
// A failure prints the command that repeats it. The table at the end is in coverage/fuzz.json, too.
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { readOptions } from './read-options.mjs';

const { only, path, runs, seed } = readOptions(
  'npm run fuzz -- [--only "words of the title"] [--seed N] [--path P] [--runs N]',
  {
    only: { type: 'string' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    path: { type: 'string' },
    runs: { type: 'string' },
  },
);
if (!/^-?\d+$/.test(seed)) throw new Error('--seed takes a number');
if (runs !== undefined && !/^[1-9]\d*$/.test(runs)) throw new Error('--runs takes a number, 1 or more');

process.env.SGID_FUZZ = JSON.stringify({ seed: Number(seed), path, runs: runs && Number(runs) });
const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = await startVitest('test', ['test/fast/fuzz'], {
  root,
  project: 'fast',
  watch: false,
  reporters: ['default'],
  ...(only && { testNamePattern: only.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') }),
});
const rows = vitest.state
  .getTestModules()
  .flatMap((module) => [...module.children.allTests()])
  .filter((test) => test.meta().fuzz !== undefined)
  .map((test) => ({
    property: test.name,
    ...test.meta().fuzz,
    seconds: Math.round(test.diagnostic().duration / 1000),
    result: test.ok() ? 'ok' : 'failed',
  }));
await vitest.close();

const folder = `${root}/coverage`;
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/fuzz.json`, `${JSON.stringify(rows, null, 2)}\n`);
console.table(rows.map(({ outcomes, ...row }) => row));
for (const { property, outcomes } of rows) console.log(`${property}:\n  ${outcomes}`);
if (rows.length === 0) process.exitCode = 1;
