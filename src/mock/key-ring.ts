import { createPrivateKey, createPublicKey, hash, type JsonWebKey, KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { privateKeyError } from '../keys/key-errors.ts';
import { parsePrivateKey, requireSoundKey } from '../keys/private-key.ts';
import { generatePrivateKey } from '../keys/write-key.ts';
import { attempt, decodeText, isNonEmptyString, isRecord, parseJson } from '../text/guards.ts';
import { TEST_SIGNING_KEY } from './test-credentials.ts';

export type SigningKey = ReturnType<typeof signingKeyOf>;

export function testSigningKey(): SigningKey {
  return signingKeyOf(createPrivateKey(TEST_SIGNING_KEY));
}

/**
 * Parses the `signingKey` option: PEM, DER, a JWK (as an object or as text), or a key object. A JWK keeps its `kid`.
 *
 * @param origin The option and file that it is from, for errors.
 */
export function parseSigningKey(
  input: string | Uint8Array | JsonWebKey | KeyObject,
  origin?: string,
): SigningKey {
  try {
    if (input instanceof KeyObject) {
      if (input.type !== 'private') throw privateKeyError('public-key');
      return signingKeyOf(requireSoundKey(input));
    }
    // JSON.stringify throws on cycles, and gives nothing for a function.
    const given =
      typeof input === 'string' || input instanceof Uint8Array ? input : attempt(() => JSON.stringify(input));
    if (given === undefined) throw privateKeyError('unknown');
    const jwk = parseJson(typeof given === 'string' ? given : decodeText(given));
    const kid = isRecord(jwk) ? jwk['kid'] : undefined;
    return signingKeyOf(parsePrivateKey(given), isNonEmptyString(kid) ? kid : undefined);
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    // The hints of these errors are about a client's key.
    const message = `the mock cannot sign with this key: ${error.message}`;
    throw new SgidError(error.code, origin === undefined ? message : `${origin}: ${message}`, {
      cause: error,
      hint: 'Give an RSA private key of 2048 bits or more as PEM, DER or JWK, for example: sgid key generate --out signing.pem',
    });
  }
}

function signingKeyOf(privateKey: KeyObject, ownKid?: string) {
  const { e, n } = createPublicKey(privateKey).export({ format: 'jwk' });
  // RFC 7638 section 3: the required members alone, in this order, without white space.
  const kid = ownKid ?? hash('sha256', JSON.stringify({ e, kty: 'RSA', n }), 'base64url');
  const jwk: Readonly<Record<string, unknown>> = { kty: 'RSA', kid, use: 'sig', alg: 'RS256', n, e };
  return { kid, privateKey, jwk };
}

/** How many keys the JWKS holds: the current one, and the last ones for tokens still under way. */
const PUBLISHED_KEYS = 4;

export class KeyRing {
  #keys: readonly [SigningKey, ...SigningKey[]] | undefined;
  #rotation: Promise<void> | undefined;

  constructor(first?: SigningKey | undefined) {
    if (first !== undefined) this.#keys = [first];
  }

  published(): readonly [SigningKey, ...SigningKey[]] {
    // Parsed at its first use, so that a provider listens sooner.
    this.#keys ??= [testSigningKey()];
    return this.#keys;
  }

  current(): SigningKey {
    return this.published()[0];
  }

  /** Makes a new key to sign with. It takes some 200 milliseconds; whoever asks meanwhile gets the same one. */
  rotate(): Promise<void> {
    this.#rotation ??= this.#addKey().finally(() => {
      this.#rotation = undefined;
    });
    return this.#rotation;
  }

  async #addKey(): Promise<void> {
    const key = signingKeyOf(await generatePrivateKey(2048));
    this.#keys = [key, ...this.published().slice(0, PUBLISHED_KEYS - 1)];
  }
}
