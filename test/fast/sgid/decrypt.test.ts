import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { CompactEncrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { SDK_PROFILE } from '../../../src/mock/encryption.ts';
import { TEST_PRIVATE_KEY, TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { decryptData, type EncryptedData } from '../../../src/sgid/userinfo.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';
import { signingKey } from '../../helpers/sign-id-token.ts';

const PUBLIC_KEY = createPublicKey(TEST_PUBLIC_KEY);
const PRIVATE_KEY = createPrivateKey(TEST_PRIVATE_KEY);

/** The algorithms of each layer; also such as no provider uses. */
interface Profile {
  readonly key: Header;
  readonly payloadKey: { readonly alg: string; readonly bytes: number };
  readonly field: Header;
}

interface Header {
  readonly alg: string;
  readonly enc: string;
}

const MOCKPASS_PROFILE: Profile = {
  key: { alg: 'RSA-OAEP', enc: 'A128CBC-HS256' },
  payloadKey: { alg: 'A256GCM', bytes: 32 },
  field: { alg: 'dir', enc: 'A256GCM' },
};

async function encryptFields(
  values: Readonly<Record<string, string>>,
  changes: Partial<Profile> = {},
  publicKey: KeyObject = PUBLIC_KEY,
): Promise<EncryptedData> {
  const profile: Profile = { ...SDK_PROFILE, ...changes };
  const { alg, bytes } = profile.payloadKey;
  const payloadKey = randomBytes(bytes);
  const jwk = { kty: 'oct', alg, k: payloadKey.toString('base64url') };
  const fields = Object.entries(values).map(
    async ([name, value]): Promise<[string, string]> => [name, await jwe(value, payloadKey, profile.field)],
  );
  return { key: await jwe(JSON.stringify(jwk), publicKey, profile.key), fields: await Promise.all(fields) };
}

function jwe(
  content: string | Uint8Array,
  key: KeyObject | Uint8Array,
  header: { alg: string; enc: string; zip?: string },
): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return new CompactEncrypt(bytes).setProtectedHeader({ ...header }).encrypt(key);
}

/** A payload key JWE that holds `content` in place of a good JWK. */
function keyJwe(content: string): Promise<string> {
  return jwe(content, PUBLIC_KEY, SDK_PROFILE.key);
}

/** One field with the given bytes under a good payload key. */
async function fieldOf(
  content: string | Uint8Array,
  header: { alg: string; enc: string; zip?: string } = SDK_PROFILE.field,
): Promise<EncryptedData> {
  const payloadKey = randomBytes(16);
  const key = await keyJwe(JSON.stringify({ kty: 'oct', k: payloadKey.toString('base64url') }));
  return { key, fields: [['myinfo.name', await jwe(content, payloadKey, header)]] };
}

/** Changes one character in the middle of a part of a compact JWE. */
function tamper(compact: string, part: number): string {
  const parts = compact.split('.');
  const text = parts[part] ?? '';
  const at = Math.floor(text.length / 2);
  parts[part] = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
  return parts.join('.');
}

async function codeOf(encrypted: EncryptedData, key: KeyObject = PRIVATE_KEY): Promise<string> {
  const error = await errorOf(() => decryptData(encrypted, key));
  expect(error).toMatchObject({ step: 'decrypt', hint: expect.stringMatching(/\S/) });
  return error.code;
}

describe('decryptData, opened', () => {
  it.each([
    ['the official SDK', SDK_PROFILE],
    ['MockPass', MOCKPASS_PROFILE],
  ])('the algorithms of %s', async (_name, profile) => {
    const values = { 'myinfo.name': 'TAN AH TEST', 'myinfo.sex': 'NA', 'myinfo.email': '' };
    await expect(decryptData(await encryptFields(values, profile), PRIVATE_KEY)).resolves.toEqual(values);
  });

  it.each([
    ['Chinese', '陈伟明'],
    ['Tamil', 'முருகன் அருண்'],
    ['an emoji beyond the basic plane', 'A😀B'],
    ['several lines', '1 TEST STREET\n#01-01\nSINGAPORE 000001'],
    ['NUL bytes', '\0\0a\0'],
    ['a byte order mark', '\ufeffTAN'],
    ['a megabyte', 'x'.repeat(1_000_000)],
  ])('text with %s, unchanged', async (_name, text) => {
    const data = await decryptData(await encryptFields({ 'myinfo.name': text }), PRIVATE_KEY);
    expect(data['myinfo.name']).toBe(text);
  });

  it('claims named like parts of every object, as own properties', async () => {
    const encrypted = await encryptFields(JSON.parse('{"__proto__":"a","constructor":"b"}'));
    const data = await decryptData(encrypted, PRIVATE_KEY);
    expect(Object.entries(data)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  });
});

describe('decryptData, the payload key refused', () => {
  it('encrypted to another key pair', async () => {
    expect(await codeOf(await encryptFields({ a: 'b' }), signingKey.privateKey)).toBe('ERR_DECRYPT_KEY');
  });

  it.each([
    ['the encrypted key', 1],
    ['the initialisation vector', 2],
    ['the ciphertext', 3],
    ['the tag', 4],
  ])('tampered with: %s', async (_name, part) => {
    const { key, fields } = await encryptFields({ a: 'b' });
    expect(await codeOf({ key: tamper(key, part), fields })).toBe('ERR_DECRYPT_KEY');
  });

  it.each<Record<string, unknown>>([
    { alg: 'RSA1_5' },
    { alg: 'RSA-OAEP-512' },
    { alg: 'dir' },
    { enc: 'A512GCM' },
    { enc: 'none' },
    { crit: ['exotic'], exotic: 1 },
    { zip: 'LZW' },
  ])('with %j in its header', async (more) => {
    const header = Buffer.from(JSON.stringify({ ...SDK_PROFILE.key, ...more })).toString('base64url');
    const { key, fields } = await encryptFields({ a: 'b' });
    expect(await codeOf({ key: `${header}${key.slice(key.indexOf('.'))}`, fields })).toBe(
      'ERR_JWE_ALGORITHM',
    );
  });

  it.each(['x', 'a.b.c', 'a.b.c.d', 'a.b.c.d.e.f', '....', '!.!.!.!.!', 'bm8.b.c.d.e'])(
    'no compact JWE: %j',
    async (key) => {
      expect(await codeOf({ key, fields: [] })).toBe('ERR_JWE_INVALID');
    },
  );

  it.each([
    ['no JSON', 'canary'],
    ['a list', '["canary"]'],
    ['null', 'null'],
    ['an RSA key', JSON.stringify(signingKey.jwk)],
    ['an oct key without k', '{"kty":"oct"}'],
    ['an empty k', '{"kty":"oct","k":""}'],
    ['a k that is no text', '{"kty":"oct","k":5}'],
    ['a k without kty', '{"k":"AAAAAAAAAAAAAAAAAAAAAA"}'],
  ])('holding %s', async (_name, content) => {
    const encrypted = { key: await keyJwe(content), fields: [] };
    expect(await codeOf(encrypted)).toBe('ERR_JWE_INVALID');
    expect(wordsOf(await errorOf(() => decryptData(encrypted, PRIVATE_KEY)))).not.toContain('canary');
  });
});

describe('decryptData, a field refused', () => {
  it('under another payload key', async () => {
    const { key } = await encryptFields({ a: 'b' });
    const { fields } = await encryptFields({ a: 'b' });
    expect(await codeOf({ key, fields })).toBe('ERR_DECRYPT_FIELD');
  });

  it.each([
    ['the wrapped key', 1],
    ['the initialisation vector', 2],
    ['the ciphertext', 3],
    ['the tag', 4],
  ])('tampered with: %s', async (_name, part) => {
    const { key, fields } = await encryptFields({ 'myinfo.name': 'TAN AH TEST' });
    const broken = fields.map(([name, text]) => [name, tamper(text, part)] as const);
    expect(await codeOf({ key, fields: broken })).toBe('ERR_DECRYPT_FIELD');
  });

  it.each(['RSA-OAEP-256', 'ECDH-ES', 'A128KW', 'PBES2-HS256+A128KW', 'RSA1_5', 'none'])(
    'naming %s in the header',
    async (alg) => {
      const { key, fields } = await encryptFields({ a: 'b' });
      const header = Buffer.from(JSON.stringify({ alg, enc: 'A128GCM' })).toString('base64url');
      const forged = fields.map(([name, text]) => [name, header + text.slice(text.indexOf('.'))] as const);
      expect(await codeOf({ key, fields: forged })).toBe('ERR_JWE_ALGORITHM');
    },
  );

  it('that is compressed', async () => {
    const bomb = new Uint8Array(50_000_000);
    expect(await codeOf(await fieldOf(bomb, { ...SDK_PROFILE.field, zip: 'DEF' }))).toBe('ERR_JWE_ALGORITHM');
  });

  it('whose key is too short for its algorithm', async () => {
    const { fields } = await fieldOf('x');
    const key = await keyJwe('{"kty":"oct","k":"AAAA"}');
    expect(await codeOf({ key, fields })).toBe('ERR_DECRYPT_FIELD');
  });

  it.each([
    ['a byte that is never UTF-8', [0x54, 0xff, 0x4e]],
    ['a sequence cut off', [0xe9, 0x99]],
    ['Latin-1', [0x4a, 0x4f, 0x53, 0xc9]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
  ])('that is not UTF-8: %s', async (_name, bytes) => {
    expect(await codeOf(await fieldOf(Uint8Array.from(bytes)))).toBe('ERR_DECRYPT_FIELD');
  });

  it.each(['x', 'a.b.c.d', 'TAN AH TEST'])('no compact JWE: %j', async (text) => {
    const { key } = await encryptFields({});
    const encrypted = { key, fields: [['myinfo.name', text]] as const };
    expect(await codeOf(encrypted)).toBe('ERR_JWE_INVALID');
    expect(wordsOf(await errorOf(() => decryptData(encrypted, PRIVATE_KEY)))).not.toContain('TAN');
  });

  it('names the claim that failed, safe to print, and says no value', async () => {
    const { key, fields } = await encryptFields({ good: 'CANARY', '\u001b[2Jbad\u202e': 'CANARY' });
    const broken = fields.map(([name, text]) => [name, name === 'good' ? text : tamper(text, 4)] as const);
    const error = await errorOf(() => decryptData({ key, fields: broken }, PRIVATE_KEY));
    expect(error.message).toBe('the claim bad could not be decrypted');
    expect(wordsOf(error)).not.toContain('CANARY');
  });
});
