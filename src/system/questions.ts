import { confirm as askConfirm, input, password, select } from '@inquirer/prompts';

export interface TextQuestion {
  readonly message: string;
  readonly preset?: string | undefined;
}

export interface Choice<T extends string> {
  readonly message: string;
  readonly choices: readonly { readonly value: T; readonly name: string }[];
}

// See the methods of `Terminal` of the same names.

export function askSecret(message: string, signal: AbortSignal): Promise<string | undefined> {
  const config = { message, toggleMask: false, theme: PLAIN };
  return ask(signal, (context) => password(config, context));
}

export function askText({ message, preset }: TextQuestion, signal: AbortSignal): Promise<string | undefined> {
  const config = { message, theme: PLAIN, ...(preset === undefined ? {} : { default: preset }) };
  return ask(signal, async (context) => (await input(config, context)).trim());
}

export function choose<T extends string>(
  { message, choices }: Choice<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  const theme = { ...PLAIN, icon: { cursor: '>' } };
  return ask(signal, (context) => select({ message, choices, loop: false, theme }, context));
}

export function confirm(message: string, signal: AbortSignal): Promise<boolean | undefined> {
  const theme = { ...PLAIN, style: { ...PLAIN.style, message: (text: string): string => `${text}?` } };
  return ask(signal, (context) => askConfirm({ message, default: false, theme }, context));
}

/** Runs a prompt of inquirer; `undefined` when the person ends the input. */
async function ask<T>(
  signal: AbortSignal,
  run: (context: { readonly output: NodeJS.WritableStream; readonly signal: AbortSignal }) => Promise<T>,
): Promise<T | undefined> {
  const ended = new AbortController();
  // inquirer leaves its promise unsettled when Ctrl-D ends the input.
  const onKey = (_text: string, key: { readonly ctrl?: boolean; readonly name?: string }): void => {
    if (key.ctrl && key.name === 'd') ended.abort();
  };
  process.stdin.on('keypress', onKey);
  // After Ctrl-Z and `fg`, readline has paused its input, and nothing would hold the process.
  const goOn = (): void => void setImmediate(() => process.stdin.resume());
  process.on('SIGCONT', goOn);
  try {
    return await run({ output: process.stderr, signal: AbortSignal.any([signal, ended.signal]) });
  } catch (error) {
    signal.throwIfAborted();
    if (ended.signal.aborted) return undefined;
    if (error instanceof Error && error.name === 'ExitPromptError') return passOnInterrupt(signal);
    throw error;
  } finally {
    process.stdin.off('keypress', onKey);
    process.off('SIGCONT', goOn);
  }
}

/**
 * inquirer takes Ctrl-C as a key; it must do here what it does everywhere. The timer holds the process until the
 * signal has arrived.
 */
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

const asIs = (text: string): string => text;

/** No colour of its own, so that --no-color need not be known here. */
const PLAIN = {
  prefix: '?',
  style: {
    message: (text: string): string => `${text}:`,
    answer: asIs,
    help: asIs,
    keysHelpTip: (keys: [key: string, action: string][]): string =>
      keys.map(([key, action]) => `${key} ${action}`).join(', '),
    highlight: asIs,
    defaultAnswer: (text: string): string => `(${text})`,
  },
};
