import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import { type Flow, logIn, startFlow } from '../../helpers/login-flow.ts';
import { type Misbehaviour, reply } from '../../helpers/loopback-provider.ts';
import { strangerKey } from '../../helpers/sign-id-token.ts';
import { changeJson, replaceIdToken, tamperIdToken } from '../../helpers/tampered-id-token.ts';

const seconds = Math.floor(Date.now() / 1000);

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** The same claims, unsigned. */
const unsign = replaceIdToken((idToken) => `${encode({ alg: 'none' })}.${idToken.split('.')[1]}.`);

/** The last character of a signature holds bits that count for nothing; the first does not. */
const breakSignature = replaceIdToken((idToken) =>
  idToken.replace(/\.([^.])(?=[^.]*$)/, (_dot, first: string) => (first === 'A' ? '.B' : '.A')),
);

const signWithHmac = tamperIdToken({}, { header: { alg: 'HS256' }, key: Buffer.alloc(32, 'k') });

describe('an ID token that is not to be trusted', () => {
  it.each([
    ['with another nonce', 'ERR_ID_TOKEN_NONCE', tamperIdToken({ nonce: 'another' })],
    ['without a nonce', 'ERR_ID_TOKEN_NONCE', tamperIdToken({ nonce: undefined })],
    ['for another client', 'ERR_ID_TOKEN_AUDIENCE', tamperIdToken({ aud: 'OTHER-1a2b3c4d' })],
    ['of another issuer', 'ERR_ID_TOKEN_ISSUER', tamperIdToken({ iss: 'https://evil.test/v2' })],
    ['that has expired', 'ERR_ID_TOKEN_EXPIRED', tamperIdToken({ exp: seconds - 3600 })],
    ['from the future', 'ERR_ID_TOKEN_ISSUED_AT', tamperIdToken({ iat: seconds + 3600 })],
    ['without a subject', 'ERR_ID_TOKEN_SUB', tamperIdToken({ sub: '' })],
    ['of another access token', 'ERR_ID_TOKEN_AT_HASH', tamperIdToken({ at_hash: 'x'.repeat(22) })],
    ['with a broken signature', 'ERR_ID_TOKEN_SIGNATURE', breakSignature],
    ['signed by a stranger', 'ERR_ID_TOKEN_SIGNATURE', tamperIdToken({}, { key: strangerKey })],
    ['signed with HMAC', 'ERR_ID_TOKEN_ALGORITHM', signWithHmac],
    ['without a signature', 'ERR_ID_TOKEN_ALGORITHM', unsign],
    ['that is no JWT', 'ERR_ID_TOKEN_INVALID', replaceIdToken(() => 'not-a-jwt')],
  ])('%s: exit 7, %s, no userinfo asked for', async (_name, code, token) => {
    const run = await logIn([], { provider: { token } });
    expect(run).toMatchObject({ exitCode: 7, code, stdout: '' });
    expect(run.stderr).toContain('error: id-token: the ID token ');
    expect(run.flow.provider.countTo('userinfo')).toBe(0);
    expect(run.pages[0]?.body).toContain(`<code>${code}</code>`);
  });
});

it.each([
  [
    'another nonce',
    tamperIdToken({ nonce: 'another' }),
    ['the ID token is replayed'],
    'Do not trust this login;',
  ],
  [
    'no nonce',
    tamperIdToken({ nonce: undefined }),
    ['the provider left it out', 'the ID token is replayed'],
    'Do not trust this login;',
  ],
  [
    'invalid_grant',
    () => reply(400, '{"error":"invalid_grant","error_description":"redirect_uri"}'),
    ['the code was used before or has expired (it lives for a short time only)'],
    'Log in again:',
  ],
])('%s has no cause that lies in code of another', async (_name, token, causes, hint) => {
  const { stderr } = await logIn([], { provider: { token } });
  expect(Array.from(stderr.matchAll(/^ {4}\d\. (.*)$/gm), ([, cause]) => cause)).toEqual(causes);
  expect(stderr).toContain(`\n  next: ${hint}`);
});

describe('userinfo that is not to be trusted', () => {
  const drop = (name: string): Misbehaviour =>
    changeJson((json) => Object.fromEntries(Object.entries(json).filter(([key]) => key !== name)));

  const spoilField = changeJson(({ data, ...rest }) => {
    const [[name = '', jwe] = []] = Object.entries(Object(data));
    return { ...rest, data: { [name]: `${String(jwe).slice(0, -6)}AAAAAA` } };
  });
  const spoilKey = changeJson(({ key, ...rest }) => ({
    ...rest,
    key: `${String(key).slice(0, -8)}AAAAAAAA`,
  }));

  it.each([
    ['about somebody else', 7, 'ERR_SUB_MISMATCH', changeJson((json) => ({ ...json, sub: 'u=other' }))],
    ['about nobody', 7, 'ERR_SUB_MISMATCH', drop('sub')],
    ['with data but no key', 8, 'ERR_JWE_KEY_MISSING', drop('key')],
    ['with a key that is no JWE', 8, 'ERR_JWE_INVALID', changeJson((json) => ({ ...json, key: 'x' }))],
    ['with a key that does not decrypt', 8, 'ERR_DECRYPT_KEY', spoilKey],
    ['with a field that does not decrypt', 8, 'ERR_DECRYPT_FIELD', spoilField],
  ])('%s: exit %i, %s, and the page waits for that', async (_name, exitCode, code, userinfo) => {
    const run = await logIn([], { provider: { userinfo } });
    expect(run).toMatchObject({ exitCode, code, stdout: '' });
    expect(run.pages[0]?.body).toMatch(new RegExp(`Login failed.*<code>${code}</code>`, 's'));
    expect(run.pages[0]?.body).not.toContain('Logged in');
  });

  it('with another claim than was asked for: the page names what was asked for and came, and no value', async () => {
    const userinfo = changeJson(({ data, ...rest }) => {
      const { 'myinfo.sex': sex, ...others } = Object(data);
      return { ...rest, data: { ...others, 'extra.claim': sex } };
    });
    const run = await logIn(['--scope', 'openid myinfo.name myinfo.sex'], { provider: { userinfo } });
    const { data } = JSON.parse(run.stdout);
    expect(Object.keys(data)).toEqual(['myinfo.name', 'extra.claim']);
    const [page] = run.pages;
    expect(page?.body).toContain(`Logged in to <code>${TEST_CLIENT_ID}</code>`);
    expect(page?.body.match(/<li>.*/g)).toEqual(['<li><code>myinfo.name</code></li>']);
    for (const unsaid of ['extra.claim', 'myinfo.sex', data['myinfo.name']])
      expect(page?.body).not.toContain(unsaid);
  });

  it.each([
    ['a key but no data', drop('data')],
    ['a key and null for data', changeJson((json) => ({ ...json, data: null }))],
    ['empty data without a key', changeJson(({ sub }) => ({ sub, data: {} }))],
  ])('has no claims in %s, which is no failure', async (_name, userinfo) => {
    const { exitCode, stdout } = await logIn([], { provider: { userinfo } });
    expect({ exitCode, data: JSON.parse(stdout).data }).toEqual({ exitCode: 0, data: {} });
  });

  it('encrypted to another private key: exit 8, and says which key is meant', async () => {
    const key = new URL('../../fixtures/keys/rsa-2048.pkcs8.pem', import.meta.url).pathname;
    const run = await logIn(['--private-key-file', key]);
    expect(run).toMatchObject({ exitCode: 8, code: 'ERR_DECRYPT_KEY', stdout: '' });
    expect(run.stderr).toContain('whose public half is registered for this client');
  });
});

const ENDPOINTS = ['token', 'jwks', 'userinfo'] as const;

describe('an endpoint out of order', () => {
  const json = { 'content-type': 'application/json' };
  const html = () => reply(200, '<html>maintenance</html>', { 'content-type': 'text/html' });
  const redirect = () => reply(302, '', { location: 'https://evil.example.test/' });
  const faults: readonly (readonly [string, string, Misbehaviour, RegExp])[] = [
    ['HTML for JSON', 'ERR_RESPONSE_INVALID', html, /provider said: a page, 24 bytes, not shown/],
    ['an empty body', 'ERR_RESPONSE_INVALID', () => reply(200), /answered with nothing/],
    ['a JSON array', 'ERR_RESPONSE_INVALID', () => reply(200, '[]', json), /another kind of JSON/],
    ['an empty object', 'ERR_(RESPONSE_INVALID|SUB_MISMATCH)', () => reply(200, '{}', json), /error: /],
    ['status 500', 'ERR_PROVIDER_UNAVAILABLE', () => reply(500, 'oops'), /provider said: oops/],
    ['status 429', 'ERR_PROVIDER_UNAVAILABLE', () => reply(429), /HTTP 429/],
    ['a redirect', 'ERR_RESPONSE_REDIRECT', redirect, /redirect \(HTTP 302\), which is never followed/],
    ['an endless body', 'ERR_RESPONSE_TOO_LARGE', () => ({ endless: 'x'.repeat(65_536) }), /more than 1 MiB/],
  ];
  const table = ENDPOINTS.flatMap((endpoint) => faults.map((fault) => [endpoint, ...fault] as const));

  it.each(table)('%s gives %s', async (endpoint, _name, code, misbehave, words) => {
    const run = await logIn([], { provider: { [endpoint]: misbehave } });
    expect(run).toMatchObject({ stdout: '', stderr: expect.stringMatching(words) });
    expect(run.code).toMatch(new RegExp(`^${code}$`));
    expect(run.exitCode).toBe(run.code === 'ERR_SUB_MISMATCH' ? 7 : 5);
    // The keys are asked for ahead, and once more when they are needed.
    expect(run.flow.provider.countTo(endpoint)).toBe(endpoint === 'jwks' ? 2 : 1);
    expect(run.pages[0]?.body).toMatch(new RegExp(`Login failed.*<code>${run.code}</code>`, 's'));
  });

  it.each([
    ['token', 'ERR_TOKEN_REFUSED', 400],
    ['token', 'ERR_TOKEN_REFUSED', 401],
    ['userinfo', 'ERR_USERINFO_REFUSED', 401],
    ['userinfo', 'ERR_USERINFO_REFUSED', 403],
  ] as const)('%s refuses: %s, exit 4', async (endpoint, code, status) => {
    const body = '{"message":"go\u0007 away"}';
    const run = await logIn([], { provider: { [endpoint]: () => reply(status, body, json) } });
    expect(run).toMatchObject({ exitCode: 4, code, stdout: '' });
    expect(run.stderr).toContain('provider said: {"message":"go away"}');
    expect(run.stderr).toContain('likely causes:');
  });

  const page = '<!DOCTYPE html><title>403</title>Blocked by policy';
  it.each([
    ['token', 'ERR_TOKEN_REFUSED', 403, page],
    ['token', 'ERR_TOKEN_REFUSED', 401, `\n ${page}`],
    ['userinfo', 'ERR_USERINFO_REFUSED', 403, page],
    ['jwks', 'ERR_RESPONSE_INVALID', 403, page],
    ['userinfo', 'ERR_USERINFO_REFUSED', 404, '<html>'],
  ] as const)('%s refuses with a page: %s, a firewall and no token', async (endpoint, code, status, body) => {
    const run = await logIn([], { provider: { [endpoint]: () => reply(status, body) } });
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toContain(`was refused with HTTP ${status} and a web page\n`);
    expect(run.stderr).toContain('  likely causes:\n    1. a firewall or proxy between this machine and');
    expect(run.stderr).not.toMatch(/expired|does not belong|may not read/);
  });

  it.each([
    ['120', 'in 120 s'],
    ['Tue, 01 Dec 2026 00:00:00 GMT', 'after Tue, 01 Dec 2026 00:00:00 GMT'],
  ])('says when to come again: Retry-After: %s', async (value, words) => {
    for (const endpoint of ENDPOINTS) {
      const busy = () => reply(429, '', { 'retry-after': value });
      const { exitCode, stderr } = await logIn([], { provider: { [endpoint]: busy } });
      expect(exitCode).toBe(5);
      expect(stderr).toContain(`HTTP 429, too many requests; the provider says to try again ${words}\n`);
      expect(stderr).toContain(`  next: Try again ${words}; `);
    }
  });

  it.each(['soon 1', '\u009b2J', '1e9', '-5', '99999999999', 'Tue, 99 Dec 2026 00:00:00 GMT', ''])(
    'takes no time from Retry-After: %j',
    async (value) => {
      const busy = () => reply(429, '', { 'retry-after': value });
      const { stderr } = await logIn([], { provider: { token: busy } });
      expect(stderr).toContain('HTTP 429, too many requests\n');
      expect(stderr).toContain('next: Try again in a moment; ');
    },
  );

  const challenge = (error: string) => () =>
    reply(401, '', { 'www-authenticate': `Bearer error="${error}"` });
  it.each([
    ['invalid_token', /1\. the access token has expired\n {2}next: Log in again, and fetch/],
    ['insufficient_scope', /1\. the client may not read these scopes\n {2}next: Have/],
    ['other', /1\. the access token has expired\n {4}2\. the client may not/],
  ])('userinfo names %s: only what can have caused it', async (error, words) => {
    const { stderr } = await logIn([], { provider: { userinfo: challenge(error) } });
    expect(stderr).toMatch(words);
  });

  const encode =
    (header: string, encoder: (text: string) => Uint8Array): Misbehaviour =>
    async (_request, honest) => {
      const { body, ...rest } = await honest();
      return { ...rest, headers: { ...rest.headers, 'content-encoding': header }, bytes: encoder(body) };
    };

  it.each<[string, Misbehaviour]>([
    ['gzip', encode('gzip', gzipSync)],
    ['gzip in capitals', encode('GZIP', gzipSync)],
    ['gzip that no header names', encode('', gzipSync)],
    ['gzip in the header alone', encode('gzip', Buffer.from)],
    ['deflate', encode('deflate', deflateSync)],
    ['deflate without its envelope', encode('deflate', deflateRawSync)],
    ['br', encode('br', brotliCompressSync)],
    ['identity', encode('identity', Buffer.from)],
  ])('that nobody asked to encode replies: %s is decoded', async (_name, misbehave) => {
    const provider = Object.fromEntries(ENDPOINTS.map((endpoint) => [endpoint, misbehave]));
    expect(await logIn([], { provider })).toMatchObject({ exitCode: 0 });
  });

  const bomb = Buffer.alloc(1024 * 1024 + 1, ' ');
  const unreadable = (name: string) => `is encoded (${name}) and could not be decoded`;
  const encodings: readonly (readonly [string, string, Misbehaviour, string])[] = [
    ['a bomb of gzip', 'ERR_RESPONSE_TOO_LARGE', encode('gzip', () => gzipSync(bomb)), 'more than 1 MiB'],
    [
      'a bomb of br',
      'ERR_RESPONSE_TOO_LARGE',
      encode('br', () => brotliCompressSync(bomb)),
      'more than 1 MiB',
    ],
    [
      'cut off',
      'ERR_RESPONSE_INVALID',
      encode('gzip', (text) => gzipSync(text).subarray(0, -9)),
      unreadable('gzip'),
    ],
    ['damaged', 'ERR_RESPONSE_INVALID', encode('br', Buffer.from), unreadable('br')],
    ['unknown', 'ERR_RESPONSE_INVALID', encode('zst\u009bd', Buffer.from), unreadable('zstd')],
    ['no encoding', 'ERR_RESPONSE_INVALID', encode('constructor', Buffer.from), unreadable('constructor')],
  ];
  it.each(ENDPOINTS.flatMap((endpoint) => encodings.map((row) => [endpoint, ...row] as const)))(
    'that encodes its reply: %s, %s: %s',
    async (endpoint, _name, code, misbehave, words) => {
      const run = await logIn([], { provider: { [endpoint]: misbehave } });
      expect(run).toMatchObject({ exitCode: 5, code, stdout: '', stderr: expect.stringContaining(words) });
      expect(run.stderr).not.toContain('JSON');
    },
  );

  it('that is not there at all is exit 5', async () => {
    const flow: Flow = await startFlow({
      visit: (browser) => browser.visit(`${flow.redirectUri}?code=x&state=of-the-test`),
    });
    await flow.provider.close();
    const run = await flow.login(['--state', 'of-the-test']);
    expect(run).toMatchObject({ exitCode: 5, code: 'ERR_NETWORK', stdout: '' });
    expect(run.stderr).toContain('nothing listens there (ECONNREFUSED)');
  });

  it('is asked again where that is safe: jwks and userinfo recover from 503, the exchange is never repeated', async () => {
    const onceUnavailable = (): Misbehaviour => {
      let asked = 0;
      return (_request, honest) => (asked++ === 0 ? reply(503) : honest());
    };
    const both = { jwks: onceUnavailable(), userinfo: onceUnavailable() };
    expect(await logIn([], { provider: both })).toMatchObject({ exitCode: 0 });
    const { exitCode, flow } = await logIn([], { provider: { token: onceUnavailable() } });
    expect({ exitCode, asked: flow.provider.countTo('token') }).toEqual({ exitCode: 5, asked: 1 });
  });
});
