import { stripVTControlCharacters } from 'node:util';
import type { Platform } from '../../src/system/platform.ts';
import { type RunOptions, runSgid } from './fake-platform.ts';

export interface ScreenOptions extends Omit<RunOptions, 'terminal'> {
  readonly columns?: 80 | 120;
  /** Shows colours as `<31>`, the number of the escape sequence. */
  readonly colour?: true;
  /** What a person at the keyboard answers to questions, in their order; for a choice its value. */
  readonly answers?: readonly (string | boolean)[];
}

type Questions = Pick<Platform['terminal'], 'askSecret' | 'askText' | 'choose' | 'confirm'>;

/** What is on a terminal when a command has ended: the command line, both streams, and the exit code. */
export async function screenOf(args: readonly string[], options: ScreenOptions = {}): Promise<string> {
  const { columns = 80, colour, answers, env, onError, ...run } = options;
  let written = '';
  const write = (text: string): void => {
    written += text;
    onError?.(text);
  };
  const { exitCode } = await runSgid(args, {
    ...run,
    env: { ...env, NO_COLOR: colour ? undefined : '1' },
    terminal: {
      stdoutIsTerminal: true,
      stderrIsTerminal: true,
      stdinIsTerminal: answers !== undefined,
      stdoutColumns: columns,
      stderrColumns: columns,
      writeOut: async (content) => write(content.toString()),
      writeError: write,
      openPrompt: async () => ({
        redraw: (text) => write(`${CLEAR_ROW}${text}`),
        printAbove: (line) => write(`${CLEAR_ROW}${line}\n`),
        lines: { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) },
        close: () => write(CLEAR_ROW),
      }),
      ...answering(answers ?? [], write),
    },
  });
  const typed = args.map((word) => (/^[\w:/.=-]+$/.test(word) ? word : `'${word}'`));
  return `$ ${['sgid', ...typed].join(' ')}\n${draw(written, colour === true)}[exit ${exitCode}]\n`;
}

/** Answers questions in their order, and shows both as the prompts do when they are done. */
function answering(answers: readonly (string | boolean)[], write: (text: string) => void): Questions {
  const left = [...answers];
  const next = (message: string): string | boolean => {
    const answer = left.shift();
    if (answer === undefined) throw new Error(`no answer to: ${message}`);
    return answer;
  };
  const show = (message: string, shown: string): void => write(`? ${message}: ${shown}\n`);
  return {
    askSecret: async (message) => {
      show(message, '');
      return String(next(message));
    },
    askText: async ({ message, preset }) => {
      const answer = String(next(message)) || (preset ?? '');
      show(message, answer);
      return answer;
    },
    choose: async ({ message, choices }) => {
      const answer = next(message);
      const chosen = choices.find(({ value }) => value === answer);
      if (chosen === undefined) throw new Error(`no such choice: ${answer}`);
      show(message, chosen.name);
      return chosen.value;
    },
    confirm: async (message) => {
      const answer = next(message) === true;
      show(message, answer ? 'Yes' : 'No');
      return answer;
    },
  };
}

const CLEAR_ROW = '\r\u001b[K';

function draw(written: string, colour: boolean): string {
  const rows = written.split('\n').map((row) => row.split(CLEAR_ROW).at(-1) ?? '');
  const text = rows.join('\n');
  return stripVTControlCharacters(colour ? text.replaceAll(/\p{Cc}\[([\d;]+)m/gu, '<$1>') : text);
}
