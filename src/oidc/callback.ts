import { createHash, timingSafeEqual } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { isTooLong } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';

/** What the genuine callback of a login must match. */
export interface ExpectedCallback {
  /** The `state` that was sent; `undefined` when none was. */
  readonly state: string | undefined;
  /** The provider's issuer identifier. */
  readonly issuer: string;
}

/** What a callback's query says. */
export type CallbackReading =
  /** The genuine callback, with an authorization code. */
  | { readonly kind: 'code'; readonly code: string }
  /** The genuine callback, but the person or the provider said no: the login is over. */
  | { readonly kind: 'refused'; readonly error: SgidError }
  /** Not the callback of this login; the genuine one may still come. */
  | { readonly kind: 'stray'; readonly error: SgidError };

/**
 * Judges the query of a callback (RFC 6749 section 4.1.2): repeated parameters first, then `iss`
 * (RFC 9207), then `state`, and only then `error` or `code`, so that nobody without the state is heard.
 */
export function readCallback(parameters: URLSearchParams, expected: ExpectedCallback): CallbackReading {
  const names = [...parameters.keys()];
  if (new Set(names).size !== names.length) {
    return stray(
      'ERR_CALLBACK_INVALID',
      'the callback repeats a parameter',
      'RFC 6749 section 3.1 forbids it.',
    );
  }
  const issuer = parameters.get('iss');
  if (issuer !== null && issuer !== expected.issuer) {
    return stray(
      'ERR_CALLBACK_ISSUER',
      `the callback comes from another provider than ${expected.issuer}`,
      'Another login was answered, or somebody mixes providers up (RFC 9207). Start again.',
    );
  }
  if (!isExpectedState(parameters.get('state'), expected.state)) {
    return stray(
      'ERR_STATE_MISMATCH',
      'the callback does not carry the state of this login',
      'It belongs to an older login or to somebody else. Use the page that this login opened.',
    );
  }
  const error = parameters.get('error');
  if (error !== null) return { kind: 'refused', error: refusal(error, parameters.get('error_description')) };
  const code = parameters.get('code');
  if (code === null || code === '') return invalid('holds neither a code nor an error');
  if (isTooLong(code)) return invalid('holds a code over 16 kB');
  return { kind: 'code', code };
}

/** Compares in constant time, so that the time to answer tells nothing about the state. */
function isExpectedState(state: string | null, expected: string | undefined): boolean {
  if (expected === undefined) return state === null;
  return state !== null && timingSafeEqual(digest(state), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function invalid(fault: string): CallbackReading {
  const error = new SgidError('ERR_CALLBACK_INVALID', `the callback ${fault}`, {
    step: 'callback',
    hint: 'The provider broke the protocol; start the login again.',
  });
  return { kind: 'refused', error };
}

function stray(
  code: 'ERR_CALLBACK_INVALID' | 'ERR_CALLBACK_ISSUER' | 'ERR_STATE_MISMATCH',
  message: string,
  hint: string,
): CallbackReading {
  return { kind: 'stray', error: new SgidError(code, message, { step: 'callback', hint }) };
}

function refusal(error: string, description: string | null): SgidError {
  const words = toPrintable(description === null ? error : `${error}: ${description}`);
  if (error === 'access_denied') {
    return new SgidError('ERR_ACCESS_DENIED', `the person or the provider denied the login (${words})`, {
      step: 'callback',
      hint: 'Start the login again and consent to it.',
    });
  }
  return new SgidError('ERR_AUTHORIZATION', `the provider refused the authorization request (${words})`, {
    step: 'callback',
    causes: [
      'a scope that this client may not ask for',
      'a redirect URI that is not registered',
      'a provider fault',
    ],
    hint: 'Compare scope, client id and redirect URI with the developer portal.',
  });
}
