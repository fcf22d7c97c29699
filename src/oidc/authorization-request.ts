/** An authorization request (OpenID Connect Core section 3.1.2.1; RFC 7636 section 4.3). */
export interface AuthorizationRequest {
  readonly clientId: string;
  /** Exactly as registered. */
  readonly redirectUri: string;
  /** Names separated by spaces; holds `openid`. */
  readonly scope: string;
  /** The S256 challenge. */
  readonly codeChallenge: string;
  readonly state?: string | undefined;
  readonly nonce?: string | undefined;
}

/** The URL to send the person's browser to. */
export function authorizationUrl(endpoint: string, request: AuthorizationRequest): string {
  const url = new URL(endpoint);
  const parameters = {
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    scope: request.scope,
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
