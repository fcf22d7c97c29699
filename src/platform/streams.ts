/** Standard output and standard error. */
export interface OutputStreams {
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Writes the result. Rejects with Node's error (ENOSPC, ...); a reader that went away (EPIPE) is no error. */
  writeOut(text: string): Promise<void>;
  writeError(text: string): void;
}

/** The output streams of this process. */
export const systemStreams: OutputStreams = {
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  writeOut,
  writeError: (text) => {
    process.stderr.write(text);
  },
};

function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error?: NodeJS.ErrnoException | null) => {
      if (error && error.code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}
