import { describe, expect, it } from 'vitest';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
} from '../../../../src/mock/test-credentials.ts';
import {
  type Changes,
  createTestProvider,
  getUserinfo,
  obtainCode,
  postToken,
  REDIRECT_URI,
  tokenForm,
  VERIFIER,
} from '../relying-party.ts';

const OTHER_URI = 'http://localhost:5001/other';
const clients = [
  { ...createTestClient([REDIRECT_URI]), redirectUris: [REDIRECT_URI, OTHER_URI] },
  { ...createTestClient([REDIRECT_URI]), clientId: 'OTHER-0000', clientSecret: 'public-other-secret' },
];

describe('a token request that is refused', () => {
  it.each<[string, Changes, number, string, RegExp]>([
    ['no client', { client_id: undefined }, 401, 'invalid_client', /^client_id is missing/],
    ['an unknown client', { client_id: 'NOBODY' }, 401, 'invalid_client', /NOBODY is not registered/],
    ['no secret', { client_secret: undefined }, 401, 'invalid_client', /^client_secret is missing/],
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', /is not that of the client/],
    ['a longer secret', { client_secret: `${TEST_CLIENT_SECRET}x` }, 401, 'invalid_client', /is not that/],
    [
      "another client's secret",
      { client_secret: 'public-other-secret' },
      401,
      'invalid_client',
      /is not that/,
    ],
    ['no grant type', { grant_type: undefined }, 400, 'invalid_request', /^grant_type is missing/],
    [
      'another grant type',
      { grant_type: 'refresh_token' },
      400,
      'unsupported_grant_type',
      /got refresh_token/,
    ],
    ['no code', { code: undefined }, 400, 'invalid_request', /^code is missing/],
    ['an unknown code', { code: 'x'.repeat(43) }, 400, 'invalid_grant', /code is unknown/],
    ['no redirect URI', { redirect_uri: undefined }, 400, 'invalid_request', /^redirect_uri is missing/],
    [
      'another redirect URI',
      { redirect_uri: OTHER_URI },
      400,
      'invalid_grant',
      /expected \S+redirect, got \S+other$/,
    ],
    ['no verifier', { code_verifier: undefined }, 400, 'invalid_request', /^code_verifier is missing/],
    ['a short verifier', { code_verifier: 'a'.repeat(42) }, 400, 'invalid_request', /43 to 128/],
    ['a long verifier', { code_verifier: 'a'.repeat(129) }, 400, 'invalid_request', /43 to 128/],
    ['a reserved character', { code_verifier: `${'a'.repeat(43)}+` }, 400, 'invalid_request', /43 to 128/],
    [
      'another verifier',
      { code_verifier: `${VERIFIER}x` },
      400,
      'invalid_grant',
      /does not fit the code_challenge/,
    ],
    [
      'a code of another client',
      { client_id: 'OTHER-0000', client_secret: 'public-other-secret' },
      400,
      'invalid_grant',
      /issued to another client/,
    ],
  ])('%s', async (_what, changes, status, error, description) => {
    const provider = createTestProvider({ clients });
    const response = await postToken(provider, tokenForm(await obtainCode(provider), changes));
    expect(response.status).toBe(status);
    expect(JSON.parse(response.body)).toEqual({
      error,
      error_description: expect.stringMatching(description),
    });
    expect(response.headers['cache-control']).toBe('no-store');
  });

  it.each([
    'client_id',
    'client_secret',
    'code',
    'grant_type',
    'redirect_uri',
    'code_verifier',
    'unheard_of',
  ])('%s sent twice', async (name) => {
    const provider = createTestProvider();
    const form = tokenForm(await obtainCode(provider), { unheard_of: 'x' });
    const again = new URLSearchParams({ [name]: new URLSearchParams(form).get(name) ?? '' });
    const response = await postToken(provider, `${form}&${again}`);
    expect(response.status).toBe(400);
    expect(JSON.parse(response.body)).toEqual({
      error: 'invalid_request',
      error_description: `the parameter ${name} was sent more than once`,
    });
  });

  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded-not', undefined])(
    'the content type %s',
    async (type) => {
      const provider = createTestProvider();
      const form = tokenForm(await obtainCode(provider));
      const response = await postToken(provider, form, { 'content-type': type });
      expect(response.status).toBe(400);
      expect(JSON.parse(response.body)).toMatchObject({
        error: 'invalid_request',
        error_description: expect.stringMatching(/^content-type must be/),
      });
    },
  );

  it('HTTP Basic, even with good credentials', async () => {
    const provider = createTestProvider();
    const authorization = `Basic ${btoa(`${TEST_CLIENT_ID}:${TEST_CLIENT_SECRET}`)}`;
    const response = await postToken(provider, tokenForm(await obtainCode(provider)), { authorization });
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Basic realm="mock sgID"');
    expect(JSON.parse(response.body)).toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringContaining('client_secret_post'),
    });
  });

  it('parameters in the query', async () => {
    const provider = createTestProvider();
    const form = tokenForm(await obtainCode(provider));
    const response = await provider.handle({
      method: 'POST',
      target: `/v2/oauth/token?${form}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form,
    });
    expect([response.status, JSON.parse(response.body).error]).toEqual([400, 'invalid_request']);
  });

  it('tells no secret, code or verifier', async () => {
    const provider = createTestProvider();
    const code = await obtainCode(provider);
    const secret = 'canary-secret';
    const wrongSecret = await postToken(provider, tokenForm(code, { client_secret: secret }));
    const wrongVerifier = await postToken(provider, tokenForm(code, { code_verifier: 'canary'.repeat(8) }));
    const used = await postToken(provider, tokenForm(code));
    expect(wrongSecret.body + wrongVerifier.body + used.body).not.toMatch(/canary/);
    expect(used.body).not.toContain(code);
  });
});

describe('a token request that is granted', () => {
  it('answers as RFC 6749 section 5.1 and OpenID Connect Core section 3.1.3.3 say', async () => {
    const provider = createTestProvider();
    const code = await obtainCode(provider, { scope: 'openid myinfo.name' });
    const type = 'Application/X-WWW-Form-URLEncoded; charset=UTF-8';
    const response = await postToken(provider, tokenForm(code), { 'content-type': type });
    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
    expect(JSON.parse(response.body)).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      id_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'openid myinfo.name',
    });
  });
});

describe('the life of a code', () => {
  it('ends 60 seconds after it was issued', async () => {
    let now = Date.UTC(2030, 0, 1);
    const provider = createTestProvider({ now: () => now });
    const [inTime, late] = [await obtainCode(provider), await obtainCode(provider)];
    now += 59_999;
    expect((await postToken(provider, tokenForm(inTime))).status).toBe(200);
    now += 1;
    const response = await postToken(provider, tokenForm(late));
    expect(JSON.parse(response.body)).toMatchObject({
      error: 'invalid_grant',
      error_description: expect.stringContaining('expired'),
    });
  });

  it('ends with its first use, and a second use revokes the access token', async () => {
    const provider = createTestProvider();
    const code = await obtainCode(provider);
    const { access_token } = JSON.parse((await postToken(provider, tokenForm(code))).body);
    expect((await getUserinfo(provider, `Bearer ${access_token}`)).status).toBe(200);

    const second = await postToken(provider, tokenForm(code));
    expect(JSON.parse(second.body)).toMatchObject({
      error: 'invalid_grant',
      error_description: expect.stringContaining('presented before'),
    });
    const userinfo = await getUserinfo(provider, `Bearer ${access_token}`);
    expect([userinfo.status, JSON.parse(userinfo.body).error_description]).toEqual([
      401,
      expect.stringContaining('revoked'),
    ]);
  });

  it('revokes when the second use comes long after, while the token still lives', async () => {
    let now = Date.UTC(2030, 0, 1);
    const provider = createTestProvider({ now: () => now });
    const code = await obtainCode(provider);
    const { access_token } = JSON.parse((await postToken(provider, tokenForm(code))).body);
    now += 599_000;
    await obtainCode(provider);
    await postToken(provider, tokenForm(code));
    expect((await getUserinfo(provider, `Bearer ${access_token}`)).status).toBe(401);
  });

  it('gives one token when two requests race', async () => {
    const provider = createTestProvider();
    const form = tokenForm(await obtainCode(provider));
    const answers = await Promise.all([postToken(provider, form), postToken(provider, form)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400]);
  });

  it.each<[string, Changes]>([
    ['a wrong verifier', { code_verifier: 'a'.repeat(43) }],
    ['a wrong redirect URI', { redirect_uri: OTHER_URI }],
  ])('ends with an attempt that has %s', async (_what, changes) => {
    const provider = createTestProvider({ clients });
    const code = await obtainCode(provider);
    await postToken(provider, tokenForm(code, changes));
    expect((await postToken(provider, tokenForm(code))).status).toBe(400);
  });

  it.each<[string, Changes]>([
    ['a wrong secret', { client_secret: 'wrong' }],
    ['another client', { client_id: 'OTHER-0000', client_secret: 'public-other-secret' }],
  ])('does not end with an attempt of %s', async (_what, changes) => {
    const provider = createTestProvider({ clients });
    const code = await obtainCode(provider);
    await postToken(provider, tokenForm(code, changes));
    expect((await postToken(provider, tokenForm(code))).status).toBe(200);
  });
});
