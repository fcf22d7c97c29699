import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/errors/codes.ts';
import {
  convertPkcs1ToPkcs8,
  generateCodeVerifier,
  generatePkcePair,
  loadPrivateKey,
  SgidClient,
  type SgidClientParams,
} from '../../src/index.ts';
import { encryptUserinfo, MOCKPASS_PROFILE } from '../../src/mock/encryption.ts';
import type { FaultName } from '../../src/mock/faults.ts';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
  TEST_PUBLIC_KEY,
} from '../../src/mock/test-credentials.ts';
import { createMockSgid, startMockSgid } from '../../src/mock.ts';
import { EXAMPLE_REDIRECT_URI } from '../../src/sgid/redirect-uri.ts';
import { errorOf } from '../helpers/error-of.ts';
import {
  type Answer,
  createFakeProvider,
  type FakeProviderParts,
  networkFailure,
} from '../helpers/fake-provider.ts';
import { occupyPort } from '../helpers/occupy-port.ts';
import {
  ACCESS_TOKEN,
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

// Whoever copies it beside the .env of a mock must not reach the real sgID.
it.each(['../library.md', 'sgid-cli.md'])(
  'the example of a client in %s takes the provider from SGID_HOSTNAME',
  (page) => {
    const [client] = readPage(page).match(/new SgidClient\(\{ *\n[^}]*\}/) ?? [];
    expect(client).toContain('hostname: process.env.SGID_HOSTNAME');
  },
);

describe('the index of docs/api', () => {
  const index = readPage('README.md');

  it.each(PAGES)('says of each export of $name what it is', ({ name, text }) => {
    for (const { name: title } of sectionsOf(text, '###')) {
      const bare = title.replace('()', '');
      expect(index).toMatch(
        new RegExp(`^- \\[\`${bare}\`\\]\\(${name}#${bare.toLowerCase()}\\): [A-Z].+\\.$`, 'm'),
      );
    }
  });

  it.each(['README.md', ...PAGES.map(({ name }) => name)])(
    'leads from %s to headings that there are',
    (page) => {
      const links = [...readPage(page).matchAll(/\]\(([\w./-]*\.md)?(?:#([\w-]+))?\)/g)];
      expect(links.length).toBeGreaterThan(10);
      for (const [link, path = page, anchor] of links) {
        const target = readPage(path);
        const anchors = [...target.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
          heading
            .toLowerCase()
            .replaceAll(/[^\w -]/g, '')
            .replaceAll(' ', '-'),
        );
        if (anchor !== undefined)
          expect({ link, anchors }).toMatchObject({ anchors: expect.arrayContaining([anchor]) });
      }
    },
  );
});

const CREDENTIALS: SgidClientParams = {
  clientId: TEST_CLIENT_ID,
  clientSecret: TEST_CLIENT_SECRET,
  privateKey: TEST_PRIVATE_KEY,
  redirectUri: 'http://localhost:5001/api/redirect',
  hostname: HOSTNAME,
};

/** The code that is documented, and what is thrown with it. */
type Case = readonly [code: string, action: () => unknown];

const construct = (params: Partial<SgidClientParams>, parts: FakeProviderParts = {}): SgidClient =>
  new SgidClient({ ...CREDENTIALS, fetch: createFakeProvider(parts).fetch, ...params });

type Call = (client: SgidClient) => unknown;
const callback: Call = (client) =>
  client.callback({ code: 'a-code', codeVerifier: 'a-verifier', nonce: NONCE });
const userinfo: Call = (client) => client.userinfo({ sub: SUB, accessToken: ACCESS_TOKEN });
const discover: Call = (client) => client.discover();

const whenAnswered = (call: Call, answers: readonly (readonly [string, FakeProviderParts])[]): Case[] =>
  answers.map(([code, parts]) => [code, () => call(construct({}, parts))]);

const anyRequest = (call: Call, part: keyof FakeProviderParts): Case[] =>
  whenAnswered(call, [
    ['ERR_PROXY', { [part]: Object.assign(networkFailure('ERR_PROXY'), { proxySetting: 'no proxy' }) }],
    ['ERR_NETWORK', { [part]: networkFailure('ECONNREFUSED') }],
    ['ERR_HTTP_TIMEOUT', { [part]: networkFailure('ETIMEDOUT') }],
    ['ERR_PROVIDER_UNAVAILABLE', { [part]: { status: 500 } }],
    ['ERR_RESPONSE_REDIRECT', { [part]: { status: 302 } }],
    ['ERR_RESPONSE_TOO_LARGE', { [part]: { body: 'x'.repeat(2 ** 20 + 1) } }],
    ['ERR_RESPONSE_INVALID', { [part]: { body: '<html>' } }],
  ]);

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

const locked = strangerKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'test' })
  .toString();
const KEYS = {
  ERR_PRIVATE_KEY: 'no key',
  ERR_PRIVATE_KEY_TYPE: generateKeyPairSync('ed25519').privateKey,
  ERR_PRIVATE_KEY_SIZE: generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
  ERR_PRIVATE_KEY_PASSPHRASE: locked,
};
const pemOf = (key: KeyObject | string): string =>
  typeof key === 'string' ? key : key.export({ type: 'pkcs8', format: 'pem' }).toString();
const anyKey = (use: (key: KeyObject | string) => unknown): Case[] =>
  Object.entries(KEYS).map(([code, key]) => [code, () => use(key)]);

const CLIENT = createTestClient([EXAMPLE_REDIRECT_URI]);
const anyMock = (start: (options: Parameters<typeof startMockSgid>[0]) => unknown): Case[] => [
  ['ERR_USAGE', () => start({ approve: 'nobody' })],
  ['ERR_HOSTNAME', () => start({ hostname: 'http://provider.test' })],
  ['ERR_CREDENTIALS_FILE', () => start({ clients: [{ ...CLIENT, clientSecret: '' }] } as object)],
  ['ERR_REDIRECT_URI', () => start({ redirectUris: [] })],
  ...anyKey((signingKey) => start({ signingKey })),
];

const REFUSED = { redirectUri: '' };
const ARGUMENTS = { codeChallenge: 'x', code: 'x', codeVerifier: 'x' };
const OTHER_URI = { ...ARGUMENTS, redirectUri: 'localhost:5001' };
const mock = createMockSgid();
const CASES: Readonly<Record<string, readonly Case[]>> = {
  Constructor: [
    ['ERR_MISSING_CREDENTIALS', () => construct({ clientSecret: '' })],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an unresolved reference.
    ['ERR_CREDENTIAL_VALUE', () => construct({ clientSecret: '${SECRET}' })],
    ['ERR_USAGE', () => construct({ redirectUri: [] as never })],
    ['ERR_REDIRECT_URI', () => construct({ redirectUri: 'localhost:5001' })],
    ['ERR_HOSTNAME', () => construct({ hostname: 'http://provider.test' })],
    ...anyKey((privateKey) => construct({ privateKey })),
  ],
  'authorizationUrl()': [
    ['ERR_USAGE', () => construct({}).authorizationUrl({ codeChallenge: '' })],
    ['ERR_REDIRECT_URI', () => construct({}).authorizationUrl(OTHER_URI)],
    ['ERR_SCOPE', () => construct({}).authorizationUrl({ codeChallenge: 'x', scope: 'myinfo.name' })],
    ['ERR_MISSING_CREDENTIALS', () => construct(REFUSED).authorizationUrl({ codeChallenge: 'x' })],
  ],
  'callback()': [
    ['ERR_USAGE', () => construct({}).callback({ ...ARGUMENTS, code: '' })],
    ['ERR_REDIRECT_URI', () => construct({}).callback(OTHER_URI)],
    ['ERR_MISSING_CREDENTIALS', () => callback(construct(REFUSED))],
    ...anyRequest(callback, 'token'),
    ...whenAnswered(callback, [
      ['ERR_TOKEN_REFUSED', { token: { status: 400 } }],
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
    ]),
  ],
  'userinfo()': [
    ['ERR_USAGE', () => construct({}).userinfo({ sub: SUB, accessToken: '' })],
    ...anyRequest(userinfo, 'userinfo'),
    ...whenAnswered(userinfo, [
      ['ERR_USERINFO_REFUSED', { userinfo: { status: 401 } }],
      ['ERR_SUB_MISMATCH', encrypted(undefined, { sub: 'u=somebody-else' })],
      ['ERR_JWE_KEY_MISSING', encrypted('missing-key')],
      ['ERR_JWE_INVALID', encrypted(undefined, { key: 'no JWE' })],
      ['ERR_JWE_ALGORITHM', encrypted(undefined, { key: jwe({ alg: 'RSA1_5', enc: 'A128GCM' }) })],
      ['ERR_DECRYPT_KEY', encrypted('wrong-public-key')],
      ['ERR_DECRYPT_FIELD', encrypted('bad-field')],
    ]),
  ],
  'parseData()': [['ERR_USAGE', () => construct({}).parseData({ 'myinfo.name': 5 })]],
  'discover()': [
    ...anyRequest(discover, 'discovery'),
    ...whenAnswered(discover, [
      ['ERR_DISCOVERY_ORIGIN', { discovery: { body: { issuer: 'https://other.test' } } }],
    ]),
  ],
  'loadPrivateKey()': anyKey((key) => loadPrivateKey(pemOf(key))),
  'convertPkcs1ToPkcs8()': [['ERR_PRIVATE_KEY', () => convertPkcs1ToPkcs8(TEST_PRIVATE_KEY)]],
  'generatePkcePair()': [['ERR_PKCE_LENGTH', () => generatePkcePair(42)]],
  'generateCodeVerifier()': [['ERR_PKCE_LENGTH', () => generateCodeVerifier(129)]],
  'queuePersona()': [['ERR_USAGE', () => mock.queuePersona('nobody')]],
  'queueFault()': [['ERR_USAGE', () => mock.queueFault('slow', 0)]],
  'queueReply()': [['ERR_USAGE', () => mock.queueReply('token', { status: 1000 })]],
  'advanceTime()': [['ERR_USAGE', () => mock.advanceTime(-1)]],
  'createMockSgid()': anyMock(createMockSgid),
  'startMockSgid()': [
    ...anyMock(startMockSgid),
    [
      'ERR_LISTEN_PORT_IN_USE',
      async () => {
        const { port, close } = await occupyPort('127.0.0.1');
        return startMockSgid({ port }).finally(close);
      },
    ],
    // No address of this machine: it is for documentation (RFC 5737).
    ['ERR_LISTEN_NOT_PERMITTED', () => startMockSgid({ host: '192.0.2.1', hostname: 'http://localhost' })],
  ],
};

const throwing = PAGES.flatMap(({ text }) => [
  ...sectionsOf(text, '###'),
  ...sectionsOf(text, '#####'),
]).filter(
  ({ name, section }) => /\(\)$|^Constructor$/.test(name) && /^SgidError\b[^`]* `ERR_/m.test(section),
);

it('knows what throws an SgidError', () => {
  expect(throwing.map(({ name }) => name).sort()).toEqual(Object.keys(CASES).sort());
});

describe.each(throwing)('$name', ({ name, section }) => {
  const cases = CASES[name] ?? [];

  it.each(cases)('throws %s', async (code, action) => {
    expect((await errorOf(action)).code).toBe(code);
  });

  it('throws no other code, says its documentation', () => {
    const documented = new Set([...section.matchAll(/`(ERR_\w+)`/g)].map(([, code]) => code));
    expect([...documented].sort()).toEqual(cases.map(([code]) => code).sort());
  });
});
