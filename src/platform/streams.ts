import { errorCode } from './node-error.ts';

/** Standard output and standard error. */
export interface OutputStreams {
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** How wide the terminal on stderr is at this moment, in columns; `undefined` where it is none. */
  readonly stderrColumns?: number | undefined;
  /** Writes the result. Rejects with Node's error (ENOSPC, ...); a reader that went away (EPIPE) is no error. */
  writeOut(text: string): Promise<void>;
  writeError(text: string): void;
}

/** The output streams of this process. */
export const systemStreams: OutputStreams = {
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  get stderrColumns() {
    return process.stderr.isTTY ? process.stderr.columns : undefined;
  },
  writeOut,
  writeError: (text) => {
    process.stderr.write(text);
  },
};

function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error?: Error | null) => {
      if (error && errorCode(error) !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}
