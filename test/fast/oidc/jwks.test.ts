import { describe, expect, it } from 'vitest';
import { createJwksSource } from '../../../src/oidc/jwks.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { type Answer, createFakeProvider, networkFailure } from '../../helpers/fake-provider.ts';
import { ISSUER, signingKey } from '../../helpers/sign-id-token.ts';

const ENDPOINT = `${ISSUER}/.well-known/jwks.json`;
const TEN_MINUTES = 10 * 60 * 1000;
const OTHER_KEY = { kty: 'RSA', kid: 'other', n: 'AQAB', e: 'AQAB' };

function setUp(...answers: readonly [Answer, ...Answer[]]) {
  const provider = createFakeProvider({ jwks: answers });
  const clock = createFakeClock();
  return { provider, clock, source: createJwksSource({ fetch: provider.fetch, clock }, ENDPOINT) };
}

const GOOD = { body: { keys: [signingKey.jwk] } };

describe('the JWKS endpoint', () => {
  it('gives the keys, and what is none is left out', async () => {
    const { source } = setUp({ body: { keys: [null, 'key', {}, { kty: 5 }, signingKey.jwk, []] } });
    expect(await source.load(false)).toEqual({ keys: [signingKey.jwk] });
  });

  it.each<[string, number, unknown, string]>([
    ['no keys member', 200, {}, 'ERR_RESPONSE_INVALID'],
    ['an empty list', 200, { keys: [] }, 'ERR_RESPONSE_INVALID'],
    ['a list of what is no key', 200, { keys: [1, null, {}] }, 'ERR_RESPONSE_INVALID'],
    ['keys that are an object', 200, { keys: { a: signingKey.jwk } }, 'ERR_RESPONSE_INVALID'],
    ['a bare list', 200, [signingKey.jwk], 'ERR_RESPONSE_INVALID'],
    ['404', 404, GOOD.body, 'ERR_RESPONSE_INVALID'],
    ['a redirect', 302, GOOD.body, 'ERR_RESPONSE_REDIRECT'],
    ['500', 500, GOOD.body, 'ERR_PROVIDER_UNAVAILABLE'],
  ])('is refused with %s', async (_name, status, body, code) => {
    const error = await errorOf(() => setUp({ status, body }).source.load(false));
    expect(error).toMatchObject({ code, step: 'id-token', reply: { status } });
    expect(error.hint).toMatch(/\S/);
  });

  it('gives a hundred keys, and is refused with more', async () => {
    const keysOf = (count: number) => ({ body: { keys: Array(count).fill(signingKey.jwk) } });
    expect((await setUp(keysOf(100)).source.load(false)).keys).toHaveLength(100);
    const messageOf = async (count: number) =>
      (await errorOf(() => setUp(keysOf(count)).source.load(false))).message;
    expect(await messageOf(101)).toBe('the JWKS endpoint returned 101 keys, more than 100');
    expect(await messageOf(0)).toBe('the JWKS endpoint returned no keys');
  });

  it('gets no secret', async () => {
    const { source, provider } = setUp(GOOD);
    await source.load(false);
    expect(provider.requests).toEqual([
      { url: ENDPOINT, method: 'GET', headers: { accept: 'application/json' }, redirect: 'manual' },
    ]);
  });
});

describe('the keys', () => {
  it('are kept for ten minutes', async () => {
    const { source, provider, clock } = setUp(GOOD);
    await source.load(false);
    clock.advance(TEN_MINUTES - 1);
    await source.load(false);
    expect(provider.requests).toHaveLength(1);
    clock.advance(1);
    await source.load(false);
    expect(provider.requests).toHaveLength(2);
  });

  it('are not kept for longer when the clock is set back', async () => {
    const { source, provider, clock } = setUp(GOOD);
    await source.load(false);
    clock.advance(-1);
    await source.load(false);
    expect(provider.requests).toHaveLength(2);
  });

  it('are asked for at once when fresh ones are wanted, which are kept', async () => {
    const { source, provider } = setUp({ body: { keys: [OTHER_KEY] } }, GOOD);
    expect(await source.load(false)).toEqual({ keys: [OTHER_KEY] });
    expect(await source.load(true)).toEqual(GOOD.body);
    expect(await source.load(false)).toEqual(GOOD.body);
    expect(provider.requests).toHaveLength(2);
  });

  it('are asked for once by all who ask at a time, unless fresh ones are wanted', async () => {
    const { source, provider } = setUp(GOOD);
    const [first, second] = await Promise.all([source.load(false), source.load(false)]);
    expect(first).toEqual(second);
    expect(provider.requests).toHaveLength(1);
    await Promise.all([source.load(false), source.load(true)]);
    expect(provider.requests).toHaveLength(2);
  });

  it('are asked for again by who shared a request that failed', async () => {
    const { source, provider } = setUp({ status: 500 }, GOOD);
    const [first, second] = await Promise.allSettled([source.load(false), source.load(false)]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    expect(provider.requests).toHaveLength(2);
  });

  it('are kept although an earlier request fails', async () => {
    const { source, provider } = setUp({ status: 500 }, GOOD);
    await Promise.allSettled([source.load(false), source.load(true)]);
    await source.load(false);
    expect(provider.requests).toHaveLength(2);
  });

  it('are asked for again after a reset, at once', async () => {
    expect(await setUp(networkFailure('ECONNRESET'), GOOD).source.load(false)).toEqual(GOOD.body);
  });
});
