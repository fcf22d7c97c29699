import { setImmediate as nextTurn } from 'node:timers/promises';

const LAST_RESORT_MS = 2_000;

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

interface SignalledProcess extends Pick<NodeJS.Process, 'platform' | 'pid'> {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

let taker: ((signal: NodeJS.Signals) => void) | undefined;

/** Hands signals to `take` instead of ending this program, until the result is called. */
export function takeSignals(take: (signal: NodeJS.Signals) => void): () => void {
  taker = take;
  return () => {
    taker = undefined;
  };
}

/** Gives signals their turn after a long computation, which holds them up. @throws the signal's reason, if one came meanwhile. */
export async function heedSignals(signal: AbortSignal): Promise<void> {
  await nextTurn();
  // The event loop reads signals before this one.
  await nextTurn();
  signal.throwIfAborted();
}

/**
 * Aborts with `reasonFor(signal)` on the first signal to end; the second does what it does by default.
 *
 * @param giveUp Is called before a program that does not end is killed. It has this turn of the event loop.
 */
export function abortOnSignals(
  reasonFor: (signal: NodeJS.Signals) => unknown,
  giveUp: (reason: unknown) => void,
  process: SignalledProcess = globalThis.process,
): AbortSignal {
  const controller = new AbortController();
  const isWindows = process.platform === 'win32';
  // Ctrl-Break is a Ctrl-C that no program can keep from a console's processes.
  for (const signal of isWindows ? [...SIGNALS, 'SIGBREAK' as const] : SIGNALS) {
    const abort = (): void => {
      if (taker) {
        taker(signal);
        return;
      }
      controller.abort(reasonFor(signal));
      // Not at once: a library that sees no listener but its own (signal-exit) would end the program there and then,
      // with the terminal as a prompt has set it.
      setImmediate(() => process.off(signal, abort));
      // An operation that cannot be aborted, such as opening a pipe that nobody writes to, must not hold us. Windows
      // knows how to kill, and no other signal to send.
      setTimeout(() => {
        giveUp(controller.signal.reason);
        setImmediate(() => process.kill(process.pid, isWindows ? 'SIGKILL' : signal));
      }, LAST_RESORT_MS).unref();
    };
    process.on(signal, abort);
  }
  return controller.signal;
}
