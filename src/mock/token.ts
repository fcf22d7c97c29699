import { createHash, timingSafeEqual } from 'node:crypto';
import { generateCodeChallenge } from '../oidc/pkce.ts';
import type { ServerResponse } from '../system/http-server.ts';
import type { RegisteredClient } from './clients.ts';
import { type FaultName, faultDescription, SLOW_MS, TOKEN_SLOW_MS } from './faults.ts';
import { CODE_LIFETIME_SECONDS, type Grant, type Redemption, TOKEN_LIFETIME_SECONDS } from './grants.ts';
import { signIdToken } from './id-token.ts';
import type { EndpointRequest, MockContext } from './provider.ts';
import { errorResponse, jsonResponse, type OAuthError, readParameters } from './web-handler.ts';

/** The token endpoint: exchanges an authorization code, once (RFC 6749 sections 4.1.3 to 5.2). */
export async function answerToken(context: MockContext, request: EndpointRequest): Promise<ServerResponse> {
  const reading = readTokenRequest(request, context.clients);
  if ('refusal' in reading) {
    const { refusal, status, scheme } = reading;
    return errorResponse(
      status,
      refusal,
      scheme === undefined ? {} : { 'www-authenticate': `${scheme} realm="mock sgID"` },
    );
  }
  const redemption = context.grants.redeemCode(reading.code, reading.client.clientId);
  if (redemption.kind !== 'granted') return invalidGrant(CODE_PROBLEMS[redemption.kind]);
  const mismatch = findMismatch(reading, redemption.grant);
  if (mismatch !== undefined) return invalidGrant(mismatch);
  return (
    (await misbehave(context, redemption.grant.fault)) ?? grantTokens(context, reading.code, redemption.grant)
  );
}

/** The answer of a login's fault where it replaces the genuine one; waits where it only delays it. */
async function misbehave(
  context: MockContext,
  fault: FaultName | undefined,
): Promise<ServerResponse | undefined> {
  switch (fault) {
    case 'invalid-client':
      return errorResponse(401, { error: 'invalid_client', description: faultDescription(fault) });
    case 'invalid-grant':
      return invalidGrant(faultDescription(fault));
    case 'token-500':
      return { status: 500, headers: { 'content-type': 'text/plain' }, body: faultDescription(fault) };
    case 'token-html':
      return {
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: `<!doctype html><title>Sign in</title><p>${faultDescription(fault)}</p>`,
      };
    case 'token-slow':
      await context.sleep(TOKEN_SLOW_MS);
      return undefined;
    case 'slow':
      await context.sleep(SLOW_MS);
      return undefined;
    case 'rotated-keys':
      await context.keys.rotate();
      return undefined;
    default:
      return undefined;
  }
}

const CODE_PROBLEMS: Readonly<Record<Exclude<Redemption['kind'], 'granted'>, string>> = {
  unknown: 'the code is unknown: it was not issued here, or was cut short or decoded twice on its way',
  foreign: 'the code was issued to another client',
  used: 'the code was presented before; each works once, also when that attempt failed, and its token is revoked',
  expired: `the code has expired: it must be exchanged within ${CODE_LIFETIME_SECONDS} seconds`,
};

function findMismatch({ redirectUri, codeVerifier }: TokenRequest, grant: Grant): string | undefined {
  if (redirectUri !== grant.redirectUri) {
    return `redirect_uri differs from the authorization request: expected ${grant.redirectUri}, got ${redirectUri}`;
  }
  if (generateCodeChallenge(codeVerifier) !== grant.codeChallenge) {
    return 'code_verifier does not fit the code_challenge of the authorization request';
  }
  return undefined;
}

async function grantTokens(context: MockContext, code: string, grant: Grant): Promise<ServerResponse> {
  const accessToken = context.grants.issueToken(code, grant);
  const idToken = await signIdToken(context.keys.current(), {
    issuer: context.endpoints.issuer,
    grant,
    accessToken,
    now: context.clock.now(),
  });
  return jsonResponse(200, {
    access_token: accessToken,
    id_token: idToken,
    token_type: 'Bearer',
    expires_in: TOKEN_LIFETIME_SECONDS,
    scope: grant.scopes.join(' '),
  });
}

function invalidGrant(description: string): ServerResponse {
  return errorResponse(400, { error: 'invalid_grant', description });
}

/** A token request that is well-formed and comes from a client that proved its identity. */
export interface TokenRequest {
  readonly client: RegisteredClient;
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
}

/** A token request refused: the error, its status and the authentication scheme to answer with, if any. */
export interface TokenRefusal {
  readonly refusal: OAuthError;
  readonly status: 400 | 401;
  readonly scheme?: string;
}

/**
 * Judges a token request as far as that goes without looking at the code (RFC 6749 sections 2.3.1 and
 * 4.1.3, RFC 7636 section 4.5): form, client authentication, grant type, parameters, in this order.
 */
export function readTokenRequest(
  request: EndpointRequest,
  clients: ReadonlyMap<string, RegisteredClient>,
): TokenRequest | TokenRefusal {
  const form = readForm(request);
  if ('refusal' in form) return form;
  const authentication = authenticateClient(form.values, clients);
  if ('refusal' in authentication) return authentication;
  return readGrantParameters(form.values, authentication.client);
}

function readForm({
  query,
  headers,
  body,
}: EndpointRequest): { readonly values: ReadonlyMap<string, string> } | TokenRefusal {
  if (query !== '')
    return invalidRequest('send the parameters in the body: the token endpoint takes no query');
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    return invalidRequest(`content-type must be application/x-www-form-urlencoded, got ${type ?? 'none'}`);
  }
  const scheme = headers['authorization']?.match(/^[\w-]+/)?.[0];
  if (scheme !== undefined) {
    const description =
      `sgID takes client_id and client_secret in the body (client_secret_post), ` +
      `not an Authorization header with the scheme ${scheme}`;
    return { refusal: { error: 'invalid_client', description }, status: 401, scheme };
  }
  const { values, repeated } = readParameters(body);
  const [twice] = repeated;
  return twice === undefined ? { values } : invalidRequest(`the parameter ${twice} was sent more than once`);
}

function authenticateClient(
  values: ReadonlyMap<string, string>,
  clients: ReadonlyMap<string, RegisteredClient>,
): { readonly client: RegisteredClient } | TokenRefusal {
  const clientId = values.get('client_id');
  const clientSecret = values.get('client_secret');
  if (clientId === undefined) return invalidClient('client_id is missing');
  if (clientSecret === undefined) return invalidClient('client_secret is missing');
  const client = clients.get(clientId);
  if (client === undefined) return invalidClient(`the client ${clientId} is not registered`);
  if (!equalInConstantTime(clientSecret, client.clientSecret)) {
    return invalidClient(`the client_secret is not that of the client ${clientId}`);
  }
  return { client };
}

function readGrantParameters(
  values: ReadonlyMap<string, string>,
  client: RegisteredClient,
): TokenRequest | TokenRefusal {
  const grantType = values.get('grant_type');
  if (grantType === undefined) return invalidRequest('grant_type is missing: send authorization_code');
  if (grantType !== 'authorization_code') {
    const description = `grant_type must be authorization_code, got ${grantType}`;
    return { refusal: { error: 'unsupported_grant_type', description }, status: 400 };
  }
  const code = values.get('code');
  const redirectUri = values.get('redirect_uri');
  const codeVerifier = values.get('code_verifier');
  if (code === undefined) return invalidRequest('code is missing');
  if (redirectUri === undefined) return invalidRequest('redirect_uri is missing');
  if (codeVerifier === undefined) return invalidRequest('code_verifier is missing');
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(codeVerifier)) {
    return invalidRequest('code_verifier must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~');
  }
  return { client, code, redirectUri, codeVerifier };
}

/** Compares hashes, so that neither content nor length shows in the time it takes. */
function equalInConstantTime(left: string, right: string): boolean {
  return timingSafeEqual(
    createHash('sha256').update(left).digest(),
    createHash('sha256').update(right).digest(),
  );
}

function invalidRequest(description: string): TokenRefusal {
  return { refusal: { error: 'invalid_request', description }, status: 400 };
}

function invalidClient(description: string): TokenRefusal {
  return { refusal: { error: 'invalid_client', description }, status: 401 };
}
