import type { SgidError, SgidErrorCode } from '../protocol/errors.ts';

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
