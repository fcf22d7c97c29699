/**
 * Where in a login something went wrong. `usage`, `config`, `check`, `output` and `listen` are this program's
 * own ground; `program` is what belongs to no step, bugs and signals; the others are steps of the authorization
 * code flow.
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

/** Every error code, stable across releases. The command line maps each to an exit code. */
export type SgidErrorCode =
  // usage
  | 'ERR_USAGE'
  // configuration
  | 'ERR_MISSING_CREDENTIALS'
  | 'ERR_CREDENTIALS_FILE'
  | 'ERR_FILE'
  | 'ERR_PROFILE'
  | 'ERR_SECRET_SOURCE'
  | 'ERR_PROVIDER_BINDING'
  | 'ERR_HOSTNAME'
  | 'ERR_PROXY'
  | 'ERR_CERTIFICATE'
  | 'ERR_REDIRECT_URI'
  | 'ERR_SCOPE'
  | 'ERR_PKCE_LENGTH'
  | 'ERR_PRIVATE_KEY'
  | 'ERR_PRIVATE_KEY_TYPE'
  | 'ERR_PRIVATE_KEY_SIZE'
  | 'ERR_PRIVATE_KEY_PASSPHRASE'
  | 'ERR_OUTPUT'
  // refused by the person or the provider
  | 'ERR_ACCESS_DENIED'
  | 'ERR_AUTHORIZATION'
  | 'ERR_TOKEN_REFUSED'
  | 'ERR_USERINFO_REFUSED'
  // provider or network unavailable
  | 'ERR_NETWORK'
  | 'ERR_HTTP_TIMEOUT'
  | 'ERR_PROVIDER_UNAVAILABLE'
  | 'ERR_RESPONSE_INVALID'
  | 'ERR_RESPONSE_TOO_LARGE'
  | 'ERR_RESPONSE_REDIRECT'
  // waiting for the callback
  | 'ERR_CALLBACK_TIMEOUT'
  // verification
  | 'ERR_CALLBACK_INVALID'
  | 'ERR_CALLBACK_ISSUER'
  | 'ERR_STATE_MISMATCH'
  | 'ERR_DISCOVERY_ORIGIN'
  | 'ERR_ID_TOKEN_INVALID'
  | 'ERR_ID_TOKEN_ALGORITHM'
  | 'ERR_ID_TOKEN_SIGNATURE'
  | 'ERR_ID_TOKEN_ISSUER'
  | 'ERR_ID_TOKEN_AUDIENCE'
  | 'ERR_ID_TOKEN_EXPIRED'
  | 'ERR_ID_TOKEN_ISSUED_AT'
  | 'ERR_ID_TOKEN_NONCE'
  | 'ERR_ID_TOKEN_SUB'
  | 'ERR_ID_TOKEN_AT_HASH'
  | 'ERR_SUB_MISMATCH'
  // decryption
  | 'ERR_JWE_INVALID'
  | 'ERR_JWE_ALGORITHM'
  | 'ERR_JWE_KEY_MISSING'
  | 'ERR_DECRYPT_KEY'
  | 'ERR_DECRYPT_FIELD'
  // expectations
  | 'ERR_EXPECTATION'
  | 'ERR_CLAIM_ABSENT'
  // the callback listener
  | 'ERR_LISTEN_PORT_IN_USE'
  | 'ERR_LISTEN_NOT_PERMITTED'
  | 'ERR_LISTEN_INTERCEPTED'
  // signals and bugs
  | 'ERR_INTERRUPTED'
  | 'ERR_TERMINATED'
  | 'ERR_INTERNAL';

/** The provider's own words: what it answered, already made safe to print. */
export interface ProviderReply {
  /** HTTP status. */
  readonly status: number;
  /** Its error code, if the body or `WWW-Authenticate` named one, for example `invalid_grant`. */
  readonly error?: string;
  /** The body, without control characters and at most 2 kB. */
  readonly body: string;
}

/** What an error carries besides its code and message. */
export interface SgidErrorDetails {
  readonly step: SgidStep;
  /** What to do next, with the exact value to use. */
  readonly hint?: string | undefined;
  /** Likely causes, the likeliest first. */
  readonly causes?: readonly string[] | undefined;
  readonly reply?: ProviderReply | undefined;
  readonly cause?: unknown;
}

/**
 * The one error class of this package. Tell errors apart by `code`; no message, hint or cause holds a
 * secret, a code, a token or a claim value.
 */
export class SgidError extends Error {
  override readonly name = 'SgidError';
  readonly code: SgidErrorCode;
  readonly step: SgidStep;
  readonly hint: string | undefined;
  readonly causes: readonly string[];
  readonly reply: ProviderReply | undefined;

  constructor(code: SgidErrorCode, message: string, details: SgidErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.step = details.step;
    this.hint = details.hint;
    this.causes = details.causes ?? [];
    this.reply = details.reply;
  }
}

/** The error for what was asked for in a way that cannot be meant: a command line, or a call of the library. */
export function usageError(message: string, hint: string): SgidError {
  return new SgidError('ERR_USAGE', message, { step: 'usage', hint });
}
