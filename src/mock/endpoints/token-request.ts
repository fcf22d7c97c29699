import { createHash, timingSafeEqual } from 'node:crypto';
import type { RegisteredClient } from '../client.ts';
import type { EndpointRequest } from '../context.ts';
import { readParameters } from '../parameters.ts';
import type { OAuthError } from '../response.ts';

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
