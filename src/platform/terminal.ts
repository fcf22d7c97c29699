import { createInterface, moveCursor } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { type OutputStreams, systemStreams } from './streams.ts';

/** A line at the bottom of the terminal that the person can paste into while it is redrawn. */
export interface LinePrompt {
  /** Redraws the prompt text, keeping what has been typed. */
  redraw(text: string): void;
  /** Prints a line above the prompt. */
  printAbove(line: string): void;
  /** What the person enters, line by line; ends at the end of input and at `close`. */
  readonly lines: AsyncIterable<string>;
  /** Takes the prompt away and gives the terminal back. */
  close(): void;
}

/** Standard input, and the prompts that go with it on standard error. */
export interface Terminal extends OutputStreams {
  readonly stdinIsTerminal: boolean;
  /** All of standard input. Rejects with the signal's reason when it aborts. */
  readInput(signal: AbortSignal): Promise<Uint8Array>;
  /** Standard input line by line; ends when the signal aborts. */
  inputLines(signal: AbortSignal): AsyncIterable<string>;
  /** Opens a prompt on stderr; only where stdin and stderr are a terminal. */
  openPrompt(): LinePrompt;
  /** Asks for a secret without showing it; `undefined` when the person leaves it empty. */
  askSecret(message: string, signal: AbortSignal): Promise<string | undefined>;
}

/** The terminal of this process. */
export const systemTerminal: Terminal = {
  ...systemStreams,
  stdinIsTerminal: process.stdin.isTTY === true,
  readInput,
  inputLines,
  openPrompt,
  askSecret,
};

async function readInput(signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const abort = (): void => {
    process.stdin.destroy();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) chunks.push(chunk);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  signal.throwIfAborted();
  return Buffer.concat(chunks);
}

async function* inputLines(signal: AbortSignal): AsyncIterable<string> {
  const reader = createInterface({ input: process.stdin, signal });
  try {
    yield* reader;
  } finally {
    reader.close();
    process.stdin.destroy();
  }
}

function openPrompt(): LinePrompt {
  const input: ReadStream = process.stdin;
  const reader = createInterface({ input, output: process.stderr, historySize: 0, prompt: '' });
  // In raw mode Ctrl-C is a key; it must do here what it does everywhere.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  // A pasted URL holds the code: it must not stay on the screen.
  reader.on('line', (line) => {
    const width = stripVTControlCharacters(reader.getPrompt() + line).length;
    moveCursor(process.stderr, 0, -Math.max(1, Math.ceil(width / (process.stderr.columns || 80))));
    clear();
  });
  const clear = (): void => {
    process.stderr.write('\r\u001b[J');
  };
  return {
    redraw: (text) => {
      reader.setPrompt(text);
      reader.prompt(true);
    },
    printAbove: (line) => {
      clear();
      process.stderr.write(`${line}\n`);
      reader.prompt(true);
    },
    lines: reader,
    close: () => {
      clear();
      reader.close();
      input.unref();
    },
  };
}

async function askSecret(message: string, signal: AbortSignal): Promise<string | undefined> {
  const { password } = await import('@inquirer/prompts');
  try {
    const answer = await password({ message }, { output: process.stderr, signal, clearPromptOnDone: true });
    return answer === '' ? undefined : answer;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && error.name === 'ExitPromptError') process.kill(process.pid, 'SIGINT');
    throw error;
  }
}
