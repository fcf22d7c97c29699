import { SgidError } from './errors/sgid-error.ts';
import { dropNodeWarnings } from './system/node-warnings.ts';
import { abortOnSignals } from './system/signals.ts';
import { systemTerminal } from './system/terminal.ts';

/** Runs the program on this machine: the real platform in, the exit code out. */
async function main(): Promise<void> {
  process.once('exit', failUnlessEnded);
  // The commands that it concerns say more.
  dropNodeWarnings('NODE_TLS_REJECT_UNAUTHORIZED');
  const { runProgram } = await import('./commands/program.ts');
  let stop: (reason: unknown) => void = () => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = reject;
  });
  process.exitCode = await runProgram(process.argv.slice(2), {
    env: process.env,
    streams: systemTerminal,
    stopped,
    openPlatform: async () => {
      const { createSystemPlatform } = await import('./system/platform.ts');
      const { removeTemporaries } = await import('./system/output-file.ts');
      const signal = abortOnSignals(describeSignal, (reason) => {
        removeTemporaries();
        stop(reason);
      });
      return createSystemPlatform(signal);
    },
  });
  process.off('exit', failUnlessEnded);
}

/** Should Node run out of work before the program has ended, that is not a success. */
function failUnlessEnded(): void {
  process.exitCode = 1;
}

function describeSignal(signal: NodeJS.Signals): SgidError {
  switch (signal) {
    case 'SIGTERM':
      return new SgidError('ERR_TERMINATED', 'terminated');
    case 'SIGHUP':
      return new SgidError('ERR_HANGUP', 'the terminal was closed');
    default:
      return new SgidError('ERR_INTERRUPTED', 'interrupted');
  }
}

void main();
