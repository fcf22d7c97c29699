import { generatePrivateKey } from '../keys/generate-key.ts';
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

type Keys = readonly [SigningKey, ...SigningKey[]];

/** A ring that starts with the embedded test key. */
export function createKeyRing(): KeyRing {
  let keys: Keys | undefined;
  let rotation: Promise<void> | undefined;

  /** The key is read when it is first asked for: a provider listens sooner. */
  function ring(): Keys {
    keys ??= [importSigningKey()];
    return keys;
  }

  async function turn(): Promise<void> {
    keys = [signingKeyOf(await generatePrivateKey(2048)), ...ring().slice(0, PUBLISHED_KEYS - 1)];
  }
  return {
    current: () => ring()[0],
    published: ring,
    rotate: () => {
      rotation ??= turn().finally(() => {
        rotation = undefined;
      });
      return rotation;
    },
  };
}
