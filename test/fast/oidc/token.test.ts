import { describe, expect, it } from 'vitest';
import type { ProviderResponse } from '../../../src/oidc/http-exchange.ts';
import { readTokenResponse, type Tokens, tokenRequest } from '../../../src/oidc/token.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';

const EXCHANGE = {
  clientId: 'TEST-1a2b',
  clientSecret: 'canary/secret+with&all= of%it"é',
  code: 'canary-code/1+2=3',
  redirectUri: 'http://localhost:5001/api/redirect',
  codeVerifier: 'canary-verifier_0123456789-0123456789-0123456',
};
const REQUEST = tokenRequest('https://provider.test/v2/oauth/token', EXCHANGE);

function answer(status: number, body: unknown, headers: Partial<ProviderResponse> = {}): ProviderResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, body: text, wwwAuthenticate: null, retryAfter: null, ...headers };
}

function read(status: number, body: unknown, headers: Partial<ProviderResponse> = {}): Tokens {
  return readTokenResponse(answer(status, body, headers), REQUEST);
}

describe('tokenRequest', () => {
  it('is a form that no redirect is followed from', () => {
    expect(REQUEST).toMatchObject({
      step: 'token',
      url: 'https://provider.test/v2/oauth/token',
      init: {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      },
    });
  });

  it('encodes reserved characters so that every value survives', () => {
    expect(Object.fromEntries(new URLSearchParams(REQUEST.init.body))).toEqual({
      grant_type: 'authorization_code',
      client_id: EXCHANGE.clientId,
      client_secret: EXCHANGE.clientSecret,
      code: EXCHANGE.code,
      redirect_uri: EXCHANGE.redirectUri,
      code_verifier: EXCHANGE.codeVerifier,
    });
  });

  it('keeps the secrets in the body alone', () => {
    expect(JSON.stringify({ ...REQUEST.init, body: '', url: REQUEST.url })).not.toContain('canary');
  });
});

describe('readTokenResponse, accepted', () => {
  it('gives the tokens, whatever else is there', () => {
    const body = { access_token: 'a', id_token: 'i', token_type: 'bearer', expires_in: 60, x: {} };
    expect(read(200, body)).toEqual({ accessToken: 'a', idToken: 'i' });
  });
});

describe('readTokenResponse, long tokens', () => {
  const LONGEST = 'x'.repeat(16 * 1024);

  it('takes 16 kB', () => {
    const tokens = { accessToken: LONGEST, idToken: LONGEST };
    expect(read(200, { access_token: LONGEST, id_token: LONGEST })).toEqual(tokens);
  });

  it.each([
    ['an access token', { access_token: `${LONGEST}x`, id_token: 'i' }],
    ['an access token', { access_token: 'é'.repeat(8193), id_token: 'i' }],
    ['an ID token', { access_token: 'a', id_token: `${LONGEST}x` }],
  ])('refuses %s that is longer', async (what, body) => {
    const error = await errorOf(() => read(200, body));
    expect(error).toMatchObject({ code: 'ERR_RESPONSE_INVALID', step: 'token' });
    expect(error.message).toContain(`gave ${what} over 16 kB`);
    expect(wordsOf(error)).not.toMatch(/xxx|ééé/);
  });
});

describe('readTokenResponse, refused', () => {
  it.each<[string, number, unknown, string]>([
    ["OAuth's error", 400, { error: 'invalid_grant', error_description: 'used' }, 'ERR_TOKEN_REFUSED'],
    ['a message', 401, { message: 'Unauthorized' }, 'ERR_TOKEN_REFUSED'],
    ['403 in HTML', 403, '<html>no</html>', 'ERR_TOKEN_REFUSED'],
    ['404 with nothing', 404, '', 'ERR_TOKEN_REFUSED'],
    ['429', 429, { message: 'slow down' }, 'ERR_PROVIDER_UNAVAILABLE'],
    ['500', 500, 'oops', 'ERR_PROVIDER_UNAVAILABLE'],
    ['503', 503, '', 'ERR_PROVIDER_UNAVAILABLE'],
    ['a redirect', 302, '', 'ERR_RESPONSE_REDIRECT'],
    ['a redirect with tokens', 307, { access_token: 'a', id_token: 'i' }, 'ERR_RESPONSE_REDIRECT'],
    ['304', 304, '', 'ERR_RESPONSE_REDIRECT'],
    ['500 with tokens', 500, { access_token: 'a', id_token: 'i' }, 'ERR_PROVIDER_UNAVAILABLE'],
    ['400 with tokens', 400, { access_token: 'a', id_token: 'i' }, 'ERR_TOKEN_REFUSED'],
    ['201 with tokens', 201, { access_token: 'a', id_token: 'i' }, 'ERR_RESPONSE_INVALID'],
    ['204', 204, '', 'ERR_RESPONSE_INVALID'],
    ['HTML', 200, '<!doctype html><title>Sign in</title>', 'ERR_RESPONSE_INVALID'],
    ['nothing', 200, '', 'ERR_RESPONSE_INVALID'],
    ['white space', 200, ' \n', 'ERR_RESPONSE_INVALID'],
    ['a JSON array', 200, [{ access_token: 'a', id_token: 'i' }], 'ERR_RESPONSE_INVALID'],
    ['JSON text', 200, '"eyJ"', 'ERR_RESPONSE_INVALID'],
    ['JSON null', 200, 'null', 'ERR_RESPONSE_INVALID'],
    ['broken JSON', 200, '{"access_token":"a","id_tok', 'ERR_RESPONSE_INVALID'],
    ['a form', 200, 'access_token=a&id_token=i', 'ERR_RESPONSE_INVALID'],
    ['no ID token', 200, { access_token: 'a' }, 'ERR_RESPONSE_INVALID'],
    ['no access token', 200, { id_token: 'i' }, 'ERR_RESPONSE_INVALID'],
    ['an empty ID token', 200, { access_token: 'a', id_token: '' }, 'ERR_RESPONSE_INVALID'],
    ['an ID token that is no text', 200, { access_token: 'a', id_token: {} }, 'ERR_RESPONSE_INVALID'],
    ['an access token that is no text', 200, { access_token: 1, id_token: 'i' }, 'ERR_RESPONSE_INVALID'],
    ['an OAuth error under 200', 200, { error: 'invalid_grant' }, 'ERR_RESPONSE_INVALID'],
  ])('%s', async (_name, status, body, code) => {
    const error = await errorOf(() => read(status, body));
    expect(error).toMatchObject({
      code,
      step: 'token',
      reply: { status },
      hint: expect.stringMatching(/\S/),
    });
  });

  it('says which of the tokens is missing', async () => {
    expect((await errorOf(() => read(200, { access_token: 'a' }))).message).toContain('no ID token');
    expect((await errorOf(() => read(200, { id_token: 'i' }))).message).toContain('no access token');
  });

  it("tells the provider's error code and words, and the causes in order", async () => {
    const error = await errorOf(() =>
      read(400, { error: 'invalid_client', error_description: 'bad secret' }),
    );
    expect(error.reply).toEqual({
      status: 400,
      error: 'invalid_client',
      body: '{"error":"invalid_client","error_description":"bad secret"}',
    });
    expect(error.causes[0]).toContain('client secret');
  });
});

describe('readTokenResponse, secrets', () => {
  const { clientSecret, code, codeVerifier } = EXCHANGE;

  it.each<[string, (secret: string) => string]>([
    ['raw', (secret) => `no: ${secret}`],
    ['URL-encoded', (secret) => `no: ${encodeURIComponent(secret)}`],
    ['form-encoded', (secret) => `no: ${new URLSearchParams({ x: secret }).toString().slice(2)}`],
    ['URL-encoded in lower case', (secret) => `no: ${encodeURIComponent(secret).toLowerCase()}`],
    ['in JSON', (secret) => JSON.stringify({ message: `no: ${secret}` })],
    ['in JSON with escaped slashes', (secret) => JSON.stringify({ m: secret }).replaceAll('/', '\\/')],
    ['in ASCII JSON', (secret) => JSON.stringify({ m: secret }).replace(/[&=+é]/g, unicodeEscape)],
    ['in HTML', (secret) => secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ['in HTML with numbers', (secret) => secret.replaceAll('&', '&#38;').replaceAll('/', '&#x2F;')],
    ['in base64', (secret) => Buffer.from(secret).toString('base64')],
    ['in base64url', (secret) => Buffer.from(secret).toString('base64url')],
    ['with NUL between the characters', (secret) => secret.split('').join('\0')],
    ['as the form that was sent', () => REQUEST.init.body ?? ''],
  ])('hides an echo: %s', async (_name, echo) => {
    for (const secret of [clientSecret, code, codeVerifier]) {
      const error = await errorOf(() => read(400, echo(secret)));
      expect(error.reply?.body).toContain('[redacted]');
      expect(wordsOf(error)).not.toMatch(/canary/i);
      expect(wordsOf(error)).not.toContain(Buffer.from(secret).toString('base64url').slice(0, 12));
    }
  });

  it.each([
    ['another field', { access_token: 'canary-token-1' }],
    ['an unknown name', { accessTok: 'canary-token-1', id_token: 'i' }],
    ['a list', ['canary-token-1', 'canary-token-2']],
    ['text', JSON.stringify('canary-token-1')],
    ['broken JSON', '{"token":"canary-token-1","id_tok'],
    ['a form', 'access_token=canary-token-1&id_token=canary-token-2'],
  ])('hides tokens that came in the wrong shape: %s', async (_name, body) => {
    const error = await errorOf(() => read(200, body));
    expect(error.code).toBe('ERR_RESPONSE_INVALID');
    expect(wordsOf(error)).not.toContain('canary');
  });

  it('hides an echo in the error code and in WWW-Authenticate', async () => {
    const inBody = await errorOf(() => read(400, { error: clientSecret }));
    const inHeader = await errorOf(() => read(401, '', { wwwAuthenticate: `error=${code}` }));
    expect(inBody.reply?.error).toBe('[redacted]');
    expect(inHeader.reply?.error).toBe('[redacted]');
  });
});

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
