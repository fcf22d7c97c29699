import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { createTestClient, TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import { SCOPES } from '../../../src/sgid/scopes.ts';
import {
  authorizationQuery,
  authorize,
  type Changes,
  createTestProvider,
  ISSUER,
  LOGIN_FAULTS,
  locationOf,
  obtainTokens,
  REDIRECT_URI,
  send,
} from './relying-party.ts';

const LOGGED_IN: Changes = { login_hint: 'wei-ming' };
const CHOICE: Changes = { login_hint: undefined, mock_persona: 'zoe', mock_decision: 'share' };

describe('a host name that is not the mock’s (DNS rebinding)', () => {
  it.each([
    ['the picker', {}],
    ['the consent page', { mock_persona: 'wei-ming' }],
  ])('gets no page: %s', async (_page, changes) => {
    const provider = createTestProvider();
    const target = `/v2/oauth/authorize?${authorizationQuery(changes)}`;
    const refused = await send(provider, target, { headers: { host: 'evil.example:5157' } });
    expect(refused.status).toBe(403);
    expect(refused.body).not.toMatch(/TAN WEI MING|wei-ming/);
    for (const host of ['localhost:5157', '127.0.0.1:5157', '[::1]:5157'])
      expect((await send(provider, target, { headers: { host } })).status).toBe(200);
  });
});

describe('an authorization request that gets a page and no redirect', () => {
  it.each<[string, Changes]>([
    ['no client', { client_id: undefined }],
    ['an empty client', { client_id: '' }],
    ['an unknown client', { client_id: 'OTHER-00000000' }],
    ['the client in other letters', { client_id: TEST_CLIENT_ID.toLowerCase() }],
    ['no redirect URI', { redirect_uri: undefined }],
    ['another origin', { redirect_uri: 'https://evil.example/api/redirect' }],
    ['another origin, for a choice', { ...CHOICE, redirect_uri: 'https://evil.example/api/redirect' }],
    ['another port', { redirect_uri: 'http://localhost:5002/api/redirect' }],
    ['a longer path', { redirect_uri: `${REDIRECT_URI}/more` }],
    ['an added query', { redirect_uri: `${REDIRECT_URI}?x=1` }],
    ['a trailing slash', { redirect_uri: `${REDIRECT_URI}/` }],
    ['a prefix of the redirect URI', { redirect_uri: REDIRECT_URI.slice(0, -1) }],
    ['markup', { redirect_uri: 'http://x/"><script>alert(1)</script>' }],
    ['an unknown persona', { login_hint: 'nobody' }],
    ['an inherited name as persona', { login_hint: 'constructor' }],
    ['an unknown fault', { mock_fault: 'slower' }],
    ['an inherited name as fault', { mock_fault: 'constructor' }],
    ['an unknown fault, before anybody is chosen', { login_hint: undefined, mock_fault: 'slower' }],
  ])('%s', async (_what, changes) => {
    const response = await authorize(createTestProvider(), { ...LOGGED_IN, ...changes });
    expect(response.status).toBe(400);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers).not.toHaveProperty('location');
    expect(response.body).toContain('Mock sgID - test data only');
    expect(response.body).not.toContain('<script');
    if (changes['redirect_uri']) expect(response.body).toContain(`<code>${REDIRECT_URI}</code>`);
  });

  it.each(['client_id', 'redirect_uri'])('%s sent twice', async (name) => {
    const query = authorizationQuery(LOGGED_IN);
    const again = new URLSearchParams({ [name]: new URLSearchParams(query).get(name) ?? '' });
    const response = await send(createTestProvider(), `/v2/oauth/authorize?${query}&${again}`);
    expect([response.status, response.headers['location']]).toEqual([400, undefined]);
  });
});

describe('an authorization request that goes back to the client with an error', () => {
  it.each<[Changes, string, RegExp]>([
    [{ response_type: undefined }, 'invalid_request', /^response_type is missing/],
    [{ response_type: 'token' }, 'unsupported_response_type', /must be code/],
    [{ response_type: 'code id_token' }, 'unsupported_response_type', /must be code/],
    // The description is kept to the characters that RFC 6749 allows.
    [{ response_type: 'a"b\\c\r\né' }, 'unsupported_response_type', /must be code, got a'b\?c\?\?\?$/],
    [{ response_mode: 'fragment' }, 'invalid_request', /^response_mode/],
    [{ scope: undefined }, 'invalid_scope', /^scope is missing/],
    [{ scope: 'myinfo.name' }, 'invalid_scope', /must hold openid/],
    [{ scope: 'openid2 myinfo.name' }, 'invalid_scope', /must hold openid/],
    [{ scope: 'openid myinfo.email' }, 'invalid_scope', /scope myinfo\.email, only for openid myinfo\.name$/],
    [{ scope: 'openid myinfo.nmae' }, 'invalid_scope', /myinfo\.nmae\. Did you mean myinfo\.name\?$/],
    [{ scope: 'openid constructor' }, 'invalid_scope', /not registered/],
    [{ scope: 'openid  myinfo.name' }, 'invalid_scope', /single spaces/],
    [{ scope: 'openid\tmyinfo.name' }, 'invalid_scope', /single spaces/],
    [{ scope: 'openid "x' }, 'invalid_scope', /single spaces/],
    [{ code_challenge: undefined }, 'invalid_request', /^code_challenge is missing/],
    [{ code_challenge_method: undefined }, 'invalid_request', /must be S256, got none/],
    [{ code_challenge_method: 'plain' }, 'invalid_request', /must be S256, got plain/],
    [{ code_challenge: 'a'.repeat(42) }, 'invalid_request', /^code_challenge must be/],
    [{ code_challenge: 'a'.repeat(44) }, 'invalid_request', /^code_challenge must be/],
    [{ code_challenge: `${'a'.repeat(42)}=` }, 'invalid_request', /^code_challenge must be/],
    [{ code_challenge: `${'a'.repeat(42)}+` }, 'invalid_request', /^code_challenge must be/],
    [{ nonce: 'né' }, 'invalid_request', /^nonce must be/],
    [{ state: 'a\nb' }, 'invalid_request', /^state must be/],
    [{ state: 's'.repeat(2_049) }, 'invalid_request', /^state is longer than the 2048/],
    [{ nonce: 'n'.repeat(2_049) }, 'invalid_request', /^nonce is longer than the 2048/],
    [{ login_hint: 'z'.repeat(2_049) }, 'invalid_request', /^login_hint is longer/],
    [{ mock_persona: 'z'.repeat(2_049) }, 'invalid_request', /^mock_persona is longer/],
    [{ mock_decision: 'refuse' }, 'access_denied', /refused/],
    // Before all else: such a request may well lack what it carries elsewhere.
    [{ request: 'e30.e30.', code_challenge: undefined }, 'request_not_supported', /^request is not/],
    [
      { request_uri: 'https://a.example/r', scope: undefined },
      'request_uri_not_supported',
      /^request_uri is/,
    ],
    [{ registration: '{}', response_type: 'id_token' }, 'registration_not_supported', /^registration is/],
  ])('%j', async (changes, error, description) => {
    const clients = [createTestClient([REDIRECT_URI], ['openid', 'myinfo.name'])];
    const response = await authorize(createTestProvider({ clients }), { ...LOGGED_IN, ...changes });
    const location = locationOf(response);
    const { state = 'a-state' } = changes;
    expect([response.status, response.headers['cache-control']]).toEqual([302, 'no-store']);
    expect(location.origin + location.pathname).toBe(REDIRECT_URI);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error,
      error_description: expect.stringMatching(description),
      state: state.length > 2_048 ? undefined : state,
      iss: ISSUER,
    });
  });

  it('names whole scopes of many, however long the refused one is', async () => {
    const response = await authorize(createTestProvider(), {
      ...LOGGED_IN,
      scope: `openid ${'x'.repeat(900)}`,
    });
    const [, listed = ''] =
      locationOf(response).searchParams.get('error_description')?.split(', only for ') ?? [];
    const [, names = '', more = ''] = /^(.+) and (\d+) more$/.exec(listed) ?? [];
    const known = SCOPES.map(({ name }) => name);
    expect(names.split(' ')).toEqual(known.slice(0, known.length - Number(more)));
  });

  it.each([
    ...['response_type', 'scope', 'code_challenge', 'nonce', 'state', 'login_hint'],
    ...['mock_persona', 'mock_decision', 'mock_fault', 'unheard_of'],
  ])('%s sent twice', async (name) => {
    const query = authorizationQuery({ ...CHOICE, ...LOGGED_IN, mock_fault: 'slow', unheard_of: 'x' });
    const response = await send(createTestProvider(), `/v2/oauth/authorize?${query}&${name}=x`);
    expect(Object.fromEntries(locationOf(response).searchParams)).toEqual({
      error: 'invalid_request',
      error_description: `the parameter ${name} was sent more than once`,
      ...(name === 'state' ? {} : { state: 'a-state' }),
      iss: ISSUER,
    });
  });
});

describe('an authorization request that is granted', () => {
  const LONG = { state: 's'.repeat(2_048), nonce: 'n'.repeat(2_048) };
  it.each<Changes>([{}, { state: undefined }, { state: 'a b+c%20&d=e#f"<' }, LONG])(
    'sends code, iss, and the state unchanged: %j',
    async (changes) => {
      const response = await authorize(createTestProvider(), { ...LOGGED_IN, ...changes });
      expect([response.status, response.headers['cache-control']]).toEqual([302, 'no-store']);
      const state = 'state' in changes ? changes['state'] : 'a-state';
      expect(Object.fromEntries(locationOf(response).searchParams)).toEqual({
        code: expect.stringMatching(/^[\w-]{43}$/),
        ...(state === undefined ? {} : { state }),
        iss: ISSUER,
      });
    },
  );

  it('keeps the query of the redirect URI', async () => {
    const redirectUri = 'http://localhost:5001/cb?tenant=a%20b';
    const provider = createTestProvider({ clients: [createTestClient([redirectUri])] });
    const { headers } = await authorize(provider, { ...LOGGED_IN, redirect_uri: redirectUri });
    expect(headers['location']).toMatch(/^http:\/\/localhost:5001\/cb\?tenant=a%20b&code=[\w-]{43}&state=/);
  });
});

const CHOSEN: Changes = { mock_persona: 'wei-ming' };
const EVERYTHING = createTestClient([REDIRECT_URI]).scopes.join(' ');

/** The parameters of the links of a page, in order, as the browser reads them. */
function linksOf(body: string): URLSearchParams[] {
  return [...body.matchAll(/ href="([^"]*)"/g)].map(
    ([, href = '']) => new URLSearchParams(href.replaceAll('&amp;', '&')),
  );
}

/** What a link adds to the request: who, what the person decides, and the fault. */
const decisionOf = (link: URLSearchParams): string =>
  ['mock_persona', 'mock_decision', 'mock_fault'].flatMap((name) => link.getAll(name)).join(' ');

describe('the page to choose a persona on', () => {
  it('says which client asks for what, and that it is a mock', async () => {
    const scope = 'openid myinfo.name myinfo.sex';
    const { status, body } = await authorize(createTestProvider(), { scope });
    expect(status).toBe(200);
    expect(body).toContain('Mock sgID - test data only');
    expect(body).toContain(`<h1>Log in to <code>${TEST_CLIENT_ID}</code></h1>`);
    expect(body).toContain('It asks for 2 claims');
    const claims = [...body.matchAll(/<li><code>(.*?)<\/code>/g)].map(([, claim]) => claim);
    expect(claims).toEqual(['myinfo.name', 'myinfo.sex']);
  });

  it.each([
    ['openid', 'no personal data'],
    [EVERYTHING, '<details><summary>It asks for 33 claims</summary>'],
  ])('says of the scope %s: %s', async (scope, words) => {
    expect((await authorize(createTestProvider(), { scope })).body).toContain(words);
  });

  it('is locked down: no script, no form, no framing, no cache', async () => {
    const { body, headers } = await authorize(createTestProvider());
    expect(body).not.toMatch(/<script|<form|\son\w+=/);
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*form-action 'none'/);
    expect(headers['cache-control']).toBe('no-store');
  });

  it.each([
    ['TAN WEI MING', 'TW'],
    ["D'SOUZA", 'D'],
    ['É́Z மீனா', 'É́மீ'],
    ['12 <>', '?'],
    ['<b>X</b> "><script>', 'bX'],
  ])('gives %s the initials %s, which are not read out, and escapes the name', async (name, initials) => {
    const personas = [{ id: 'abc', name, data: {} }];
    const { body } = await authorize(createTestProvider({ personas }));
    expect(body).toContain(`<span class="initials" aria-hidden="true">${initials}</span>`);
    const remark = name.startsWith('É') ? ' not ASCII' : ''; // no description
    expect(body).toContain(`<span class="muted"><code>abc</code>${remark}</span>`);
    expect(body).not.toMatch(/<b>|<script/);
  });

  it('offers everybody in order, each fault and a refusal, as links that carry the request', async () => {
    // Empty parameters count as none, and must not make the links carry two.
    const page = await authorize(createTestProvider(), { mock_persona: '', mock_decision: 'share' });
    const links = linksOf(page.body);
    expect(links.map(decisionOf)).toEqual([
      ...PERSONAS.map(({ id }) => id),
      ...LOGIN_FAULTS.map(({ name }) => ` ${name}`),
      ' refuse',
    ]);
    expect(new Set(links.map((link) => link.get('state')))).toEqual(new Set(['a-state']));
  });
});

describe('the page that asks for consent', () => {
  it('says who asks, whose data it is and where the browser goes', async () => {
    const { status, body, headers } = await authorize(createTestProvider(), CHOSEN);
    expect([status, headers['location']]).toEqual([200, undefined]);
    expect(body).toContain('Mock sgID - test data only');
    expect(body).toContain(`<h1>Share with <code>${TEST_CLIENT_ID}</code>?</h1>`);
    expect(body).toContain('<bdi>TAN WEI MING</bdi>');
    expect(body).toContain(`<code>${REDIRECT_URI}</code>`);
    expect(body).toContain('<code>login_hint=wei-ming</code>');
  });

  it('leads back to the choice, shares, or refuses', async () => {
    const links = linksOf((await authorize(createTestProvider(), CHOSEN)).body);
    expect(links.map(decisionOf)).toEqual(['', 'wei-ming share', 'wei-ming refuse']);
  });

  it.each<[string, Changes, readonly string[]]>([
    ['picker', {}, [...PERSONAS.map(({ id }) => `${id} slow`), '', 'refuse slow']],
    ['consent page', CHOSEN, ['slow', 'wei-ming', 'wei-ming share slow', 'wei-ming refuse slow']],
  ])(
    'as the %s says which fault was chosen for this login, and how to take it off',
    async (_page, changes, links) => {
      const { body } = await authorize(createTestProvider(), { ...changes, mock_fault: 'slow' });
      expect(body).toMatch(
        /<p class="notice">This login has the fault <code>slow<\/code>: the redirect, the tokens/,
      );
      expect(body).not.toContain('Choose a fault');
      expect(linksOf(body).map(decisionOf)).toEqual(links);
    },
  );

  it('shows the subject and each value as the client will see it, and no other', async () => {
    const values = { 'myinfo.registered_address': 'A\nB', 'myinfo.email': '', 'myinfo.sex': 'F' };
    const data = { 'myinfo.name': 'X', ...values };
    const provider = createTestProvider({ personas: [{ id: 'x', name: 'X', data }] });
    const scope = 'openid myinfo.name myinfo.registered_address myinfo.email ogpofficerinfo.work_email';
    const { id_token } = await obtainTokens(provider, { login_hint: 'x' });
    const { sub } = decodeJwt(id_token);
    const { body } = await authorize(provider, { mock_persona: 'x', scope });
    expect(body.match(/<div><dt>[\s\S]*?<\/div>/g)).toEqual([
      `<div><dt><code>sub</code></dt><dd>${sub}</dd></div>`,
      '<div><dt><code>myinfo.name</code></dt><dd>X</dd></div>',
      '<div><dt><code>myinfo.registered_address</code></dt><dd>A\nB</dd></div>',
      '<div><dt><code>myinfo.email</code></dt><dd class="muted">(empty)</dd></div>',
      '<div><dt><code>ogpofficerinfo.work_email</code></dt><dd class="muted">NA</dd></div>',
    ]);
  });

  it.each(PERSONAS.map(({ id }) => id))('holds nothing of %s that is not escaped', async (id) => {
    const { body } = await authorize(createTestProvider(), { mock_persona: id, scope: EVERYTHING });
    expect(body).not.toMatch(/<script|<!--|<form|<TEST|<b>|\son\w+=/);
    expect(body.match(/<\/title>|<\/main>/g)).toHaveLength(2);
  });

  it.each([
    ['mock_decision=share without a person', { mock_decision: 'share' }, 'Continue as'],
    ['an unknown decision', { ...CHOSEN, mock_decision: 'yes' }, 'Share with'],
    ['an unknown person', { mock_persona: 'nobody', mock_decision: 'share' }, 'There is no such persona.'],
  ])('%s grants nothing', async (_what, changes, words) => {
    const { body, headers } = await authorize(createTestProvider(), changes);
    expect(headers).not.toHaveProperty('location');
    expect(body).toContain(words);
  });
});
