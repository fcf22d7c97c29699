import type { SgidErrorCode } from './sgid-error.ts';

/** The exit code of a success. */
export const EXIT_SUCCESS = 0;

/** The exit code of each error: the table of the README. */
export const EXIT_CODES: Readonly<Record<SgidErrorCode, number>> = {
  ERR_INTERNAL: 1,

  ERR_USAGE: 2,

  ERR_MISSING_CREDENTIALS: 3,
  ERR_CREDENTIALS_FILE: 3,
  ERR_FILE: 3,
  ERR_PROFILE: 3,
  ERR_SECRET_SOURCE: 3,
  ERR_PROVIDER_BINDING: 3,
  ERR_HOSTNAME: 3,
  ERR_PROXY: 3,
  ERR_CERTIFICATE: 3,
  ERR_REDIRECT_URI: 3,
  ERR_SCOPE: 3,
  ERR_PKCE_LENGTH: 3,
  ERR_PRIVATE_KEY: 3,
  ERR_PRIVATE_KEY_TYPE: 3,
  ERR_PRIVATE_KEY_SIZE: 3,
  ERR_PRIVATE_KEY_PASSPHRASE: 3,
  ERR_OUTPUT: 3,

  ERR_ACCESS_DENIED: 4,
  ERR_AUTHORIZATION: 4,
  ERR_TOKEN_REFUSED: 4,
  ERR_USERINFO_REFUSED: 4,

  ERR_NETWORK: 5,
  ERR_HTTP_TIMEOUT: 5,
  ERR_PROVIDER_UNAVAILABLE: 5,
  ERR_RESPONSE_INVALID: 5,
  ERR_RESPONSE_TOO_LARGE: 5,
  ERR_RESPONSE_REDIRECT: 5,

  ERR_CALLBACK_TIMEOUT: 6,

  ERR_CALLBACK_INVALID: 7,
  ERR_CALLBACK_ISSUER: 7,
  ERR_STATE_MISMATCH: 7,
  ERR_DISCOVERY_ORIGIN: 7,
  ERR_ID_TOKEN_INVALID: 7,
  ERR_ID_TOKEN_ALGORITHM: 7,
  ERR_ID_TOKEN_SIGNATURE: 7,
  ERR_ID_TOKEN_ISSUER: 7,
  ERR_ID_TOKEN_AUDIENCE: 7,
  ERR_ID_TOKEN_EXPIRED: 7,
  ERR_ID_TOKEN_ISSUED_AT: 7,
  ERR_ID_TOKEN_NONCE: 7,
  ERR_ID_TOKEN_SUB: 7,
  ERR_ID_TOKEN_AT_HASH: 7,
  ERR_SUB_MISMATCH: 7,

  ERR_JWE_INVALID: 8,
  ERR_JWE_ALGORITHM: 8,
  ERR_JWE_KEY_MISSING: 8,
  ERR_DECRYPT_KEY: 8,
  ERR_DECRYPT_FIELD: 8,

  ERR_EXPECTATION: 9,
  ERR_CLAIM_ABSENT: 9,

  ERR_LISTEN_PORT_IN_USE: 10,
  ERR_LISTEN_NOT_PERMITTED: 10,
  ERR_LISTEN_INTERCEPTED: 10,

  ERR_INTERRUPTED: 130,
  ERR_TERMINATED: 143,
};

/** What each exit code of the program means, in the order of the codes. */
export const EXIT_MEANINGS: ReadonlyMap<number, string> = new Map([
  [0, 'success'],
  [1, 'unexpected failure: a bug, please report it'],
  [2, 'usage: unknown or contradictory options'],
  [3, 'configuration: a credential, key or file is missing or unusable'],
  [4, 'refused: the user denied, or the provider rejected the client, code or token'],
  [5, 'provider or network unavailable: DNS, TLS, time-out, 5xx, unreadable answer'],
  [6, 'timed out waiting for the callback'],
  [7, 'verification failed: state, iss, nonce, signature, audience, expiry, sub'],
  [8, 'decryption failed: wrong private key or malformed JWE'],
  [9, 'an expectation failed: --expect, or --field on an absent claim'],
  [10, 'the callback listener could not start: port in use or not permitted'],
  [130, 'interrupted by SIGINT'],
  [143, 'interrupted by SIGTERM, or by the end of the terminal'],
]);
