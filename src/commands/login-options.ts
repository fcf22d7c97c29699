import { type SgidError, usageError } from '../errors/sgid-error.ts';
import { type Expectation, readExpectation } from '../output/expectations.ts';
import { splitWords } from '../text/shell-words.ts';
import type { LoginOptions } from './login.ts';
import { flagOf, parseDuration, refuseBeside } from './option-values.ts';

/** The options of a login that stand by themselves, read. */
export interface LoginPreferences {
  readonly timeoutMs: number;
  readonly httpTimeoutMs: number;
  readonly expectations: readonly Expectation[];
}

/** Options that make no sense together, and why. */
const CONTRADICTIONS: readonly (readonly [keyof LoginOptions, keyof LoginOptions, string])[] = [
  ['manual', 'listen', '--manual does not listen'],
  ['manual', 'persona', '--persona needs no person, --manual does'],
  ['manual', 'tlsCert', '--manual does not listen'],
  ['persona', 'listen', '--persona needs no other address'],
  ['field', 'format', '--field prints plain text'],
  ['field', 'includeTokens', '--field prints one value only'],
  ['mock', 'hostname', '--mock is its own provider'],
  ['mock', 'clientId', '--mock brings its own test client'],
  ['mock', 'clientSecretFile', '--mock brings its own test client'],
  ['mock', 'privateKeyFile', '--mock brings its own test client'],
  ['mock', 'credentials', '--mock brings its own test client'],
  ['mock', 'dotenv', '--mock brings its own test client'],
  ['mock', 'profile', '--mock brings its own test client'],
];

/** Options that need another one. */
const DEPENDENCIES: readonly (readonly [keyof LoginOptions, keyof LoginOptions])[] = [
  ['persona', 'mock'],
  ['listenPublic', 'listen'],
  ['tlsCert', 'tlsKey'],
  ['tlsKey', 'tlsCert'],
];

/**
 * Reads and judges the options of `sgid login`, before anything else is touched.
 *
 * @throws SgidError `ERR_USAGE`.
 */
export function readLoginOptions(options: LoginOptions): LoginPreferences {
  for (const [one, other, reason] of CONTRADICTIONS) {
    if (options[one] !== undefined) refuseBeside(flagOf(one), { [flagOf(other)]: options[other] }, reason);
  }
  for (const [one, other] of DEPENDENCIES) {
    if (options[one] !== undefined && options[other] === undefined) {
      throw usageError(`${flagOf(one)} needs ${flagOf(other)}`, `Add ${flagOf(other)}.`);
    }
  }
  const { persona, browser } = options;
  if (persona !== undefined && typeof browser === 'string')
    refuseBeside('--persona', { '--browser': browser }, '--persona needs no browser');
  return {
    timeoutMs: parseDuration(options.timeout, '--timeout'),
    httpTimeoutMs: parseDuration(options.httpTimeout, '--http-timeout'),
    expectations: (options.expect ?? []).map(readExpectation),
  };
}

/**
 * Splits a browser command into words, see {@link splitWords}.
 *
 * @throws SgidError `ERR_USAGE` when there is no word, or a quote or a final backslash is left open.
 */
export function splitCommand(text: string, windows: boolean = process.platform === 'win32'): string[] {
  const split = splitWords(text, windows);
  if (!split.ok) throw unusable(text, split.problem);
  return [...split.words];
}

/**
 * Reads `$BROWSER`: a command, or on Unix a list of them separated by colons, of which the first counts.
 * An empty list when none is set.
 *
 * @throws SgidError `ERR_USAGE`, as {@link splitCommand}.
 */
export function readBrowserVariable(
  value: string,
  windows: boolean = process.platform === 'win32',
): string[] {
  const commands = windows ? [value] : value.split(':');
  const first = commands.find((command) => command.trim() !== '');
  return first === undefined ? [] : splitCommand(first, windows);
}

function unusable(text: string, reason: string): SgidError {
  return usageError(
    `the browser command ${JSON.stringify(text)} ${reason}`,
    'Use for example --browser firefox, --browser "firefox --private-window", or --no-browser.',
  );
}
