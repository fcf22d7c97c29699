import { describe, expect, it } from 'vitest';
import { createTestClient, TEST_CLIENT_ID } from '../../../../src/mock/test-credentials.ts';
import {
  authorizationQuery,
  authorize,
  type Changes,
  createTestProvider,
  ISSUER,
  locationOf,
  REDIRECT_URI,
  send,
} from '../relying-party.ts';

const LOGGED_IN: Changes = { login_hint: 'wei-ming' };

describe('an authorization request that gets a page and no redirect', () => {
  it.each<[string, Changes]>([
    ['no client', { client_id: undefined }],
    ['an empty client', { client_id: '' }],
    ['an unknown client', { client_id: 'OTHER-00000000' }],
    ['the client in other letters', { client_id: TEST_CLIENT_ID.toLowerCase() }],
    ['no redirect URI', { redirect_uri: undefined }],
    ['another origin', { redirect_uri: 'https://evil.example/api/redirect' }],
    ['another port', { redirect_uri: 'http://localhost:5002/api/redirect' }],
    ['a longer path', { redirect_uri: `${REDIRECT_URI}/more` }],
    ['an added query', { redirect_uri: `${REDIRECT_URI}?x=1` }],
    ['a trailing slash', { redirect_uri: `${REDIRECT_URI}/` }],
    ['a prefix of the redirect URI', { redirect_uri: REDIRECT_URI.slice(0, -1) }],
    ['an unknown persona', { login_hint: 'nobody' }],
    ['an inherited name as persona', { login_hint: 'constructor' }],
  ])('%s', async (_what, changes) => {
    const response = await authorize(createTestProvider(), { ...LOGGED_IN, ...changes });
    expect(response.status).toBe(400);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers).not.toHaveProperty('location');
    expect(response.body).toContain('Mock sgID - test data only');
  });

  it.each(['client_id', 'redirect_uri'])('%s sent twice', async (name) => {
    const query = authorizationQuery(LOGGED_IN);
    const again = new URLSearchParams({ [name]: new URLSearchParams(query).get(name) ?? '' });
    const response = await send(createTestProvider(), `/v2/oauth/authorize?${query}&${again}`);
    expect([response.status, response.headers['location']]).toEqual([400, undefined]);
  });

  it('names what is registered, and escapes what was sent', async () => {
    const { body } = await authorize(createTestProvider(), {
      redirect_uri: 'http://x/"><script>alert(1)</script>',
    });
    expect(body).toContain(REDIRECT_URI);
    expect(body).not.toContain('<script');
  });
});

describe('an authorization request that goes back to the client with an error', () => {
  it.each<[string, Changes, string, RegExp]>([
    ['no response type', { response_type: undefined }, 'invalid_request', /^response_type is missing/],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type', /must be code/],
    ['two response types', { response_type: 'code id_token' }, 'unsupported_response_type', /must be code/],
    ['another response mode', { response_mode: 'fragment' }, 'invalid_request', /^response_mode/],
    ['no scope', { scope: undefined }, 'invalid_scope', /^scope is missing/],
    ['scope without openid', { scope: 'myinfo.name' }, 'invalid_scope', /must hold openid/],
    ['openid within a name', { scope: 'openid2 myinfo.name' }, 'invalid_scope', /must hold openid/],
    [
      'a scope not registered',
      { scope: 'openid myinfo.email' },
      'invalid_scope',
      /not registered.*myinfo\.email/,
    ],
    ['an inherited name as scope', { scope: 'openid constructor' }, 'invalid_scope', /not registered/],
    ['two spaces in scope', { scope: 'openid  myinfo.name' }, 'invalid_scope', /single spaces/],
    ['a tab in scope', { scope: 'openid\tmyinfo.name' }, 'invalid_scope', /single spaces/],
    ['a quote in scope', { scope: 'openid "x' }, 'invalid_scope', /single spaces/],
    ['no challenge', { code_challenge: undefined }, 'invalid_request', /^code_challenge is missing/],
    [
      'no challenge method',
      { code_challenge_method: undefined },
      'invalid_request',
      /must be S256, got none/,
    ],
    ['the plain method', { code_challenge_method: 'plain' }, 'invalid_request', /must be S256, got plain/],
    ['a short challenge', { code_challenge: 'a'.repeat(42) }, 'invalid_request', /^code_challenge must be/],
    ['a long challenge', { code_challenge: 'a'.repeat(44) }, 'invalid_request', /^code_challenge must be/],
    [
      'a padded challenge',
      { code_challenge: `${'a'.repeat(42)}=` },
      'invalid_request',
      /^code_challenge must be/,
    ],
    [
      'a challenge in base64',
      { code_challenge: `${'a'.repeat(42)}+` },
      'invalid_request',
      /^code_challenge must be/,
    ],
    ['a nonce beyond ASCII', { nonce: 'né' }, 'invalid_request', /^nonce must be/],
    ['a control character in state', { state: 'a\nb' }, 'invalid_request', /^state must be/],
    ['a long state', { state: 's'.repeat(2_049) }, 'invalid_request', /^state is longer than the 2048/],
    ['a long nonce', { nonce: 'n'.repeat(2_049) }, 'invalid_request', /^nonce is longer than the 2048/],
    ['a long login hint', { login_hint: 'z'.repeat(2_049) }, 'invalid_request', /^login_hint is longer/],
    ['a long choice', { mock_persona: 'z'.repeat(2_049) }, 'invalid_request', /^mock_persona is longer/],
    ['a refusal', { mock_decision: 'refuse' }, 'access_denied', /refused/],
  ])('%s', async (_what, changes, error, description) => {
    const clients = [createTestClient([REDIRECT_URI], ['openid', 'myinfo.name'])];
    const response = await authorize(createTestProvider({ clients }), { ...LOGGED_IN, ...changes });
    const location = locationOf(response);
    expect(response.status).toBe(302);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(location.origin + location.pathname).toBe(REDIRECT_URI);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error,
      error_description: expect.stringMatching(description),
      state: changes['state'] ?? 'a-state',
      iss: ISSUER,
    });
  });

  it.each(['response_type', 'scope', 'code_challenge', 'nonce', 'state', 'login_hint', 'unheard_of'])(
    '%s sent twice',
    async (name) => {
      const query = `${authorizationQuery({ ...LOGGED_IN, unheard_of: 'x' })}&${name}=x`;
      const { searchParams } = locationOf(await send(createTestProvider(), `/v2/oauth/authorize?${query}`));
      expect(searchParams.get('error')).toBe('invalid_request');
      expect(searchParams.get('error_description')).toContain(
        `the parameter ${name} was sent more than once`,
      );
      expect(searchParams.has('code')).toBe(false);
      expect(searchParams.get('state')).toBe(name === 'state' ? null : 'a-state');
    },
  );

  it('keeps the description to the characters that RFC 6749 allows', async () => {
    const changes = { ...LOGGED_IN, response_type: 'a"b\\c\r\né' };
    const { searchParams } = locationOf(await authorize(createTestProvider(), changes));
    expect(searchParams.get('error_description')).toBe("response_type must be code, got a'b?c???");
  });
});

describe('an authorization request that is granted', () => {
  it('sends code, state and iss', async () => {
    const response = await authorize(createTestProvider(), LOGGED_IN);
    expect(response.status).toBe(302);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(Object.fromEntries(locationOf(response).searchParams)).toEqual({
      code: expect.stringMatching(/^[\w-]{43}$/),
      state: 'a-state',
      iss: ISSUER,
    });
  });

  it('sends no state when none came', async () => {
    const { searchParams } = locationOf(
      await authorize(createTestProvider(), { ...LOGGED_IN, state: undefined }),
    );
    expect(searchParams.has('state')).toBe(false);
  });

  it('returns state unchanged, whatever it holds', async () => {
    const state = 'a b+c%20&d=e#f"<';
    const { searchParams } = locationOf(await authorize(createTestProvider(), { ...LOGGED_IN, state }));
    expect(searchParams.get('state')).toBe(state);
  });

  it('takes a state and a nonce of 2048 characters', async () => {
    const long = { state: 's'.repeat(2_048), nonce: 'n'.repeat(2_048) };
    const { searchParams } = locationOf(await authorize(createTestProvider(), { ...LOGGED_IN, ...long }));
    expect([searchParams.has('code'), searchParams.get('state')]).toEqual([true, long.state]);
  });

  it('keeps the query of the redirect URI', async () => {
    const redirectUri = 'http://localhost:5001/cb?tenant=a%20b';
    const provider = createTestProvider({ clients: [createTestClient([redirectUri])] });
    const response = await authorize(provider, { ...LOGGED_IN, redirect_uri: redirectUri });
    expect(response.headers['location']).toMatch(
      /^http:\/\/localhost:5001\/cb\?tenant=a%20b&code=[\w-]{43}&state=/,
    );
  });
});
