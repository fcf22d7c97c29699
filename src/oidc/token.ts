import { SgidError } from '../errors/sgid-error.ts';
import { isNonEmptyString, isTooLong } from '../text/guards.ts';
import type { Endpoints } from './endpoints.ts';
import { type ProviderRequest, type ProviderResponse, send, type Transport } from './http-exchange.ts';
import { type IdTokenClaims, verifyIdToken } from './id-token.ts';
import type { JwksSource } from './jwks.ts';
import { describeReply, judgeJsonResponse } from './provider-reply.ts';

/** What the token endpoint needs to exchange a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5). */
export interface CodeExchange {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly code: string;
  /** The redirect URI of the authorization request. */
  readonly redirectUri: string;
  readonly codeVerifier: string;
}

/** The tokens of a login, not verified yet. */
export interface Tokens {
  readonly accessToken: string;
  /** A compact JWS. */
  readonly idToken: string;
}

/** The request that exchanges a code: form-encoded, the client authenticated in the body. Never sent twice. */
export function tokenRequest(tokenEndpoint: string, exchange: CodeExchange): ProviderRequest {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: exchange.clientId,
    client_secret: exchange.clientSecret,
    code: exchange.code,
    redirect_uri: exchange.redirectUri,
    code_verifier: exchange.codeVerifier,
  });
  return {
    step: 'token',
    url: tokenEndpoint,
    init: {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      redirect: 'manual',
    },
    secrets: [exchange.clientSecret, exchange.code, exchange.codeVerifier],
  };
}

/**
 * Judges the answer of the token endpoint (RFC 6749 section 5, OpenID Connect Core section 3.1.3.3).
 *
 * @throws SgidError `ERR_TOKEN_REFUSED`, `ERR_PROVIDER_UNAVAILABLE`, `ERR_RESPONSE_REDIRECT` or
 *   `ERR_RESPONSE_INVALID`.
 */
export function readTokenResponse(response: ProviderResponse, request: ProviderRequest): Tokens {
  const { access_token: accessToken, id_token: idToken } = judgeJsonResponse(
    response,
    request,
    'ERR_TOKEN_REFUSED',
  );
  if (!isNonEmptyString(accessToken)) throw invalid('no access token');
  if (!isNonEmptyString(idToken)) throw invalid('no ID token');
  if (isTooLong(accessToken)) throw invalid('an access token over 16 kB');
  if (isTooLong(idToken)) throw invalid('an ID token over 16 kB');
  return { accessToken, idToken };

  function invalid(got: string): SgidError {
    return new SgidError('ERR_RESPONSE_INVALID', `the token endpoint gave ${got}`, {
      step: 'token',
      reply: describeReply(response, request),
      hint: 'The provider broke the protocol; tell its operators.',
    });
  }
}

/** The client that redeems a code, its provider, and the way there. */
export interface CodeRedeemer {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly endpoints: Pick<Endpoints, 'issuer' | 'token'>;
  readonly jwks: JwksSource;
  readonly transport: Transport;
}

/** The code that a callback brought, and what the authorization request had sent. */
export interface AuthorizationCode {
  readonly code: string;
  readonly codeVerifier: string;
  readonly nonce: string | undefined;
  readonly redirectUri: string;
}

/** A verified login. */
export interface VerifiedLogin {
  readonly sub: string;
  readonly accessToken: string;
  readonly idToken: string;
  /** The claims of the ID token. */
  readonly claims: IdTokenClaims;
}

/**
 * Exchanges a code, once and never again, and verifies the ID token.
 *
 * @throws SgidError of the steps `token` and `id-token`.
 */
export async function exchangeCode(
  { clientId, clientSecret, endpoints, jwks, transport }: CodeRedeemer,
  grant: AuthorizationCode,
  signal?: AbortSignal,
): Promise<VerifiedLogin> {
  const request = tokenRequest(endpoints.token, { ...grant, clientId, clientSecret });
  const { accessToken, idToken } = readTokenResponse(await send(transport, request, signal), request);
  const expected = {
    issuer: endpoints.issuer,
    clientId,
    nonce: grant.nonce,
    accessToken,
    now: transport.clock.now(),
  };
  const claims = await verifyIdToken(idToken, expected, (fresh) => jwks.load(fresh, signal));
  return { sub: claims.sub, accessToken, idToken, claims };
}
