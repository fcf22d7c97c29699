// Takes away what a script has started or made when it ends, also by a signal or because nobody reads what it writes.
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const duties = new Set();

process.once('exit', () => {
  // A folder goes after the processes that were started in it.
  for (const duty of [...duties].reverse()) duty();
});
// A second signal does not end the clean-up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
// As a shell sees a program that SIGPIPE ends, which Node ignores.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(141));

/**
 * Ends a process with this one; gives it back.
 *
 * @template {import('node:child_process').ChildProcess} Child
 * @param {Child} child
 * @param {NodeJS.Signals} [signal]
 * @returns {Child}
 */
export function endWithUs(child, signal = 'SIGKILL') {
  const end = () => child.kill(signal);
  duties.add(end);
  return child.once('close', () => duties.delete(end));
}

/** Makes a temporary folder, which goes when this process ends, or with `remove`. */
export function makeFolder(prefix) {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const remove = () => {
    duties.delete(remove);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  duties.add(remove);
  return { folder, remove };
}
