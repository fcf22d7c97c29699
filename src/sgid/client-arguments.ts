import { usageError } from '../errors/sgid-error.ts';
import { isNonEmptyString } from '../text/guards.ts';

const HINTS = {
  code: 'Pass the code of the callback. One with error=... instead is a login that was refused.',
  codeVerifier: 'Pass the codeVerifier of generatePkcePair, which the session of this login keeps.',
  codeChallenge: 'Pass the codeChallenge of generatePkcePair: sgID demands PKCE.',
  nonce: 'Pass the nonce that authorizationUrl returned; null where the authorization request had none.',
  accessToken: 'Pass the accessToken that callback returned.',
  sub: 'Pass the sub that callback returned.',
  scope: 'Pass names separated by spaces, or a list of names, for example "openid myinfo.name".',
  state: 'Pass a text, or nothing for no state.',
  redirectUri: 'Pass a text: a redirect URI that is registered for this client.',
};

/** What `String()` and templates make of a value that is missing. */
const MISSING = ['undefined', 'null', '[object Object]'];

/**
 * Refuses what callers without types pass: `null` of a query, a list of a parameter that came twice. The message never
 * repeats the value.
 *
 * @throws SgidError `ERR_USAGE`.
 */
export function requireText(name: keyof typeof HINTS, value: unknown): void {
  if (isNonEmptyString(value) && !MISSING.includes(value)) return;
  throw usageError(`${name} is ${describe(value)}: nothing is sent`, HINTS[name]);
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'empty' : `the text "${value}"`;
  if (value === undefined || value === null) return String(value);
  return `not a text but ${Array.isArray(value) ? 'a list' : `of the type ${typeof value}`}`;
}
