import { abortOnSignals } from './platform/signals.ts';
import { systemStreams } from './platform/streams.ts';
import { SgidError } from './protocol/errors.ts';

/** Runs the program on this machine: the real platform in, the exit code out. */
export async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const text = readyText(args);
  if (text !== undefined && (await write(text))) return;
  process.once('exit', failUnlessEnded);
  const { runProgram } = await import('./cli/program.ts');
  process.exitCode = await runProgram(args, {
    env: process.env,
    streams: systemStreams,
    openPlatform: async () => {
      const { createSystemPlatform } = await import('./platform/system.ts');
      return createSystemPlatform(abortOnSignals(describeSignal));
    },
  });
  process.off('exit', failUnlessEnded);
}

/**
 * What scripts, editors and the undecided ask for all day long, put in by the build: not worth loading a command
 * line parser.
 */
function readyText([only = '--help', ...others]: readonly string[]): string | undefined {
  if (others.length > 0) return undefined;
  if (only === '--version' || only === '-V') return `${SGID_VERSION}\n`;
  const asksForHelp = only === '--help' || only === '-h' || only === 'help';
  // It is laid out for 80 columns.
  return asksForHelp && (systemStreams.stdoutColumns ?? 80) >= 80 ? SGID_HELP : undefined;
}

/** `false` when it cannot be written; the whole program then reports the failure. */
function write(text: string): Promise<boolean> {
  return systemStreams.writeOut(text).then(
    () => true,
    () => false,
  );
}

/** Should Node run out of work before the program has ended, that is no success. */
function failUnlessEnded(): void {
  process.exitCode = 1;
}

function describeSignal(signal: NodeJS.Signals): SgidError {
  switch (signal) {
    case 'SIGTERM':
      return new SgidError('ERR_TERMINATED', 'terminated', { step: 'program' });
    case 'SIGHUP':
      return new SgidError('ERR_TERMINATED', 'the terminal was closed', { step: 'program' });
    default:
      return new SgidError('ERR_INTERRUPTED', 'interrupted', { step: 'program' });
  }
}
