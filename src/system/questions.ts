import { confirm as askConfirm, input, password, select } from '@inquirer/prompts';

/** A question for a line of text. */
export interface TextQuestion {
  readonly message: string;
  /** Taken when the person just presses Enter. */
  readonly preset?: string | undefined;
  /** `undefined` for a good answer, else what is wrong with it: the question is then asked again. */
  readonly judge?: (answer: string) => string | undefined | Promise<string | undefined>;
}

/** A question with a few answers. */
export interface Choice<T extends string> {
  readonly message: string;
  readonly choices: readonly { readonly value: T; readonly name: string }[];
}

/** As `Terminal.askSecret`. */
export async function askSecret(message: string, signal: AbortSignal): Promise<string | undefined> {
  const answer = await ask(signal, (context) =>
    password({ message, toggleMask: false, theme: PLAIN }, context),
  );
  return answer === '' ? undefined : answer;
}

/** As `Terminal.askText`. */
export function askText(
  { message, preset, judge }: TextQuestion,
  signal: AbortSignal,
): Promise<string | undefined> {
  const validate = async (answer: string): Promise<string | true> => (await judge?.(answer.trim())) ?? true;
  const config = { message, validate, theme: PLAIN, ...(preset === undefined ? {} : { default: preset }) };
  return ask(signal, async (context) => (await input(config, context)).trim());
}

/** As `Terminal.choose`. */
export function choose<T extends string>(
  { message, choices }: Choice<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  return ask(signal, (context) =>
    select<T>(
      { message, choices: [...choices], loop: false, theme: { ...PLAIN, icon: { cursor: '>' } } },
      context,
    ),
  );
}

/** As `Terminal.confirm`. */
export function confirm(message: string, signal: AbortSignal): Promise<boolean | undefined> {
  return ask(signal, (context) => askConfirm({ message, default: false, theme: PLAIN }, context));
}

/** What inquirer takes beside the question. */
interface PromptContext {
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** Runs a prompt of inquirer; `undefined` when the person ends the input. */
async function ask<T>(
  signal: AbortSignal,
  run: (context: PromptContext) => Promise<T>,
): Promise<T | undefined> {
  const ended = new AbortController();
  // inquirer leaves its promise unsettled when Ctrl-D ends the input.
  const onKey = (_text: string, key: { readonly ctrl?: boolean; readonly name?: string }): void => {
    if (key.ctrl && key.name === 'd') ended.abort();
  };
  process.stdin.on('keypress', onKey);
  try {
    return await run({ output: process.stderr, signal: AbortSignal.any([signal, ended.signal]) });
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
    highlight: (text: string): string => text,
    error: (text: string): string => `! ${text}`,
    defaultAnswer: (text: string): string => `(${text})`,
  },
};
