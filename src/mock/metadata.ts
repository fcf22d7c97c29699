import { createPublicKey } from 'node:crypto';
import type { ServerResponse } from '../system/http-server.ts';
import { PROMPTS } from './authorization-request.ts';
import { type FaultName, faultDescription } from './faults.ts';
import { jsonResponse, OAuthRefusal } from './oauth.ts';
import type { ProviderState } from './provider-state.ts';
import { TEST_PUBLIC_KEY } from './test-credentials.ts';

/** The provider's metadata (OpenID Connect Discovery section 3, RFC 8414, RFC 9207 section 3). */
export function answerDiscovery({ endpoints, clients, oidc, queue }: ProviderState): ServerResponse {
  const fault = queue.takeFaultOf('discovery');
  if (fault === 'discovery-500') throw outage(fault);
  return jsonResponse(200, {
    issuer: fault === 'discovery-issuer' ? `${endpoints.issuer}/wrong` : endpoints.issuer,
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
    claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'nonce', 'at_hash', ...(oidc ? ['auth_time'] : [])],
    // Initiating User Registration via OpenID Connect 1.0 section 3 names this member.
    ...(oidc && { prompt_values_supported: PROMPTS }),
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
  });
}

/** The keys that ID tokens are verified with (RFC 7517 section 5). */
export function answerJwks({ keys, queue }: ProviderState): ServerResponse {
  const fault = queue.takeFaultOf('jwks');
  if (fault === 'jwks-500') throw outage(fault);
  const published = keys.published().map(({ jwk }) => jwk);
  if (fault === 'jwks-empty') return jsonResponse(200, { keys: [] });
  if (fault !== 'jwks-foreign-key') return jsonResponse(200, { keys: published });
  const { n, e } = createPublicKey(TEST_PUBLIC_KEY).export({ format: 'jwk' });
  return jsonResponse(200, { keys: published.map((jwk) => ({ ...jwk, n, e })) });
}

function outage(fault: FaultName): OAuthRefusal {
  return new OAuthRefusal(500, 'server_error', faultDescription(fault));
}
