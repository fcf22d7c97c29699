import { isEqual } from '../oidc/callback.ts';
import { generateCodeChallenge } from '../oidc/pkce.ts';
import type { ServerResponse } from '../system/http-server.ts';
import type { RegisteredClient } from './clients.ts';
import { type FaultName, faultDescription, SLOW_MS, TOKEN_SLOW_MS } from './faults.ts';
import { CODE_LIFETIME_SECONDS, type Redemption, TOKEN_LIFETIME_SECONDS } from './grants.ts';
import { signIdToken } from './id-token.ts';
import {
  type EndpointRequest,
  invalidRequest,
  jsonResponse,
  OAuthRefusal,
  parseParameters,
  refuseRepeated,
  requireForm,
  type Values,
} from './oauth.ts';
import type { ProviderState } from './provider-state.ts';

const CODE_PROBLEMS: Readonly<Record<Exclude<Redemption['kind'], 'granted'>, string>> = {
  unknown: 'the code is unknown: it was not issued here, or was cut short or decoded twice on its way',
  foreign: 'the code was issued to another client',
  used: 'the code was presented before; each works once, also when that attempt failed, and its token is revoked',
  expired: `the code has expired: it must be exchanged within ${CODE_LIFETIME_SECONDS} seconds`,
};

/** The token endpoint: exchanges an authorization code, once (RFC 6749 sections 4.1.3 to 5.2). */
export async function answerToken(state: ProviderState, request: EndpointRequest): Promise<ServerResponse> {
  const values = parseForm(request);
  const client = authenticateClient(values, state);
  const { code, redirectUri, codeVerifier } = requireGrantParameters(values);

  const redemption = state.grants.redeemCode(code, client.clientId);
  if (redemption.kind !== 'granted') throw invalidGrant(CODE_PROBLEMS[redemption.kind]);
  const { grant } = redemption;
  if (redirectUri !== grant.redirectUri) {
    const both = `expected ${grant.redirectUri}, got ${redirectUri}`;
    throw invalidGrant(`redirect_uri differs from the authorization request: ${both}`);
  }
  if (generateCodeChallenge(codeVerifier) !== grant.codeChallenge) {
    throw invalidGrant('code_verifier does not fit the code_challenge of the authorization request');
  }

  const misbehaviour = await misbehave(state, grant.fault);
  if (misbehaviour !== undefined) return misbehaviour;
  const accessToken = state.grants.issueToken(code, grant);
  const { issuer } = state.endpoints;
  const now = state.clock.now();
  return jsonResponse(200, {
    access_token: accessToken,
    id_token: await signIdToken(state.keys.current(), { issuer, grant, accessToken, now }, state.hooks),
    token_type: 'Bearer',
    expires_in: TOKEN_LIFETIME_SECONDS,
    scope: grant.scopes.join(' '),
  });
}

async function misbehave(state: ProviderState, fault?: FaultName): Promise<ServerResponse | undefined> {
  switch (fault) {
    case 'invalid-client':
      throw invalidClient(faultDescription(fault));
    case 'invalid-grant':
      throw invalidGrant(faultDescription(fault));
    case 'token-500':
      return { status: 500, headers: { 'content-type': 'text/plain' }, body: faultDescription(fault) };
    case 'token-html':
      return {
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: `<!doctype html><title>Log in</title><p>${faultDescription(fault)}</p>`,
      };
    case 'token-slow':
      await state.sleep(TOKEN_SLOW_MS);
      break;
    case 'slow':
      await state.sleep(SLOW_MS);
      break;
    case 'rotated-keys':
      await state.keys.rotate();
  }
  return undefined;
}

/** Any other word may be part of a secret that was sent without a scheme. */
const SCHEMES = ['Basic', 'Bearer', 'Digest', 'DPoP'] as const;

function parseForm(request: EndpointRequest): Values {
  const form = requireForm(request);
  const { authorization } = request.headers;
  if (authorization) {
    const [word] = authorization.toLowerCase().split(' ');
    const scheme = SCHEMES.find((name) => name.toLowerCase() === word);
    const description =
      `sgID takes client_id and client_secret in the body (client_secret_post), ` +
      `not an Authorization header with ${scheme ? `the scheme ${scheme}` : 'another scheme'}`;
    throw invalidClient(description, scheme && { 'www-authenticate': `${scheme} realm="mock sgID"` });
  }
  const { values, repeated } = parseParameters(form);
  refuseRepeated(repeated);
  return values;
}

/** RFC 6749 section 2.3.1. */
function authenticateClient(values: Values, { clients }: ProviderState): RegisteredClient {
  const clientId = values.get('client_id');
  const clientSecret = values.get('client_secret');
  if (clientId === undefined) throw invalidClient('client_id is missing');
  if (clientSecret === undefined) throw invalidClient('client_secret is missing');
  const client = clients.get(clientId);
  if (client === undefined) throw invalidClient(`the client ${clientId} is not registered`);
  if (isEqual(clientSecret, client.clientSecret)) return client;
  throw invalidClient(`the client_secret is not that of the client ${clientId}`);
}

/** RFC 6749 section 4.1.3, RFC 7636 section 4.5. */
function requireGrantParameters(values: Values) {
  const grantType = values.get('grant_type');
  if (grantType === undefined) throw invalidRequest('grant_type is missing: send authorization_code');
  if (grantType !== 'authorization_code') {
    const description = `grant_type must be authorization_code, got ${grantType}`;
    throw new OAuthRefusal(400, 'unsupported_grant_type', description);
  }
  const take = (name: string): string => {
    const value = values.get(name);
    if (value === undefined) throw invalidRequest(`${name} is missing`);
    return value;
  };
  const code = take('code');
  const redirectUri = take('redirect_uri');
  const codeVerifier = take('code_verifier');
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(codeVerifier)) {
    throw invalidRequest('code_verifier must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~');
  }
  return { code, redirectUri, codeVerifier };
}

function invalidGrant(description: string): OAuthRefusal {
  return new OAuthRefusal(400, 'invalid_grant', description);
}

function invalidClient(description: string, headers: ServerResponse['headers'] = {}): OAuthRefusal {
  return new OAuthRefusal(401, 'invalid_client', description, headers);
}
