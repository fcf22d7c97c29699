import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { CompactEncrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { encryptUserinfo, SDK_PROFILE } from '../../../src/mock/encryption.ts';
import { TEST_PRIVATE_KEY, TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { decryptUserinfo, type EncryptedUserinfo, validateUserinfo } from '../../../src/sgid/userinfo.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';
import { signingKey } from '../../helpers/sign-id-token.ts';

const PUBLIC_KEY = createPublicKey(TEST_PUBLIC_KEY);
const PRIVATE_KEY = createPrivateKey(TEST_PRIVATE_KEY);

type EncryptedData = NonNullable<EncryptedUserinfo['encrypted']>;

const decryptData = (encrypted: EncryptedData, key: KeyObject) =>
  decryptUserinfo({ sub: 'u=1', encrypted }, key).data;

function encryptFields(values: Readonly<Record<string, string>>): EncryptedData {
  const { key = '', data } = encryptUserinfo(values, PUBLIC_KEY);
  return { key, fields: Object.entries(data) };
}

function encrypt(bytes: Uint8Array, key: KeyObject | Uint8Array, header: { alg: string; enc: string }) {
  return new CompactEncrypt(bytes).setProtectedHeader({ ...header }).encrypt(key);
}

/** A payload key JWE that holds `content` in place of a good JWK. */
function keyJwe(content: string): Promise<string> {
  return encrypt(Buffer.from(content), PUBLIC_KEY, SDK_PROFILE.key);
}

/** The same JWE with other members in its header. */
function withHeader(jwe: string, members: object): string {
  return Buffer.from(JSON.stringify(members)).toString('base64url') + jwe.slice(jwe.indexOf('.'));
}

async function codeOf(encrypted: EncryptedData, key: KeyObject = PRIVATE_KEY): Promise<string> {
  const error = await errorOf(() => decryptData(encrypted, key));
  expect(error).toMatchObject({ step: 'decrypt', hint: expect.stringMatching(/\S/) });
  expect(wordsOf(error)).not.toContain('CANARY');
  return error.code;
}

describe('encrypted data, opened', () => {
  it('gives nothing where there is none', () => {
    expect(decryptUserinfo({ sub: 'u=1' }, PRIVATE_KEY)).toEqual({ sub: 'u=1', data: {} });
  });

  it.each([
    ['Chinese', '陈伟明'],
    ['Tamil', 'முருகன் அருண்'],
    ['an emoji beyond the basic plane', 'A😀B'],
    ['several lines', '1 TEST STREET\n#01-01\nSINGAPORE 000001'],
    ['NUL bytes', '\0\0a\0'],
    ['a byte order mark', '\ufeffTAN'],
    ['a megabyte', 'x'.repeat(1_000_000)],
    ['nothing', ''],
  ])('text with %s, unchanged', async (_name, text) => {
    const data = decryptData(encryptFields({ 'myinfo.name': text }), PRIVATE_KEY);
    expect(data).toEqual({ 'myinfo.name': text });
  });
});

describe('encrypted data, the payload key refused', () => {
  it('encrypted to another key pair', async () => {
    expect(await codeOf(encryptFields({ a: 'b' }), signingKey.privateKey)).toBe('ERR_DECRYPT_KEY');
    const error = await errorOf(() => decryptData(encryptFields({ a: 'b' }), signingKey.privateKey));
    expect(error.causes[0]).toContain('of another client');
  });

  it.each(['RSA1_5', 'RSA-OAEP-512', 'dir', 'A128GCMKW'])('naming %s in its header', async (alg) => {
    const { key, fields } = encryptFields({ a: 'b' });
    const forged = withHeader(key, { ...SDK_PROFILE.key, alg });
    expect(await codeOf({ key: forged, fields })).toBe('ERR_JWE_ALGORITHM');
  });

  it.each([
    ['no JSON', 'CANARY'],
    ['a list', '["CANARY"]'],
    ['null', 'null'],
    ['an RSA key', JSON.stringify(signingKey.jwk)],
    ['an oct key without k', '{"kty":"oct"}'],
    ['an empty k', '{"kty":"oct","k":""}'],
    ['a k that is no text', '{"kty":"oct","k":5}'],
    ['a k without kty', '{"k":"AAAAAAAAAAAAAAAAAAAAAA"}'],
  ])('holding %s', async (_name, content) => {
    expect(await codeOf({ key: await keyJwe(content), fields: [] })).toBe('ERR_JWE_INVALID');
  });
});

describe('encrypted data, a field refused', () => {
  it('under another payload key', async () => {
    const { key } = encryptFields({ a: 'b' });
    expect(await codeOf({ key, fields: encryptFields({ a: 'b' }).fields })).toBe('ERR_DECRYPT_FIELD');
  });

  it.each(['RSA-OAEP-256', 'ECDH-ES', 'A128KW', 'PBES2-HS256+A128KW', 'RSA1_5', 'none'])(
    'naming %s in the header',
    async (alg) => {
      const { key, fields } = encryptFields({ a: 'b' });
      const forged = withHeader(fields[0]?.[1] ?? '', { alg, enc: 'A128GCM' });
      expect(await codeOf({ key, fields: [['a', forged]] })).toBe('ERR_JWE_ALGORITHM');
    },
  );

  it('whose key is too short for its algorithm', async () => {
    const { fields } = encryptFields({ a: 'b' });
    const key = await keyJwe('{"kty":"oct","k":"AAAA"}');
    expect(await codeOf({ key, fields })).toBe('ERR_DECRYPT_FIELD');
  });

  it.each([
    ['a byte that is never UTF-8', [0x54, 0xff, 0x4e]],
    ['a sequence cut off', [0xe9, 0x99]],
    ['Latin-1', [0x4a, 0x4f, 0x53, 0xc9]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
  ])('that is not UTF-8: %s', async (_name, bytes) => {
    const payloadKey = randomBytes(16);
    const key = await keyJwe(JSON.stringify({ kty: 'oct', k: payloadKey.toString('base64url') }));
    const field = await encrypt(Uint8Array.from(bytes), payloadKey, SDK_PROFILE.field);
    expect(await codeOf({ key, fields: [['myinfo.name', field]] })).toBe('ERR_DECRYPT_FIELD');
    const { message } = await errorOf(() => decryptData({ key, fields: [['a', field]] }, PRIVATE_KEY));
    expect(message).toBe('the claim a is not UTF-8 text');
  });

  it.each(['x', 'a.b.c.d', 'CANARY AH TEST'])('no compact JWE: %j', async (text) => {
    const { key } = encryptFields({});
    expect(await codeOf({ key, fields: [['myinfo.name', text]] })).toBe('ERR_JWE_INVALID');
  });

  it('names the claim that failed, safe to print, and says no value', async () => {
    const { key, fields } = encryptFields({ good: 'CANARY', '\u001b[2Jbad\u202e': 'CANARY' });
    const broken = fields.map(([name, jwe]) => [name, name === 'good' ? jwe : `${jwe}A`] as const);
    expect(await codeOf({ key, fields: broken })).toBe('ERR_DECRYPT_FIELD');
    const error = await errorOf(() => decryptData({ key, fields: broken }, PRIVATE_KEY));
    expect(error.message).toBe('the claim bad could not be decrypted');
  });
});

function validate(body: unknown, sub = 'u=1'): EncryptedUserinfo {
  const reply = JSON.parse(typeof body === 'string' ? body : JSON.stringify(body));
  return validateUserinfo(reply, sub);
}

it('a userinfo reply may be of anybody where no ID token came before', async () => {
  expect(validateUserinfo({ sub: 'u=2' }, undefined)).toEqual({ sub: 'u=2' });
  expect((await errorOf(() => validateUserinfo({}, undefined))).code).toBe('ERR_SUB_MISMATCH');
});

describe('a userinfo reply that is taken', () => {
  const FIELDS = { 'myinfo.name': 'a', 'myinfo.sex': 'b' };

  it.each<[string, Record<string, unknown>, object]>([
    ['openid alone', {}, {}],
    ['openid alone, with nulls', { key: null, data: null }, {}],
    ['openid alone, with empty texts', { key: '', data: '' }, {}],
    ['a key without data', { key: 'k' }, {}],
    ['a key and data that is null', { key: 'k', data: null }, {}],
    ['empty data without a key', { data: {} }, {}],
    ['empty data and an empty key', { key: '', data: {} }, {}],
    [
      'key and fields',
      { key: 'k', data: FIELDS },
      { encrypted: { key: 'k', fields: Object.entries(FIELDS) } },
    ],
    ['a key and no fields', { key: 'k', data: {} }, { encrypted: { key: 'k', fields: [] } }],
  ])('%s', (_name, body, expected) => {
    expect(validate({ sub: 'u=1', ...body })).toEqual({ sub: 'u=1', ...expected });
  });

  it('fields named like parts of every object, as plain fields', () => {
    const body = '{"sub":"u=1","key":"k","data":{"__proto__":"a","constructor":"b","toString":"c"}}';
    const names = validate(body).encrypted?.fields.map(([name]) => name);
    expect(names).toEqual(['__proto__', 'constructor', 'toString']);
  });
});

describe('a userinfo reply that is refused', () => {
  it.each<[string, unknown, string, string]>([
    [
      'the sub of an object in its place',
      '{"__proto__":{"sub":"u=1"}}',
      'ERR_SUB_MISMATCH',
      'names no subject',
    ],
    ['another sub', { sub: 'u=2' }, 'ERR_SUB_MISMATCH', 'about another person'],
    ['the sub in other case', { sub: 'U=1' }, 'ERR_SUB_MISMATCH', 'about another person'],
    ['no sub', {}, 'ERR_SUB_MISMATCH', 'names no subject'],
    ['a sub in a list', { sub: ['u=1'] }, 'ERR_SUB_MISMATCH', 'names no subject'],
    [
      'another sub before malformed data',
      { sub: 'u=2', data: 5 },
      'ERR_SUB_MISMATCH',
      'about another person',
    ],
    [
      'data without a key',
      { sub: 'u=1', data: { a: 'x' } },
      'ERR_JWE_KEY_MISSING',
      'not the key to decrypt it',
    ],
    [
      'data with a null key',
      { sub: 'u=1', key: null, data: { a: 'x' } },
      'ERR_JWE_KEY_MISSING',
      'not the key to decrypt it',
    ],
    [
      'data with an empty key',
      { sub: 'u=1', key: '', data: { a: 'x' } },
      'ERR_JWE_KEY_MISSING',
      'not the key to decrypt it',
    ],
    [
      'a list as data without a key',
      { sub: 'u=1', data: [] },
      'ERR_JWE_KEY_MISSING',
      'not the key to decrypt it',
    ],
    ['a key that is an object', { sub: 'u=1', key: {}, data: {} }, 'ERR_JWE_INVALID', '"key" is not a JWE'],
    [
      'data that is a list',
      { sub: 'u=1', key: 'k', data: ['x'] },
      'ERR_JWE_INVALID',
      '"data" is not an object',
    ],
    ['data that is text', { sub: 'u=1', key: 'k', data: 'x' }, 'ERR_JWE_INVALID', '"data" is not an object'],
    [
      'a field that is a number',
      { sub: 'u=1', key: 'k', data: { a: 5 } },
      'ERR_JWE_INVALID',
      'entry 1 of "data" is not',
    ],
    [
      'a field that is an object',
      { sub: 'u=1', key: 'k', data: { a: {} } },
      'ERR_JWE_INVALID',
      'entry 1 of "data" is not',
    ],
    [
      'a null field',
      { sub: 'u=1', key: 'k', data: { a: 'x', b: null } },
      'ERR_JWE_INVALID',
      'entry 2 of "data" is not',
    ],
    [
      'an empty field',
      { sub: 'u=1', key: 'k', data: { a: '' } },
      'ERR_JWE_INVALID',
      'entry 1 of "data" is not',
    ],
  ])('%s', async (_name, body, code, words) => {
    const error = await errorOf(() => validate(body));
    expect(error).toMatchObject({ code, step: 'userinfo', hint: expect.stringMatching(/\S/) });
    expect(error.message).toContain(words);
    expect(error.causes).toHaveLength(code === 'ERR_JWE_KEY_MISSING' ? 2 : 0);
  });

  it('an empty sub, although an empty one is expected', async () => {
    expect((await errorOf(() => validate({ sub: '' }, ''))).code).toBe('ERR_SUB_MISMATCH');
  });

  it.each([{ sub: 'canary-sub' }, { sub: 'u=1', key: 'k', data: { 'myinfo.name': ['CANARY NAME'] } }])(
    'without a word of the subjects or the values: %j',
    async (body) => {
      expect(wordsOf(await errorOf(() => validate(body)))).not.toMatch(/canary/i);
    },
  );
});
