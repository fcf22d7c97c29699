import { SgidError } from './errors.ts';
import type { ProviderRequest, ProviderResponse } from './exchange.ts';
import { isNonEmptyString, isTooLong } from './guards.ts';
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
