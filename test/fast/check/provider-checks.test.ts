import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../src/check/run-checks.ts';
import { runCheck, verdictOf } from '../../helpers/check-context.ts';
import { NOW } from '../../helpers/fake-clock.ts';
import type { Reply } from '../../helpers/fake-provider.ts';
import { ISSUER, signingKey } from '../../helpers/sign-id-token.ts';
import { keyText } from '../keys/key-fixtures.ts';

describe('the check of the discovery document', () => {
  const DOCUMENT = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/oauth/authorize`,
    token_endpoint: `${ISSUER}/oauth/token`,
    userinfo_endpoint: `${ISSUER}/oauth/userinfo`,
    jwks_uri: `${ISSUER}/.well-known/jwks.json`,
  };
  const check = (changes: object): Promise<CheckResult> =>
    runCheck('discovery', { answer: () => ({ body: { ...DOCUMENT, ...changes } }) });

  it.each([
    ['pass', 'the endpoints of sgID v2', {}],
    ['fail ERR_DISCOVERY_ORIGIN', 'another issuer', { issuer: 'https://other.test/v2' }],
    ['fail ERR_DISCOVERY_ORIGIN', 'an endpoint elsewhere', { token_endpoint: 'https://thief.test/t' }],
    ['fail ERR_RESPONSE_INVALID', 'no JWKS', { jwks_uri: undefined }],
  ])('is a %s for %s', async (verdict, _name, changes) => {
    expect(verdictOf(await check(changes))).toBe(verdict);
  });

  it.each(['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'])(
    'warns of another %s at the same provider',
    async (name) => {
      const other = `${ISSUER}//other`;
      expect(await check({ [name]: other })).toMatchObject({
        verdict: 'warn',
        evidence: `the discovery document names other endpoints than sgID v2 has: ${other}`,
      });
    },
  );
});

describe('the check of the JWKS', () => {
  const { kty, n, e } = createPublicKey(keyText('public.pem')).export({ format: 'jwk' });
  const RSA = { kty, n, e };
  const WEAK = createPublicKey(keyText('rsa-1024.pem')).export({ format: 'jwk' });
  const UNUSABLE = 'fail ERR_RESPONSE_INVALID';
  const [NAMED, SAME_NAME] = [
    { ...RSA, kid: 'x' },
    { ...signingKey.jwk, kid: 'x' },
  ];
  const check = (keys: readonly unknown[]): Promise<CheckResult> =>
    runCheck('jwks', { answer: () => ({ body: { keys } }) });

  it.each<[string, string, readonly unknown[]]>([
    ['pass', 'the one of sgID', [signingKey.jwk]],
    ['pass', 'a key of which no more is said', [RSA]],
    ['pass', 'two keys', [signingKey.jwk, { ...RSA, kid: 'second' }]],
    ['pass', 'one that can be used among others', [{ kty: 'EC' }, { ...RSA, use: 'enc' }, signingKey.jwk]],
    ['warn', 'two keys of the same name', [NAMED, SAME_NAME]],
    ['warn', 'two keys without a name', [RSA, { ...RSA }]],
    ['warn', 'two keys, one without a name', [RSA, signingKey.jwk]],
    [UNUSABLE, 'an elliptic curve alone', [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b' }]],
    [UNUSABLE, 'a key for encryption', [{ ...RSA, use: 'enc' }]],
    [UNUSABLE, 'a key for another algorithm', [{ ...RSA, alg: 'PS256' }]],
    [UNUSABLE, 'a secret key', [{ kty: 'oct', k: 'AAAA' }]],
    [UNUSABLE, 'a key of 1024 bits', [WEAK]],
    [UNUSABLE, 'a giant exponent, which it takes minutes to read', [{ ...RSA, e: 'A'.repeat(900_000) }]],
    [UNUSABLE, 'a broken key', [{ ...RSA, n: '!' }]],
    [UNUSABLE, 'a key without exponent', [{ kty, n }]],
    [UNUSABLE, 'a modulus that is no text', [{ ...RSA, n: 7 }]],
    [UNUSABLE, 'no keys', []],
  ])('is a %s for %s', async (verdict, _name, keys) => {
    expect(verdictOf(await check(keys))).toBe(verdict);
  });

  it('names the keys, five at most', async () => {
    const keys = Array.from({ length: 7 }, (_unused, index) => ({ ...RSA, kid: `key-${index}` }));
    const { evidence } = await check(keys);
    expect(evidence).toBe('the JWKS holds 7 keys; usable for RS256: key-0, key-1, key-2, key-3, key-4');
    expect((await check([RSA])).evidence).toBe('the JWKS holds 1 key; usable for RS256: one without kid');
  });
});

describe('the check of the clock', () => {
  const OFF = 'fail ERR_ID_TOKEN_ISSUED_AT';

  /** What is said of a clock so many seconds ahead, where the answer takes so long. */
  function check(headers: Reply['headers'], aheadSeconds = 0, tookSeconds = 0): Promise<CheckResult> {
    let now = NOW + aheadSeconds * 1000;
    const answer = (): Reply => {
      now += tookSeconds * 1000;
      return { status: 503, headers: headers ?? {} };
    };
    return runCheck('clock', { answer, clock: { now: () => now, sleep: async () => {} } });
  }
  const at = (seconds: number): string => new Date(NOW + seconds * 1000).toUTCString();
  const date = at(0);

  it.each([
    ['pass', [0, 1, 30, -30]],
    ['warn', [32, -31, 61, -60]],
    [OFF, [62, -61, 120, -120]],
  ])('is a %s when it is one of %j s ahead', async (verdict, seconds) => {
    for (const ahead of seconds)
      expect([ahead, verdictOf(await check({ date }, ahead))]).toEqual([ahead, verdict]);
  });

  it('says whether it is ahead or behind, by how much', async () => {
    expect((await check({ date }, 121)).evidence).toBe("this clock is 120 s ahead of the provider's");
    expect((await check({ date }, -120)).evidence).toBe("this clock is 120 s behind the provider's");
    expect((await check({ date })).evidence).toBe('agrees with the provider to the second');
  });

  it('does not blame the clock for an answer that takes long', async () => {
    expect(verdictOf(await check({ date }, -100, 120))).toBe('pass');
    expect(verdictOf(await check({ date }, -100, 20))).toBe(OFF);
  });

  it('adds the time that a cache has kept the answer', async () => {
    expect(verdictOf(await check({ date: at(-600), age: '600' }))).toBe('pass');
    expect(verdictOf(await check({ date, age: '120' }))).toBe(OFF);
    for (const age of ['-600', 'x', '1e3', '99999999999999'])
      expect(verdictOf(await check({ date: at(-600), age }))).toBe(OFF);
  });

  it.each([{}, { date: '' }, { date: 'yesterday' }])('is skipped without a Date: %j', async (headers) => {
    expect(verdictOf(await check(headers))).toBe('skip');
  });
});
