import { describe, expect, it } from 'vitest';
import { findPublicKeyField } from '../../../../src/commands/key-input.ts';

describe('the public key of a credentials file is found', () => {
  it.each([
    ['by its name', '{"publicKey":"K"}'],
    ['in other spellings', '{"public_key":"K"}'],
    ['as PEM by name', '{"id":"X","publicKeyPem":"K"}'],
    ['in an object', '{"client":{"SGID_PUBLIC_KEY":"K"}}'],
    ['in a list', '[{"id":"X","publicKey":"K"}]'],
    ['beside a value that is none', '{"publicKey":null,"client":{"publicKey":"K"}}'],
    ['in a .env', 'SGID_CLIENT_ID=X\nPUBLIC_KEY="K"\n'],
  ])('%s', (_name, text) => {
    expect(findPublicKeyField(text)).toBe('K');
  });

  it('as the text of a JWK', () => {
    expect(findPublicKeyField('{"publicKey":{"kty":"RSA"}}')).toBe('{"kty":"RSA"}');
  });

  it.each([
    ['where there is none', '{"privateKey":"K","toString":"K"}'],
    ['at great depth', '{"a":{"a":{"a":{"a":{"publicKey":"K"}}}}}'],
    ['in plain text', 'publicKey'],
  ])('not %s', (_name, text) => {
    expect(findPublicKeyField(text)).toBeUndefined();
  });
});
