/**
 * Where in a login something went wrong. `usage`, `config`, `check`, `output` and `listen` are this program's
 * own ground; `program` is what belongs to no step, bugs and signals; the others are steps of the authorization
 * code flow.
 *
 * @see docs/exit-codes.md
 * @example
 * ```ts
 * import type { SgidStep } from 'sgid-cli';
 *
 * const ofTheProvider: readonly SgidStep[] = ['token', 'id-token', 'userinfo', 'decrypt'];
 * ```
 */
export type SgidStep =
  | 'usage'
  | 'config'
  | 'listen'
  | 'authorize'
  | 'callback'
  | 'token'
  | 'id-token'
  | 'userinfo'
  | 'decrypt'
  | 'check'
  | 'output'
  | 'program';

export interface ErrorEntry {
  /** As docs/exit-codes.md says it. */
  readonly exit: number;
  /** Where it happens, unless the error says otherwise. */
  readonly step: SgidStep;
  /** What of the step it is about, unless the verdict says otherwise; the step as a whole where it is omitted. */
  readonly check?: string;
}

/** Every error code, in the order of docs/troubleshooting.md, where each has its section. */
export const ERRORS = {
  ERR_INTERNAL: { exit: 1, step: 'program' },

  ERR_USAGE: { exit: 2, step: 'usage' },

  ERR_MISSING_CREDENTIALS: { exit: 3, step: 'config' },
  ERR_CREDENTIAL_VALUE: { exit: 3, step: 'config' },
  ERR_CREDENTIALS_FILE: { exit: 3, step: 'config' },
  ERR_FILE: { exit: 3, step: 'config' },
  ERR_NO_INPUT: { exit: 3, step: 'config' },
  ERR_PROFILE: { exit: 3, step: 'config' },
  ERR_SECRET_SOURCE: { exit: 3, step: 'config' },
  ERR_PROVIDER_BINDING: { exit: 3, step: 'config' },
  ERR_HOSTNAME: { exit: 3, step: 'config' },
  ERR_PROXY: { exit: 3, step: 'config', check: 'proxy' },
  ERR_CERTIFICATE: { exit: 3, step: 'config' },
  ERR_REDIRECT_URI: { exit: 3, step: 'config' },
  ERR_SCOPE: { exit: 3, step: 'config' },
  ERR_PKCE_LENGTH: { exit: 3, step: 'authorize' },
  ERR_PRIVATE_KEY: { exit: 3, step: 'config' },
  ERR_PRIVATE_KEY_TYPE: { exit: 3, step: 'config' },
  ERR_PRIVATE_KEY_SIZE: { exit: 3, step: 'config' },
  ERR_PRIVATE_KEY_PASSPHRASE: { exit: 3, step: 'config' },
  ERR_OUTPUT: { exit: 3, step: 'output' },

  ERR_ACCESS_DENIED: { exit: 4, step: 'callback', check: 'grant' },
  ERR_AUTHORIZATION: { exit: 4, step: 'callback', check: 'grant' },
  ERR_TOKEN_REFUSED: { exit: 4, step: 'token', check: 'response' },
  ERR_USERINFO_REFUSED: { exit: 4, step: 'userinfo', check: 'response' },

  // Any request can end so: it names its own step.
  ERR_NETWORK: { exit: 5, step: 'token', check: 'response' },
  ERR_HTTP_TIMEOUT: { exit: 5, step: 'token', check: 'response' },
  ERR_PROVIDER_UNAVAILABLE: { exit: 5, step: 'token', check: 'response' },
  ERR_RESPONSE_INVALID: { exit: 5, step: 'token', check: 'response' },
  ERR_RESPONSE_TOO_LARGE: { exit: 5, step: 'token', check: 'response' },
  ERR_RESPONSE_REDIRECT: { exit: 5, step: 'token', check: 'response' },

  ERR_CALLBACK_TIMEOUT: { exit: 6, step: 'callback', check: 'arrival' },

  ERR_CALLBACK_INVALID: { exit: 7, step: 'callback', check: 'parameters' },
  ERR_CALLBACK_ISSUER: { exit: 7, step: 'callback', check: 'issuer' },
  ERR_STATE_MISMATCH: { exit: 7, step: 'callback', check: 'state' },
  ERR_DISCOVERY_ORIGIN: { exit: 7, step: 'config' },
  ERR_ID_TOKEN_INVALID: { exit: 7, step: 'id-token', check: 'form' },
  ERR_ID_TOKEN_ALGORITHM: { exit: 7, step: 'id-token', check: 'algorithm' },
  ERR_ID_TOKEN_SIGNATURE: { exit: 7, step: 'id-token', check: 'signature' },
  ERR_ID_TOKEN_ISSUER: { exit: 7, step: 'id-token', check: 'issuer' },
  ERR_ID_TOKEN_AUDIENCE: { exit: 7, step: 'id-token', check: 'audience' },
  ERR_ID_TOKEN_EXPIRED: { exit: 7, step: 'id-token', check: 'expiry' },
  ERR_ID_TOKEN_ISSUED_AT: { exit: 7, step: 'id-token', check: 'issued-at' },
  ERR_ID_TOKEN_NONCE: { exit: 7, step: 'id-token', check: 'nonce' },
  ERR_ID_TOKEN_SUB: { exit: 7, step: 'id-token', check: 'subject' },
  ERR_ID_TOKEN_AT_HASH: { exit: 7, step: 'id-token', check: 'access-token-hash' },
  ERR_SUB_MISMATCH: { exit: 7, step: 'userinfo', check: 'subject' },

  ERR_JWE_INVALID: { exit: 8, step: 'decrypt', check: 'form' },
  ERR_JWE_ALGORITHM: { exit: 8, step: 'decrypt', check: 'algorithm' },
  ERR_JWE_KEY_MISSING: { exit: 8, step: 'userinfo', check: 'payload-key' },
  ERR_DECRYPT_KEY: { exit: 8, step: 'decrypt', check: 'payload-key' },
  ERR_DECRYPT_FIELD: { exit: 8, step: 'decrypt', check: 'fields' },

  ERR_EXPECTATION: { exit: 9, step: 'output' },
  ERR_CLAIM_ABSENT: { exit: 9, step: 'output' },

  ERR_LISTEN_PORT_IN_USE: { exit: 10, step: 'listen', check: 'port' },
  ERR_LISTEN_NOT_PERMITTED: { exit: 10, step: 'listen', check: 'port' },
  ERR_LISTEN_INTERCEPTED: { exit: 10, step: 'listen', check: 'port' },

  ERR_HANGUP: { exit: 129, step: 'program' },
  ERR_INTERRUPTED: { exit: 130, step: 'program' },
  ERR_TERMINATED: { exit: 143, step: 'program' },
} as const;

/**
 * Every error code, stable across releases. The command line maps each to an exit code.
 *
 * @see docs/troubleshooting.md: a section for each, which `sgid explain` prints.
 * @example
 * ```ts
 * import type { SgidErrorCode } from 'sgid-cli';
 *
 * const worthAnotherLogin: readonly SgidErrorCode[] = ['ERR_TOKEN_REFUSED', 'ERR_ID_TOKEN_EXPIRED'];
 * ```
 * @useDeclaredType
 */
export type SgidErrorCode = keyof typeof ERRORS;
