import { describe, expect, it } from 'vitest';
import { createTestClient, TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import {
  authorizationQuery,
  authorize,
  createTestProvider,
  getUserinfo,
  obtainTokens,
  postToken,
  REDIRECT_URI,
  send,
  tokenForm,
} from './relying-party.ts';

const CANARY = 'canary-7h3-53cr37';
const LONG_CANARY = `${CANARY}-0123456789abcdefghijklmnop`;

describe('the request log', () => {
  it('says what came and how it was answered, oldest first', async () => {
    const provider = createTestProvider({ now: () => Date.UTC(2030, 0, 1) });
    const query = authorizationQuery({ scope: 'openid' });
    const { access_token } = await obtainTokens(provider, { login_hint: 'zoe', scope: 'openid' });
    await getUserinfo(provider, `Bearer ${access_token}`);
    await send(provider, '/v2/oauth/autorize?client_id=x');
    const request = { time: '2030-01-01T00:00:00.000Z', method: 'GET', status: 200, parameters: {} };
    const authorization = { ...Object.fromEntries(new URLSearchParams(query)), login_hint: 'zoe' };
    const HIDDEN = '[redacted]';
    const form = tokenForm(HIDDEN, { client_secret: HIDDEN, code_verifier: HIDDEN });
    const parameters = Object.fromEntries(new URLSearchParams(form));
    expect(provider.requests()).toEqual([
      {
        ...request,
        path: '/v2/oauth/authorize',
        status: 302,
        parameters: authorization,
        outcome: 'a code for zoe',
      },
      { ...request, method: 'POST', path: '/v2/oauth/token', parameters },
      { ...request, path: '/v2/oauth/userinfo' },
      {
        ...request,
        path: '/v2/oauth/autorize',
        status: 404,
        parameters: { client_id: 'x' },
        outcome: 'not_found: no such endpoint',
      },
    ]);
    const [first] = provider.requests();
    Object.assign(first ?? {}, { status: 0 });
    expect(provider.requests()[0]?.status).toBe(302); // what a test does to its copy changes nothing
    expect(JSON.stringify(provider.requests())).not.toContain(access_token);
  });

  it('keeps the last hundred, and of each no more than it needs', async () => {
    const provider = createTestProvider();
    for (let turn = 0; turn < 103; turn += 1) await send(provider, `/v2/health?state=${turn}`);
    const states = provider.requests().map(({ parameters }) => parameters['state']);
    expect([states.length, states[0], states[99]]).toEqual([100, '3', '102']);
    await authorize(provider, { state: 'x y '.repeat(4_000) });
    await send(provider, `/v2${'/x'.repeat(8_000)}`);
    expect(JSON.stringify(provider.requests().slice(-2)).length).toBeLessThan(4_000);
  });

  it.each<[string, string]>([
    ['the form of a good request', tokenForm(CANARY, { client_secret: CANARY, code_verifier: CANARY })],
    ['a value with characters that end a value elsewhere', `client_secret=x"${CANARY}'<${CANARY}> ${CANARY}`],
    ['names that are encoded', `client%5Fsecret=${CANARY}&%63ode=${CANARY}&code_%76erifier=${CANARY}`],
    ['names with white space', `+client_secret=${CANARY}&code%20=${CANARY}&%0Acode_verifier=${CANARY}`],
    ['names in other letters', `CLIENT_SECRET=${CANARY}&clientSecret=${CANARY}&Code=${CANARY}`],
    ['names with a suffix', `client_secret[]=${CANARY}&code.x=${CANARY}`],
    ['a repeated name', `code=a&code=${CANARY}&client_secret=${CANARY}&client_secret=b`],
    ['a form that is cut off', `client_id=a&client_secret%3D${CANARY}`],
    ['a form encoded twice', encodeURIComponent(tokenForm(CANARY, { client_secret: CANARY }))],
    ['JSON', JSON.stringify({ client_id: TEST_CLIENT_ID, client_secret: CANARY, code: CANARY })],
    ['a bare secret', CANARY],
    ['a bare secret with a sign of equality', `${CANARY}=`],
    ['multipart', `--x\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\n${CANARY}\r\n--x--`],
    ['XML', `<client_secret>${CANARY}</client_secret>`],
    ['a name of the language', `__proto__=${CANARY}&constructor=${CANARY}`],
  ])('shows no secret of %s, in the body or the query', async (_what, form) => {
    const provider = createTestProvider();
    await postToken(provider, form);
    await postToken(provider, form, { 'content-type': 'application/json' });
    await send(provider, `/v2/oauth/token?${form.replaceAll(/\s/g, '+')}`, { method: 'POST' });
    await send(provider, `/v2/oauth/authorize?${form.replaceAll(/\s/g, '+')}`);
    expect(provider.requests()).toHaveLength(4);
    expect(JSON.stringify(provider.requests())).not.toContain(CANARY);
  });

  it.each<[string, string]>([
    ['the path', `/v2/oauth/userinfo/${LONG_CANARY}`],
    ['the path, encoded', `/v2/oauth/userinfo/%63${LONG_CANARY}`],
    ['the path, where a question mark was meant', `/v2/oauth/token&client_secret=${CANARY}&code=${CANARY}`],
    ['another URL', `/v2/oauth/authorize?redirect_uri=http://x/?code=${CANARY}%26client_secret=${CANARY}`],
    ['a JWT', `/v2/oauth/authorize?state=eyJhbGciOiJSUzI1NiJ9.${LONG_CANARY}.${LONG_CANARY}`],
    ['a bearer token', `/v2/oauth/authorize?state=Bearer%20${LONG_CANARY}`],
  ])('shows no secret in %s', async (_what, target) => {
    const provider = createTestProvider();
    await send(provider, target, { headers: { authorization: `Bearer ${CANARY}`, cookie: CANARY } });
    expect(JSON.stringify(provider.requests())).not.toContain(CANARY);
  });

  it('shows nothing unseen, and no secret that it keeps apart', async () => {
    const clients = [{ ...createTestClient([REDIRECT_URI]), clientSecret: CANARY }];
    const provider = createTestProvider({ clients });
    const strange = `<${CANARY.split('').join('\u0085\u00ad\u3164\u{e0041}')}>`;
    await authorize(provider, { state: strange });
    await send(provider, `/v2/${strange}`);
    const [{ parameters: { state } = {} } = {}, { path } = {}] = provider.requests();
    expect([state, path]).toEqual(['<[redacted]>', '/v2/<[redacted]>']);
  });

  it.each([975, 990, 995])(
    'shows no part of a secret that begins %i characters into a long text',
    async (at) => {
      const clientSecret = 'k7Gq2-Wd9Xb4-Zt6Rn1-Pf8Lm3-Vc5Hj0';
      const clients = [{ ...createTestClient([REDIRECT_URI]), clientSecret }];
      const provider = createTestProvider({ clients });
      const before = 'x'.repeat(at - 1);
      await authorize(provider, { state: `${before} ${clientSecret}` });
      await authorize(provider, { state: `${before} eyJhbGciOiJSUzI1NiJ9.${clientSecret}.${clientSecret}` });
      const path = '/x '.repeat(Math.ceil(at / 3)).slice(0, at);
      await send(provider, `${path}/${clientSecret}`);
      await send(provider, `${path}/${clientSecret.toLowerCase().replaceAll('-', '_')}`);
      const requests = provider.requests();
      expect(JSON.stringify(requests)).not.toMatch(/k7g|eyJ/i);
      expect(requests.every((request) => request.path.length <= 1_000)).toBe(true);
      expect(requests.every(({ parameters }) => (parameters['state'] ?? '').length <= 1_000)).toBe(true);
    },
  );

  it("shows a client's secret nowhere, not even where a name was mixed up", async () => {
    const clients = [{ ...createTestClient([REDIRECT_URI]), clientSecret: 's3cr3t/+ canary' }];
    const provider = createTestProvider({ clients });
    for (const name of ['client_id', 'scope', 'state', 'redirect_uri', 'nonce']) {
      await authorize(provider, { [name]: 's3cr3t/+ canary' });
    }
    await send(provider, '/v2/s3cr3t%2F+%20canary');
    const words = JSON.stringify(provider.requests());
    expect(words).not.toMatch(/s3cr3t|canary/);
    expect(words.match(/\[redacted\]/g)).toHaveLength(8);
  });
});
