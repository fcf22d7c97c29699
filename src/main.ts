import { systemStreams } from './platform/streams.ts';
import { SgidError, type SgidErrorCode } from './protocol/errors.ts';

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
      return createSystemPlatform(abortOnSignals());
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

/** How long an aborted program may take to clean up, in milliseconds. */
const LAST_RESORT_MS = 2_000;

/** Aborts on the first Ctrl-C or SIGTERM; the second does what it does by default. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  const listen = (signal: NodeJS.Signals, code: SgidErrorCode, message: string): void => {
    const abort = (): void => {
      controller.abort(new SgidError(code, message, { step: 'program' }));
      // Not at once: a library that sees no listener but its own (signal-exit) would end the program there and then,
      // with the terminal as a prompt has set it.
      setImmediate(() => process.off(signal, abort));
      // An operation that cannot be aborted, such as opening a pipe that nobody writes to, must not hold us.
      setTimeout(() => process.kill(process.pid, signal), LAST_RESORT_MS).unref();
    };
    process.on(signal, abort);
  };
  listen('SIGINT', 'ERR_INTERRUPTED', 'interrupted');
  listen('SIGTERM', 'ERR_TERMINATED', 'terminated');
  listen('SIGHUP', 'ERR_TERMINATED', 'the terminal was closed');
  return controller.signal;
}
