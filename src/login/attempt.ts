import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import { type ExpectedCallback, readCallback } from '../oidc/callback.ts';

/** One login under way: takes callbacks from wherever they come and lets the first genuine one decide. */
export interface LoginAttempt<Result> {
  /** Judges a callback's query; resolves when the login that it belongs to is over. */
  receive(parameters: URLSearchParams): Promise<CallbackOutcome>;
  /** Resolves when the genuine callback is here and its code is being exchanged, or it was a refusal. */
  readonly accepted: Promise<void>;
  /** The login's result, or its failure after the genuine callback. */
  readonly result: Promise<Result>;
}

/** Starts an attempt; `complete` does all that follows an authorization code. */
export function createLoginAttempt<Result>(
  expected: ExpectedCallback,
  complete: (code: string) => Promise<Result>,
): LoginAttempt<Result> {
  let accept = (): void => {};
  const accepted = new Promise<void>((resolve) => {
    accept = resolve;
  });
  let conclude = (_result: Promise<Result>): void => {};
  const result = new Promise<Result>((resolve) => {
    conclude = resolve;
  });
  // A failure before anybody waits for the result must not count as unhandled.
  result.catch(() => {});
  let settled = false;
  return {
    accepted,
    result,
    async receive(parameters) {
      if (settled) return { kind: 'settled' };
      const reading = readCallback(parameters, expected);
      if (reading.kind === 'stray') return { kind: 'rejected', error: reading.error };
      settled = true;
      accept();
      conclude(reading.kind === 'code' ? complete(reading.code) : Promise.reject(reading.error));
      return result.then(
        () => ({ kind: 'signed-in' }),
        (error: unknown) => outcomeOf(error),
      );
    },
  };
}

function outcomeOf(error: unknown): CallbackOutcome {
  const code = error instanceof SgidError ? error.code : 'ERR_INTERNAL';
  return code === 'ERR_ACCESS_DENIED' ? { kind: 'denied' } : { kind: 'failed', code };
}

/**
 * What came of one callback:
 * - `signed-in`: the login succeeded, decryption included
 * - `denied`: the person said no
 * - `failed`: the login ended with an error
 * - `rejected`: this was not the callback of the login under way, which still waits
 * - `settled`: the login was over before
 */
export type CallbackOutcome =
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'failed'; readonly code: SgidErrorCode }
  | { readonly kind: 'rejected'; readonly error: SgidError }
  | { readonly kind: 'settled' };
