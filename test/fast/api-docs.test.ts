import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/errors/codes.ts';
import { SgidClient, type SgidClientParams } from '../../src/index.ts';
import { encryptUserinfo, MOCKPASS_PROFILE } from '../../src/mock/encryption.ts';
import type { FaultName } from '../../src/mock/faults.ts';
import {
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
  TEST_PUBLIC_KEY,
} from '../../src/mock/test-credentials.ts';
import { errorOf } from '../helpers/error-of.ts';
import {
  ACCESS_TOKEN,
  type Answer,
  createFakeProvider,
  type FakeProviderParts,
  networkFailure,
} from '../helpers/fake-provider.ts';
import {
  type ClaimChanges,
  HOSTNAME,
  NONCE,
  type SigningChanges,
  SUB,
  signIdToken,
  strangerKey,
} from '../helpers/sign-id-token.ts';

const readPage = (name: string): string =>
  readFileSync(new URL(`../../docs/api/${name}`, import.meta.url), 'utf8');
const PAGES = ['sgid-cli.md', 'sgid-cli.mock.md'].map((name) => ({ name, text: readPage(name) }));
const [{ text: LIBRARY } = { text: '' }] = PAGES;

/** What stands below each heading of this many hashes, but for the list of what is exported under another name. */
function sectionsOf(text: string, hashes: string): { name: string; section: string }[] {
  const [described = ''] = text.split('\n## References\n');
  return described.split(new RegExp(`^(?=#{1,${hashes.length}} )`, 'm')).flatMap((section) => {
    const name = new RegExp(`^${hashes} (.+)`).exec(section)?.[1];
    return name === undefined ? [] : [{ name, section }];
  });
}

describe.each(PAGES)('docs/api/$name', ({ text }) => {
  const exported = sectionsOf(text, '###');
  const methods = sectionsOf(text, '#####').filter(({ name }) => name.endsWith('()'));
  const functions = exported.filter(({ name }) => name.endsWith('()'));

  it.each(exported)('gives a source and an example for $name', ({ section }) => {
    expect(section).toMatch(/^#{4,5} See\n\n\S/m);
    expect(section).toMatch(/^#{4,5} Example\n\n```ts\n/m);
  });

  it.each([...functions, ...methods])('says what $name throws', ({ section }) => {
    expect(section).toMatch(/^#+ Throws\n\n\S|Never\s+throws/m);
  });

  it('names error codes that there are', () => {
    const ofNode = ['ERR_OUT_OF_RANGE'];
    const named = [...text.matchAll(/\bERR_\w+/g)].map(([code]) => code);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((code) => !Object.hasOwn(ERRORS, code) && !ofNode.includes(code))).toEqual([]);
  });
});

const CREDENTIALS: SgidClientParams = {
  clientId: TEST_CLIENT_ID,
  clientSecret: TEST_CLIENT_SECRET,
  privateKey: TEST_PRIVATE_KEY,
  redirectUri: 'http://localhost:5001/api/redirect',
  hostname: HOSTNAME,
};

type Case = [code: string, parts: FakeProviderParts, params?: Partial<SgidClientParams>];

const construct = (params: Partial<SgidClientParams>, parts: FakeProviderParts = {}): SgidClient =>
  new SgidClient({ ...CREDENTIALS, fetch: createFakeProvider(parts).fetch, ...params });

const CALLS: Readonly<Record<string, (client: SgidClient) => unknown>> = {
  Constructor: () => undefined,
  'callback()': (client) => client.callback({ code: 'a-code', codeVerifier: 'a-verifier', nonce: NONCE }),
  'userinfo()': (client) => client.userinfo({ sub: SUB, accessToken: ACCESS_TOKEN }),
  'parseData()': (client) => client.parseData({ 'myinfo.name': 5 }),
  'authorizationUrl()': (client) => client.authorizationUrl({ codeChallenge: 'a-challenge' }),
  'discover()': (client) => client.discover(),
};

const anyRequest = (part: keyof FakeProviderParts): readonly Case[] => [
  ['ERR_PROXY', { [part]: Object.assign(networkFailure('ERR_PROXY'), { proxySetting: 'no proxy' }) }],
  ['ERR_NETWORK', { [part]: networkFailure('ECONNREFUSED') }],
  ['ERR_HTTP_TIMEOUT', { [part]: networkFailure('ETIMEDOUT') }],
  ['ERR_PROVIDER_UNAVAILABLE', { [part]: { status: 500 } }],
  ['ERR_RESPONSE_REDIRECT', { [part]: { status: 302 } }],
  ['ERR_RESPONSE_TOO_LARGE', { [part]: { body: 'x'.repeat(2 ** 20 + 1) } }],
  ['ERR_RESPONSE_INVALID', { [part]: { body: '<html>' } }],
];

/** The token endpoint's answer at the machine's own time, which the client goes by. */
const idToken = (changes: ClaimChanges, signing: SigningChanges = {}): FakeProviderParts => ({
  token: async () => {
    const now = Math.floor(Date.now() / 1000);
    const id_token = await signIdToken({ iat: now, exp: now + 300, ...changes }, signing);
    return { body: { access_token: ACCESS_TOKEN, id_token } };
  },
});

const encrypted = (fault?: FaultName, changes = {}): FakeProviderParts => {
  const publicKey = createPublicKey(TEST_PUBLIC_KEY);
  const userinfo = encryptUserinfo({ 'myinfo.name': 'TAN AH TEST' }, publicKey, MOCKPASS_PROFILE, fault);
  return { userinfo: { body: { sub: SUB, ...userinfo, ...changes } } satisfies Answer };
};
const jwe = (header: object): string =>
  `${Buffer.from(JSON.stringify(header)).toString('base64url')}.AA.AA.AA.AA`;

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey;
const CASES: Readonly<Record<string, readonly Case[]>> = {
  Constructor: [
    ['ERR_MISSING_CREDENTIALS', {}, { clientSecret: '' }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an unresolved reference.
    ['ERR_CREDENTIAL_VALUE', {}, { clientSecret: '${SECRET}' }],
    ['ERR_HOSTNAME', {}, { hostname: 'http://provider.test' }],
    ['ERR_PRIVATE_KEY', {}, { privateKey: 'no key' }],
    ['ERR_PRIVATE_KEY_TYPE', {}, { privateKey: generateKeyPairSync('ed25519').privateKey }],
    ['ERR_PRIVATE_KEY_SIZE', {}, { privateKey: rsa(1024) }],
    [
      'ERR_PRIVATE_KEY_PASSPHRASE',
      {},
      {
        privateKey: strangerKey
          .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'test' })
          .toString(),
      },
    ],
  ],
  'authorizationUrl()': [['ERR_MISSING_CREDENTIALS', {}, { redirectUri: '' }]],
  'callback()': [
    ['ERR_MISSING_CREDENTIALS', {}, { redirectUri: '' }],
    ['ERR_TOKEN_REFUSED', { token: { status: 400 } }],
    ...anyRequest('token'),
    ['ERR_ID_TOKEN_INVALID', { token: { body: { access_token: ACCESS_TOKEN, id_token: 'no token' } } }],
    ['ERR_ID_TOKEN_ALGORITHM', idToken({}, { header: { alg: 'HS256' }, key: new Uint8Array(32) })],
    ['ERR_ID_TOKEN_SIGNATURE', idToken({}, { key: strangerKey })],
    ['ERR_ID_TOKEN_ISSUER', idToken({ iss: 'https://other.test' })],
    ['ERR_ID_TOKEN_AUDIENCE', idToken({ aud: 'OTHER-1a2b3c4d' })],
    ['ERR_ID_TOKEN_EXPIRED', idToken({ exp: 1 })],
    ['ERR_ID_TOKEN_ISSUED_AT', idToken({ iat: 9_999_999_999, exp: 9_999_999_999 })],
    ['ERR_ID_TOKEN_NONCE', idToken({ nonce: 'other' })],
    ['ERR_ID_TOKEN_SUB', idToken({ sub: '' })],
    ['ERR_ID_TOKEN_AT_HASH', idToken({ at_hash: 'b3RoZXI' })],
  ],
  'userinfo()': [
    ['ERR_USERINFO_REFUSED', { userinfo: { status: 401 } }],
    ...anyRequest('userinfo'),
    ['ERR_SUB_MISMATCH', encrypted(undefined, { sub: 'u=somebody-else' })],
    ['ERR_JWE_KEY_MISSING', encrypted('missing-key')],
    ['ERR_JWE_INVALID', encrypted(undefined, { key: 'no JWE' })],
    ['ERR_JWE_ALGORITHM', encrypted(undefined, { key: jwe({ alg: 'RSA1_5', enc: 'A128GCM' }) })],
    ['ERR_DECRYPT_KEY', encrypted('wrong-public-key')],
    ['ERR_DECRYPT_FIELD', encrypted('bad-field')],
  ],
  'parseData()': [['ERR_USAGE', {}]],
  'discover()': [
    ['ERR_DISCOVERY_ORIGIN', { discovery: { body: { issuer: 'https://other.test' } } }],
    ...anyRequest('discovery'),
  ],
};

describe.each(Object.entries(CASES))('%s of SgidClient', (name, cases) => {
  it.each<Case>(cases.map((one) => [...one]))('throws %s', async (code, parts, params = {}) => {
    expect((await errorOf(() => CALLS[name]?.(construct(params, parts)))).code).toBe(code);
  });

  it('throws no other code, says its documentation', () => {
    const { section = '' } =
      sectionsOf(LIBRARY, '#####').find((one) => one.name === name && one.section.includes('ERR_')) ?? {};
    const documented = new Set([...section.matchAll(/`(ERR_\w+)`/g)].map(([, code]) => code));
    expect([...documented].sort()).toEqual(cases.map(([code]) => code).sort());
  });
});
