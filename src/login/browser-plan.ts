import { usageError } from '../errors/sgid-error.ts';
import type { Environment } from '../system/environment.ts';
import { isLoopback, portOf } from '../system/host.ts';
import { splitWords } from '../text/shell-words.ts';

/** Why this machine has no browser that the person sees. */
export type BrowserAbsence = 'ssh' | 'no-display' | 'unwanted';

export interface BrowserPlan {
  /** The program that opens the URL: the system's when empty, none when `undefined`. */
  readonly command: readonly string[] | undefined;
  /** Absent where a browser was named, too: the person knows where it shows. */
  readonly absence: BrowserAbsence | undefined;
}

/** @param option `--browser` with its value, `false` for `--no-browser`; else the first command in $BROWSER counts. */
export function planBrowser(option: string | boolean | undefined, env: Environment): BrowserPlan {
  const absence = findAbsence(env);
  // With --no-browser the display does not matter.
  if (option === false) return { command: undefined, absence: absence === 'ssh' ? absence : 'unwanted' };
  const variable = env['BROWSER'] ?? '';
  const { platform } = process;
  const commands = platform === 'win32' ? [variable] : variable.split(':');
  const command = typeof option === 'string' ? option : commands.find((one) => one.trim() !== '');
  if (command === undefined) return { command: absence === undefined ? [] : undefined, absence };
  const split = splitWords(command, platform === 'win32');
  const problem = split.ok ? shellProblem(split.words[0]) : split.problem;
  if (split.ok && problem === undefined) return { command: split.words, absence: undefined };
  throw usageError(
    `the browser command ${JSON.stringify(command)} ${problem}`,
    'Use for example --browser firefox, --browser "firefox --private-window", or --no-browser.',
  );
}

/** Programs that parse their arguments as a command line. */
const SHELL_OF_WINDOWS = /(?:^|[\\/])(?:(?:cmd|powershell|pwsh)(?:\.exe)?|[^\\/]*\.(?:cmd|bat))[. ]*$/i;

function shellProblem(program: string): string | undefined {
  if (process.platform !== 'win32' || !SHELL_OF_WINDOWS.test(program)) return undefined;
  return 'runs a shell, which would treat & in the URL as a command separator';
}

function findAbsence(env: Environment): BrowserAbsence | undefined {
  const has = (...names: readonly string[]): boolean => names.some((name) => env[name]);
  if (has('SSH_CONNECTION', 'SSH_TTY')) return 'ssh';
  // In WSL the browser is that of Windows.
  const canShow =
    process.platform !== 'linux' || has('DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME', 'WSL_INTEROP');
  return canShow ? undefined : 'no-display';
}

/** The command that lets a browser on another machine reach these URLs of this one; `undefined` where none is here. */
export function forwardingCommand(urls: readonly string[]): string | undefined {
  const forwards = urls
    .map((url) => new URL(url))
    .filter(({ hostname }) => isLoopback(hostname))
    .map((url) => `-L ${portOf(url)}:${url.hostname}:${portOf(url)}`);
  return forwards.length === 0 ? undefined : `ssh ${[...new Set(forwards)].join(' ')} user@host`;
}
