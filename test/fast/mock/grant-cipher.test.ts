import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGrantCipher, type SealedGrant } from '../../../src/mock/sealed-grants.ts';

const SECRET = Buffer.from('a public test secret of the tests');
const PURPOSE = 'a purpose';
const cipher = createGrantCipher(SECRET, PURPOSE);

const sealed: SealedGrant = {
  id: 'an-id',
  expiresAt: 1,
  grant: {
    clientId: 'a',
    redirectUri: 'http://localhost:5001/callback',
    codeChallenge: 'challenge',
    nonce: 'nonce',
    scopes: ['openid'],
    personaId: 'wei-ming',
    fault: 'slow',
  },
};

/** Encrypts any text, as another release might, with the same algorithms. */
function encryptText(text: string): string {
  const key = Buffer.from(hkdfSync('sha256', SECRET, '', PURPOSE, 32));
  const iv = randomBytes(12);
  const aes = createCipheriv('aes-256-gcm', key, iv);
  const parts = [iv, aes.update(text, 'utf8'), aes.final(), aes.getAuthTag()];
  return Buffer.concat(parts).toString('base64url');
}

describe('a grant cipher', () => {
  it('decrypts what it encrypted', () => {
    expect(cipher.decrypt(cipher.encrypt(sealed))).toEqual(sealed);
    expect(cipher.decrypt(encryptText(JSON.stringify(sealed)))).toEqual(sealed);
  });

  it('does not decrypt what a cipher for another purpose or of another secret encrypted', () => {
    expect(cipher.decrypt(createGrantCipher(SECRET, 'another purpose').encrypt(sealed))).toBeUndefined();
    expect(cipher.decrypt(createGrantCipher(randomBytes(32), PURPOSE).encrypt(sealed))).toBeUndefined();
  });

  it('notices every bit that is turned: in the IV, the ciphertext and the tag', () => {
    const bytes = Buffer.from(cipher.encrypt(sealed), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const turned = Buffer.from(bytes);
      turned.writeUInt8(turned.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(cipher.decrypt(turned.toString('base64url'))).toBeUndefined();
    }
  });

  it('notices every character that is changed, added or left out', () => {
    const text = cipher.encrypt(sealed);
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === 'A' ? 'B' : 'A';
      expect(cipher.decrypt(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
      expect(cipher.decrypt(text.slice(0, at) + text.slice(at + 1))).toBeUndefined();
      expect(cipher.decrypt(text.slice(0, at))).toBeUndefined();
    }
  });

  it('has one spelling', () => {
    // The last character of a base64url text whose length is not a multiple of four has bits to spare.
    const text = [1, 2, 3]
      .map((length) => cipher.encrypt({ ...sealed, id: 'x'.repeat(length) }))
      .find((one) => one.length % 4 !== 0);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(text?.at(-1) ?? '');
    const spellings = [
      `${text}=`,
      `${text}==`,
      ` ${text}`,
      `${text}\n`,
      `${text}.`,
      `${text?.slice(0, -1)}${alphabet[last + 1]}`,
      text?.replaceAll('-', '+').replaceAll('_', '/').concat('+'),
    ];
    expect(cipher.decrypt(text ?? '')).toBeDefined();
    for (const spelling of spellings) expect(cipher.decrypt(spelling ?? '')).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['one character', 'A'],
    ['as much as an IV and a tag, and no more', 'A'.repeat(37)],
    ['text', 'not a credential at all, but long enough to be taken for one'],
    ['characters beyond ASCII', 'é陈😀'.repeat(40)],
    ['NUL', '\0'.repeat(100)],
    ['64 KiB', 'A'.repeat(65_536)],
    ['a megabyte', 'A'.repeat(1_000_000)],
  ])('does not decrypt %s', (_what, text) => {
    expect(cipher.decrypt(text)).toBeUndefined();
  });

  const { grant } = sealed;
  it.each<[string, unknown]>([
    ['no object', null],
    ['a list', [sealed]],
    ['no id', { ...sealed, id: undefined }],
    ['an id that is a number', { ...sealed, id: 7 }],
    ['no expiry', { ...sealed, expiresAt: undefined }],
    ['an expiry that is text', { ...sealed, expiresAt: '9999' }],
    ['no grant', { ...sealed, grant: undefined }],
    ['a grant that is a list', { ...sealed, grant: [] }],
    ['no client', { ...sealed, grant: { ...grant, clientId: undefined } }],
    ['no redirect URI', { ...sealed, grant: { ...grant, redirectUri: undefined } }],
    ['no challenge', { ...sealed, grant: { ...grant, codeChallenge: undefined } }],
    ['no persona', { ...sealed, grant: { ...grant, personaId: undefined } }],
    ['no scopes', { ...sealed, grant: { ...grant, scopes: undefined } }],
    ['scopes that are text', { ...sealed, grant: { ...grant, scopes: 'openid' } }],
    ['a scope that is a number', { ...sealed, grant: { ...grant, scopes: ['openid', 7] } }],
  ])('does not take what another release encrypted: %s', (_what, content) => {
    expect(cipher.decrypt(encryptText(JSON.stringify(content)))).toBeUndefined();
  });

  it('does not take what is no JSON', () => {
    expect(cipher.decrypt(encryptText('no JSON'))).toBeUndefined();
    expect(cipher.decrypt(encryptText('{"id":'))).toBeUndefined();
  });

  it('passes over what another release added, and over a fault that this one does not know', () => {
    const content = { ...sealed, more: 1, grant: { ...grant, nonce: 7, fault: 'constructor', more: 1 } };
    expect(cipher.decrypt(encryptText(JSON.stringify(content)))).toEqual({
      ...sealed,
      grant: { ...grant, nonce: undefined, fault: undefined },
    });
  });
});
