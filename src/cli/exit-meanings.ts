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
