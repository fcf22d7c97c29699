import { type ChildProcess, spawn } from 'node:child_process';
import type { Environment } from './environment.ts';
import { describeCode } from './node-error.ts';

export type CommandEnd =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals }
  /** With Node's code: `ENOENT` when there is no such program, `EACCES` when it may not be run. */
  | { readonly kind: 'not-started'; readonly code: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'too-long' };

export interface CommandOutcome {
  readonly end: CommandEnd;
  readonly stdout: Uint8Array;
  /** The first of it, at most 64 KiB. */
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env: Environment;
  readonly folder: string;
  readonly timeoutMs: number;
  /** More on stdout than this ends it. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /**
   * Where a person is at the terminal: the command can ask on standard input, and what it writes to stderr is
   * passed on as it comes. Otherwise its standard input is empty.
   */
  readonly onError?: ((text: string) => void) | undefined;
}

/**
 * Runs a program with its arguments, without a shell. Its processes form a group of their own, which is ended,
 * grandchildren included, when time or output runs over or the signal aborts; then it rejects with the signal's
 * reason, once they are gone.
 */
export type RunCommand = (words: readonly string[], options: CommandOptions) => Promise<CommandOutcome>;

/** How long processes may take to end when asked to; then they are killed. */
const GRACE_MS = 500;
/** How long a process that outlives the command, such as an agent that it left behind, may hold its output open. */
const LINGERING_MS = 500;
const MOST_ERROR_BYTES = 64 * 1024;

export const runSystemCommand: RunCommand = async ([program = '', ...args], options) => {
  const { env, folder, signal, timeoutMs, maxBytes, onError } = options;
  signal.throwIfAborted();
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd: folder,
      env,
      shell: false,
      windowsHide: true,
      // A group of its own, by which all of it can be ended. On Windows it would be a window of its own.
      detached: process.platform !== 'win32',
      stdio: [onError ? 'inherit' : 'ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    // Some errors are thrown, and others are an event: see `endOf`.
    return { end: notStarted(error), stdout: new Uint8Array(), stderr: '' };
  }
  const gone = endOf(child);
  let stopped: CommandEnd | undefined;
  const stop = (end: CommandEnd): void => {
    stopped ??= end;
    endGroup(child, gone);
  };
  const stdout = collect(child.stdout, maxBytes, () => stop({ kind: 'too-long' }));
  const stderr = collect(child.stderr, MOST_ERROR_BYTES);
  child.stderr?.on('data', (chunk: Buffer) => onError?.(chunk.toString()));
  const abort = (): void => stop({ kind: 'timed-out' });
  const timer = setTimeout(abort, timeoutMs);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const end = await gone;
    signal.throwIfAborted();
    return { end: stopped ?? end, stdout: new Uint8Array(stdout()), stderr: stderr().toString() };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
};

/** Resolves when the command has ended and its output is read. Never rejects. */
function endOf(child: ChildProcess): Promise<CommandEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(notStarted(error)));
    child.once('exit', (status, signal) => {
      const lingering = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, LINGERING_MS);
      child.once('close', () => {
        clearTimeout(lingering);
        resolve(signal === null ? { kind: 'exited', status: status ?? -1 } : { kind: 'signalled', signal });
      });
    });
  });
}

function notStarted(error: unknown): CommandEnd {
  return { kind: 'not-started', code: describeCode(error) };
}

function endGroup(child: ChildProcess, gone: Promise<unknown>): void {
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
  void gone.then(() => {
    clearTimeout(timer);
    // What the command had started may have ignored SIGTERM.
    signalGroup(child, 'SIGKILL');
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // They are gone already.
  }
}

/** Gathers a stream's bytes up to a limit; what comes beyond it is read, reported and dropped. */
function collect(stream: ChildProcess['stdout'], maxBytes: number, onExcess?: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let room = maxBytes;
  stream?.on('data', (chunk: Buffer) => {
    if (room > 0) chunks.push(chunk.subarray(0, room));
    if (chunk.length > room) onExcess?.();
    room = Math.max(0, room - chunk.length);
  });
  return () => Buffer.concat(chunks);
}
