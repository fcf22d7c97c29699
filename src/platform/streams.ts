import { fstatSync, statSync, writeSync } from 'node:fs';
import { errorCode } from './node-error.ts';

/** Standard output and standard error. */
export interface OutputStreams {
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** How wide the terminal on stderr is at this moment, in columns; `undefined` where it is none. */
  readonly stderrColumns?: number | undefined;
  /** The same for the terminal on stdout. */
  readonly stdoutColumns?: number | undefined;
  /** Writes the result. Rejects with Node's error (ENOSPC, ...); a reader that went away (EPIPE) is no error. */
  writeOut(content: string | Uint8Array): Promise<void>;
  writeError(text: string): void;
}

/** The output streams of this process. */
export const systemStreams: OutputStreams = {
  get stdoutIsTerminal() {
    return isTerminal(1);
  },
  get stderrIsTerminal() {
    return isTerminal(2);
  },
  get stderrColumns() {
    return isTerminal(2) ? process.stderr.columns : undefined;
  },
  get stdoutColumns() {
    return isTerminal(1) ? process.stdout.columns : undefined;
  },
  writeOut: async (content) => {
    try {
      const rest = writeNow(1, content);
      if (rest.length > 0) await writeToStream(rest);
    } catch (error) {
      if (errorCode(error) !== 'EPIPE') throw error;
    }
  },
  writeError: (text) => {
    try {
      const rest = writeNow(2, text);
      if (rest.length > 0) errorStream().write(rest);
    } catch {
      // There is nobody left to tell.
    }
  },
};

/**
 * Whether a terminal is on a descriptor of this process. Files, pipes and `/dev/null` are told by what they
 * are, so that only a terminal costs what Node's terminal module takes to load.
 */
export function isTerminal(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isCharacterDevice() || stats.rdev === nullDevice()) return false;
  } catch {
    return false; // closed
  }
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}

/** Windows has no such file, and tells its terminals apart by itself. */
function nullDevice(): number | undefined {
  return statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

/**
 * Writes as much as the descriptor takes without waiting and returns what is left. Setting up Node's stream takes
 * longer than all the rest of a short command, and is left to a pipe that is full and does not wait.
 */
function writeNow(descriptor: number, content: string | Uint8Array): Uint8Array {
  let rest: Uint8Array = typeof content === 'string' ? Buffer.from(content) : content;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN') throw error;
  }
  return rest;
}

function writeToStream(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.once('error', reject);
    process.stdout.write(bytes, (error?: Error | null) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function errorStream(): NodeJS.WriteStream {
  // What cannot be written to stderr can be told nowhere.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {});
  return process.stderr;
}
