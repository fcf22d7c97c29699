import { hash, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { FaultName } from './faults.ts';
import { type Grant, TOKEN_LIFETIME_SECONDS } from './grants.ts';
import type { Hooks } from './intercept.ts';
import type { SigningKey } from './key-ring.ts';

type IdTokenInput = { issuer: string; grant: Grant; accessToken: string; now: number };

export async function signIdToken(
  key: SigningKey,
  input: IdTokenInput,
  hooks: Pick<Hooks, 'idToken'>,
): Promise<string> {
  const { fault } = input.grant;
  const claims = encodeJson(await hooks.idToken(falsifyClaims(claimsOf(input), fault), input.grant));
  if (fault === 'alg-none') return `${encodeJson({ alg: 'none' })}.${claims}.`;
  const kid = fault === 'unknown-kid' ? `${key.kid}-unknown` : key.kid;
  const signingInput = `${encodeJson({ alg: 'RS256', kid, typ: 'JWT' })}.${claims}`;
  // Half of what a login costs: in another thread it lets other logins go on meanwhile.
  const signature = await signAside('sha256', Buffer.from(signingInput), key.privateKey);
  if (fault === 'bad-signature') signature.writeUInt8(signature.readUInt8(0) ^ 1, 0);
  return `${signingInput}.${signature.toString('base64url')}`;
}

const signAside = promisify(sign);

function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

type Claims = ReturnType<typeof claimsOf>;

function claimsOf({ issuer, grant, accessToken, now }: IdTokenInput) {
  const issuedAt = Math.floor(now / 1000);
  return {
    iss: issuer,
    sub: subjectOf(grant.clientId, grant.personaId),
    aud: grant.clientId,
    iat: issuedAt,
    exp: issuedAt + TOKEN_LIFETIME_SECONDS,
    // JSON omits these two where they are undefined.
    nonce: grant.nonce,
    auth_time: grant.authTime,
    // The left half of the access token's hash (OpenID Connect Core section 3.1.3.6).
    at_hash: hash('sha256', accessToken, 'buffer').subarray(0, 16).toString('base64url'),
  };
}

function falsifyClaims(claims: Claims, fault: FaultName | undefined): Claims {
  const age = TOKEN_LIFETIME_SECONDS + 3600;
  switch (fault) {
    case 'wrong-nonce':
      return { ...claims, nonce: `${claims.nonce ?? ''}-wrong` };
    case 'wrong-audience':
      return { ...claims, aud: `${claims.aud}-wrong` };
    case 'wrong-issuer':
      return { ...claims, iss: `${claims.iss}/wrong` };
    case 'expired-token':
      return { ...claims, iat: claims.iat - age, exp: claims.exp - age };
    default:
      return claims;
  }
}

/**
 * The pairwise subject identifier of a persona at a client: `u=` and a UUID (version 8, RFC 9562) made from
 * a hash of the two, so that two clients cannot find out that they know the same person.
 */
export function subjectOf(clientId: string, personaId: string): string {
  const hex = hash('sha256', JSON.stringify([clientId, personaId]), 'hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return `u=${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
