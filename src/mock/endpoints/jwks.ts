import type { ServerResponse } from '../../platform/http-message.ts';
import type { MockContext } from '../context.ts';
import { jsonResponse } from '../response.ts';

/** The JWKS endpoint: the public halves of the signing keys (RFC 7517 section 5). */
export function answerJwks({ keys }: MockContext): ServerResponse {
  return jsonResponse(200, { keys: keys.published().map((key) => key.jwk) });
}
