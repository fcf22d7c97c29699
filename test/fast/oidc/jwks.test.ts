import { describe, expect, it } from 'vitest';
import { createJwksSource, jwksRequest, readJwksResponse } from '../../../src/oidc/jwks.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { createFakeProvider, networkFailure } from '../../helpers/fake-provider.ts';
import { ISSUER, signingKey } from '../../helpers/sign-id-token.ts';

const ENDPOINT = `${ISSUER}/.well-known/jwks.json`;
const TEN_MINUTES = 10 * 60 * 1000;
const OTHER_KEY = { kty: 'RSA', kid: 'other', n: 'AQAB', e: 'AQAB' };

function read(status: number, body: unknown): ReturnType<typeof readJwksResponse> {
  const response = { status, body: JSON.stringify(body) ?? '', wwwAuthenticate: null, retryAfter: null };
  return readJwksResponse(response, jwksRequest(ENDPOINT));
}

describe('readJwksResponse', () => {
  it('gives the keys, and leaves out what is none', () => {
    expect(read(200, { keys: [null, 'key', {}, { kty: 5 }, signingKey.jwk, []] })).toEqual({
      keys: [signingKey.jwk],
    });
  });

  it.each<[string, number, unknown, string]>([
    ['no keys member', 200, {}, 'ERR_RESPONSE_INVALID'],
    ['an empty list', 200, { keys: [] }, 'ERR_RESPONSE_INVALID'],
    ['a list of what is no key', 200, { keys: [1, null, {}] }, 'ERR_RESPONSE_INVALID'],
    ['keys that are an object', 200, { keys: { a: signingKey.jwk } }, 'ERR_RESPONSE_INVALID'],
    ['a bare list', 200, [signingKey.jwk], 'ERR_RESPONSE_INVALID'],
    ['a bare key', 200, signingKey.jwk, 'ERR_RESPONSE_INVALID'],
    ['text', 200, 'keys', 'ERR_RESPONSE_INVALID'],
    ['404', 404, { keys: [signingKey.jwk] }, 'ERR_RESPONSE_INVALID'],
    ['a redirect', 302, { keys: [signingKey.jwk] }, 'ERR_RESPONSE_REDIRECT'],
    ['500', 500, { keys: [signingKey.jwk] }, 'ERR_PROVIDER_UNAVAILABLE'],
  ])('refuses %s', async (_name, status, body, code) => {
    const error = await errorOf(() => read(status, body));
    expect(error).toMatchObject({
      code,
      step: 'id-token',
      reply: { status },
      hint: expect.stringMatching(/\S/),
    });
  });
});

describe('createJwksSource', () => {
  it('asks once for ten minutes, then again', async () => {
    const clock = createFakeClock();
    const provider = createFakeProvider();
    const source = createJwksSource({ fetch: provider.fetch, clock }, ENDPOINT);
    await source.load(false);
    clock.advance(TEN_MINUTES - 1);
    await source.load(false);
    expect(provider.requests).toHaveLength(1);
    clock.advance(1);
    await source.load(false);
    expect(provider.requests).toHaveLength(2);
  });

  it('asks at once when told to, and keeps that answer', async () => {
    const provider = createFakeProvider({
      jwks: [{ body: { keys: [OTHER_KEY] } }, { body: { keys: [signingKey.jwk] } }],
    });
    const source = createJwksSource({ fetch: provider.fetch, clock: createFakeClock() }, ENDPOINT);
    expect(await source.load(false)).toEqual({ keys: [OTHER_KEY] });
    expect(await source.load(true)).toEqual({ keys: [signingKey.jwk] });
    expect(await source.load(false)).toEqual({ keys: [signingKey.jwk] });
    expect(provider.requests).toHaveLength(2);
  });

  it('asks once for all who ask at a time, unless told to', async () => {
    const provider = createFakeProvider();
    const source = createJwksSource({ fetch: provider.fetch, clock: createFakeClock() }, ENDPOINT);
    const [first, second] = await Promise.all([source.load(false), source.load(false)]);
    expect(first).toEqual(second);
    expect(provider.requests).toHaveLength(1);
    await Promise.all([source.load(false), source.load(true)]);
    expect(provider.requests).toHaveLength(2);
  });

  it('asks again for who shared a request that failed', async () => {
    const good = { body: { keys: [signingKey.jwk] } };
    const provider = createFakeProvider({ jwks: [{ status: 500 }, good] });
    const source = createJwksSource({ fetch: provider.fetch, clock: createFakeClock() }, ENDPOINT);
    const [first, second] = await Promise.allSettled([source.load(false), source.load(false)]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    expect(provider.requests).toHaveLength(2);
  });

  it('keeps no failure', async () => {
    const provider = createFakeProvider({ jwks: [{ status: 500 }, { body: { keys: [signingKey.jwk] } }] });
    const source = createJwksSource({ fetch: provider.fetch, clock: createFakeClock() }, ENDPOINT);
    expect((await errorOf(() => source.load(false))).code).toBe('ERR_PROVIDER_UNAVAILABLE');
    expect(await source.load(false)).toEqual({ keys: [signingKey.jwk] });
  });

  it('tries again after a reset', async () => {
    const provider = createFakeProvider({
      jwks: [networkFailure('ECONNRESET'), { body: { keys: [signingKey.jwk] } }],
    });
    const source = createJwksSource({ fetch: provider.fetch, clock: createFakeClock() }, ENDPOINT);
    expect(await source.load(false)).toEqual({ keys: [signingKey.jwk] });
  });

  it('sends no secret along', async () => {
    const provider = createFakeProvider();
    await createJwksSource({ fetch: provider.fetch, clock: createFakeClock() }, ENDPOINT).load(false);
    expect(provider.requests).toEqual([
      { url: ENDPOINT, method: 'GET', headers: { accept: 'application/json' }, redirect: 'manual' },
    ]);
  });
});
