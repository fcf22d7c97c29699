import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { acceptCode } from '../../../src/oidc/callback.ts';
import { generateCodeChallenge } from '../../../src/oidc/pkce.ts';
import { SgidProvider } from '../../../src/sgid/sgid-provider.ts';
import { Journal } from '../../../src/trace/journal.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import {
  createFakeProvider,
  type FakeProviderParts,
  networkFailure,
  PERSON,
  type Reply,
} from '../../helpers/fake-provider.ts';
import {
  ACCESS_TOKEN,
  HOSTNAME,
  NONCE,
  publicJwkOf,
  SUB,
  signIdToken,
  signingJwk,
  strangerKey,
} from '../../helpers/sign-id-token.ts';

const CODE = acceptCode('canary-code/1+2=3');
const SENT = {
  codeVerifier: 'canary-verifier-0123456789-0123456789-01234567',
  nonce: NONCE,
  redirectUri: 'http://localhost:5001/api/redirect',
};
const TOKENS = { sub: SUB, accessToken: ACCESS_TOKEN };
const LONGEST = 'x'.repeat(16 * 1024);

function setUp(parts: FakeProviderParts = {}) {
  const provider = createFakeProvider(parts);
  const clock = createFakeClock();
  const sgid = new SgidProvider({
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    privateKey: createPrivateKey(TEST_PRIVATE_KEY),
    hostname: HOSTNAME,
    transport: { fetch: provider.fetch, clock },
  });
  return { sgid, provider, clock };
}

const goodTokens = async (more: Record<string, unknown> = {}): Promise<Reply> => ({
  body: { access_token: ACCESS_TOKEN, id_token: await signIdToken(), ...more },
});

describe('a login', () => {
  it('begins with a request that carries all it is compared with later, fresh each time', async () => {
    const { sgid } = setUp();
    const request = { redirectUri: SENT.redirectUri, scope: ['openid', 'myinfo.name'] };
    const [one, other] = [await sgid.authorize(request), await sgid.authorize(request)];
    const { url, state, nonce, codeVerifier, ...rest } = one;
    expect(rest).toEqual({ issuer: `${HOSTNAME}/v2`, redirectUri: SENT.redirectUri });
    expect(url).toContain('&scope=openid%20myinfo.name&');
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      response_type: 'code',
      client_id: TEST_CLIENT_ID,
      redirect_uri: SENT.redirectUri,
      scope: 'openid myinfo.name',
      code_challenge: generateCodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    expect(new Set([one, other].flatMap((sent) => [sent.state, sent.nonce, sent.codeVerifier])).size).toBe(6);
    const given = await sgid.authorize({ ...request, state: 'my-state', nonce: 'my-nonce' });
    expect(given).toMatchObject({ state: 'my-state', nonce: 'my-nonce' });
    expect(new URL(given.url).searchParams.get('nonce')).toBe('my-nonce');
  });

  it('is reported step by step, and can be interrupted at each', async () => {
    const { sgid, provider } = setUp();
    const { signal } = new AbortController();
    const journal = new Journal(0);
    await sgid.claims(await sgid.exchange(CODE, SENT, { journal, signal }), { journal, signal });
    const told = journal.entries.map(({ name, exchanges, verdicts }) => [
      ...[name, exchanges.length],
      verdicts.map(({ check, verdict }) => `${verdict} ${check}`).join(', '),
    ]);
    const claims = ['issuer', 'audience', 'expiry', 'issued-at', 'nonce', 'subject'];
    expect(told).toEqual([
      ['token', 1, 'pass response'],
      ['jwks', 1, 'pass response'],
      ['id-token', 0, ['algorithm', 'signature', ...claims].map((check) => `pass ${check}`).join(', ')],
      ['userinfo', 1, 'pass response, pass subject, pass form'],
      ['decrypt', 0, 'pass payload-key, pass fields'],
    ]);
    expect(journal.entries.at(-1)?.verdicts.at(-1)?.summary).toBe('1 decrypted');
    expect(provider.requests.map((request) => request.signal === signal)).toEqual([true, true, true]);
  });

  it('is told of the keys that it asks for again, and can be interrupted there', async () => {
    const stranger = { body: { keys: [publicJwkOf(strangerKey, { kid: 'stranger' })] } };
    const { sgid, provider } = setUp({ jwks: [stranger, { body: { keys: [signingJwk] } }] });
    const { signal } = new AbortController();
    const journal = new Journal(0);
    await sgid.exchange(CODE, SENT, { journal, signal });
    expect(journal.entries.map(({ name }) => name).sort()).toEqual(['id-token', 'jwks', 'jwks', 'token']);
    expect(provider.requests.map((request) => request.signal === signal)).toEqual([true, true, true]);
  });

  it('asks for the keys ahead, and not again for the ID token', async () => {
    const { sgid, provider } = setUp();
    await sgid.prepare();
    expect(provider.requests).toHaveLength(1);
    await sgid.prepare();
    await sgid.exchange(CODE, SENT);
    expect(provider.requestsTo('jwks')).toHaveLength(1);
  });

  it('sends secrets in the body and the access token in its header alone, and follows no redirect', async () => {
    const { sgid, provider } = setUp();
    const tokens = await sgid.exchange(CODE, SENT);
    expect(tokens).toMatchObject({ ...TOKENS, claims: { sub: SUB, nonce: NONCE } });
    await expect(sgid.claims(tokens)).resolves.toEqual(PERSON);
    const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const bearer = { accept: 'application/json', authorization: `Bearer ${ACCESS_TOKEN}` };
    const url = `${HOSTNAME}/v2/oauth`;
    expect([...provider.requestsTo('token'), ...provider.requestsTo('userinfo')]).toEqual([
      { url: `${url}/token`, method: 'POST', redirect: 'manual', headers: form, body: expect.any(String) },
      { url: `${url}/userinfo`, method: 'GET', redirect: 'manual', headers: bearer },
    ]);
  });
});

describe('the tokens', () => {
  it.each([{ token_type: 'Bearer' }, { token_type: 'bEARER' }, { expires_in: 60, x: {} }])(
    'are taken with %j',
    async (more) => {
      const { sgid } = setUp({ token: () => goodTokens(more) });
      await expect(sgid.exchange(CODE, SENT)).resolves.toMatchObject(TOKENS);
    },
  );

  it.each<[unknown, string]>([
    [{ access_token: 'canary' }, 'no ID token'],
    [{ access_token: 'canary', id_token: '' }, 'no ID token'],
    [{ access_token: 'canary', id_token: {} }, 'no ID token'],
    [{ id_token: 'canary' }, 'no access token'],
    [{ access_token: 1, id_token: 'canary' }, 'no access token'],
    [{ accessTok: 'canary' }, 'no access token'],
    [{ error: 'invalid_grant' }, 'no access token'],
    [{ access_token: `${LONGEST}x`, id_token: 'i' }, 'an access token over 16 kB'],
    [{ access_token: 'é'.repeat(8193), id_token: 'i' }, 'an access token over 16 kB'],
    [{ access_token: LONGEST, id_token: `${LONGEST}x` }, 'an ID token over 16 kB'],
    [{ access_token: 'a', id_token: 'i', token_type: 'DPoP' }, 'another type than Bearer'],
    [{ access_token: 'a', id_token: 'i', token_type: ['Bearer'] }, 'another type than Bearer'],
    [['canary-token-1'], 'another kind of JSON'],
    ['"canary-token-1"', 'another kind of JSON'],
    ['{"token":"canary-token-1","id_tok', 'something other than JSON'],
    ['access_token=canary&id_token=canary', 'something other than JSON'],
  ])('are refused: %j', async (body, words) => {
    const { sgid } = setUp({ token: { body } });
    const error = await errorOf(() => sgid.exchange(CODE, SENT));
    expect(error).toMatchObject({ code: 'ERR_RESPONSE_INVALID', step: 'token', reply: { status: 200 } });
    expect(error.message).toContain(words);
    expect(error.reply?.body.startsWith('access_token=') ? '' : wordsOf(error)).not.toMatch(/canary|xxx|ééé/);
  });

  it('are refused without an echo of a secret', async () => {
    for (const secret of [TEST_CLIENT_SECRET, CODE.code, SENT.codeVerifier]) {
      const { sgid } = setUp({ token: { status: 400, body: `no: ${encodeURIComponent(secret)}` } });
      const error = await errorOf(() => sgid.exchange(CODE, SENT));
      expect(error.reply?.body).toContain('[redacted]');
      expect(wordsOf(error)).not.toMatch(/canary|public-test-secret/);
    }
  });
});

it('the claims are refused without an echo of the access token', async () => {
  const { sgid } = setUp({ userinfo: { status: 401, body: `expired: ${ACCESS_TOKEN}` } });
  const error = await errorOf(() => sgid.claims(TOKENS));
  expect(error).toMatchObject({ code: 'ERR_USERINFO_REFUSED', reply: { body: 'expired: [redacted]' } });
});

describe('the code exchange is never repeated', () => {
  it.each<[string, Reply | Error, string]>([
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '1' } }, 'ERR_PROVIDER_UNAVAILABLE'],
    ['307', { status: 307, headers: { location: `${HOSTNAME}/v2/oauth/token` } }, 'ERR_RESPONSE_REDIRECT'],
    ['400', { status: 400, body: { error: 'invalid_grant' } }, 'ERR_TOKEN_REFUSED'],
    ['a reset', networkFailure('ECONNRESET'), 'ERR_NETWORK'],
    ['a time-out', networkFailure('ERR_HTTP_TIMEOUT'), 'ERR_HTTP_TIMEOUT'],
  ])('on %s', async (_name, failure, code) => {
    const { sgid, provider, clock } = setUp({ token: [failure, () => goodTokens()] });
    const error = await errorOf(() => sgid.exchange(CODE, SENT));
    expect(error).toMatchObject({ code, step: 'token' });
    expect(provider.requests).toHaveLength(1);
    expect(clock.sleeps).toEqual([]);
    expect(wordsOf(error)).not.toMatch(/canary|public-test-secret/);
  });

  it('on a wrong ID token', async () => {
    const { sgid, provider } = setUp({ token: () => goodTokens({ access_token: 'canary-access' }) });
    const error = await errorOf(() => sgid.exchange(CODE, { ...SENT, nonce: 'x' }));
    expect(error.code).toBe('ERR_ID_TOKEN_NONCE');
    expect(provider.requestsTo('token')).toHaveLength(1);
    expect(wordsOf(error)).not.toMatch(/canary|eyJ/);
  });
});

describe('userinfo', () => {
  it('is not asked for without the private key', async () => {
    const { fetch, requests } = createFakeProvider();
    const transport = { fetch, clock: createFakeClock() };
    const options = {
      clientId: TEST_CLIENT_ID,
      clientSecret: TEST_CLIENT_SECRET,
      hostname: HOSTNAME,
      transport,
    };
    await expect(new SgidProvider(options).claims(TOKENS)).rejects.toThrow('without the private key');
    expect(requests).toEqual([]);
  });

  it('of openid alone is not decrypted', async () => {
    const { sgid } = setUp({ userinfo: { body: { sub: SUB } } });
    const journal = new Journal(0);
    expect(await sgid.claims(TOKENS, { journal })).toEqual({});
    const seen = journal.entries.map(({ name, verdicts }) => [name, ...verdicts.map(({ check }) => check)]);
    expect(seen).toEqual([['userinfo', 'response', 'subject']]);
  });

  it.each<[Reply, string]>([
    [{ status: 401, body: `Bearer ${ACCESS_TOKEN} expired` }, 'ERR_USERINFO_REFUSED'],
    [{ body: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln' }, 'ERR_RESPONSE_INVALID'],
    [{ body: { sub: 'u=2' } }, 'ERR_SUB_MISMATCH'],
  ])('is not repeated on %j', async (reply, code) => {
    const { sgid, provider } = setUp({ userinfo: reply });
    const error = await errorOf(() => sgid.claims(TOKENS));
    expect(error).toMatchObject({ code, step: 'userinfo' });
    expect(wordsOf(error)).not.toContain(ACCESS_TOKEN);
    expect(provider.requests).toHaveLength(1);
  });
});
