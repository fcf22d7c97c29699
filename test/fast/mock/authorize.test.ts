import { describe, expect, it } from 'vitest';
import { createTestClient, TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import {
  authorizationQuery,
  authorize,
  type Changes,
  createTestProvider,
  ISSUER,
  locationOf,
  REDIRECT_URI,
  send,
} from './relying-party.ts';

const LOGGED_IN: Changes = { login_hint: 'wei-ming' };
const CHOICE: Changes = { login_hint: undefined, mock_persona: 'zoe', mock_decision: 'share' };

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
    [{ scope: 'openid myinfo.email' }, 'invalid_scope', /not registered.*myinfo\.email/],
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
  ])('%j', async (changes, error, description) => {
    const clients = [createTestClient([REDIRECT_URI], ['openid', 'myinfo.name'])];
    const response = await authorize(createTestProvider({ clients }), { ...LOGGED_IN, ...changes });
    const location = locationOf(response);
    expect([response.status, response.headers['cache-control']]).toEqual([302, 'no-store']);
    expect(location.origin + location.pathname).toBe(REDIRECT_URI);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error,
      error_description: expect.stringMatching(description),
      state: changes['state'] ?? 'a-state',
      iss: ISSUER,
    });
  });

  it.each([
    ...['response_type', 'scope', 'code_challenge', 'nonce', 'state', 'login_hint'],
    ...['mock_persona', 'mock_decision', 'unheard_of'],
  ])('%s sent twice', async (name) => {
    const query = authorizationQuery({ ...CHOICE, ...LOGGED_IN, unheard_of: 'x' });
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
