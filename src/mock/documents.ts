import type { ServerResponse } from '../system/http-server.ts';
import type { MockContext } from './provider.ts';
import { jsonResponse } from './web-handler.ts';

/** The provider's metadata (OpenID Connect Discovery section 3, RFC 8414, RFC 9207 section 3). */
export function answerDiscovery({ endpoints, clients }: MockContext): ServerResponse {
  return jsonResponse(200, {
    issuer: endpoints.issuer,
    authorization_endpoint: endpoints.authorization,
    token_endpoint: endpoints.token,
    userinfo_endpoint: endpoints.userinfo,
    jwks_uri: endpoints.jwks,
    scopes_supported: [...new Set([...clients.values()].flatMap((client) => client.scopes))],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    code_challenge_methods_supported: ['S256'],
    claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'nonce', 'at_hash'],
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
  });
}

/** The JWKS endpoint: the public halves of the signing keys (RFC 7517 section 5). */
export function answerJwks({ keys }: MockContext): ServerResponse {
  return jsonResponse(200, { keys: keys.published().map((key) => key.jwk) });
}

/** The health endpoint, for whatever waits until the mock is up. sgID itself has none. */
export function answerHealth(): ServerResponse {
  return jsonResponse(200, { status: 'ok' });
}
