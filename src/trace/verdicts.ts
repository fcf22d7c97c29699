import type { SgidErrorCode } from '../protocol/errors.ts';
import type { TraceStep, TraceVerdict } from './trace.ts';

/**
 * What each step looks at, in groups that follow one another. Within a group the order is not told, so that after a
 * failure its other checks count as not reached. A question mark stands behind what is looked at only where it is
 * present: to have passed it means nothing, so that it is told when it failed alone.
 */
const CHECKS: Readonly<Partial<Record<TraceStep, readonly (readonly string[])[]>>> = {
  callback: [['parameters'], ['issuer?'], ['state'], ['grant']],
  token: [['response']],
  jwks: [['response']],
  'id-token': [
    ['algorithm'],
    ['signature'],
    ['issuer', 'audience', 'expiry', 'issued-at', 'nonce', 'subject', 'access-token-hash?'],
  ],
  userinfo: [['response'], ['subject?', 'payload-key?', 'form?']],
  decrypt: [['payload-key'], ['fields']],
};

/** What an error is about. A code that is not here is about the step as a whole. */
const CHECK_OF_CODE: Readonly<Partial<Record<SgidErrorCode, string>>> = {
  ERR_LISTEN_PORT_IN_USE: 'port',
  ERR_LISTEN_NOT_PERMITTED: 'port',
  ERR_LISTEN_INTERCEPTED: 'port',
  ERR_CALLBACK_TIMEOUT: 'arrival',
  ERR_CALLBACK_INVALID: 'parameters',
  ERR_CALLBACK_ISSUER: 'issuer',
  ERR_STATE_MISMATCH: 'state',
  ERR_ACCESS_DENIED: 'grant',
  ERR_AUTHORIZATION: 'grant',
  ERR_TOKEN_REFUSED: 'response',
  ERR_USERINFO_REFUSED: 'response',
  ERR_PROVIDER_UNAVAILABLE: 'response',
  ERR_RESPONSE_INVALID: 'response',
  ERR_RESPONSE_TOO_LARGE: 'response',
  ERR_RESPONSE_REDIRECT: 'response',
  ERR_NETWORK: 'response',
  ERR_HTTP_TIMEOUT: 'response',
  ERR_PROXY: 'proxy',
  ERR_ID_TOKEN_INVALID: 'form',
  ERR_ID_TOKEN_ALGORITHM: 'algorithm',
  ERR_ID_TOKEN_SIGNATURE: 'signature',
  ERR_ID_TOKEN_ISSUER: 'issuer',
  ERR_ID_TOKEN_AUDIENCE: 'audience',
  ERR_ID_TOKEN_EXPIRED: 'expiry',
  ERR_ID_TOKEN_ISSUED_AT: 'issued-at',
  ERR_ID_TOKEN_NONCE: 'nonce',
  ERR_ID_TOKEN_SUB: 'subject',
  ERR_ID_TOKEN_AT_HASH: 'access-token-hash',
  ERR_SUB_MISMATCH: 'subject',
  ERR_JWE_INVALID: 'form',
  ERR_JWE_ALGORITHM: 'algorithm',
  ERR_JWE_KEY_MISSING: 'payload-key',
  ERR_DECRYPT_KEY: 'payload-key',
  ERR_DECRYPT_FIELD: 'fields',
};

/** The check that an error is about. */
export function checkOf(code: SgidErrorCode): string {
  return CHECK_OF_CODE[code] ?? 'outcome';
}

/** The verdicts of a step that was passed. */
export function passesOf(step: TraceStep): readonly TraceVerdict[] {
  return (CHECKS[step] ?? []).flat().filter(isAlwaysMade).map(pass);
}

/** The verdicts of a step that failed: what came before is passed, what would have come after was not reached. */
export function failureOf(step: TraceStep, code: SgidErrorCode, detail?: string): readonly TraceVerdict[] {
  const groups = CHECKS[step] ?? [];
  const failed = checkOf(code);
  // What is in no group, such as a broken form, can be noticed before everything else.
  const at = groups.findIndex((group) => group.some((check) => nameOf(check) === failed));
  const isOther = (check: string): boolean => isAlwaysMade(check) && check !== failed;
  const before = groups.slice(0, Math.max(at, 0)).flat().filter(isOther);
  const after = groups.slice(Math.max(at, 0)).flat().filter(isOther);
  const failure = { check: failed, verdict: 'fail', code, detail } as const;
  return [...before.map(pass), failure, ...after.map((check) => ({ check, verdict: 'skip' }) as const)];
}

function pass(check: string): TraceVerdict {
  return { check, verdict: 'pass' };
}

function isAlwaysMade(check: string): boolean {
  return !check.endsWith('?');
}

function nameOf(check: string): string {
  return check.replace('?', '');
}

/** The errors that the specifications name: RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 section 3.1. */
const OAUTH_ERRORS: ReadonlySet<string> = new Set([
  'access_denied',
  'insufficient_scope',
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_scope',
  'invalid_token',
  'server_error',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
]);

/** The provider's error code, where the specifications name it; another may hold whatever it likes. */
export function oauthErrorOf(error: string | undefined): string | undefined {
  return error !== undefined && OAUTH_ERRORS.has(error) ? error : undefined;
}
