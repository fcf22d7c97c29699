// Uses what has been built, for long.
// Logins of the library, and processes of the command line, each against mocks in other processes. Prints a table by
// tenths. Exits with 1 when one ended otherwise than it must, hung, or left something behind.
import { cpus } from 'node:os';
import { oneOf, readOptions, wholeNumber } from './read-options.mjs';
import { soakLogins } from './soak/logins.mjs';
import { soakProcesses } from './soak/processes.mjs';
import { renderTenths } from './soak/tenths.mjs';

const PARTS = { logins: soakLogins, processes: soakProcesses };

const { only, json, ...totals } = readOptions(
  'npm run soak -- [--logins 100000] [--processes 10000] [--only logins|processes] [--json], with 10 or more of each',
  {
    logins: { type: 'string', default: '100000', ...wholeNumber(10) },
    processes: { type: 'string', default: '10000', ...wholeNumber(10) },
    only: { type: 'string', ...oneOf(Object.keys(PARTS)) },
    json: { type: 'boolean', default: false },
  },
);
const names = only === undefined ? Object.keys(PARTS) : [only];

const report = {
  machine: `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} cores`,
};
const failures = [];
for (const name of names) {
  report[name] = await PARTS[name](Number(totals[name]), (failure) => {
    failures.push(failure);
    console.error(failure);
  });
}
if (json) console.log(JSON.stringify({ ...report, failures }, null, 2));
else {
  console.log(report.machine);
  for (const name of names) console.log(`\n${renderTenths(name, report[name])}`);
  console.log(`\n${failures.length} failures`);
}
process.exitCode = failures.length > 0 ? 1 : 0;
