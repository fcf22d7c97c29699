// Runs tests on each line of Node that is supported.
// The lines are in package/node-lines.json, the oldest one first: the floor itself. They run on Linux x64 alone.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './end-with-us.mjs';
import { fetchNode } from './package/fetch-node.mjs';
import { readOptions } from './read-options.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

const lines = readJson('scripts/package/node-lines.json');
const findLine = (wanted) => lines.find(({ version }) => `${version}.`.startsWith(`${wanted}.`));
const { version: named, tests } = readOptions(
  'npm run test:node -- [--version 22 ...] [--tests test/system/process]',
  {
    version: {
      type: 'string',
      multiple: true,
      takes: `a supported line of Node (${lines.map(({ version }) => version).join(', ')})`,
      accepts: (text) => findLine(text) !== undefined,
    },
    tests: { type: 'string', default: 'test/fast' },
  },
);

const results = [];
for (const line of named?.map(findLine) ?? lines) {
  const { program, version } = await fetchNode(line);
  // A run that dies writes none, and must not show those of the one before.
  const report = join(root, 'coverage/results.json');
  rmSync(report, { force: true });
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', '--reporter=json'];
  const status = await run(program, [...vitest, tests]);
  if (status !== 0) process.exitCode = 1;
  if (!existsSync(report)) {
    results.push(`Node ${version}: ended without results`);
    continue;
  }
  const { numPassedTests, numFailedTests, numPendingTests } = readJson('coverage/results.json');
  results.push(
    `Node ${version}: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`,
  );
}
console.log(results.join('\n'));

function run(program, args) {
  const env = { ...process.env, PATH: [dirname(program), process.env.PATH].join(delimiter) };
  const child = endWithUs(spawn(program, args, { cwd: root, env, stdio: 'inherit' }), 'SIGTERM');
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
}
