// What OpenID Connect Core 1.0 demands of a provider beyond sgID.
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import type { MockProvider } from '../../../src/mock/provider.ts';
import { SCOPES } from '../../../src/sgid/scopes.ts';
import type { ServerRequest } from '../../../src/system/http-server.ts';
import {
  authorizationQuery,
  authorize,
  type Changes,
  createTestProvider,
  ISSUER,
  obtainCode,
  obtainTokens,
  postToken,
  send,
  tokenForm,
} from './relying-party.ts';

const NOW = Date.UTC(2030, 0, 1);
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const AUTHORIZE = '/v2/oauth/authorize';
const USERINFO = '/v2/oauth/userinfo';

const createOidcProvider = (approve?: string) =>
  createTestProvider({ oidc: true, ...(approve && { approve }) });

/** What a request gives back by redirect: `code`, or its error. */
async function outcomeOf(changes: Changes, provider = createOidcProvider()): Promise<string | null> {
  const { status, headers } = await authorize(provider, changes);
  expect([status, headers['cache-control']]).toEqual([302, 'no-store']);
  const { searchParams } = new URL(headers['location'] ?? '');
  expect([searchParams.get('state'), searchParams.get('iss')]).toEqual(['a-state', ISSUER]);
  return searchParams.has('code') ? 'code' : searchParams.get('error');
}

const WEI_MING: Changes = { login_hint: 'wei-ming' };
const SILENT: Changes = { prompt: 'none' };

describe('prompt and max_age', () => {
  it.each<[string, Changes, string]>([
    ['prompt=none, and nobody is logged in', SILENT, 'login_required'],
    ['prompt=none, and the person is not known', { ...SILENT, login_hint: 'nobody' }, 'login_required'],
    ['prompt=none, and no consent', { ...SILENT, mock_persona: 'zoe' }, 'consent_required'],
    ['prompt=none, and a refusal', { ...SILENT, mock_decision: 'refuse' }, 'access_denied'],
    ['prompt=none, and a login without a page', { ...SILENT, ...WEI_MING }, 'code'],
    ['prompt=none beside login', { ...WEI_MING, prompt: 'none login' }, 'invalid_request'],
    ['an unknown prompt', { ...WEI_MING, prompt: 'create' }, 'invalid_request'],
    ['a prompt in capitals', { ...WEI_MING, prompt: 'NONE' }, 'invalid_request'],
    ['prompt=login', { ...WEI_MING, prompt: 'login' }, 'code'],
    ['all other prompts', { ...WEI_MING, prompt: 'select_account login consent' }, 'code'],
    ['max_age=0', { ...WEI_MING, max_age: '0' }, 'code'],
    ['max_age below 0', { ...WEI_MING, max_age: '-1' }, 'invalid_request'],
    ['max_age with a fraction', { ...WEI_MING, max_age: '1.5' }, 'invalid_request'],
    ['max_age without end', { ...WEI_MING, max_age: '9'.repeat(400) }, 'invalid_request'],
    [
      'parameters that need no answer',
      { ...WEI_MING, display: 'popup', ui_locales: 'ta', acr_values: '0' },
      'code',
    ],
  ])('%s: %j gives %s', async (_what, changes, outcome) => {
    expect(await outcomeOf(changes)).toBe(outcome);
  });

  it('prompt=none is granted while logins are approved, or one is queued', async () => {
    expect(await outcomeOf(SILENT, createOidcProvider('zoe'))).toBe('code');
    const provider = createOidcProvider();
    provider.queuePersona('zoe');
    expect([await outcomeOf(SILENT, provider), await outcomeOf(SILENT, provider)]).toEqual([
      'code',
      'login_required',
    ]);
  });

  it.each(['login', 'consent', 'select_account'])('prompt=%s asks on a page', async (prompt) => {
    const { status, body } = await authorize(createOidcProvider(), { prompt });
    expect([status, body.includes('Continue as')]).toEqual([200, true]);
  });

  it('max_age has the ID token say when the person was authenticated', async () => {
    let now = NOW;
    const provider = createTestProvider({ oidc: true, now: () => now });
    const code = await obtainCode(provider, { max_age: '3600' });
    now += 30_500;
    const { auth_time, iat } = decodeJwt(
      JSON.parse((await postToken(provider, tokenForm(code))).body).id_token,
    );
    expect([auth_time, iat]).toEqual([NOW / 1000, NOW / 1000 + 30]);
  });

  it('without max_age there is no auth_time', async () => {
    expect(decodeJwt((await obtainTokens(createOidcProvider())).id_token)).not.toHaveProperty('auth_time');
  });
});

describe('id_token_hint', () => {
  it.each([
    ['the person who logs in', 'wei-ming', 'code'],
    ['another person', 'zoe', 'login_required'],
  ])('of %s', async (_who, login_hint, outcome) => {
    const { id_token } = await obtainTokens(createOidcProvider());
    for (const changes of [{}, SILENT])
      expect(await outcomeOf({ ...changes, login_hint, id_token_hint: id_token })).toBe(outcome);
  });

  it.each([
    ['nothing', 'x', 'invalid_request'],
    ['a JWE', 'e30....', 'login_required'],
    ['nobody', 'e30.e30.', 'login_required'],
  ])('of %s', async (_what, id_token_hint, outcome) => {
    expect(await outcomeOf({ ...WEI_MING, id_token_hint })).toBe(outcome);
  });
});

/** Sends a form as `POST`, or as told. */
const post = (provider: MockProvider, target: string, body: string, request: Partial<ServerRequest> = {}) =>
  send(provider, target, { method: 'POST', headers: FORM, body, ...request });

describe('POST at the authorization endpoint', () => {
  it('logs in', async () => {
    const { headers } = await post(createOidcProvider(), AUTHORIZE, authorizationQuery(WEI_MING));
    expect(headers['location']).toMatch(/\?code=[\w-]{43}&state=a-state&/);
  });

  it('leads to pages whose links carry the form', async () => {
    const { body } = await post(
      createOidcProvider(),
      AUTHORIZE,
      authorizationQuery({ state: 'of the form' }),
    );
    const [, href = ''] = / href="(\?[^"]*mock_persona=zoe[^"]*)"/.exec(body) ?? [];
    expect(new URLSearchParams(href.replaceAll('&amp;', '&')).get('state')).toBe('of the form');
  });

  it.each<[string, string, Partial<ServerRequest>]>([
    ['a query', `${AUTHORIZE}?${authorizationQuery(WEI_MING)}`, {}],
    ['JSON', AUTHORIZE, { headers: { 'content-type': 'application/json' } }],
    ['no type', AUTHORIZE, { headers: {} }],
  ])('with %s is refused', async (_what, target, request) => {
    const { status, headers, body } = await post(
      createOidcProvider(),
      target,
      authorizationQuery(WEI_MING),
      request,
    );
    expect([status, headers['location'], JSON.parse(body).error]).toEqual([
      400,
      undefined,
      'invalid_request',
    ]);
  });
});

describe('the length of an authorization request', () => {
  const ask = (body: string, method: string) =>
    method === 'POST'
      ? post(createOidcProvider(), AUTHORIZE, body)
      : send(createOidcProvider(), `${AUTHORIZE}?${body}`);
  const withClaims = (claims: string) => `${authorizationQuery()}&claims=${claims}`;

  it.each([
    ['a query', 'GET', withClaims('x'.repeat(14_336))],
    ['a query that its encoding makes too long', 'GET', withClaims('('.repeat(5_000))],
    ['a form', 'POST', withClaims('x'.repeat(20_000))],
    ['a form with a long state', 'POST', authorizationQuery({ state: 's'.repeat(60_000) })],
  ])('is limited: %s gets a page', async (_what, method, request) => {
    const { status, headers, body } = await ask(request, method);
    expect([status, headers['location'], body]).toEqual([
      400,
      undefined,
      expect.stringContaining('longer than the 14336 characters'),
    ]);
  });

  it.each(['x'.repeat(13_900), '('.repeat(4_600)])(
    'leaves room for the links of the pages',
    async (claims) => {
      const { status, body } = await ask(withClaims(claims), 'POST');
      const links = Array.from(body.matchAll(/ href="(\?[^"]*)"/g), ([, href = '']) =>
        href.replaceAll('&amp;', '&'),
      );
      expect([status, links.length > 10]).toEqual([200, true]);
      expect(links.filter((href) => href.length > 16_384 - AUTHORIZE.length)).toEqual([]);
    },
  );
});

describe('userinfo', () => {
  // TOKEN is a good access token.
  it.each<[string, string, Partial<ServerRequest>, number]>([
    ['by POST, the token in the header', '', { headers: { authorization: 'Bearer TOKEN' } }, 200],
    ['by POST, the token in the form', 'access_token=TOKEN', {}, 200],
    ['the token twice in the form', 'access_token=TOKEN&access_token=TOKEN', {}, 400],
    [
      'the token in header and form',
      'access_token=TOKEN',
      { headers: { ...FORM, authorization: 'Bearer TOKEN' } },
      400,
    ],
    [
      'a bad header beside the form',
      'access_token=TOKEN',
      { headers: { ...FORM, authorization: 'Bearer' } },
      400,
    ],
    ['the token in the form of a GET', 'access_token=TOKEN', { method: 'GET' }, 401],
    [
      'the token in JSON',
      '{"access_token":"TOKEN"}',
      { headers: { 'content-type': 'application/json' } },
      401,
    ],
    [
      'the token in a form of another type',
      'access_token=TOKEN',
      { headers: { 'content-type': 'text/plain' } },
      401,
    ],
    ['an unknown token in the form', 'access_token=TOKENx', {}, 401],
    ['a malformed token in the form', 'access_token=%00', {}, 401],
    ['an empty form', '', {}, 401],
  ])('%s', async (_what, body, { headers = FORM, ...request }, status) => {
    const provider = createOidcProvider();
    const { access_token } = await obtainTokens(provider);
    const fill = (text = ''): string => text.replaceAll('TOKEN', access_token);
    const filled = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, fill(text)]));
    const response = await post(provider, USERINFO, fill(body), { headers: filled, ...request });
    expect([response.status, response.headers['www-authenticate']?.slice(0, 6)]).toEqual([
      status,
      status === 200 ? undefined : 'Bearer',
    ]);
    expect(JSON.stringify(provider.requests())).not.toContain(access_token);
  });
});

describe('without oidc', () => {
  it.each([AUTHORIZE, USERINFO])('POST is refused at %s', async (target) => {
    const { status, headers } = await post(createTestProvider(), target, '');
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  it('prompt, max_age and id_token_hint are ignored', async () => {
    const provider = createTestProvider();
    const changes = { prompt: 'none', max_age: 'soon', id_token_hint: 'x' };
    expect((await authorize(provider, changes)).body).toContain('Continue as');
    expect(decodeJwt((await obtainTokens(provider, changes)).id_token)).not.toHaveProperty('auth_time');
  });
});

it('says which methods an endpoint takes', async () => {
  const { status, headers } = await send(createOidcProvider(), USERINFO, { method: 'PUT' });
  expect([status, headers['allow']]).toEqual([405, 'GET, HEAD, POST']);
});

describe('discovery', () => {
  it.each([true, false])('says what holds with oidc: %s', async (oidc) => {
    const { body } = await send(createTestProvider({ oidc }), '/v2/.well-known/openid-configuration');
    const { claims_supported, ...metadata } = JSON.parse(body);
    expect(claims_supported.includes('auth_time')).toBe(oidc);
    expect(metadata).toEqual({
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/oauth/authorize`,
      token_endpoint: `${ISSUER}/oauth/token`,
      userinfo_endpoint: `${ISSUER}/oauth/userinfo`,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
      scopes_supported: SCOPES.map(({ name }) => name),
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      code_challenge_methods_supported: ['S256'],
      ...(oidc && { prompt_values_supported: ['none', 'login', 'consent', 'select_account'] }),
      claims_parameter_supported: false,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
      authorization_response_iss_parameter_supported: true,
    });
  });
});
