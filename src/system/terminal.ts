import { collectInput } from './files.ts';
import { type LinePrompt, openLinePrompt } from './line-prompt.ts';
import type { Choice, TextQuestion } from './questions.ts';
import { isTerminal, type OutputStreams, systemStreams } from './streams.ts';

/** Standard input, and the prompts that go with it on standard error. */
export interface Terminal extends OutputStreams {
  readonly stdinIsTerminal: boolean;
  /**
   * All of standard input. Rejects with the signal's reason when it aborts, and with `EFBIG` when there is more
   * than a file may hold.
   */
  readInput(signal: AbortSignal): Promise<Uint8Array>;
  /** Standard input line by line; ends when the signal aborts. */
  inputLines(signal: AbortSignal): AsyncIterable<string>;
  /** Opens a prompt on stderr; only where stdin and stderr are a terminal. */
  openPrompt(): LinePrompt;
  /**
   * Asks for a secret without showing it; `undefined` when the person leaves it empty. Like the other questions it
   * rejects with the signal's reason when it aborts, Ctrl-C included, and needs a terminal on stdin and stderr.
   */
  askSecret(message: string, signal: AbortSignal): Promise<string | undefined>;
  /** Asks for a line of text; `undefined` when the person ends the input (Ctrl-D). */
  askText(question: TextQuestion, signal: AbortSignal): Promise<string | undefined>;
  /** Asks to choose; gives the `value` of the choice, or `undefined` at Ctrl-D. */
  choose<T extends string>(question: Choice<T>, signal: AbortSignal): Promise<T | undefined>;
  /** Asks a yes-or-no question, which is "no" unless the person says otherwise; `undefined` at Ctrl-D. */
  confirm(message: string, signal: AbortSignal): Promise<boolean | undefined>;
}

/** The terminal of this process. */
export const systemTerminal: Terminal = {
  // Spreading would ask now, and keep the width of this moment.
  get stdoutIsTerminal() {
    return systemStreams.stdoutIsTerminal;
  },
  get stderrIsTerminal() {
    return systemStreams.stderrIsTerminal;
  },
  get stderrColumns() {
    return systemStreams.stderrColumns;
  },
  get stdoutColumns() {
    return systemStreams.stdoutColumns;
  },
  writeOut: systemStreams.writeOut,
  writeError: systemStreams.writeError,
  get stdinIsTerminal() {
    return isTerminal(0);
  },
  readInput,
  inputLines,
  openPrompt: () => openLinePrompt(process.stdin, process.stderr),
  askSecret: async (...question) => (await import('./questions.ts')).askSecret(...question),
  askText: async (...question) => (await import('./questions.ts')).askText(...question),
  choose: async (...question) => (await import('./questions.ts')).choose(...question),
  confirm: async (...question) => (await import('./questions.ts')).confirm(...question),
};

async function readInput(signal: AbortSignal): Promise<Uint8Array> {
  const abort = (): void => {
    process.stdin.destroy();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    const bytes = await collectInput(process.stdin, 'stdin');
    signal.throwIfAborted();
    return bytes;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function* inputLines(signal: AbortSignal): AsyncIterable<string> {
  const { createInterface } = process.getBuiltinModule('node:readline');
  const reader = createInterface({ input: process.stdin, signal });
  try {
    yield* reader;
  } finally {
    reader.close();
    process.stdin.destroy();
  }
}
