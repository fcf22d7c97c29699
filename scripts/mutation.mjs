// Changes one thing of the source at a time, and sees whether a test fails.
// Stryker, which nothing else needs, has a lock file of its own in scripts/mutation, and is installed into build/mutation when
// it is first used. scripts/mutation/rooms.mjs says which tests look for the mutants of a room. What was found is remembered in
// build/mutation/incremental (--fresh forgets it): it holds the text of every test, so it is not in git. --quick leaves out
// what runs only while a module is loaded: each such mutant takes a new process. What stays alive is printed at once and is in
// coverage/mutation/<room>.html; at the end, only what scripts/mutation/accepted.json has not, with its reason. Ends with 1
// where a room is below its score, or an entry of that list is for nothing.

import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installTools } from './install-tools.mjs';
import { ROOMS } from './mutation/rooms.mjs';
import { keyOf, scoreMutants } from './mutation/score.mjs';
import { readOptions, wholeNumber } from './read-options.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const sources = readdirSync('src', { recursive: true })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.ts'));
const isMutated = (name) =>
  Object.hasOwn(ROOMS, name) ||
  (sources.includes(name) && Object.values(ROOMS).some(({ files }) => files.test(name)));

const options = readOptions(
  'npm run mutation -- [--only oidc,src/keys/encoding.ts] [--quick] [--fresh] [--workers 1]',
  {
    only: {
      type: 'string',
      default: Object.keys(ROOMS).join(),
      takes: `rooms (${Object.keys(ROOMS).join(', ')}) and files of them`,
      accepts: (text) => text.split(',').every(isMutated),
    },
    quick: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)), ...wholeNumber(1) },
  },
);

const LIST = 'scripts/mutation/accepted.json';
/** @type {readonly import('./mutation/score.mjs').Accepted[]} */
const ACCEPTED = JSON.parse(readFileSync(LIST, 'utf8'));

const tools = await installTools('mutation', 'Stryker');
const stryker = join(tools, 'node_modules/@stryker-mutator/core/dist/src/index.js');
const { Stryker } = await import(pathToFileURL(stryker).href);

const only = options.only.split(',');
const table = {};
const notes = [];
for (const [room, { files, least, tests }] of Object.entries(ROOMS)) {
  const chosen = sources.filter((path) => files.test(path) && (only.includes(room) || only.includes(path)));
  if (chosen.length === 0) continue;
  const accepted = ACCEPTED.filter(({ file }) => chosen.includes(file));
  const { score, counts, alive, unmatched } = scoreMutants(await mutate(room, chosen, tests), accepted);
  // A missing one may only have been skipped.
  if (options.quick) unmatched.length = 0;
  table[room] = { score: `${score.toFixed(1)} %`, least: `${least} %`, ...counts };
  for (const mutant of alive) notes.push(`${keyOf(mutant).replace('\n', `:${mutant.number}\n`)}`);
  for (const key of unmatched) notes.push(`${LIST}: no such mutant stays alive:\n  ${key}`);
  if (score < least || unmatched.length > 0) process.exitCode = 1;
}
console.log(notes.join('\n'));
console.table(table);

/**
 * @param {string} room
 * @param {readonly string[]} files
 * @param {readonly string[]} tests
 */
function mutate(room, files, tests) {
  // For scripts/mutation/vitest.config.ts. Stryker's own testFiles would never activate a mutant of a module's top level.
  process.env.SGID_MUTATION_TESTS = tests.map((pattern) => `test/fast/${pattern}`).join(' ');
  process.env.SGID_MUTATED = files.join(' ');
  return new Stryker({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner', join(tools, 'messages.mjs'), join(tools, 'alive.mjs')],
    ignorers: ['messages'],
    vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
    mutate: [...files],
    ignorePatterns: ['node_modules', 'build', 'coverage', 'dist'],
    // Stryker reads it with the JavaScript API that TypeScript 7 does not have, and nothing here needs it: there is none.
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
    ignoreStatic: options.quick,
    concurrency: Number(options.workers),
    // For an endless loop alone: a busy machine is no failure.
    timeoutMS: 30_000,
    timeoutFactor: 3,
    dryRunTimeoutMinutes: 20,
    incremental: true,
    incrementalFile: `build/mutation/incremental/${room}${options.quick ? '-quick' : ''}.json`,
    force: options.fresh,
    tempDirName: `build/mutation/sandbox-${process.pid}`,
    reporters: ['progress-append-only', 'alive', 'html', 'json'],
    htmlReporter: { fileName: `coverage/mutation/${room}.html` },
    jsonReporter: { fileName: `coverage/mutation/${room}.json` },
  }).runMutationTest();
}
