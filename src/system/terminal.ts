import { setImmediate } from 'node:timers/promises';
import { collectInput } from './files.ts';
import type { LinePrompt } from './line-prompt.ts';
import { errorCode } from './node-error.ts';
import type { Choice, TextQuestion } from './questions.ts';

export interface OutputStreams {
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** How wide the terminal is at this moment, in columns; `undefined` where there is none. */
  readonly stdoutColumns: number | undefined;
  readonly stderrColumns: number | undefined;
  /** Writes the result. Rejects with Node's error (ENOSPC, ...); a reader that went away is not an error. */
  writeOut(content: string | Uint8Array): Promise<void>;
  writeError(text: string): void;
}

/** The streams of this process, and the prompts on standard error. */
export interface Terminal extends OutputStreams {
  readonly stdinIsTerminal: boolean;
  /** All of standard input. Rejects with the signal's reason, and with `EFBIG` over the size of a file. */
  readInput(signal: AbortSignal): Promise<Uint8Array>;
  /** Standard input line by line; ends when the signal aborts. */
  inputLines(signal: AbortSignal): AsyncIterable<string>;
  /** Opens a prompt on stderr; only where stdin and stderr are a terminal. */
  openPrompt(): Promise<LinePrompt>;
  /**
   * Asks for a secret without showing it; `undefined` when the person ends the input (Ctrl-D). Like the other questions it
   * rejects with the signal's reason when it aborts, Ctrl-C included, and needs a terminal on stdin and stderr.
   */
  askSecret(message: string, signal: AbortSignal): Promise<string | undefined>;
  /** Asks for a line of text; `undefined` when the person ends the input (Ctrl-D). */
  askText(question: TextQuestion, signal: AbortSignal): Promise<string | undefined>;
  /** Gives the `value` of the choice, or `undefined` at Ctrl-D. */
  choose<T extends string>(question: Choice<T>, signal: AbortSignal): Promise<T | undefined>;
  /** Asks a yes-or-no question, which is "no" unless the person says otherwise; `undefined` at Ctrl-D. */
  confirm(message: string, signal: AbortSignal): Promise<boolean | undefined>;
}

export const systemTerminal: Terminal = {
  get stdinIsTerminal() {
    return process.stdin.isTTY === true;
  },
  get stdoutIsTerminal() {
    return process.stdout.isTTY === true;
  },
  get stderrIsTerminal() {
    return process.stderr.isTTY === true;
  },
  get stdoutColumns() {
    return process.stdout.columns || undefined;
  },
  get stderrColumns() {
    return process.stderr.columns || undefined;
  },
  writeOut,
  writeError,
  readInput,
  inputLines,
  openPrompt: async () => (await import('./line-prompt.ts')).openLinePrompt(process.stdin, process.stderr),
  askSecret: async (...question) => (await import('./questions.ts')).askSecret(...question),
  askText: async (...question) => (await import('./questions.ts')).askText(...question),
  choose: async (...question) => (await import('./questions.ts')).choose(...question),
  confirm: async (...question) => (await import('./questions.ts')).confirm(...question),
};

function writeOut(content: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    withoutEvent(process.stdout).write(content, (error?: Error | null) => {
      if (error && !READER_GONE.includes(errorCode(error) ?? '')) reject(error);
      else resolve();
    });
  });
}

/** The second is what Windows says. */
const READER_GONE = ['EPIPE', 'EOF'];

/** Failures to write to stderr are dropped: there is no other place to report them. */
function writeError(text: string): void {
  withoutEvent(process.stderr).write(text);
}

/** A stream whose failures reach the callback of `write` only: an unhandled `error` event would end the program. */
function withoutEvent(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.listenerCount('error') === 0 ? stream.on('error', () => {}) : stream;
}

async function readInput(signal: AbortSignal): Promise<Uint8Array> {
  const abort = (): void => void process.stdin.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await collectInput(process.stdin, 'stdin');
  } finally {
    signal.removeEventListener('abort', abort);
    signal.throwIfAborted();
  }
}

/** In UTF-16 units. A longer line is cut: no redirected URL is as long. */
const LONGEST_LINE = 64 * 1024;

/** Not with readline, which keeps a line without end. */
async function* inputLines(signal: AbortSignal): AsyncIterable<string> {
  if (signal.aborted) return;
  const abort = (): void => void process.stdin.destroy();
  signal.addEventListener('abort', abort, { once: true });
  let rest = '';
  try {
    for await (const chunk of process.stdin.setEncoding('utf8')) {
      const lines = `${rest}${chunk}`.split(/[\r\n]/);
      rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
      for (const line of lines) {
        // Many lines may come at once: signals and timers have their turn between them.
        await setImmediate();
        if (signal.aborted) return;
        yield line;
      }
    }
    if (rest !== '') yield rest;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    process.stdin.destroy();
  }
}
