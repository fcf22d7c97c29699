import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto';
import { generatePrivateKey } from '../keys/write-key.ts';
import { TEST_SIGNING_KEY } from './test-credentials.ts';

export type SigningKey = ReturnType<typeof importSigningKey>;

export function importSigningKey() {
  return signingKeyOf(createPrivateKey(TEST_SIGNING_KEY));
}

function signingKeyOf(privateKey: KeyObject) {
  const { e, n } = createPublicKey(privateKey).export({ format: 'jwk' });
  // RFC 7638 section 3: the required members alone, in this order, without white space.
  const kid = hash('sha256', JSON.stringify({ e, kty: 'RSA', n }), 'base64url');
  const jwk: Readonly<Record<string, unknown>> = { kty: 'RSA', kid, use: 'sig', alg: 'RS256', n, e };
  return { kid, privateKey, jwk };
}

/** How many keys the JWKS holds: the current one, and the last ones for tokens still under way. */
const PUBLISHED_KEYS = 4;

export class KeyRing {
  #keys: readonly [SigningKey, ...SigningKey[]] | undefined;
  #rotation: Promise<void> | undefined;

  published(): readonly [SigningKey, ...SigningKey[]] {
    // Parsed at its first use, so that a provider listens sooner.
    this.#keys ??= [importSigningKey()];
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
