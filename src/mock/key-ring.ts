import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { importSigningKey, type SigningKey, signingKeyOf } from './signing-key.ts';

/** The signing keys of a provider. */
export interface KeyRing {
  /** The key that signs now. */
  current(): SigningKey;
  /** The keys that the JWKS publishes: the current one, and the last ones for tokens still under way. */
  published(): readonly SigningKey[];
  /**
   * Makes a new key and signs with it from now on. Takes some 200 milliseconds; whoever asks meanwhile gets
   * the same new key.
   */
  rotate(): Promise<void>;
}

const PUBLISHED_KEYS = 4;

/** A ring that starts with the embedded test key. */
export function createKeyRing(): KeyRing {
  let keys: readonly [SigningKey, ...SigningKey[]] = [importSigningKey()];
  let rotation: Promise<void> | undefined;

  async function turn(): Promise<void> {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    keys = [signingKeyOf(privateKey), ...keys.slice(0, PUBLISHED_KEYS - 1)];
  }
  return {
    current: () => keys[0],
    published: () => keys,
    rotate: () => {
      rotation ??= turn().finally(() => {
        rotation = undefined;
      });
      return rotation;
    },
  };
}
