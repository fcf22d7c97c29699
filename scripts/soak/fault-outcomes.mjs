// What each fault of a login must end in, for the soak and for the tests.

/**
 * The code of the error, or `success`, and its exit code.
 *
 * @type {Readonly<Record<string, readonly [code: string, exit: number]>>}
 */
export const FAULT_OUTCOMES = {
  'access-denied': ['ERR_ACCESS_DENIED', 4],
  'no-callback': ['ERR_CALLBACK_TIMEOUT', 6],
  'wrong-state': ['ERR_STATE_MISMATCH', 7],
  'invalid-client': ['ERR_TOKEN_REFUSED', 4],
  'invalid-grant': ['ERR_TOKEN_REFUSED', 4],
  'token-500': ['ERR_PROVIDER_UNAVAILABLE', 5],
  'token-html': ['ERR_RESPONSE_INVALID', 5],
  'token-slow': ['ERR_HTTP_TIMEOUT', 5],
  'wrong-nonce': ['ERR_ID_TOKEN_NONCE', 7],
  'wrong-audience': ['ERR_ID_TOKEN_AUDIENCE', 7],
  'wrong-issuer': ['ERR_ID_TOKEN_ISSUER', 7],
  'expired-token': ['ERR_ID_TOKEN_EXPIRED', 7],
  'bad-signature': ['ERR_ID_TOKEN_SIGNATURE', 7],
  'unknown-kid': ['ERR_ID_TOKEN_SIGNATURE', 7],
  'rotated-keys': ['success', 0],
  'alg-none': ['ERR_ID_TOKEN_ALGORITHM', 7],
  'sub-mismatch': ['ERR_SUB_MISMATCH', 7],
  'missing-key': ['ERR_JWE_KEY_MISSING', 8],
  'bad-block-key': ['ERR_JWE_INVALID', 8],
  'bad-field': ['ERR_DECRYPT_FIELD', 8],
  'wrong-public-key': ['ERR_DECRYPT_KEY', 8],
  'userinfo-401': ['ERR_USERINFO_REFUSED', 4],
  'userinfo-503': ['ERR_PROVIDER_UNAVAILABLE', 5],
  slow: ['success', 0],
};
