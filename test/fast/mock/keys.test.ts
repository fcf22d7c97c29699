import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { ENCRYPTION_PROFILES, encryptUserinfo } from '../../../src/mock/encryption.ts';
import { KeyRing, parseSigningKey, testSigningKey } from '../../../src/mock/key-ring.ts';
import { createMockSgid, type MockSgidOptions } from '../../../src/mock/mock-sgid.ts';
import type { MockProvider } from '../../../src/mock/provider.ts';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY, TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { keyText, rsaJwk } from '../keys/key-fixtures.ts';
import {
  createTestProvider,
  decryptPayloadKey,
  decryptUserinfo,
  jwksOf,
  obtainTokens,
} from './relying-party.ts';

describe('the test keys', () => {
  it('fit together: a kid that is a thumbprint, a pair of 2048 bits, a secret that a form must encode', async () => {
    const { kid, jwk } = testSigningKey();
    expect(kid).toBe(await calculateJwkThumbprint({ kty: 'RSA', e: String(jwk['e']), n: String(jwk['n']) }));
    expect(jwk).toEqual({ kty: 'RSA', kid, use: 'sig', alg: 'RS256', n: jwk['n'], e: 'AQAB' });
    const publicKey = createPublicKey(TEST_PUBLIC_KEY);
    expect(createPublicKey(createPrivateKey(TEST_PRIVATE_KEY)).equals(publicKey)).toBe(true);
    expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(TEST_CLIENT_SECRET).toMatch(/public-test.*[/+=]/);
  });
});

async function verify(provider: MockProvider, idToken: string): Promise<string | undefined> {
  const keys = createLocalJWKSet(await jwksOf(provider));
  return (await jwtVerify(idToken, keys)).protectedHeader.kid;
}

describe('a signing key of one’s own', () => {
  const own = createPrivateKey(keyText('rsa-2048.pkcs8.pem'));
  const { kid: _kid, ...jwk } = rsaJwk();
  type Key = NonNullable<MockSgidOptions['signingKey']>;

  it.each<[string, string | undefined, Key]>([
    ['PKCS#8 PEM', undefined, keyText('rsa-2048.pkcs8.pem')],
    ['PKCS#1 PEM', undefined, keyText('rsa-2048.pkcs1.pem')],
    ['PEM as bytes', undefined, Buffer.from(keyText('rsa-2048.pkcs8.pem'))],
    ['DER', undefined, new Uint8Array(own.export({ type: 'pkcs8', format: 'der' }))],
    ['a key object', undefined, own],
    ['a JWK', undefined, jwk],
    ['a JWK with its kid', 'my-kid', { ...jwk, kid: 'my-kid' }],
    ['a JWK as bytes', 'my-kid', Buffer.from(JSON.stringify({ ...jwk, kid: 'my-kid' }))],
    ['a JWK as text', 'my-kid', JSON.stringify({ ...jwk, kid: 'my-kid' })],
    ['a JWK with an empty kid', undefined, { ...jwk, kid: '' }],
  ])(
    '%s signs, and is alone in the JWKS with the kid %s or its thumbprint',
    async (_what, kid, signingKey) => {
      const provider = createTestProvider({ signingKey: parseSigningKey(signingKey) });
      const { keys } = await jwksOf(provider);
      const { n, e = '' } = createPublicKey(own).export({ format: 'jwk' });
      const thumbprint = await calculateJwkThumbprint({ kty: 'RSA', e, n: n ?? '' });
      expect(keys).toEqual([{ kty: 'RSA', kid: kid ?? thumbprint, use: 'sig', alg: 'RS256', n, e }]);
      expect(await verify(provider, (await obtainTokens(provider)).id_token)).toBe(kid ?? thumbprint);
    },
  );

  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const { d: _d, ...incomplete } = jwk;

  const CYCLE: Record<string, unknown> = {};
  CYCLE['self'] = CYCLE;

  it.each<[string, string, Key]>([
    ['a small key', 'ERR_PRIVATE_KEY_SIZE', small],
    ['a small key in PEM', 'ERR_PRIVATE_KEY_SIZE', small.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['a key that is not RSA', 'ERR_PRIVATE_KEY_TYPE', curve],
    ['a JWK that is not RSA', 'ERR_PRIVATE_KEY_TYPE', curve.export({ format: 'jwk' })],
    ['a public key object', 'ERR_PRIVATE_KEY', createPublicKey(own)],
    ['a public key', 'ERR_PRIVATE_KEY', TEST_PUBLIC_KEY],
    ['a public JWK', 'ERR_PRIVATE_KEY', incomplete],
    ['an encrypted key', 'ERR_PRIVATE_KEY_PASSPHRASE', keyText('rsa-2048.pkcs8-encrypted.pem')],
    ['no key', 'ERR_PRIVATE_KEY', 'no key'],
    ['an empty text', 'ERR_PRIVATE_KEY', ''],
    ['bytes of no key', 'ERR_PRIVATE_KEY', Buffer.from([1, 2])],
    ...[null, 5, Symbol('x'), () => 1, { kid: 5n }, CYCLE].map((none): [string, string, Key] => [
      `a value of type ${typeof none}`,
      'ERR_PRIVATE_KEY',
      // Callers in JavaScript have no types.
      none as unknown as Key,
    ]),
  ])('is not %s: %s, with advice for a signing key', async (what, code, signingKey) => {
    const error = await errorOf(() => createMockSgid({ signingKey }));
    expect(error).toMatchObject({ code, hint: expect.stringContaining('--out signing.pem') });
    expect(error.message).toMatch(/^the mock cannot sign with this key: /);
    expect(error.message).not.toMatch(/decrypt|OAEP/);
    expect(error.message.includes('this is a public key')).toBe(what.includes('public'));
  });
});

describe('a rotation of the signing keys', () => {
  it('signs with the new key, tokens of the old one still verify, and no reset undoes it', async () => {
    const provider = createTestProvider();
    const before = (await obtainTokens(provider)).id_token;
    await provider.rotateKeys();
    const after = (await obtainTokens(provider)).id_token;
    provider.reset();
    const kids = [await verify(provider, before), await verify(provider, after)];
    expect(kids).toEqual([decodeProtectedHeader(before).kid, decodeProtectedHeader(after).kid]);
    expect(new Set(kids).size).toBe(2);
    const members = (await jwksOf(provider)).keys.map((key) => Object.keys(key).sort().join());
    expect(members).toEqual(['alg,e,kid,kty,n,use', 'alg,e,kid,kty,n,use']);
  });

  it('is one and the same for all who ask meanwhile, and keeps four keys at most, the newest first', async () => {
    const ring = new KeyRing();
    const signed = [ring.current()];
    await Promise.all([ring.rotate(), ring.rotate(), ring.rotate()]);
    expect(ring.published().slice(1)).toEqual(signed);
    signed.unshift(ring.current());
    for (let turn = 0; turn < 3; turn += 1) {
      await ring.rotate();
      signed.unshift(ring.current());
    }
    expect(new Set(signed.map((key) => key.kid)).size).toBe(5);
    expect(ring.published()).toEqual(signed.slice(0, 4));
  });

  it('of logins at once under rotated-keys lets every one of them verify', async () => {
    const provider = createTestProvider();
    provider.queueFault('rotated-keys', 6);
    const logins = await Promise.all(Array.from({ length: 6 }, () => obtainTokens(provider)));
    const kids = await Promise.all(logins.map(({ id_token }) => verify(provider, id_token)));
    expect(kids).toHaveLength(6);
  });
});

const BASE64_OF_32 = expect.stringMatching(/^[\w-]{43}$/);

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
    payloadKey: { kty: 'oct', alg: 'A256GCM', k: BASE64_OF_32, kid: BASE64_OF_32 },
    field: { alg: 'dir', enc: 'A256GCM' },
  },
] as const)('the encryption profile $profile', ({ profile, key, payloadKey, field }) => {
  const values = { 'myinfo.name': 'TAN AH TEST 陈', 'myinfo.email': 'NA' };
  const publicKey = createPublicKey(TEST_PUBLIC_KEY);
  const encrypt = () => encryptUserinfo(values, publicKey, ENCRYPTION_PROFILES[profile]);

  it('has the algorithms that were seen, and is opened by plain jose', async () => {
    const sent = encrypt();
    expect(decodeProtectedHeader(sent.key ?? '')).toEqual(key);
    for (const jwe of Object.values(sent.data)) expect(decodeProtectedHeader(jwe)).toMatchObject(field);
    const body = JSON.stringify({ sub: 'u=x', ...sent });
    expect(JSON.parse(await decryptPayloadKey(body))).toEqual(payloadKey);
    expect((await decryptUserinfo(body)).data).toEqual(values);
  });

  it('takes fresh keys and initialization vectors each time', async () => {
    const jwes = Array.from({ length: 300 }, encrypt).flatMap(({ data }) => Object.values(data));
    expect(new Set(jwes.map((jwe) => jwe.split('.')[2])).size).toBe(600);
    const [one, two] = [encrypt(), encrypt()].map((sent) => decryptPayloadKey(JSON.stringify(sent)));
    expect(await one).not.toEqual(await two);
  });
});
