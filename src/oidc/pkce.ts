import { createHash, randomBytes } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';

/**
 * A PKCE pair, method S256.
 *
 * @see RFC 7636 section 4.
 * @example
 * ```ts
 * import { generatePkcePair, type PkcePair } from 'sgid-cli';
 *
 * const pair: PkcePair = generatePkcePair();
 * ```
 */
export interface PkcePair {
  /** The secret half: 43 to 128 characters of the base64url alphabet. Goes to the token endpoint. */
  readonly codeVerifier: string;
  /** The base64url SHA-256 of the verifier. Goes into the authorization request. */
  readonly codeChallenge: string;
}

/**
 * A fresh PKCE pair, one for each login.
 *
 * @param length Characters of the verifier, 43 to 128.
 * @throws SgidError `ERR_PKCE_LENGTH` for any other length.
 * @see RFC 7636 section 4; `generatePkcePair` of the official SDK.
 * @example
 * ```ts
 * import { generatePkcePair } from 'sgid-cli';
 *
 * const { codeVerifier, codeChallenge } = generatePkcePair();
 * ```
 */
export function generatePkcePair(length = 43): PkcePair {
  const codeVerifier = generateCodeVerifier(length);
  return { codeVerifier, codeChallenge: generateCodeChallenge(codeVerifier) };
}

/**
 * A fresh code verifier: random characters of the base64url alphabet.
 *
 * @param length Its characters, 43 to 128.
 * @throws SgidError `ERR_PKCE_LENGTH` for any other length.
 * @see RFC 7636 section 4.1; `generateCodeVerifier` of the official SDK.
 * @example
 * ```ts
 * import { generateCodeVerifier } from 'sgid-cli';
 *
 * const codeVerifier = generateCodeVerifier(128);
 * ```
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

/**
 * The S256 challenge of a verifier: its SHA-256 in base64url, 43 characters. Never throws for text.
 *
 * @param codeVerifier 43 to 128 characters, which are not counted here.
 * @see RFC 7636 section 4.2; `generateCodeChallenge` of the official SDK.
 * @example
 * ```ts
 * import { generateCodeChallenge, generateCodeVerifier } from 'sgid-cli';
 *
 * const codeChallenge = generateCodeChallenge(generateCodeVerifier());
 * ```
 */
export function generateCodeChallenge(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}

/**
 * A random nonce in base64url, 43 characters for 32 bytes. {@link SgidClient.authorizationUrl} makes one by itself.
 *
 * @param byteCount How many random bytes it holds.
 * @throws RangeError Node's `ERR_OUT_OF_RANGE`, for a number of bytes that is negative, fractional or too large.
 * @see OpenID Connect Core 1.0 section 15.5.2; `generateNonce` of the official SDK.
 * @example
 * ```ts
 * import { generateNonce } from 'sgid-cli';
 *
 * const nonce = generateNonce();
 * ```
 */
export function generateNonce(byteCount = 32): string {
  return randomBytes(byteCount).toString('base64url');
}

/** A random `state` of 32 bytes, base64url (RFC 6749 section 10.12). */
export function generateState(): string {
  return randomBytes(32).toString('base64url');
}
