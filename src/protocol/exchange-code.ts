import type { Endpoints } from './endpoints.ts';
import { send, type Transport } from './exchange.ts';
import { type IdTokenClaims, verifyIdToken } from './id-token.ts';
import type { JwksSource } from './jwks.ts';
import { readTokenResponse, tokenRequest } from './token.ts';

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
