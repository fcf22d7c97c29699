import type { ServerResponse } from '../../platform/http-message.ts';
import type { MockContext } from '../context.ts';
import { jsonResponse } from '../response.ts';

/** The JWKS endpoint: the public half of the signing key (RFC 7517 section 5). */
export function answerJwks({ signingKey }: MockContext): ServerResponse {
  return jsonResponse(200, { keys: [signingKey.jwk] });
}
