import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../../src/mock/key-ring.ts';
import type { MockProvider } from '../../../src/mock/provider.ts';
import { createTestProvider, obtainTokens, send } from './relying-party.ts';

async function verify(provider: MockProvider, idToken: string): Promise<string | undefined> {
  const jwks = JSON.parse((await send(provider, '/v2/.well-known/jwks.json')).body);
  return (await jwtVerify(idToken, createLocalJWKSet(jwks))).protectedHeader.kid;
}

describe('a rotation of the signing keys', () => {
  it('signs with the new key, and tokens of the old one still verify', async () => {
    const provider = createTestProvider();
    const before = (await obtainTokens(provider)).id_token;
    await provider.rotateKeys();
    const after = (await obtainTokens(provider)).id_token;
    const kids = [await verify(provider, before), await verify(provider, after)];
    expect(kids).toEqual([decodeProtectedHeader(before).kid, decodeProtectedHeader(after).kid]);
    expect(new Set(kids).size).toBe(2);
  });

  it('publishes no private part', async () => {
    const provider = createTestProvider();
    await provider.rotateKeys();
    const { keys } = JSON.parse((await send(provider, '/v2/.well-known/jwks.json')).body);
    const names = keys.map((key: object) => Object.keys(key).sort().join());
    expect(names).toEqual(['alg,e,kid,kty,n,use', 'alg,e,kid,kty,n,use']);
  });

  it('is one and the same for all who ask while it takes place', async () => {
    const ring = new KeyRing();
    const first = ring.current();
    await Promise.all([ring.rotate(), ring.rotate(), ring.rotate()]);
    expect(ring.published()).toHaveLength(2);
    expect(ring.published()[1]).toBe(first);
    expect(ring.current()).not.toBe(first);
  });

  it('can follow another one, and keeps four keys at most, the newest first', async () => {
    const ring = new KeyRing();
    const signed = [ring.current()];
    for (let turn = 0; turn < 4; turn += 1) {
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
    await expect(Promise.all(logins.map(({ id_token }) => verify(provider, id_token)))).resolves.toHaveLength(
      6,
    );
  });

  it('is not undone by a reset, so that no client has to forget a key', async () => {
    const provider = createTestProvider();
    await provider.rotateKeys();
    const { id_token } = await obtainTokens(provider);
    provider.reset();
    expect(await verify(provider, id_token)).toBe(decodeProtectedHeader(id_token).kid);
  });
});
