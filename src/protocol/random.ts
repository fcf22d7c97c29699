import { randomBytes } from 'node:crypto';

/**
 * A random nonce, base64url.
 *
 * @param byteCount How many random bytes it holds, 32 unless told (OpenID Connect Core, section 15.5.2).
 */
export function generateNonce(byteCount = 32): string {
  return randomBytes(byteCount).toString('base64url');
}

/** A random `state` of 32 bytes, base64url (RFC 6749 section 10.12). */
export function generateState(): string {
  return randomBytes(32).toString('base64url');
}
