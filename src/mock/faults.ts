import { usageError } from '../errors/sgid-error.ts';
import { didYouMean } from '../text/nearest-name.ts';

/**
 * One way in which the provider can misbehave for one login or request, for an application to test itself against.
 *
 * @see docs/mock.md, "Faults".
 * @example
 * ```ts
 * import { type Fault, listFaults } from 'sgid-cli/mock';
 *
 * const titles = listFaults().map(({ effect, correctClient }: Fault) => `${correctClient} when ${effect}`);
 * ```
 */
export interface Fault {
  /** In kebab case. */
  readonly name: FaultName;
  /** What the provider does. */
  readonly effect: string;
  /** What a correct client does about it. */
  readonly correctClient: string;
}

export const SLOW_MS = 3_000;
export const TOKEN_SLOW_MS = 15_000;

/** What a fault is for: a login, or one request for the discovery document or the JWKS, which belong to no login. */
export type FaultPlace = 'login' | 'discovery' | 'jwks';

type Row = readonly [effect: string, correctClient: string, place?: FaultPlace];

const FAULTS = {
  'access-denied': ['the callback brings error=access_denied', 'reports that the login was refused'],
  'no-callback': ['the browser is never sent back', 'gives up waiting after a while and says so'],
  'wrong-state': ['the callback brings another state', 'ignores the callback and exchanges nothing'],
  'invalid-client': [
    'the token endpoint answers 401 invalid_client',
    'reports that its credentials are wrong',
  ],
  'invalid-grant': [
    'the token endpoint answers 400 invalid_grant',
    'starts a new login, and does not send the code again',
  ],
  'token-500': ['the token endpoint answers 500', 'reports an outage, and does not send the code again'],
  'token-html': ['the token endpoint answers 200 with an HTML page', 'reports an unreadable answer'],
  'token-slow': [
    'the token endpoint answers after 15 seconds',
    'gives up before, and does not send the code again',
  ],
  'wrong-nonce': ['the ID token carries another nonce', 'rejects the ID token'],
  'wrong-audience': ['the ID token is for another client', 'rejects the ID token'],
  'wrong-issuer': ['the ID token names another issuer', 'rejects the ID token'],
  'expired-token': ['the ID token expired an hour ago', 'rejects the ID token'],
  'bad-signature': ['the signature of the ID token is broken', 'rejects the ID token'],
  'unknown-kid': [
    'the ID token names a key that the JWKS does not hold',
    'asks for the JWKS once more, then rejects the ID token',
  ],
  'rotated-keys': [
    'the signing key changes just before the ID token is signed',
    'asks for the JWKS once more, and succeeds',
  ],
  'alg-none': ['the ID token is unsigned, with alg none', 'rejects the ID token'],
  'sub-mismatch': ['userinfo is about another subject than the ID token', 'rejects the answer'],
  'missing-key': [
    'userinfo holds data without the key to decrypt it',
    'reports an error instead of empty data',
  ],
  'bad-block-key': [
    'the payload key decrypts to something that is not a key',
    'reports that decryption failed',
  ],
  'bad-field': ['the ciphertext of one field is broken', 'reports that decryption failed, and uses no field'],
  'wrong-public-key': [
    'the payload key is encrypted to another public key',
    'reports that its private key does not fit',
  ],
  'userinfo-401': ['userinfo answers 401 invalid_token', 'reports that the access token was refused'],
  'userinfo-503': [
    'userinfo answers 503 with Retry-After: 1',
    'tries again a few times, then reports an outage',
  ],
  'discovery-500': ['the discovery document is answered with 500', 'reports an outage', 'discovery'],
  'discovery-issuer': [
    'the discovery document names another issuer',
    'rejects the document, and uses no endpoint of it',
    'discovery',
  ],
  'jwks-500': ['the JWKS is answered with 500', 'reports an outage, and trusts no ID token', 'jwks'],
  'jwks-empty': ['the JWKS holds no key', 'rejects the ID token', 'jwks'],
  'jwks-foreign-key': [
    'the JWKS holds another key under the kid of the signing key',
    'asks for the JWKS once more, and rejects the ID token if that one is no better',
    'jwks',
  ],
  slow: ['the redirect, the tokens and userinfo take 3 seconds each', 'waits, and succeeds'],
} as const satisfies Record<string, Row>;

/**
 * The name of a fault.
 *
 * @see docs/mock.md, "Faults"; `sgid mock faults` says what each does.
 * @example
 * ```ts
 * import type { FaultName } from 'sgid-cli/mock';
 *
 * const forged: readonly FaultName[] = ['wrong-nonce', 'wrong-audience', 'bad-signature', 'alg-none'];
 * ```
 * @useDeclaredType
 */
export type FaultName = keyof typeof FAULTS;

/**
 * The faults as a list, each with its name. Never throws.
 *
 * @see docs/mock.md, "Faults"; `sgid mock faults`.
 * @example
 * ```ts
 * import { listFaults } from 'sgid-cli/mock';
 *
 * for (const { name, effect } of listFaults()) console.log(`${name}: ${effect}`);
 * ```
 */
export function listFaults(): readonly Fault[] {
  const faults = Object.entries(FAULTS) as [FaultName, Row][];
  return faults.map(([name, [effect, correctClient]]) => ({ name, effect, correctClient }));
}

export function placeOf(name: FaultName): FaultPlace {
  const [, , place = 'login']: Row = FAULTS[name];
  return place;
}

export function listLoginFaults(): readonly Fault[] {
  return listFaults().filter(({ name }) => placeOf(name) === 'login');
}

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

/** The words of an answer that a queued fault made, so that nobody looks for a real cause. */
export function faultDescription(name: FaultName): string {
  return `the fault ${name} was asked for: ${FAULTS[name][0]}`;
}

/**
 * Faults for some logins, or for some requests where they are of discovery or the JWKS.
 *
 * @see docs/mock.md, "Faults".
 * @example
 * ```ts
 * import { type QueuedFault, startMockSgid } from 'sgid-cli/mock';
 *
 * const faults: readonly QueuedFault[] = [{ name: 'slow', times: Infinity }];
 * const mock = await startMockSgid({ faults });
 * ```
 */
export interface QueuedFault {
  /** What goes wrong. */
  readonly name: FaultName;
  /** For how many logins or requests: a whole number, or `Infinity` for every one from now on. */
  readonly times: number;
}

/** How one asks for a fault with a number, for example `--fault slow:2`. Hints quote it. */
export type FaultSpelling = (name: FaultName, times: number) => string;

export function validateFault(name: string, times: number, spell?: FaultSpelling): QueuedFault {
  if (!isFaultName(name)) {
    const names = Object.keys(FAULTS);
    const meant = didYouMean(name, names);
    throw usageError(
      `unknown fault ${JSON.stringify(name)}`,
      meant ? `${meant} "sgid mock faults" lists them all.` : `Use one of: ${names.join(', ')}.`,
    );
  }
  if (isCount(times)) return { name, times };
  throw usageError(
    `the fault ${name} takes a whole number of times, 1 or more`,
    spell ? `For example: ${spell(name, 2)}` : 'Pass 1 or more, or Infinity.',
  );
}

/** Whether something can happen so many times. */
export function isCount(times: number): boolean {
  return times === Number.POSITIVE_INFINITY || (Number.isSafeInteger(times) && times > 0);
}
