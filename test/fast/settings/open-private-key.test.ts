import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TEST_KEY, TEST_PUBLIC_KEY } from './in-memory.ts';
import { resolveWith } from './in-memory-profiles.ts';

describe('a public key in the credentials file', () => {
  const client = { id: 'TEST', secret: 'test-secret', redirectUri: 'http://localhost:1/x' };
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const noticesFor = async (publicKey: unknown, privateKey: string | null = TEST_KEY, env = {}) => {
    const files = { 'client.json': JSON.stringify({ ...client, privateKey, publicKey }) };
    return (await resolveWith({ credentials: 'client.json' }, { env, files })).notices;
  };
  const mismatch = ['the public key of client.json does not belong to the private key'];

  it('that belongs to the private key is not spoken of, nor one that cannot be read', async () => {
    expect(await noticesFor(TEST_PUBLIC_KEY)).toEqual([]);
    expect(await noticesFor(TEST_PUBLIC_KEY.replaceAll('\n', '\\n'))).toEqual([]);
    expect(await noticesFor(createPublicKey(TEST_PUBLIC_KEY).export({ format: 'jwk' }))).toEqual([]);
    expect(await noticesFor('nonsense')).toEqual([]);
    expect(await noticesFor(42)).toEqual([]);
  });

  it.each(['pem', 'jwk'] as const)('that belongs to another is warned of: %s', async (format) => {
    const text = format === 'pem' ? other.export({ type: 'spki', format }) : other.export({ format });
    expect(await noticesFor(text)).toEqual(mismatch);
  });

  it('is compared with the key in use, wherever that is from', async () => {
    const publicKey = other.export({ type: 'spki', format: 'pem' });
    expect(await noticesFor(publicKey, null, { SGID_PRIVATE_KEY: TEST_KEY })).toEqual(mismatch);
  });
});
