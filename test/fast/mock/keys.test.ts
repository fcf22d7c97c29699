import { createPrivateKey, createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it } from 'vitest';
import { importSigningKey } from '../../../src/mock/key-ring.ts';
import { createTestClient, TEST_PRIVATE_KEY, TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';

describe('the embedded keys', () => {
  it('names the signing key by its RFC 7638 thumbprint', async () => {
    const { kid, jwk } = importSigningKey();
    expect(kid).toBe(await calculateJwkThumbprint({ kty: 'RSA', e: String(jwk['e']), n: String(jwk['n']) }));
    expect(jwk).toEqual({ kty: 'RSA', kid, use: 'sig', alg: 'RS256', n: jwk['n'], e: 'AQAB' });
  });

  it('pairs the test client keys, of 2048 bits', () => {
    const publicKey = createPublicKey(TEST_PUBLIC_KEY);
    expect(createPublicKey(createPrivateKey(TEST_PRIVATE_KEY)).equals(publicKey)).toBe(true);
    expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  it('has a secret that shows whether a client encodes its form', () => {
    const { clientSecret } = createTestClient(['http://localhost:5001/callback']);
    expect(clientSecret).toMatch(/[/+=]/);
    expect(clientSecret).toContain('public-test');
  });
});
