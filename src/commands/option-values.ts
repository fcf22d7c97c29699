import { resolve } from 'node:path';
import { usageError } from '../errors/sgid-error.ts';

/** Values as the command line gives them, by flag. */
export type GivenOptions = Readonly<Record<string, unknown>>;

/**
 * Refuses values that are empty: `--state "$STATE"` with a variable that is not set.
 *
 * @throws SgidError `ERR_USAGE`.
 */
export function requireText(given: GivenOptions): void {
  for (const [flag, value] of Object.entries(given)) {
    if (typeof value === 'string' && value.trim() === '')
      throw usageError(`${flag} is empty`, 'Give it a value, or leave it out.');
  }
}

/**
 * Refuses options beside one that they make no sense with.
 *
 * @param reason Why they make none.
 * @throws SgidError `ERR_USAGE`.
 */
export function refuseBeside(flag: string, given: GivenOptions, reason: string): void {
  const [other] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (other === undefined) return;
  throw usageError(`${flag} and ${other} contradict each other: ${reason}`, 'Give one of them.');
}

const UNIT_MS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000 };

/** The longest wait that a timer of Node can hold, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Reads a duration such as `90s`, `5m`, `1h` or plain seconds.
 *
 * @param option The option it was given for, for the message.
 * @returns Milliseconds, more than 0.
 * @throws SgidError `ERR_USAGE`.
 */
export function readDuration(text: string, option: string): number {
  const [, amount, unit = ''] = text.match(/^(\d+(?:\.\d+)?)([smh]?)$/) ?? [];
  const milliseconds = Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
  if (milliseconds > 0 && milliseconds <= LONGEST_MS) return milliseconds;
  throw usageError(
    `${option} takes a duration of up to 24 days such as 90s, 5m or 1h`,
    `For example: ${option} 90s`,
  );
}

/** An option as it is typed: `saveCanary` is `--save-canary`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The options that name a file which is written. */
const OUTPUTS = ['out', 'trace', 'junit', 'saveCanary', 'html'] as const;

/** The options that name a file which is read. */
const INPUTS = [
  'canary',
  'clientSecretFile',
  'credentials',
  'dotenv',
  'privateKeyFile',
  'tlsCert',
  'tlsKey',
  'token',
  'transaction',
] as const;

/** The files that the options of a command name. */
export type FileOptions = Readonly<
  Partial<Record<(typeof OUTPUTS)[number] | (typeof INPUTS)[number], unknown>>
>;

/**
 * Refuses an output into the file of another output or of an input: it would replace what is there, which may be the
 * only copy of a key. Devices and pipes take both. Called before any file is opened.
 *
 * @param argument The file that the command reads, where it is an argument.
 * @throws SgidError `ERR_USAGE`
 */
export function requireSeparateFiles(options: FileOptions, argument?: string): void {
  const taken = new Map<string, string>();
  const take = (name: string, path: unknown): void => {
    if (typeof path === 'string' && path !== '-') taken.set(resolve(path), name);
  };
  take('the input', argument);
  for (const name of INPUTS) take(flagOf(name), options[name]);
  for (const name of OUTPUTS) {
    const path = options[name];
    if (typeof path !== 'string' || path === '' || path.startsWith('/dev/')) continue;
    if (path === '-' && name !== 'out')
      throw usageError(
        `${flagOf(name)} - names no file`,
        'Standard output carries the result: give the path of a file.',
      );
    const other = taken.get(resolve(path));
    if (other !== undefined)
      throw usageError(`${other} and ${flagOf(name)} name the same file`, 'Give each its own.');
    take(flagOf(name), path);
  }
}
