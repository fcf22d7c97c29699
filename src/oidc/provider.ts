import type { AcceptedCallback } from './callback.ts';
import type { Members } from './compact.ts';
import type { CallOptions } from './journal.ts';

export interface LoginRequest {
  readonly redirectUri: string;
  readonly scope: readonly string[];
  /** Random by default, as the nonce is. */
  readonly state?: string | undefined;
  readonly nonce?: string | undefined;
}

/** One authorization request, and what its callback and its tokens are compared with. */
export interface Authorization {
  readonly url: string;
  /** The issuer that a callback may name (RFC 9207). */
  readonly issuer: string;
  readonly state: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly nonce: string;
}

declare const verified: unique symbol;

export interface VerifiedTokens {
  readonly [verified]: true;
  readonly sub: string;
  readonly accessToken: string;
  readonly idToken: string;
  readonly claims: Members;
}

/** A provider, as a login knows it. */
export interface Provider {
  authorize(request: LoginRequest, options?: CallOptions): Promise<Authorization>;
  /** Fetches ahead what the exchange will need, while the person logs in. The login survives its failure. */
  prepare?(options?: CallOptions): Promise<void>;
  exchange(
    accepted: AcceptedCallback,
    authorization: Authorization,
    options?: CallOptions,
  ): Promise<VerifiedTokens>;
  claims(tokens: VerifiedTokens, options?: CallOptions): Promise<Record<string, string>>;
}

/** The URL of an authorization request (OpenID Connect Core section 3.1.2.1; RFC 7636 section 4.3). */
export function authorizationUrl(
  endpoint: string,
  request: LoginRequest & { readonly clientId: string; readonly codeChallenge: string },
): string {
  const url = new URL(endpoint);
  const parameters = {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    scope: request.scope.join(' '),
    code_challenge: request.codeChallenge,
    code_challenge_method: 'S256',
    state: request.state,
    nonce: request.nonce,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  // URLSearchParams writes a space as "+", which only form decoders undo; "%20" is read by every server.
  url.search = url.searchParams.toString().replaceAll('+', '%20');
  return url.href;
}
