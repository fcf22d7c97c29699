import { createHash, timingSafeEqual } from 'node:crypto';
import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import { quoteReply } from '../text/redact.ts';
import { requirePassed, type Step } from './journal.ts';
import { placeOfRegistration } from './refusal.ts';
import { isTokenTooLong } from './transport.ts';
import { fail, pass, type Verdict } from './verdict.ts';

export interface ExpectedCallback {
  /** The `state` that was sent; `undefined` when none was. */
  readonly state: string | undefined;
  readonly issuer: string;
}

declare const accepted: unique symbol;

/** A callback that passed every check: the one thing that can be exchanged. */
export interface AcceptedCallback {
  readonly [accepted]: true;
  readonly code: string;
}

export type ValidatedCallback = {
  readonly verdicts: readonly Verdict[];
  /** Not to be used before the callback is accepted. */
  readonly code: string;
} & (
  | /** It belongs to this login: its failure ends the login. */ { readonly isExpected: true }
  | { readonly isExpected: false; readonly error: SgidError }
);

/**
 * Validates the query of a callback (RFC 6749 section 4.1.2): repeated parameters first, then `iss` (RFC 9207), then
 * `state`, and only then `error` or `code`, so that a callback without the state is never believed.
 */
export function validateCallback(parameters: URLSearchParams, expected: ExpectedCallback): ValidatedCallback {
  const verdicts: Verdict[] = [];
  const code = parameters.get('code') ?? '';
  for (const check of [checkRepeats, checkIssuer, checkState]) {
    const verdict = check(parameters, expected);
    if (verdict !== undefined) verdicts.push(verdict);
    if (verdict?.error !== undefined) return { isExpected: false, verdicts, code, error: verdict.error };
  }
  verdicts.push(checkGrant(parameters, expected));
  return { isExpected: true, verdicts, code };
}

/** @throws SgidError of the first check that failed. */
export function acceptCallback({ verdicts, code }: ValidatedCallback, step?: Step): AcceptedCallback {
  requirePassed(step, verdicts);
  return { code } as AcceptedCallback;
}

/** For the library, and for a code that a person passes alone (--code): the caller validates the callback. */
export function acceptCode(code: string): AcceptedCallback {
  return { code } as AcceptedCallback;
}

function checkRepeats(parameters: URLSearchParams): Verdict {
  const names = [...parameters.keys()];
  if (new Set(names).size === names.length) return pass('parameters');
  const hint = 'RFC 6749 section 3.1 forbids it.';
  return refuse('ERR_CALLBACK_INVALID', 'the callback repeats a parameter', hint);
}

function checkIssuer(parameters: URLSearchParams, { issuer }: ExpectedCallback): Verdict | undefined {
  const found = parameters.get('iss');
  if (found === null) return undefined;
  if (found === issuer) return pass('issuer');
  const message = `the callback comes from another provider than ${issuer}`;
  const hint = 'It may belong to another login, or be a mix-up attack (RFC 9207). Start again.';
  return refuse('ERR_CALLBACK_ISSUER', message, hint);
}

function checkState(parameters: URLSearchParams, { state }: ExpectedCallback): Verdict {
  const found = parameters.get('state');
  if (state === undefined ? found === null : found !== null && isEqual(found, state)) return pass('state');
  const message = 'the callback does not carry the state of this login';
  const hint =
    found === null
      ? 'Without any state, it was cut on its way (by a shell at "&", for example), or made by somebody else.'
      : 'It belongs to an older login or to somebody else. Use the page that this login opened.';
  return refuse('ERR_STATE_MISMATCH', message, hint);
}

/** In constant time, so that the time to answer says nothing about a secret. */
export function isEqual(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function checkGrant(parameters: URLSearchParams, { issuer }: ExpectedCallback): Verdict {
  const error = parameters.get('error');
  const code = parameters.get('code') ?? '';
  if (error !== null) return fail(refusal(error, parameters.get('error_description'), code, issuer));
  if (code !== '' && !isTokenTooLong(code)) return pass('grant');
  const fault = code === '' ? 'holds neither a code nor an error' : 'holds a code over 16 kB';
  const hint =
    'The callback breaks the protocol. Start the login again; report it to the provider if it persists.';
  return refuse('ERR_CALLBACK_INVALID', `the callback ${fault}`, hint, 'grant');
}

/** Hides the code, which the words may quote: a code is hidden elsewhere only once it is accepted. */
function refusal(error: string, description: string | null, code: string, issuer: string): SgidError {
  const words = quoteReply(description === null ? error : `${error}: ${description}`, [code]);
  if (error === 'access_denied') {
    return new SgidError('ERR_ACCESS_DENIED', `the person or the provider refused the login (${words})`, {
      hint: 'Start the login again and consent to it.',
    });
  }
  const isScope = error === 'invalid_scope';
  return new SgidError('ERR_AUTHORIZATION', `the provider refused the authorization request (${words})`, {
    causes: [
      'a scope that this client may not ask for',
      isScope ? 'a scope whose name is misspelled' : 'a provider fault',
    ],
    hint: isScope
      ? 'Compare the scopes with those that there are (sgid scopes), and with those registered for this client.'
      : `Compare scope and client id with those ${placeOfRegistration(issuer)}.`,
  });
}

function refuse(code: SgidErrorCode, message: string, hint: string, check?: string): Verdict {
  return fail(new SgidError(code, message, { hint }), undefined, check);
}
