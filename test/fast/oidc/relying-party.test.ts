import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { RelyingParty } from '../../../src/sgid/relying-party.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';
import { createFakeClock, type FakeClock } from '../../helpers/fake-clock.ts';
import {
  ACCESS_TOKEN,
  createFakeProvider,
  type FakeProvider,
  type FakeProviderParts,
  networkFailure,
  PERSON,
  type Reply,
  userinfoBody,
} from '../../helpers/fake-provider.ts';
import { HOSTNAME, NONCE, SUB, signIdToken } from '../../helpers/sign-id-token.ts';

const GRANT = {
  code: 'canary-code',
  codeVerifier: 'canary-verifier-0123456789-0123456789-01234567',
  nonce: NONCE,
  redirectUri: 'http://localhost:5001/api/redirect',
};
const LOGIN = { sub: SUB, accessToken: ACCESS_TOKEN };

function setUp(parts: FakeProviderParts = {}): {
  party: RelyingParty;
  provider: FakeProvider;
  clock: FakeClock;
} {
  const provider = createFakeProvider(parts);
  const clock = createFakeClock();
  const party = new RelyingParty({
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    privateKey: createPrivateKey(TEST_PRIVATE_KEY),
    hostname: HOSTNAME,
    transport: { fetch: provider.fetch, clock },
  });
  return { party, provider, clock };
}

describe('RelyingParty', () => {
  it('exchanges the code, verifies the ID token and decrypts the data', async () => {
    const { party, provider } = setUp();
    const login = await party.exchangeCode(GRANT);
    expect(login).toMatchObject({ sub: SUB, accessToken: ACCESS_TOKEN, claims: { sub: SUB, nonce: NONCE } });
    await expect(party.fetchData(login)).resolves.toEqual(PERSON);
    const [token] = provider.requestsTo('token');
    expect(Object.fromEntries(new URLSearchParams(token?.body))).toMatchObject({
      client_id: TEST_CLIENT_ID,
      client_secret: TEST_CLIENT_SECRET,
      code: GRANT.code,
    });
  });

  it('keeps the JWKS between logins', async () => {
    const { party, provider } = setUp();
    await party.exchangeCode(GRANT);
    await party.exchangeCode(GRANT);
    expect(provider.requestsTo('jwks')).toHaveLength(1);
  });

  it('gives no data for openid alone', async () => {
    await expect(setUp({ userinfo: { body: { sub: SUB } } }).party.fetchData(LOGIN)).resolves.toEqual({});
  });

  it('refuses an unusable hostname', async () => {
    const error = await errorOf(
      () =>
        new RelyingParty({
          clientId: 'x',
          clientSecret: 'x',
          privateKey: createPrivateKey(TEST_PRIVATE_KEY),
          hostname: `${HOSTNAME}/`,
          transport: { fetch: createFakeProvider().fetch, clock: createFakeClock() },
        }),
    );
    expect(error.code).toBe('ERR_HOSTNAME');
  });
});

describe('the code exchange is never repeated', () => {
  const good = async (): Promise<Reply> => ({ body: { access_token: 'a', id_token: await signIdToken() } });

  it.each<[string, Reply | Error, string]>([
    ['502', { status: 502 }, 'ERR_PROVIDER_UNAVAILABLE'],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '1' } }, 'ERR_PROVIDER_UNAVAILABLE'],
    ['504', { status: 504 }, 'ERR_PROVIDER_UNAVAILABLE'],
    ['429', { status: 429 }, 'ERR_PROVIDER_UNAVAILABLE'],
    ['302', { status: 302, headers: { location: 'https://evil.test' } }, 'ERR_RESPONSE_REDIRECT'],
    ['307', { status: 307, headers: { location: `${HOSTNAME}/v2/oauth/token` } }, 'ERR_RESPONSE_REDIRECT'],
    ['400', { status: 400, body: { error: 'invalid_grant' } }, 'ERR_TOKEN_REFUSED'],
    ['a reset', networkFailure('ECONNRESET'), 'ERR_NETWORK'],
    ['a broken pipe', networkFailure('EPIPE'), 'ERR_NETWORK'],
    ['a time-out', networkFailure('ERR_HTTP_TIMEOUT'), 'ERR_HTTP_TIMEOUT'],
  ])('on %s', async (_name, failure, code) => {
    const { party, provider, clock } = setUp({ token: [failure, good] });
    const error = await errorOf(() => party.exchangeCode(GRANT));
    expect(error).toMatchObject({ code, step: 'token' });
    expect(provider.requests).toHaveLength(1);
    expect(clock.sleeps).toEqual([]);
    expect(wordsOf(error)).not.toMatch(/canary|public-test-secret/);
  });

  it('on a wrong ID token', async () => {
    const token = async (): Promise<Reply> => ({
      body: { access_token: 'canary-access', id_token: await signIdToken({ nonce: 'x' }) },
    });
    const { party, provider } = setUp({ token });
    const error = await errorOf(() => party.exchangeCode(GRANT));
    expect(error.code).toBe('ERR_ID_TOKEN_NONCE');
    expect(provider.requestsTo('token')).toHaveLength(1);
    expect(wordsOf(error)).not.toMatch(/canary|eyJ/);
  });
});

describe('userinfo is repeated', () => {
  it.each<[string, Reply | Error]>([
    ['503', { status: 503 }],
    ['a reset', networkFailure('ECONNRESET')],
  ])('twice on %s', async (_name, failure) => {
    const userinfo = async (): Promise<Reply> => ({ body: await userinfoBody(PERSON) });
    const { party, provider } = setUp({ userinfo: [failure, failure, userinfo] });
    await expect(party.fetchData(LOGIN)).resolves.toEqual(PERSON);
    expect(provider.requestsTo('userinfo')).toHaveLength(3);
  });

  it('but not on 401, whose words are told without the token', async () => {
    const { party, provider } = setUp({ userinfo: { status: 401, body: `Bearer ${ACCESS_TOKEN} expired` } });
    const error = await errorOf(() => party.fetchData(LOGIN));
    expect(error).toMatchObject({ code: 'ERR_USERINFO_REFUSED', step: 'userinfo' });
    expect(wordsOf(error)).not.toContain(ACCESS_TOKEN);
    expect(provider.requests).toHaveLength(1);
  });

  it('but not on the data of somebody else', async () => {
    const { party, provider } = setUp({ userinfo: { body: { sub: 'u=2' } } });
    expect((await errorOf(() => party.fetchData(LOGIN))).code).toBe('ERR_SUB_MISMATCH');
    expect(provider.requests).toHaveLength(1);
  });
});

describe('interrupted', () => {
  const reason = new Error('interrupted');

  it('rejects the exchange with the reason, during token and JWKS', async () => {
    for (const part of ['token', 'jwks'] as const) {
      const controller = new AbortController();
      const { party } = setUp({
        [part]: () => {
          controller.abort(reason);
          throw networkFailure('ABORT_ERR');
        },
      });
      await expect(party.exchangeCode(GRANT, controller.signal)).rejects.toBe(reason);
    }
  });

  it('rejects userinfo with the reason', async () => {
    const controller = new AbortController();
    const { party, provider } = setUp({
      userinfo: () => {
        controller.abort(reason);
        return { status: 503 };
      },
    });
    await expect(party.fetchData(LOGIN, controller.signal)).rejects.toBe(reason);
    expect(provider.requests).toHaveLength(1);
  });
});
