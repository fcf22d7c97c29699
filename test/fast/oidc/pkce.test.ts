import { describe, expect, it } from 'vitest';
import {
  generateCodeChallenge,
  generateCodeVerifier,
  generateNonce,
  generatePkcePair,
  generateState,
} from '../../../src/oidc/pkce.ts';
import { errorOf } from '../../helpers/error-of.ts';

it.each([
  [
    'the documentation',
    'bbGcObXZC1YGBQZZtZGQH9jsyO1vypqCGqnSU_4TI5S',
    'zaqUHoBV3rnhBF2g0Gkz1qkpEZXHqi2OrPK1DqRi-Lk',
  ],
  ['RFC 7636', 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
])('the challenge of the test vector of %s', (_source, verifier, challenge) => {
  expect(generateCodeChallenge(verifier)).toBe(challenge);
});

describe.each([
  ['generateCodeVerifier', generateCodeVerifier],
  ['generatePkcePair', (length?: number) => generatePkcePair(length).codeVerifier],
] as const)('%s', (_name, generate) => {
  it.each([43, 44, 100, 127, 128])('makes a verifier of %d characters', (length) => {
    const verifier = generate(length);
    expect(verifier).toHaveLength(length);
    expect(verifier).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it.each([42, 129, 0, -43, 43.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a length of %d',
    async (length) => {
      const error = await errorOf(() => generate(length));
      expect(error).toMatchObject({ code: 'ERR_PKCE_LENGTH', step: 'authorize' });
      expect(error.hint).toContain('Omit the length');
    },
  );

  it('makes 43 characters unless told, never the same twice', () => {
    const verifiers = Array.from({ length: 50 }, () => generate());
    expect(new Set(verifiers).size).toBe(50);
    expect(verifiers.every((verifier) => verifier.length === 43)).toBe(true);
  });
});

it('pairs a verifier with its own challenge', () => {
  const { codeVerifier, codeChallenge } = generatePkcePair();
  expect(codeChallenge).toBe(generateCodeChallenge(codeVerifier));
});

describe.each([
  ['generateNonce', () => generateNonce()],
  ['generateState', generateState],
] as const)('%s', (_name, generate) => {
  it('makes 32 bytes in base64url, never the same twice', () => {
    const values = Array.from({ length: 100 }, generate);
    for (const value of values) expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(new Set(values).size).toBe(100);
  });
});

it('makes a nonce of as many bytes as asked', () => {
  expect(Buffer.from(generateNonce(16), 'base64url')).toHaveLength(16);
});
