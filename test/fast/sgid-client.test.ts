import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as official from '@opengovsg/sgid-client';
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.ts';
import {
  type AuthorizationUrlParams,
  type CallbackParams,
  SgidClient,
  type SgidClientParams,
} from '../../src/index.ts';
import {
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
  TEST_PUBLIC_KEY,
} from '../../src/mock/test-credentials.ts';
import { errorOf, wordsOf } from '../helpers/error-of.ts';
import { createFakeProvider, type FakeProviderParts, PERSON, type Reply } from '../helpers/fake-provider.ts';
import {
  ACCESS_TOKEN,
  type ClaimChanges,
  HOSTNAME,
  NONCE,
  SUB,
  signIdToken,
} from '../helpers/sign-id-token.ts';

const REDIRECT_URI = 'http://localhost:5001/api/redirect';
const CREDENTIALS = {
  clientId: TEST_CLIENT_ID,
  clientSecret: TEST_CLIENT_SECRET,
  privateKey: TEST_PRIVATE_KEY,
};
const WITHOUT_REDIRECT_URI = { ...CREDENTIALS, hostname: HOSTNAME } satisfies SgidClientParams;
const PARAMS = { ...WITHOUT_REDIRECT_URI, redirectUri: REDIRECT_URI };
const OTHER_URI = 'https://a.test/b';
const URL_PARAMS: AuthorizationUrlParams = { codeChallenge: 'a-challenge' };
const TOKENS = { sub: SUB, accessToken: ACCESS_TOKEN };
const CALLBACK: CallbackParams = { code: 'a-code', codeVerifier: 'a-verifier', nonce: NONCE };

/** An answer of the token endpoint at the machine's own time, which the client goes by. */
function tokensOfToday(changes: ClaimChanges = {}): () => Promise<Reply> {
  return async () => {
    const now = Math.floor(Date.now() / 1000);
    const id_token = await signIdToken({ iat: now, exp: now + 300, ...changes });
    return { body: { access_token: ACCESS_TOKEN, id_token } };
  };
}

function setUp(parts: FakeProviderParts = {}, params: Partial<SgidClientParams> = {}) {
  const provider = createFakeProvider({ token: tokensOfToday(), ...parts });
  return { client: new SgidClient({ ...PARAMS, fetch: provider.fetch, ...params }), provider };
}

describe('beside the official SDK', () => {
  // These functions are compiled, which is the test: what the official types allow, ours do.
  const construct = (params: official.SgidClientParams): SgidClient => new SgidClient(params);
  const replace = (
    client: SgidClient,
  ): Pick<official.SgidClient, 'authorizationUrl' | 'callback' | 'userinfo' | 'parseData'> => client;
  const parse = (client: SgidClient, data: unknown): Record<string, official.ParsedSgidDataValue> =>
    client.parseData(data);

  it('has the same methods and functions', () => {
    const client = replace(construct(PARAMS));
    for (const name of ['authorizationUrl', 'callback', 'userinfo', 'parseData'] as const) {
      expect(official.SgidClient.prototype[name]).toBeTypeOf('function');
      expect(client[name]).toBeTypeOf('function');
    }
    const names = Object.keys(official);
    expect(names.length).toBeGreaterThan(10);
    expect(Object.keys(library)).toEqual(expect.arrayContaining(names));
  });

  const TEXTS = [
    '',
    'NA',
    '[',
    ']',
    '[]',
    '{',
    '}',
    '{}',
    '[}',
    '{]',
    ' {}',
    ' []',
    '[]\n',
    '{"a":1}',
    '[broken]',
    'null',
    '5',
    '"x"',
  ];
  const VALUES = [
    ...[undefined, null, '', 'x', 5, true, [], ['x'], {}, { a: 'x' }, { a: 5 }, { a: undefined }, new Map()],
  ];

  it.each<[string, (value: never) => unknown, (value: never) => unknown, readonly unknown[]]>([
    ['isNonEmptyString', library.isNonEmptyString, official.isNonEmptyString, VALUES],
    ['isSgidUserinfoObject', library.isSgidUserinfoObject, official.isSgidUserinfoObject, VALUES],
    ['safeJsonParse', library.safeJsonParse, official.safeJsonParse, TEXTS],
    [
      'isStringifiedArrayOrObject',
      library.isStringifiedArrayOrObject,
      official.isStringifiedArrayOrObject,
      TEXTS,
    ],
  ])('%s gives what theirs gives', (_name, ours, theirs, values) => {
    const results = values.map((value) => [value, theirs(value as never)]);
    expect(values.map((value) => [value, ours(value as never)])).toEqual(results);
    expect(new Set(results.map(([, result]) => result)).size).toBeGreaterThan(1);
  });

  it.each<[string, Parameters<official.SgidClient['authorizationUrl']>[0]]>([
    ['the defaults', { codeChallenge: 'c', nonce: 'n' }],
    ['a state', { codeChallenge: 'c', nonce: 'n', state: 's s' }],
    [
      'a scope and a redirect URI',
      { codeChallenge: 'c', scope: 'openid', nonce: 'n', redirectUri: OTHER_URI },
    ],
    ['a list of scopes', { codeChallenge: 'c', nonce: 'n', scope: ['openid', 'myinfo.name'] }],
    ['no nonce', { codeChallenge: 'c', nonce: null }],
  ])('makes the same authorization URL with %s', (_name, params) => {
    const ours = setUp().client.authorizationUrl(params);
    const theirs = new official.SgidClient(PARAMS).authorizationUrl(params);
    const sorted = (url: string): string[][] => [...new URL(url).searchParams].sort();
    expect(sorted(ours.url)).toEqual(sorted(theirs.url));
    expect(ours.nonce).toBe(theirs.nonce);
    expect(new URL(ours.url).pathname).toBe(new URL(theirs.url).pathname);
  });

  it('parses data alike', () => {
    const data = {
      a: 'NA',
      b: '[{"vehicle_number":"X"}]',
      c: '{"d":1}',
      e: '[broken',
      f: '',
      g: ' [1]',
      h: '[1]\n',
    };
    const { client } = setUp();
    expect(parse(client, data)).toEqual(new official.SgidClient(PARAMS).parseData(data));
    expect(() => parse(client, 'text')).toThrow(library.SgidError);
  });
});

describe('constructor', () => {
  it.each<[string, SgidClientParams['privateKey']]>([
    ['PKCS#8 with escaped newlines', TEST_PRIVATE_KEY.replaceAll('\n', '\\n')],
    ['a key object', createPrivateKey(TEST_PRIVATE_KEY)],
    ['PKCS#1', pkcs1()],
    ['PKCS#1 with escaped newlines', pkcs1().replaceAll('\n', '\\n')],
    ['PKCS#1 with escaped newlines and quotes', `"${pkcs1().replaceAll('\n', '\\n')}"`],
  ])('takes a private key as %s, which then opens the data', async (_name, privateKey) => {
    const { client } = setUp({}, { privateKey });
    expect(await client.userinfo(TOKENS)).toEqual({ sub: SUB, data: PERSON });
  });

  it('takes an encrypted private key with its passphrase, and not without', async () => {
    const privateKey = createPrivateKey(TEST_PRIVATE_KEY)
      .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'canary' })
      .toString();
    expect(new SgidClient({ ...PARAMS, privateKey, privateKeyPassphrase: 'canary' })).toBeDefined();
    const error = await errorOf(() => new SgidClient({ ...PARAMS, privateKey }));
    expect(error.code).toBe('ERR_PRIVATE_KEY_PASSPHRASE');
  });

  it.each<[string, Partial<SgidClientParams>, string]>([
    ['a private key that is none', { privateKey: 'canary' }, 'ERR_PRIVATE_KEY'],
    ['a key object that is public', { privateKey: createPublicKey(TEST_PUBLIC_KEY) }, 'ERR_PRIVATE_KEY'],
    ['a key object of another type', { privateKey: fixtureKey('ec.pem') }, 'ERR_PRIVATE_KEY_TYPE'],
    ['a key object that is too small', { privateKey: fixtureKey('rsa-1024.pem') }, 'ERR_PRIVATE_KEY_SIZE'],
    ['a private key cut off', { privateKey: TEST_PRIVATE_KEY.slice(0, 900) }, 'ERR_PRIVATE_KEY'],
    ['no private key', { privateKey: '' }, 'ERR_MISSING_CREDENTIALS'],
    ['no client id', { clientId: '' }, 'ERR_MISSING_CREDENTIALS'],
    ['a client id that is no text', { clientId: 5 as never }, 'ERR_MISSING_CREDENTIALS'],
    ['a client secret that is no text', { clientSecret: ['x'] as never }, 'ERR_MISSING_CREDENTIALS'],
    ['a private key that is no text', { privateKey: 5 as never }, 'ERR_PRIVATE_KEY_TYPE'],
    ['a hostname that is no text', { hostname: 5 as never }, 'ERR_HOSTNAME'],
    ['no client secret', { clientSecret: '' }, 'ERR_MISSING_CREDENTIALS'],
    ['a hostname without TLS', { hostname: 'http://provider.test' }, 'ERR_HOSTNAME'],
    ['a hostname without TLS, in upper case, with a path', { hostname: 'HTTP://P.TEST/v2' }, 'ERR_HOSTNAME'],
    ['a hostname without a scheme', { hostname: 'provider.test' }, 'ERR_HOSTNAME'],
    ['a hostname of another scheme', { hostname: 'file:///provider.test' }, 'ERR_HOSTNAME'],
  ])('refuses %s at once', async (_name, params, code) => {
    const error = await errorOf(() => new SgidClient({ ...PARAMS, ...params }));
    expect(error).toMatchObject({ code, step: 'config', hint: expect.stringMatching(/\S/) });
    expect(wordsOf(error)).not.toMatch(/canary|public-test-secret/);
    expect(wordsOf(error)).not.toContain(TEST_PRIVATE_KEY.split('\n')[1]);
  });

  it.each([
    'https://api.id.gov.sg/',
    'https://API.ID.gov.sg:443/v2/?x#y',
    'HTTPS://me:secret@provider.test:8443/v2',
    'http://LOCALHOST:5157/',
    'http://[::1]:5157/v2',
  ])('reduces the hostname to its origin as the SDK does: %s', (hostname) => {
    const params = { ...PARAMS, hostname };
    const [ours, theirs] = [new SgidClient(params), new official.SgidClient(params)].map(
      (client) => new URL(client.authorizationUrl({ codeChallenge: 'c', nonce: 'n' }).url),
    );
    expect([ours?.origin, ours?.pathname]).toEqual([theirs?.origin, '/v2/oauth/authorize']);
  });

  it.each([
    [undefined, 'missing: clientId, clientSecret, privateKey'],
    [{ clientId: 'x' }, 'missing: clientSecret, privateKey'],
  ])('says what is missing to a caller without types, too: %j', async (params, message) => {
    const construct = SgidClient as unknown as new (params?: object) => SgidClient;
    expect((await errorOf(() => new construct(params))).message).toBe(message);
  });

  it('does not show its secrets when it is printed', () => {
    const { client } = setUp();
    expect(JSON.stringify(client)).toBe('{}');
    expect(Object.keys(client)).toEqual([]);
  });
});

describe('authorizationUrl', () => {
  it.each([undefined, ''])('makes a fresh nonce for %j on every call, and puts it into the URL', (nonce) => {
    const { client } = setUp();
    const made = Array.from({ length: 20 }, () => client.authorizationUrl({ ...URL_PARAMS, nonce }));
    expect(new Set(made.map(({ nonce }) => nonce)).size).toBe(20);
    for (const { url, nonce } of made) {
      expect(nonce).toMatch(/^[\w-]{43}$/);
      expect(new URL(url).searchParams.get('nonce')).toBe(nonce);
    }
  });

  it('needs a redirect URI from somewhere', async () => {
    const client = new SgidClient(WITHOUT_REDIRECT_URI);
    const error = await errorOf(() => client.authorizationUrl(URL_PARAMS));
    expect(error.code).toBe('ERR_MISSING_CREDENTIALS');
    expect(error.hint).toContain('redirectUri');
    const { url } = client.authorizationUrl({ ...URL_PARAMS, redirectUri: REDIRECT_URI });
    expect(url).toContain('redirect_uri=');
  });
});

describe('callback', () => {
  it.each([
    ['of the client', {}, REDIRECT_URI],
    ['of the call before that of the client', { redirectUri: OTHER_URI }, OTHER_URI],
  ])('gives sub and tokens, and sends the redirect URI %s', async (_name, changes, redirectUri) => {
    const { client, provider } = setUp();
    const result = await client.callback({ ...CALLBACK, ...changes });
    expect(result).toEqual({ sub: SUB, accessToken: ACCESS_TOKEN, idToken: expect.stringMatching(/^eyJ/) });
    const form = new URLSearchParams(provider.requestsTo('token')[0]?.body);
    expect(form.get('redirect_uri')).toBe(redirectUri);
    expect(form.get('code_verifier')).toBe(CALLBACK.codeVerifier);
  });

  it.each([{ nonce: null }, {}])('expects no nonce with %j', async (nonce) => {
    const { code, codeVerifier } = CALLBACK;
    const without = setUp({ token: tokensOfToday({ nonce: undefined }) });
    expect(await without.client.callback({ code, codeVerifier, ...nonce })).toMatchObject({ sub: SUB });
    const error = await errorOf(() => setUp().client.callback({ code, codeVerifier, ...nonce }));
    expect(error.code).toBe('ERR_ID_TOKEN_NONCE');
  });

  it.each<[string, ClaimChanges, string | null, RegExp, RegExp]>([
    [
      'was not passed on',
      {},
      null,
      /^the nonce of the authorization request was not passed/,
      /nonce of callback\(\)/,
    ],
    [
      'is that of another login',
      { nonce: 'other' },
      NONCE,
      /^the nonce of the authorization request was not passed/,
      /with its state/,
    ],
    ['does not come', { nonce: undefined }, NONCE, /^the authorization request carried no nonce/, /URL/],
  ])('says that the nonce %s, before a replay', async (_name, changes, nonce, first, hint) => {
    const { client } = setUp({ token: tokensOfToday(changes) });
    const error = await errorOf(() => client.callback({ ...CALLBACK, nonce }));
    expect([error.causes[0], error.causes.at(-1)]).toEqual([
      expect.stringMatching(first),
      'the ID token is replayed',
    ]);
    expect(error.hint).toMatch(hint);
  });

  it.each<[unknown, string]>([
    ['invalid_client', 'HTTP 401: invalid_client'],
    [TEST_CLIENT_SECRET, 'HTTP 401'],
    ['invalid client\u001b[31m', 'HTTP 401'],
    ['x'.repeat(51), 'HTTP 401'],
    [undefined, 'HTTP 401'],
  ])('names the error code of a refusal, and no other words: %j', async (error, end) => {
    const { client } = setUp({ token: { status: 401, body: { error, error_description: 'canary' } } });
    const { message } = await errorOf(() => client.callback(CALLBACK));
    expect(message.slice(message.indexOf('HTTP'))).toBe(end);
  });

  it.each([
    ['code_verifier does not fit', /^the code verifier/],
    ['redirect_uri differs', /^the redirect URI/],
    ['the code is old', /^the code was used/],
  ])('gives the words of a refusal, and first the cause that they name: %s', async (words, first) => {
    const body = { error: 'invalid_grant', error_description: `${words}\u001b[31m ${TEST_CLIENT_SECRET}` };
    const { client } = setUp({ token: { status: 400, body } });
    const { causes, reply } = await errorOf(() => client.callback(CALLBACK));
    expect(reply?.description).toBe(`${words} [redacted]`);
    expect(causes[0]).toMatch(first);
    expect(causes).toHaveLength(3);
  });

  it('needs a redirect URI before anything is sent', async () => {
    const provider = createFakeProvider();
    const client = new SgidClient({ ...WITHOUT_REDIRECT_URI, fetch: provider.fetch });
    expect((await errorOf(() => client.callback(CALLBACK))).code).toBe('ERR_MISSING_CREDENTIALS');
    expect(provider.requests).toHaveLength(0);
  });
});

describe('userinfo and discover', () => {
  it.each([
    ["another person's data", 'ERR_SUB_MISMATCH', { sub: 'u=2' }],
    // Which the official SDK takes for none.
    ['data without a key', 'ERR_JWE_KEY_MISSING', { sub: SUB, data: { 'myinfo.name': 'x' } }],
  ])('refuses %s', async (_name, code, body) => {
    const { client } = setUp({ userinfo: { body } });
    expect((await errorOf(() => client.userinfo(TOKENS))).code).toBe(code);
  });

  it('finds the endpoints', async () => {
    await expect(setUp().client.discover()).resolves.toMatchObject({ issuer: `${HOSTNAME}/v2` });
  });
});

function pkcs1(): string {
  return createPrivateKey(TEST_PRIVATE_KEY).export({ format: 'pem', type: 'pkcs1' }).toString();
}

function fixtureKey(name: string): KeyObject {
  return createPrivateKey(readFileSync(new URL(`../fixtures/keys/${name}`, import.meta.url)));
}
