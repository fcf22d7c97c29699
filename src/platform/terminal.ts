import { createInterface } from 'node:readline';
import { interruptOnCtrlC, type LinePrompt, openLinePrompt } from './line-prompt.ts';
import { type OutputStreams, systemStreams } from './streams.ts';

/** Standard input, and the prompts that go with it on standard error. */
export interface Terminal extends OutputStreams {
  readonly stdinIsTerminal: boolean;
  /** All of standard input. Rejects with the signal's reason when it aborts. */
  readInput(signal: AbortSignal): Promise<Uint8Array>;
  /** Standard input line by line; ends when the signal aborts. */
  inputLines(signal: AbortSignal): AsyncIterable<string>;
  /** Opens a prompt on stderr; only where stdin and stderr are a terminal. */
  openPrompt(): LinePrompt;
  /**
   * Asks for a secret without showing it; `undefined` when the person leaves it empty. Rejects with the
   * signal's reason when it aborts.
   */
  askSecret(message: string, signal: AbortSignal): Promise<string | undefined>;
}

/** The terminal of this process. */
export const systemTerminal: Terminal = {
  ...systemStreams,
  stdinIsTerminal: process.stdin.isTTY === true,
  readInput,
  inputLines,
  openPrompt: () => openLinePrompt(process.stdin, process.stderr),
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

async function askSecret(message: string, signal: AbortSignal): Promise<string | undefined> {
  // Without an output nothing is echoed.
  const reader = createInterface({ input: process.stdin, terminal: true, historySize: 0, signal });
  interruptOnCtrlC(reader);
  process.stderr.write(`${message}: `);
  try {
    for await (const line of reader) return line === '' ? undefined : line;
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
  signal.throwIfAborted();
  return undefined;
}
