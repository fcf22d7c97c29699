import { OPENID_SCOPE } from '../../protocol/scopes.ts';
import type { RegisteredClient } from '../client.ts';
import type { Fact } from '../pages/error-page.ts';
import type { RequestParameters } from '../parameters.ts';
import { MAX_VALUE_LENGTH } from '../request-limits.ts';
import type { OAuthError } from '../response.ts';

/** An authorization request that passed every check. */
export interface AuthorizationRequest {
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly codeChallenge: string;
  readonly nonce: string | undefined;
  readonly state: string | undefined;
}

/**
 * What an authorization request turns out to be. Where the client or its redirect URI is in doubt the person
 * is told on a page (`refused`); every other mistake goes back to the client (`faulty`).
 */
export type AuthorizationReading =
  | { readonly kind: 'valid'; readonly request: AuthorizationRequest }
  | { readonly kind: 'refused'; readonly problem: string; readonly facts: readonly Fact[] }
  | {
      readonly kind: 'faulty';
      readonly redirectUri: string;
      readonly state: string | undefined;
      readonly fault: OAuthError;
    };

/**
 * Judges the parameters of an authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID
 * Connect Core section 3.1.2.1).
 *
 * Production sgID answers every mistake with an HTML page of its own. This provider follows OAuth instead
 * (RFC 6749 section 4.1.2.1), because an error on the callback says which parameter is wrong and exercises
 * the client's error handling. The rule of both that matters for safety is kept: never a redirect to an
 * address that is not registered.
 */
export function readAuthorizationRequest(
  parameters: RequestParameters,
  clients: ReadonlyMap<string, RegisteredClient>,
): AuthorizationReading {
  const { values, repeated } = parameters;
  for (const name of ['client_id', 'redirect_uri']) {
    if (repeated.has(name)) return refused(`The parameter ${name} was sent more than once.`);
    if (!values.has(name)) return refused(`The parameter ${name} is missing.`);
  }
  const client = clients.get(values.get('client_id') ?? '');
  if (client === undefined) {
    return refused('The client id is not registered.', [
      { label: 'Sent', values: [values.get('client_id') ?? ''] },
      { label: 'Registered', values: [...clients.keys()] },
    ]);
  }
  // Of what is registered the client's own texts go on: those of the request would keep all of it in memory.
  const redirectUri = client.redirectUris.find((uri) => uri === values.get('redirect_uri'));
  if (redirectUri === undefined) {
    return refused(`The redirect URI is not registered for the client ${client.clientId}.`, [
      { label: 'Sent', values: [values.get('redirect_uri') ?? ''] },
      { label: 'Registered', values: client.redirectUris },
    ]);
  }

  const state = repeated.has('state') ? undefined : values.get('state');
  const fault = findFault(parameters, client);
  if (fault !== undefined) return { kind: 'faulty', redirectUri, state, fault };
  return {
    kind: 'valid',
    request: {
      client,
      redirectUri,
      scopes: scopesOf(values.get('scope') ?? '').map(
        (name) => client.scopes.find((own) => own === name) ?? name,
      ),
      codeChallenge: values.get('code_challenge') ?? '',
      nonce: values.get('nonce'),
      state,
    },
  };
}

function findFault(
  { values, repeated }: RequestParameters,
  client: RegisteredClient,
): OAuthError | undefined {
  const [twice] = repeated;
  if (twice !== undefined) return invalidRequest(`the parameter ${twice} was sent more than once`);
  return (
    findResponseFault(values) ??
    findScopeFault(values.get('scope'), client) ??
    findPkceFault(values) ??
    findLengthFault(values) ??
    findOpaqueValueFault(values)
  );
}

function findResponseFault(values: ReadonlyMap<string, string>): OAuthError | undefined {
  const type = values.get('response_type');
  if (type === undefined) return invalidRequest('response_type is missing: send response_type=code');
  if (type !== 'code') {
    return { error: 'unsupported_response_type', description: `response_type must be code, got ${type}` };
  }
  const mode = values.get('response_mode') ?? 'query';
  return mode === 'query' ? undefined : invalidRequest(`response_mode must be query, got ${mode}`);
}

function findScopeFault(scope: string | undefined, client: RegisteredClient): OAuthError | undefined {
  if (scope === undefined) return invalidScope('scope is missing: send scope=openid and what else you need');
  // scope-token and scope of RFC 6749 section 3.3: single spaces, and no quote or backslash.
  if (!/^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/.test(scope)) {
    return invalidScope('scope must be names separated by single spaces');
  }
  const scopes = scopesOf(scope);
  if (!scopes.includes(OPENID_SCOPE)) return invalidScope('scope must hold openid');
  const foreign = scopes.find((name) => !client.scopes.includes(name));
  if (foreign === undefined) return undefined;
  return invalidScope(
    `the client is not registered for the scope ${foreign}, only for ${client.scopes.join(' ')}`,
  );
}

function findPkceFault(values: ReadonlyMap<string, string>): OAuthError | undefined {
  const challenge = values.get('code_challenge');
  if (challenge === undefined) return invalidRequest('code_challenge is missing: PKCE is mandatory');
  const method = values.get('code_challenge_method');
  if (method !== 'S256') {
    // RFC 7636 section 4.3: left out, the method would be plain.
    return invalidRequest(`code_challenge_method must be S256, got ${method ?? 'none'}`);
  }
  return /^[A-Za-z0-9_-]{43}$/.test(challenge)
    ? undefined
    : invalidRequest(
        'code_challenge must be the base64url SHA-256 of the verifier: 43 characters, no padding',
      );
}

/** What the provider keeps or repeats, and nothing else here limits. */
function findLengthFault(values: ReadonlyMap<string, string>): OAuthError | undefined {
  const name = ['state', 'nonce', 'login_hint', 'mock_persona'].find(
    (key) => (values.get(key)?.length ?? 0) > MAX_VALUE_LENGTH,
  );
  return name === undefined
    ? undefined
    : invalidRequest(`${name} is longer than the ${MAX_VALUE_LENGTH} characters that this mock takes`);
}

function findOpaqueValueFault(values: ReadonlyMap<string, string>): OAuthError | undefined {
  // VSCHAR of RFC 6749 appendix A.5.
  const name = ['state', 'nonce'].find((key) => !/^[\x20-\x7E]*$/.test(values.get(key) ?? ''));
  return name === undefined ? undefined : invalidRequest(`${name} must be printable ASCII`);
}

function scopesOf(scope: string): readonly string[] {
  return [...new Set(scope.split(' '))];
}

function refused(problem: string, facts: readonly Fact[] = []): AuthorizationReading {
  return { kind: 'refused', problem, facts };
}

function invalidRequest(description: string): OAuthError {
  return { error: 'invalid_request', description };
}

function invalidScope(description: string): OAuthError {
  return { error: 'invalid_scope', description };
}
