import { decodeCompact } from '../oidc/compact.ts';
import { OPENID_SCOPE, SCOPE_NAMES } from '../sgid/scopes.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import type { RegisteredClient } from './clients.ts';
import { invalidRequest, MAX_VALUE_LENGTH, OAuthRefusal, type Values } from './oauth.ts';

/** Unsupported parameters; each has its own error code (OpenID Connect Core section 3.1.2.6). */
const UNSUPPORTED = [
  ['request', '6.1'],
  ['request_uri', '6.2'],
  ['registration', '7.2.1'],
] as const;

/** RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core section 3.1.2.1. */
export function validateRequest(values: Values, client: RegisteredClient) {
  for (const [name, section] of UNSUPPORTED) {
    if (!values.has(name)) continue;
    const description = `${name} is not supported (OpenID Connect Core section ${section}): send plain parameters`;
    throw new OAuthRefusal(400, `${name}_not_supported`, description);
  }
  const type = values.get('response_type');
  if (type === undefined) throw invalidRequest('response_type is missing: send response_type=code');
  if (type !== 'code') {
    throw new OAuthRefusal(400, 'unsupported_response_type', `response_type must be code, got ${type}`);
  }
  const mode = values.get('response_mode') ?? 'query';
  if (mode !== 'query') throw invalidRequest(`response_mode must be query, got ${mode}`);
  const scopes = parseScopes(values.get('scope'), client);

  const challenge = values.get('code_challenge');
  if (challenge === undefined) throw invalidRequest('code_challenge is missing: PKCE is mandatory');
  // RFC 7636 section 4.3: when omitted, the method would be plain.
  const method = values.get('code_challenge_method') ?? 'none';
  if (method !== 'S256') throw invalidRequest(`code_challenge_method must be S256, got ${method}`);
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    const rule = 'the base64url SHA-256 of the verifier: 43 characters, no padding';
    throw invalidRequest(`code_challenge must be ${rule}`);
  }
  // What the provider keeps or repeats, and nothing else here limits.
  for (const name of ['state', 'nonce', 'login_hint', 'mock_persona']) {
    if ((values.get(name)?.length ?? 0) <= MAX_VALUE_LENGTH) continue;
    throw invalidRequest(`${name} is longer than the ${MAX_VALUE_LENGTH} characters that this mock takes`);
  }
  // VSCHAR of RFC 6749 appendix A.5.
  const unprintable = ['state', 'nonce'].find((name) => !/^[\x20-\x7E]*$/.test(values.get(name) ?? ''));
  if (unprintable !== undefined) throw invalidRequest(`${unprintable} must be printable ASCII`);
  return { scopes, codeChallenge: challenge };
}

export const PROMPTS = ['none', 'login', 'consent', 'select_account'];

/** `prompt`, `max_age` and `id_token_hint` (OpenID Connect Core section 3.1.2.1). */
export function validateOidcRequest(values: Values) {
  const prompts = values.get('prompt')?.split(' ') ?? [];
  const unknown = prompts.find((prompt) => !PROMPTS.includes(prompt));
  if (unknown !== undefined) throw invalidRequest(`prompt must be of ${PROMPTS.join(', ')}, got ${unknown}`);
  const isSilent = prompts.includes('none');
  if (isSilent && prompts.length > 1)
    throw invalidRequest('prompt=none cannot be combined with other values');
  const maxAge = values.get('max_age') ?? '0';
  if (!/^\d{1,15}$/.test(maxAge)) throw invalidRequest(`max_age must be seconds, 0 or more, got ${maxAge}`);
  return { isSilent, hintedSubject: subjectOfHint(values.get('id_token_hint')) };
}

/**
 * The person that `id_token_hint` names: nobody else may be logged in (OpenID Connect Core section 3.1.2.2). Its signature
 * does not matter, because it lets nobody in.
 */
function subjectOfHint(hint: string | undefined): unknown {
  if (hint === undefined) return undefined;
  try {
    return decodeCompact(hint).claims?.['sub'] ?? null;
  } catch {
    throw invalidRequest('id_token_hint is not an ID token');
  }
}

/** The scopes that are asked for, as the client's own strings: a substring would keep the whole request in memory. */
function parseScopes(scope: string | undefined, client: RegisteredClient): readonly string[] {
  const refuse = (description: string) => new OAuthRefusal(400, 'invalid_scope', description);
  if (scope === undefined) throw refuse('scope is missing: send scope=openid and what else you need');
  // scope-token and scope of RFC 6749 section 3.3: single spaces, and no quote or backslash.
  if (!/^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/.test(scope)) {
    throw refuse('scope must be names separated by single spaces');
  }
  const names = [...new Set(scope.split(' '))];
  if (!names.includes(OPENID_SCOPE)) throw refuse('scope must hold openid');
  return names.map((name) => {
    const own = client.scopes.find((registered) => registered === name);
    if (own === undefined) throw refuse(foreignScope(name, client));
    return own;
  });
}

function foreignScope(foreign: string, client: RegisteredClient): string {
  const meant = SCOPE_NAMES.includes(foreign) ? undefined : didYouMean(foreign, client.scopes);
  const advice = meant ? `. ${meant}` : `, only for ${listSome(client.scopes)}`;
  return `the client is not registered for the scope ${toPrintable(foreign, 100)}${advice}`;
}

/** As many names as an `error_description` has room for, whole. */
function listSome(names: readonly string[]): string {
  const fitting = names.filter((_name, at) => names.slice(0, at + 1).join(' ').length <= 200);
  const more = names.length - fitting.length;
  return `${fitting.join(' ')}${more === 0 ? '' : ` and ${more} more`}`;
}
