import { describe, expect, it } from 'vitest';
import { generateNonce, generateState } from '../../../src/oidc/pkce.ts';

describe.each([
  ['generateNonce', () => generateNonce()],
  ['generateState', generateState],
] as const)('%s', (_name, generate) => {
  it('makes 32 bytes in base64url', () => {
    const value = generate();
    expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(value, 'base64url')).toHaveLength(32);
  });

  it('never makes the same twice', () => {
    expect(new Set(Array.from({ length: 100 }, generate)).size).toBe(100);
  });
});

it('makes a nonce of as many bytes as asked', () => {
  expect(Buffer.from(generateNonce(16), 'base64url')).toHaveLength(16);
});
