import { describe, expect, it } from 'vitest';
import { createTestClient, TEST_CLIENT_ID, TEST_CLIENT_SECRET } from '../../../src/mock/test-credentials.ts';
import {
  type Changes,
  createTestProvider,
  getUserinfo,
  obtainCode,
  obtainTokens,
  postToken,
  REDIRECT_URI,
  send,
  tokenForm,
  VERIFIER,
} from './relying-party.ts';

const OTHER_URI = 'http://localhost:5001/other';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const OTHER_CLIENT = { client_id: 'OTHER-0000', client_secret: 'public-other-secret' };
const client = createTestClient([REDIRECT_URI, OTHER_URI]);
const clients = [client, { ...client, clientId: 'OTHER-0000', clientSecret: 'public-other-secret' }];

describe('a token request that is refused', () => {
  it.each<[Changes, number, string, RegExp]>([
    [{ client_id: undefined }, 401, 'invalid_client', /^client_id is missing/],
    [{ client_id: 'NOBODY' }, 401, 'invalid_client', /NOBODY is not registered/],
    [{ client_secret: undefined }, 401, 'invalid_client', /^client_secret is missing/],
    [{ client_secret: 'canary' }, 401, 'invalid_client', /is not that of the client/],
    [{ client_secret: `${TEST_CLIENT_SECRET}x` }, 401, 'invalid_client', /is not that/],
    [{ client_secret: 'public-other-secret' }, 401, 'invalid_client', /is not that/],
    [{ grant_type: undefined }, 400, 'invalid_request', /^grant_type is missing/],
    [{ grant_type: 'refresh_token' }, 400, 'unsupported_grant_type', /got refresh_token/],
    [{ code: undefined }, 400, 'invalid_request', /^code is missing/],
    [{ code: 'canary'.repeat(7) }, 400, 'invalid_grant', /code is unknown/],
    [{ redirect_uri: undefined }, 400, 'invalid_request', /^redirect_uri is missing/],
    [{ redirect_uri: OTHER_URI }, 400, 'invalid_grant', /expected \S+redirect, got \S+other$/],
    [{ code_verifier: undefined }, 400, 'invalid_request', /^code_verifier is missing/],
    [{ code_verifier: 'a'.repeat(42) }, 400, 'invalid_request', /43 to 128/],
    [{ code_verifier: 'a'.repeat(129) }, 400, 'invalid_request', /43 to 128/],
    [{ code_verifier: `${'a'.repeat(43)}+` }, 400, 'invalid_request', /43 to 128/],
    [{ code_verifier: `${VERIFIER}x` }, 400, 'invalid_grant', /does not fit the code_challenge/],
    [{ code_verifier: 'canary'.repeat(8) }, 400, 'invalid_grant', /does not fit the code_challenge/],
    [OTHER_CLIENT, 400, 'invalid_grant', /issued to another client/],
  ])('%j', async (changes, status, error, description) => {
    const provider = createTestProvider({ clients });
    const code = await obtainCode(provider);
    const response = await postToken(provider, tokenForm(code, changes));
    expect([response.status, response.headers['cache-control']]).toEqual([status, 'no-store']);
    expect(JSON.parse(response.body)).toEqual({
      error,
      error_description: expect.stringMatching(description),
    });
    expect(response.body).not.toMatch(/canary/);
    expect(response.body).not.toContain(code);
  });

  it.each([
    ...['client_id', 'client_secret', 'code', 'grant_type', 'redirect_uri', 'code_verifier', 'unheard_of'],
  ])('%s sent twice', async (name) => {
    const provider = createTestProvider();
    const form = tokenForm(await obtainCode(provider), { unheard_of: 'x' });
    const again = new URLSearchParams({ [name]: new URLSearchParams(form).get(name) ?? '' });
    const { status, body } = await postToken(provider, `${form}&${again}`);
    const error_description = `the parameter ${name} was sent more than once`;
    expect([status, JSON.parse(body)]).toEqual([400, { error: 'invalid_request', error_description }]);
  });

  it.each<[Record<string, string | undefined>, string, number, RegExp]>([
    [{ 'content-type': 'application/json' }, '', 400, /^content-type must be/],
    [{ 'content-type': 'text/plain' }, '', 400, /^content-type must be/],
    [{ 'content-type': 'application/x-www-form-urlencoded-not' }, '', 400, /^content-type must be/],
    [{ 'content-type': undefined }, '', 400, /^content-type must be .*, got none/],
    [FORM, '?client_id=x', 400, /takes no query/],
    [{ ...FORM, authorization: `Basic ${btoa(`${TEST_CLIENT_ID}:x`)}` }, '', 401, /client_secret_post/],
  ])('a good form with the headers %j and the query %j', async (headers, query, status, description) => {
    const provider = createTestProvider();
    const body = tokenForm(await obtainCode(provider));
    const response = await send(provider, `/v2/oauth/token${query}`, { method: 'POST', headers, body });
    expect(response.status).toBe(status);
    expect(JSON.parse(response.body).error_description).toMatch(description);
    const challenge = status === 401 ? 'Basic realm="mock sgID"' : undefined;
    expect(response.headers['www-authenticate']).toBe(challenge);
  });

  it.each([
    ['bearer x', 'with the scheme Bearer'],
    ['Basic', 'with the scheme Basic'],
    ['Zq9xSecret/with+chars', 'with another scheme'],
    ['Zq9xSecret', 'with another scheme'],
    ['"Zq9xSecret"', 'with another scheme'],
    ['Basic-Zq9xSecret x', 'with another scheme'],
  ])(
    'the Authorization header %j is refused, and of a secret nothing is printed',
    async (authorization, words) => {
      const provider = createTestProvider();
      const { status, headers, body } = await postToken(provider, tokenForm('x'), { authorization });
      expect(status).toBe(401);
      expect(JSON.parse(body).error_description).toMatch(new RegExp(`${words}$`));
      expect(JSON.stringify([headers, body, provider.requests()])).not.toContain('Zq9');
    },
  );
});

describe('a token request that is granted', () => {
  it('answers as RFC 6749 section 5.1 and OpenID Connect Core section 3.1.3.3 say', async () => {
    const provider = createTestProvider();
    const form = tokenForm(await obtainCode(provider, { scope: 'openid myinfo.name' }));
    const type = 'Application/X-WWW-Form-URLEncoded; charset=UTF-8';
    const { status, headers, body } = await postToken(provider, form, { 'content-type': type });
    expect([status, headers]).toMatchObject([
      200,
      { 'content-type': 'application/json', 'cache-control': 'no-store' },
    ]);
    expect(JSON.parse(body)).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      id_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'openid myinfo.name',
    });
  });
});

describe('a code', () => {
  it('ends with its first use, and a second use revokes the access token', async () => {
    const provider = createTestProvider();
    const form = tokenForm(await obtainCode(provider));
    const { access_token } = JSON.parse((await postToken(provider, form)).body);
    expect((await getUserinfo(provider, `Bearer ${access_token}`)).status).toBe(200);
    expect((await postToken(provider, form)).body).toMatch(/"invalid_grant".*presented before/);
    const { status, body } = await getUserinfo(provider, `Bearer ${access_token}`);
    expect([status, body]).toEqual([401, expect.stringContaining('revoked')]);
  });

  it('gives one token when two requests race', async () => {
    const provider = createTestProvider();
    const form = tokenForm(await obtainCode(provider));
    const answers = await Promise.all([postToken(provider, form), postToken(provider, form)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400]);
  });

  it.each<[Changes, number]>([
    [{ code_verifier: 'a'.repeat(43) }, 400],
    [{ redirect_uri: OTHER_URI }, 400],
    [{ client_secret: 'wrong' }, 200],
    [OTHER_CLIENT, 200],
  ])('that was presented with %j before gets %i', async (changes, status) => {
    const provider = createTestProvider({ clients });
    const code = await obtainCode(provider);
    await postToken(provider, tokenForm(code, changes));
    expect((await postToken(provider, tokenForm(code))).status).toBe(status);
  });
});

describe('a userinfo request', () => {
  const BARE = /^Bearer realm="mock sgID"$/;
  const NAMED = /^Bearer realm="mock sgID", error="invalid_(token|request)", error_description="[^"\\]+"$/;

  // TOKEN is a good access token, CUT a shortened one, ID an ID token, FOREIGN that of another provider.
  it.each<[string | undefined, string, number, RegExp, RegExp]>([
    [undefined, '', 401, BARE, /header/],
    ['', '', 401, BARE, /header/],
    ['Basic bW9jazptb2Nr', '', 401, BARE, /header/],
    ['TOKEN', '', 401, BARE, /header/],
    ['BearerTOKEN', '', 401, BARE, /header/],
    ['Bearer', '', 401, NAMED, /malformed/],
    ['Bearer TOKEN TOKEN', '', 401, NAMED, /malformed/],
    ['Bearer "TOKEN"', '', 401, NAMED, /malformed/],
    ['Bearer TOKEN, Bearer TOKEN', '', 401, NAMED, /malformed/],
    [`Bearer ${'x'.repeat(43)}`, '', 401, NAMED, /unknown/],
    ['Bearer CUT', '', 401, NAMED, /unknown/],
    ['Bearer constructor', '', 401, NAMED, /unknown/],
    ['Bearer ID', '', 401, NAMED, /unknown/],
    ['Bearer FOREIGN', '', 401, NAMED, /unknown/],
    [undefined, '?access_token=TOKEN', 400, NAMED, /never in the URL/],
    ['Bearer TOKEN', '?access_token=TOKEN', 400, NAMED, /never in the URL/],
  ])('with %j and the query %j is refused with %i', async (template, query, status, challenge, words) => {
    const provider = createTestProvider();
    const { access_token, id_token } = await obtainTokens(provider);
    const foreign = (await obtainTokens(createTestProvider())).access_token;
    const fill = (text: string): string =>
      text
        .replaceAll('TOKEN', access_token)
        .replace('CUT', access_token.slice(0, -1))
        .replace('ID', id_token)
        .replace('FOREIGN', foreign);
    const response = await getUserinfo(provider, template && fill(template), fill(query));
    expect([response.status, response.headers['cache-control']]).toEqual([status, 'no-store']);
    expect(response.headers['www-authenticate']).toMatch(challenge);
    const { error, error_description } = JSON.parse(response.body);
    expect(error).toBe(status === 400 ? 'invalid_request' : 'invalid_token');
    expect(error_description).toMatch(words);
  });

  it.each(['bearer', 'BEARER'])('with the scheme %s is answered, whatever its case', async (scheme) => {
    const provider = createTestProvider();
    const { access_token } = await obtainTokens(provider);
    const response = await getUserinfo(provider, `${scheme} ${access_token}`);
    expect([response.status, response.headers['cache-control']]).toEqual([200, 'no-store']);
  });
});
