import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Environment } from './environment.ts';
import { takeSignals } from './signals.ts';

/**
 * Runs a program at this program's terminal, without a shell, until it ends. Its streams are ours, and signals to this
 * program are handed on to it instead of ending this one.
 *
 * @returns Its exit code; 128 and the number of the signal that ended it, as a shell has it.
 */
export function runForeground([program = '', ...args]: readonly string[], env: Environment): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: 'inherit' });
    const release = takeSignals((signal) => {
      // A terminal sends Ctrl-C to the child as well. Node does not say who sent a SIGINT, so one that was sent to us alone
      // (kill -INT) is lost there; use SIGTERM for that. To pass every SIGINT on would make many programs end without cleaning
      // up. On Windows the console sends every signal to all, and kill() would end the child at once.
      if (process.platform === 'win32') return;
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('exit', (status, signal) => {
      release();
      resolve(signal === null ? (status ?? 1) : 128 + constants.signals[signal]);
    });
  });
}
