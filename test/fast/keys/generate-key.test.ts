import { expect, it } from 'vitest';
import { requireSoundKey } from '../../../src/keys/private-key.ts';
import { generatePrivateKey } from '../../../src/keys/write-key.ts';

it.each([2048, 3072] as const)('a new key has %i bits, the usual exponent, and works', async (bits) => {
  const key = requireSoundKey(await generatePrivateKey(bits));
  expect(key.asymmetricKeyDetails).toEqual({ modulusLength: bits, publicExponent: 65537n });
});
