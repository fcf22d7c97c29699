import { MAX_FILE_BYTES, tooLarge } from './files.ts';
import { type LinePrompt, openLinePrompt } from './line-prompt.ts';
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
   * Asks for a secret without showing it; `undefined` when the person leaves it empty. Rejects with the
   * signal's reason when it aborts.
   */
  askSecret(message: string, signal: AbortSignal): Promise<string | undefined>;
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
  writeOut: systemStreams.writeOut,
  writeError: systemStreams.writeError,
  get stdinIsTerminal() {
    return isTerminal(0);
  },
  readInput,
  inputLines,
  openPrompt: () => openLinePrompt(process.stdin, process.stderr),
  askSecret,
};

async function readInput(signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const abort = (): void => {
    process.stdin.destroy();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MAX_FILE_BYTES) throw tooLarge('stdin');
      chunks.push(chunk);
    }
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
  const { createInterface } = process.getBuiltinModule('node:readline');
  const reader = createInterface({ input: process.stdin, signal });
  try {
    yield* reader;
  } finally {
    reader.close();
    process.stdin.destroy();
  }
}

async function askSecret(message: string, signal: AbortSignal): Promise<string | undefined> {
  const { password } = await import('@inquirer/prompts');
  const ended = new AbortController();
  // inquirer leaves its promise unsettled when Ctrl-D ends the input.
  const onKey = (_text: string, key: { readonly ctrl?: boolean; readonly name?: string }): void => {
    if (key.ctrl && key.name === 'd') ended.abort();
  };
  process.stdin.on('keypress', onKey);
  try {
    const prompt = { message, toggleMask: false, theme: PLAIN };
    const answer = await password(prompt, {
      output: process.stderr,
      signal: AbortSignal.any([signal, ended.signal]),
    });
    return answer === '' ? undefined : answer;
  } catch (error) {
    signal.throwIfAborted();
    if (ended.signal.aborted) return undefined;
    if (error instanceof Error && error.name === 'ExitPromptError') return passOnInterrupt(signal);
    throw error;
  } finally {
    process.stdin.off('keypress', onKey);
  }
}

// inquirer takes Ctrl-C as a key; it must do here what it does everywhere. The timer holds the process until the
// signal has come round.
function passOnInterrupt(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const hold = setInterval(() => {}, 1000);
    signal.addEventListener('abort', () => {
      clearInterval(hold);
      reject(signal.reason);
    });
    process.kill(process.pid, 'SIGINT');
  });
}

/** No colour of its own, so that --no-color need not be known here. */
const PLAIN = {
  prefix: '?',
  style: {
    message: (text: string): string => `${text}:`,
    answer: (text: string): string => text,
    help: (text: string): string => text,
  },
};
