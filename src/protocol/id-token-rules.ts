import { createHash } from 'node:crypto';

/** The only signature that is accepted, whatever a token's header says (RFC 8725 section 3.1). */
export const SIGNATURE_ALGORITHM = 'RS256';

/** How far the clocks may be apart, in seconds. */
export const CLOCK_TOLERANCE = 60;

/** The `at_hash` of an access token: the left half of its SHA-256 (OpenID Connect Core section 3.1.3.6). */
export function hashAccessToken(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}
