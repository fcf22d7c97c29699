import { usageError } from '../../protocol/errors.ts';
import type { LoginOptions } from '../commands/login.ts';
import { refuseBeside, requireText } from '../input/check-options.ts';
import { readDuration } from '../input/duration.ts';
import { flagOf } from '../input/option-flag.ts';
import { type Expectation, readExpectation } from '../output/expectations.ts';

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
  ['mock', 'envFile', '--mock brings its own test client'],
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
  const { state, nonce, field, out, scope, saveCanary, persona, browser } = options;
  requireText({ '--state': state, '--nonce': nonce, '--field': field, '--out': out, '--scope': scope });
  requireText({ '--save-canary': saveCanary });
  if (persona !== undefined && typeof browser === 'string')
    refuseBeside('--persona', { '--browser': browser }, '--persona needs no browser');
  return {
    timeoutMs: readDuration(options.timeout, '--timeout'),
    httpTimeoutMs: readDuration(options.httpTimeout, '--http-timeout'),
    expectations: (options.expect ?? []).map(readExpectation),
  };
}
