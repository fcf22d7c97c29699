import { fstatSync, type Stats, statSync, writeSync } from 'node:fs';
import { errorCode } from './node-error.ts';

/** Standard output and standard error. */
export interface OutputStreams {
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** How wide the terminal on stderr is at this moment, in columns; `undefined` where it is none. */
  readonly stderrColumns: number | undefined;
  /** The same for the terminal on stdout. */
  readonly stdoutColumns: number | undefined;
  /** Writes the result. Rejects with Node's error (ENOSPC, ...); a reader that went away (EPIPE) is no error. */
  writeOut(content: string | Uint8Array): Promise<void>;
  writeError(text: string): void;
}

/** What the streams are made of. */
export interface Descriptors {
  readonly platform: NodeJS.Platform;
  /** What Node's own modules do with the descriptors of this process. */
  readonly fstat: (descriptor: number) => Pick<Stats, 'isCharacterDevice' | 'rdev'>;
  readonly write: (descriptor: number, bytes: Uint8Array) => number;
  readonly isatty: (descriptor: number) => boolean;
  readonly stdout: () => NodeJS.WriteStream;
  readonly stderr: () => NodeJS.WriteStream;
}

/** Those of this process. What is Node's stream or terminal module takes long to load, so it is asked for when used. */
const SYSTEM: Descriptors = {
  platform: process.platform,
  fstat: fstatSync,
  write: writeSync,
  isatty: (descriptor) => process.getBuiltinModule('node:tty').isatty(descriptor),
  stdout: () => process.stdout,
  stderr: () => process.stderr,
};

/**
 * Whether a terminal is on a descriptor of this process. Files, pipes and `/dev/null` are told by what they are, so
 * that only a terminal costs what Node's terminal module takes to load. Windows may not tell what a console is.
 */
export function isTerminal(descriptor: number, { platform, fstat, isatty }: Descriptors = SYSTEM): boolean {
  if (platform === 'win32') return isatty(descriptor);
  try {
    const stats = fstat(descriptor);
    if (!stats.isCharacterDevice() || stats.rdev === statSync('/dev/null').rdev) return false;
  } catch {
    return false; // closed
  }
  return isatty(descriptor);
}

/** Makes the output streams of a process. */
export function createStreams(system: Descriptors): OutputStreams {
  return {
    get stdoutIsTerminal() {
      return isTerminal(1, system);
    },
    get stderrIsTerminal() {
      return isTerminal(2, system);
    },
    get stderrColumns() {
      return isTerminal(2, system) ? system.stderr().columns : undefined;
    },
    get stdoutColumns() {
      return isTerminal(1, system) ? system.stdout().columns : undefined;
    },
    writeOut: async (content) => {
      try {
        const rest = writeNow(1, content, system);
        if (rest.length > 0) await writeToStream(system.stdout(), rest);
      } catch (error) {
        if (errorCode(error) !== 'EPIPE') throw error;
      }
    },
    writeError: (text) => {
      try {
        const rest = writeNow(2, text, system);
        if (rest.length > 0) withoutFailure(system.stderr()).write(rest);
      } catch {
        // There is nobody left to tell.
      }
    },
  };
}

/** The output streams of this process. */
export const systemStreams: OutputStreams = createStreams(SYSTEM);

/**
 * Writes as much as the descriptor takes without waiting and returns what is left. Setting up Node's stream takes
 * longer than all the rest of a short command, and is left to a pipe that is full and does not wait, and to the
 * consoles of Windows, which take bytes for text in another encoding.
 */
function writeNow(descriptor: number, content: string | Uint8Array, system: Descriptors): Uint8Array {
  let rest: Uint8Array = typeof content === 'string' ? Buffer.from(content) : content;
  if (system.platform === 'win32' && system.isatty(descriptor)) return rest;
  try {
    while (rest.length > 0) rest = rest.subarray(system.write(descriptor, rest));
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN') throw error;
  }
  return rest;
}

function writeToStream(stream: NodeJS.WriteStream, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.write(bytes, (error?: Error | null) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** What cannot be written to stderr can be told nowhere. */
function withoutFailure(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (stream.listenerCount('error') === 0) stream.on('error', () => {});
  return stream;
}
