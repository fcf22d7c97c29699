import { createHash, randomBytes } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';

/** A PKCE pair (RFC 7636 section 4), method S256. */
export interface PkcePair {
  /** The secret half: 43 to 128 characters of the base64url alphabet. Goes to the token endpoint. */
  readonly codeVerifier: string;
  /** The base64url SHA-256 of the verifier. Goes into the authorization request. */
  readonly codeChallenge: string;
}

/**
 * A fresh PKCE pair.
 *
 * @param length Characters of the verifier, 43 to 128.
 * @throws SgidError `ERR_PKCE_LENGTH` for any other length.
 */
export function generatePkcePair(length = 43): PkcePair {
  const codeVerifier = generateCodeVerifier(length);
  return { codeVerifier, codeChallenge: generateCodeChallenge(codeVerifier) };
}

/**
 * A fresh code verifier (RFC 7636 section 4.1).
 *
 * @param length Its characters, 43 to 128.
 * @throws SgidError `ERR_PKCE_LENGTH` for any other length.
 */
export function generateCodeVerifier(length = 43): string {
  if (!Number.isInteger(length) || length < 43 || length > 128) {
    throw new SgidError('ERR_PKCE_LENGTH', 'a code verifier has 43 to 128 characters', {
      hint: 'Omit the length to get 43 characters, which hold 256 random bits.',
    });
  }
  // 96 bytes are 128 characters, and a prefix of random characters is random.
  return randomBytes(96).toString('base64url').slice(0, length);
}

/** The S256 challenge of a verifier (RFC 7636 section 4.2). */
export function generateCodeChallenge(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}

/**
 * A random nonce, base64url.
 *
 * @param byteCount How many random bytes it holds, default 32 (OpenID Connect Core, section 15.5.2).
 */
export function generateNonce(byteCount = 32): string {
  return randomBytes(byteCount).toString('base64url');
}

/** A random `state` of 32 bytes, base64url (RFC 6749 section 10.12). */
export function generateState(): string {
  return randomBytes(32).toString('base64url');
}
