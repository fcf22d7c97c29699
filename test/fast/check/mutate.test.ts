import { describe, expect, it } from 'vitest';
import { changeRedirectUri, changeSecret } from '../../../src/check/answers.ts';

/** The positions in which two texts differ. */
function differences(one: string, other: string): number[] {
  return [...one].flatMap((character, index) => (character === other[index] ? [] : [index]));
}

describe('a changed client secret', () => {
  it.each([
    'public-test-secret/not+secret=',
    'a',
    '0',
    'Z',
    'zzz',
    '999',
    '/+=',
    '密碼',
    'x'.repeat(300),
    'sk_live_0123456789abcdef',
  ])('differs from %s in one character', (secret) => {
    const changed = changeSecret(secret);
    expect(changed).toHaveLength(secret.length);
    expect(differences(secret, changed)).toHaveLength(1);
  });

  it.each([
    ['aaa', 'aba'],
    ['zzz', 'zaz'],
    ['AAA', 'ABA'],
    ['ZZZ', 'ZAZ'],
    ['111', '121'],
    ['999', '909'],
  ])('is of the same alphabet: %s becomes %s', (secret, changed) => {
    expect(changeSecret(secret)).toBe(changed);
  });

  it('differs within the 72 bytes that bcrypt looks at', () => {
    const secret = 's'.repeat(300);
    expect(differences(secret, changeSecret(secret))).toEqual([70]);
  });

  it('keeps prefix and padding, which say of what kind a secret is', () => {
    const changed = changeSecret('sk_live_abcdefgh==');
    expect(changed.slice(0, 8) + changed.slice(-2)).toBe('sk_live_==');
  });
});

describe('a changed redirect URI', () => {
  it.each([
    ['http://localhost:5001/callback', 'http://localhost:5001/callbacl'],
    ['http://localhost:5001/api/redirect/', 'http://localhost:5001/api/redirecu/'],
    ['https://app.example.sg/cb9', 'https://app.example.sg/cb0'],
    ['https://app.example.sg/cbZ?tenant=1', 'https://app.example.sg/cbA?tenant=1'],
    ['http://localhost:5001', 'http://localhost:5001/sgid-check-control'],
    ['http://localhost:5001/?x=1', 'http://localhost:5001/sgid-check-control?x=1'],
    ['http://localhost:5001/a%2F', 'http://localhost:5001/b%2F'],
    ['http://localhost:5001/%E4%BD%A0', 'http://localhost:5001/sgid-check-control'],
    ['http://localhost:5001/a%2Fz', 'http://localhost:5001/a%2Fa'],
  ])('of %s is %s', (redirectUri, changed) => {
    expect(changeRedirectUri(redirectUri)).toBe(changed);
  });
});
