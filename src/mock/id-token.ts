import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { type Grant, TOKEN_LIFETIME_SECONDS } from './grants.ts';
import type { SigningKey } from './signing-key.ts';

/** What an ID token speaks of. */
export interface IdTokenInput {
  readonly issuer: string;
  readonly grant: Grant;
  readonly accessToken: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Signs an ID token with RS256 (OpenID Connect Core section 2). It lives as long as the access token. */
export function signIdToken(
  key: SigningKey,
  { issuer, grant, accessToken, now }: IdTokenInput,
): Promise<string> {
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT({
    ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
    at_hash: accessTokenHash(accessToken),
  })
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject(subjectOf(grant.clientId, grant.personaId))
    .setAudience(grant.clientId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + TOKEN_LIFETIME_SECONDS)
    .sign(key.privateKey);
}

/**
 * The pairwise subject identifier of a persona at a client: `u=` and a UUID (version 8, RFC 9562) made from
 * a hash of the two, so that two clients cannot tell that they know the same person.
 */
export function subjectOf(clientId: string, personaId: string): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify([clientId, personaId]))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return `u=${bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`;
}

/** `at_hash`: the left half of the token's SHA-256 (OpenID Connect Core section 3.1.3.6). */
function accessTokenHash(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}
