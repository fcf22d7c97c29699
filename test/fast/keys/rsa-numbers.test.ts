import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hasConsistentNumbers, readPrivateKey } from '../../../src/keys/private-key.ts';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';

const JWK = createPrivateKey(TEST_PRIVATE_KEY).export({ format: 'jwk' });

/** One more than a number, in base64url. */
function next(text = ''): string {
  const hex = (BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`) + 1n).toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}

const FORGED: readonly (readonly [string, JsonWebKey])[] = [
  ['d is p', { ...JWK, d: JWK.p ?? '' }],
  ['d is another', { ...JWK, d: next(JWK.d) }],
  ['p and q have changed places alone', { ...JWK, p: JWK.q ?? '', q: JWK.p ?? '' }],
  ['dp is another', { ...JWK, dp: next(JWK.dp) }],
  ['dq is another', { ...JWK, dq: next(JWK.dq) }],
  ['qi is another', { ...JWK, qi: next(JWK.qi) }],
  ['e is another', { ...JWK, e: 'AQAD' }],
  ['p is 1', { ...JWK, p: 'AQ', q: JWK.n ?? '' }],
  ['d is longer than the modulus', { ...JWK, d: 'A'.repeat(500_000) }],
];

describe('the numbers of a key', () => {
  it('belong together in a sound one', () => {
    expect(hasConsistentNumbers(createPrivateKey(TEST_PRIVATE_KEY))).toBe(true);
  });

  it.each(FORGED)('do not where %s', (_name, key) => {
    expect(() => readPrivateKey(JSON.stringify(key))).toThrow(
      /its numbers do not belong together|is damaged/,
    );
  });

  it('are damaged where the modulus is endless', () => {
    expect(() => readPrivateKey(JSON.stringify({ ...JWK, n: 'A'.repeat(200_000) }))).toThrow(/damaged/);
  });
});
