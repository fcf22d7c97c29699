import { createPrivateKey, createPublicKey } from 'node:crypto';
import { compactDecrypt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { ENCRYPTION_PROFILES, encryptUserinfo } from '../../../src/mock/encryption.ts';
import { TEST_PRIVATE_KEY, TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { createMockApp } from '../../helpers/mock-app.ts';

const publicKey = createPublicKey(TEST_PUBLIC_KEY);
const privateKey = createPrivateKey(TEST_PRIVATE_KEY);
const VALUES = { 'myinfo.name': 'TAN AH TEST 陈', 'myinfo.email': 'NA' };
const BASE64URL_OF_32_BYTES = /^[\w-]{43}$/;

async function decryptText(jwe: string, key: Parameters<typeof compactDecrypt>[1]): Promise<string> {
  return new TextDecoder().decode((await compactDecrypt(jwe, key)).plaintext);
}

describe.each([
  {
    profile: 'sdk',
    key: { alg: 'RSA-OAEP-256', enc: 'A256GCM' },
    payloadKey: { kty: 'oct', alg: 'A128GCM', k: expect.stringMatching(/^[\w-]{22}$/) },
    field: { alg: 'A128GCMKW', enc: 'A128GCM' },
  },
  {
    profile: 'mockpass',
    key: { alg: 'RSA-OAEP', enc: 'A128CBC-HS256' },
    payloadKey: {
      kty: 'oct',
      alg: 'A256GCM',
      k: expect.stringMatching(BASE64URL_OF_32_BYTES),
      kid: expect.stringMatching(BASE64URL_OF_32_BYTES),
    },
    field: { alg: 'dir', enc: 'A256GCM' },
  },
] as const)('the profile $profile', ({ profile, key, payloadKey, field }) => {
  it('has the algorithms that were seen', async () => {
    const sent = encryptUserinfo(VALUES, publicKey, ENCRYPTION_PROFILES[profile]);
    expect(decodeProtectedHeader(sent.key ?? '')).toEqual(key);
    for (const jwe of Object.values(sent.data)) expect(decodeProtectedHeader(jwe)).toMatchObject(field);
    expect(JSON.parse(await decryptText(sent.key ?? '', privateKey))).toEqual(payloadKey);
  });

  it('is opened by plain jose', async () => {
    const sent = encryptUserinfo(VALUES, publicKey, ENCRYPTION_PROFILES[profile]);
    const { k } = JSON.parse(await decryptText(sent.key ?? '', privateKey));
    const opened = Object.entries(sent.data).map(async ([name, jwe]) => [
      name,
      await decryptText(jwe, Buffer.from(k, 'base64url')),
    ]);
    expect(Object.fromEntries(await Promise.all(opened))).toEqual(VALUES);
  });

  it('is opened by our own client', async () => {
    const { data } = await createMockApp({ jwe: profile }).login();
    expect(data).toEqual({ 'myinfo.name': 'TAN WEI MING', 'myinfo.sex': 'MALE' });
  });

  it('takes a fresh payload key each time', async () => {
    const [one, two] = [
      encryptUserinfo(VALUES, publicKey, ENCRYPTION_PROFILES[profile]),
      encryptUserinfo(VALUES, publicKey, ENCRYPTION_PROFILES[profile]),
    ];
    expect(await decryptText(one.key ?? '', privateKey)).not.toBe(
      await decryptText(two.key ?? '', privateKey),
    );
  });
});

describe('a profile that does not exist', () => {
  it('is refused, not replaced', () => {
    const options = JSON.parse('{"jwe": "mock-pass"}');
    expect(() => createMockApp(options)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  });
});
