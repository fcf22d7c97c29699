import { SgidError } from '../errors/sgid-error.ts';
import { isNonEmptyString } from '../text/guards.ts';
import type { AcceptedCallback } from './callback.ts';
import { describeReply, parseReply, send } from './exchange.ts';
import { verifyIdToken } from './id-token.ts';
import { type CallOptions, requirePassed, runStep } from './journal.ts';
import type { JwksSource } from './jwks.ts';
import type { Authorization, VerifiedTokens } from './provider.ts';
import { isTokenTooLong, type ProviderRequest, type ProviderResponse, type Transport } from './transport.ts';
import { BROKEN, pass } from './verdict.ts';

export interface CodeExchange {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
}

/** The request that exchanges a code: form-encoded, the client authenticated in the body. Never sent twice. */
export function tokenRequest(endpoint: string, exchange: CodeExchange): ProviderRequest {
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
    url: endpoint,
    init: {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      redirect: 'manual',
    },
    secrets: [exchange.clientSecret, exchange.code, exchange.codeVerifier],
  };
}

export interface OidcClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly endpoints: { readonly issuer: string; readonly token: string };
  readonly jwks: JwksSource;
  readonly transport: Transport;
}

export type SentAuthorization = Pick<Authorization, 'codeVerifier' | 'redirectUri'> & {
  readonly nonce: string | null;
};

/**
 * Exchanges a code, once and never again, and verifies the ID token.
 *
 * @throws SgidError of the steps `token` and `id-token`.
 */
export async function exchangeCode(
  client: OidcClient,
  { code }: AcceptedCallback,
  { nonce, ...sent }: SentAuthorization,
  { journal, signal }: CallOptions = {},
): Promise<VerifiedTokens> {
  const { clientId, clientSecret, endpoints, jwks, transport } = client;
  const request = tokenRequest(endpoints.token, { clientId, clientSecret, code, ...sent });
  const tokens = await runStep(journal, 'token', async (step) => {
    const reply = parseTokens(await send(transport, request, { step, signal }), request);
    step?.verdicts([pass('response')]);
    return reply;
  });
  const expected = { ...tokens, issuer: endpoints.issuer, clientId, nonce, now: transport.clock.now() };
  // Before the step id-token, so that its time does not include the request.
  await jwks.load(false, { journal, signal });
  return runStep(journal, 'id-token', async (step) => {
    const { verdicts, claims } = await verifyIdToken(tokens.idToken, expected, (fresh) =>
      jwks.load(fresh, { journal, signal }),
    );
    requirePassed(step, verdicts);
    return { ...tokens, sub: claims['sub'], claims } as VerifiedTokens;
  });
}

/** RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3. */
function parseTokens(
  response: ProviderResponse,
  request: ProviderRequest,
): Pick<VerifiedTokens, 'accessToken' | 'idToken'> {
  const reply = parseReply(response, request, 'ERR_TOKEN_REFUSED');
  const { access_token: accessToken, id_token: idToken, token_type: type = 'Bearer' } = reply;
  if (!isNonEmptyString(accessToken)) throw invalid('no access token');
  if (!isNonEmptyString(idToken)) throw invalid('no ID token');
  if (isTokenTooLong(accessToken)) throw invalid('an access token over 16 kB');
  if (isTokenTooLong(idToken)) throw invalid('an ID token over 16 kB');
  // RFC 6749 section 7.1: a token of an unknown type must not be used. Case does not matter (section 5.1).
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer')
    throw invalid('an access token of another type than Bearer');
  return { accessToken, idToken };

  function invalid(got: string): SgidError {
    return new SgidError('ERR_RESPONSE_INVALID', `the token endpoint returned ${got}`, {
      reply: describeReply(response, request),
      hint: BROKEN,
    });
  }
}
