import { createPrivateKey } from 'node:crypto';
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import * as official from '@opengovsg/sgid-client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import * as library from '../../src/index.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import { type Behaviour, startOddProvider } from '../helpers/odd-provider.ts';
import { startRawServer } from '../helpers/raw-server.ts';
import { SEALING, sealText, sealUserinfo } from '../helpers/seal-userinfo.ts';
import { SUB, signingKey } from '../helpers/sign-id-token.ts';

type Client = Pick<official.SgidClient, 'authorizationUrl' | 'callback' | 'userinfo' | 'parseData'>;

/** Either of the two. */
interface Side {
  readonly generateCodeVerifier: typeof official.generateCodeVerifier;
  make(changes?: Partial<official.SgidClientParams>): Client;
}

/** As docs/library.md names it, what the SDK makes of it, and what we do. */
type Difference = readonly [
  name: string,
  theirs: unknown,
  ours: unknown,
  use: (side: Side) => unknown,
  behaviour?: Behaviour,
];

const NOW = Math.floor(Date.now() / 1000);
const NAME = { 'myinfo.name': 'TAN AH TEST' };
const REDIRECT_URI = 'http://localhost:5001/api/redirect';
const SECRETS = [TEST_CLIENT_SECRET, 'PRIVATE KEY'];
const URL_PARAMS = { codeChallenge: 'c', nonce: 'n' };

const construct = (changes: Partial<official.SgidClientParams>) => (side: Side) =>
  side.make(changes) && 'a client';
const fetchData = (side: Side, changes = {}, sub = SUB) =>
  side
    .make(changes)
    .userinfo({ sub, accessToken: 'x' })
    .then(({ data }) => data);
const exchange = ({ make }: Pick<Side, 'make'>) =>
  make()
    .callback({ code: 'x', codeVerifier: 'x', nonce: 'n' })
    .then(({ sub }) => sub);
async function exchangeTwice({ make }: Side) {
  const client = make();
  await exchange({ make: () => client });
  return exchange({ make: () => client });
}
const authorize = (side: Side, changes = {}, params = {}) =>
  new URL(side.make(changes).authorizationUrl({ ...URL_PARAMS, ...params }).url).searchParams;
const nest = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

const sealed = await sealUserinfo(NAME);
const encodedBytes = (text: string) => Buffer.from(text, 'latin1');
const byKey = ['RSA-OAEP-384', 'RSA-OAEP-512'].map((alg) => ({ ...SEALING, key: { alg, enc: 'A256GCM' } }));
const byField = ['A128KW', 'A192KW', 'A256KW'].map((alg) => ({ ...SEALING, field: { alg, enc: 'A128GCM' } }));
const otherwise = await Promise.all([...byKey, ...byField].map((sealing) => sealUserinfo(NAME, sealing)));
const key = createPrivateKey(TEST_PRIVATE_KEY);
const KEY_FORMS = [
  `"${TEST_PRIVATE_KEY}"`,
  key.export({ type: 'pkcs1', format: 'pem' }).toString().replaceAll('\n', '\\n'),
  key.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
  JSON.stringify(key.export({ format: 'jwk' })),
];
const privateJwk = { ...signingKey.privateKey.export({ format: 'jwk' }), alg: 'RSA-OAEP' };

const DIFFERENCES: readonly Difference[] = [
  ['`http` beyond this machine', 'a client', 'ERR_HOSTNAME', construct({ hostname: 'http://sgid.test' })],
  ['A value that is missing', 'a client', 'ERR_MISSING_CREDENTIALS', construct({ clientSecret: '' })],
  [
    'A value that cannot be right',
    'a client',
    'ERR_CREDENTIAL_VALUE',
    construct({ clientSecret: 'op://a/b/c' }),
  ],
  [
    'A redirect URI that is none',
    'a client',
    'ERR_REDIRECT_URI',
    construct({ redirectUri: 'localhost:5001' }),
  ],
  [
    'An argument that cannot be right',
    '5',
    'ERR_USAGE',
    (side) => authorize(side, {}, { codeChallenge: 5 }).get('code_challenge'),
  ],
  [
    'An argument that cannot be right',
    {},
    'ERR_USAGE',
    (side) => fetchData(side, {}, ''),
    { userinfo: { sub: '' } },
  ],
  [
    'A scope without `openid`, or with commas',
    'myinfo.name',
    'ERR_SCOPE',
    (side) => authorize(side, {}, { scope: ['myinfo.name'] }).get('scope'),
  ],
  [
    'A scope without `openid`, or with commas',
    'openid,myinfo.name',
    'ERR_SCOPE',
    (side) => authorize(side, {}, { scope: 'openid,myinfo.name' }).get('scope'),
  ],
  [
    'Quotes around client id and secret',
    '"x"',
    'x',
    (side) => authorize(side, { clientId: '"x"' }).get('client_id'),
  ],
  ...KEY_FORMS.map((privateKey): Difference => {
    const open = (side: Side) => fetchData(side, { privateKey });
    return ['A private key in another form', 'fails', NAME, open, { userinfo: sealed }];
  }),
  ['A private key that cannot be used', 'a client', 'ERR_PRIVATE_KEY', construct({ privateKey: 'x' })],
  [
    'Printing a client',
    SECRETS,
    [],
    ({ make }) => SECRETS.filter((secret) => inspect(make()).includes(secret)),
  ],
  [
    'An empty nonce',
    '',
    expect.stringMatching(/^[\w-]{43}$/),
    (side) => authorize(side, {}, { nonce: '' }).get('nonce'),
  ],
  [
    'An empty redirect URI',
    '',
    'ERR_MISSING_CREDENTIALS',
    (side) => authorize(side, {}, { redirectUri: '' }).get('redirect_uri'),
  ],
  [
    'The order of the URL’s parameters',
    'client_id',
    'response_type',
    (side) => [...authorize(side).keys()][0],
  ],
  [
    'A verifier’s length that is no whole number',
    '',
    'ERR_PKCE_LENGTH',
    (side) => side.generateCodeVerifier(Number.NaN),
  ],
  ['An ID token that expired within 60 s', 'fails', SUB, exchange, { idToken: { exp: NOW - 30 } }],
  ['A new signing key at once', 'fails', SUB, exchangeTwice, { rotates: true }],
  ['An ID token from the future', SUB, 'ERR_ID_TOKEN_ISSUED_AT', exchange, { idToken: { iat: NOW + 3_000 } }],
  [
    'Another `token_type` than Bearer',
    SUB,
    'ERR_RESPONSE_INVALID',
    exchange,
    { token: { token_type: 'DPoP' } },
  ],
  [
    'A reply over 1 MiB, a token over 16 kB',
    SUB,
    'ERR_RESPONSE_INVALID',
    exchange,
    { token: { access_token: 'x'.repeat(17_000) } },
  ],
  [
    'A reply over 1 MiB, a token over 16 kB',
    NAME,
    'ERR_RESPONSE_TOO_LARGE',
    fetchData,
    { userinfo: { ...sealed, x: ' '.repeat(1_100_000) } },
  ],
  ['`data` without `key`', {}, 'ERR_JWE_KEY_MISSING', fetchData, { userinfo: { data: sealed.data } }],
  [
    '`key` or `data` of another type',
    { 0: 'TAN AH TEST' },
    'ERR_JWE_INVALID',
    fetchData,
    { userinfo: { ...sealed, data: Object.values(sealed.data) } },
  ],
  [
    '`key` or `data` of another type',
    {},
    'ERR_JWE_INVALID',
    fetchData,
    { userinfo: { key: 0, data: sealed.data } },
  ],
  ...otherwise.map(
    (userinfo): Difference => ['Other algorithms', NAME, 'ERR_JWE_ALGORITHM', fetchData, { userinfo }],
  ),
  [
    'A payload key that is not symmetric',
    {},
    'ERR_JWE_INVALID',
    fetchData,
    { userinfo: { key: await sealText(JSON.stringify(privateJwk)), data: {} } },
  ],
  [
    'A JWE with padding',
    NAME,
    'ERR_JWE_INVALID',
    fetchData,
    { userinfo: { ...sealed, key: `${sealed.key}==` } },
  ],
  [
    'Text that is not UTF-8',
    { a: 'T\ufffdN' },
    'ERR_DECRYPT_FIELD',
    fetchData,
    { userinfo: await sealUserinfo({ a: encodedBytes('T\xffN') }) },
  ],
  [
    'A byte order mark',
    { a: 'TAN' },
    { a: '\ufeffTAN' },
    fetchData,
    { userinfo: await sealUserinfo({ a: '\ufeffTAN' }) },
  ],
  [
    'A claim named `__proto__`',
    [],
    ['__proto__'],
    async (side) => Object.keys(await fetchData(side)),
    { userinfo: await sealUserinfo(JSON.parse('{"__proto__":"x"}')) },
  ],
  [
    'A claim named `__proto__`',
    [],
    ['__proto__'],
    ({ make }) => Object.keys(make().parseData(JSON.parse('{"__proto__":"[]"}'))),
  ],
  [
    'JSON more than 100 deep',
    'object',
    'string',
    ({ make }) => typeof make().parseData({ a: nest(101) })['a'],
  ],
  [
    'JSON with a number beyond JavaScript’s',
    [[12345678901234567000, null]],
    ['[12345678901234567890,1e400]'],
    ({ make }) =>
      Object.values(JSON.parse(JSON.stringify(make().parseData({ a: '[12345678901234567890,1e400]' })))),
  ],
  ['An answer of 502, 503 or 504', 'fails', NAME, fetchData, { userinfo: sealed, status: 503 }],
  ['A compressed reply', 'fails', NAME, fetchData, { userinfo: sealed, compressed: true }],
  ['Proxy variables', 0, 1, countAtProxy],
  [
    'Errors',
    'expected 200 OK, got: 401 Unauthorized',
    'the words of the provider',
    readError,
    { status: 401 },
  ],
];

/** Where a test of the two takes seconds of waiting: `test/system/peers/official-sdk.test.ts`. */
const SLOW = ['A slow answer'];

describe('a difference from the official SDK', () => {
  it.each(DIFFERENCES.map((row) => [row[0], row] as const))('%s', async (_name, row) => {
    const [, theirs, ours, use, behaviour = {}] = row;
    const outcomes: unknown[] = [];
    for (const construct of [official.SgidClient, library.SgidClient]) {
      const hostname = await startOddProvider(behaviour);
      const { generateCodeVerifier } = construct === official.SgidClient ? official : library;
      const make: Side['make'] = (changes) =>
        new construct({
          ...{ clientId: TEST_CLIENT_ID, clientSecret: TEST_CLIENT_SECRET, privateKey: TEST_PRIVATE_KEY },
          ...{ redirectUri: REDIRECT_URI, hostname, ...changes },
        });
      outcomes.push(await outcomeOf(async () => use({ make, generateCodeVerifier })));
    }
    expect(outcomes).toEqual([theirs, ours]);
  });

  it('stands in docs/library.md, and no other does', () => {
    const page = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| ([^|]+?) +\|/gm)].map(([, name]) => name).slice(2);
    expect(rows.sort()).toEqual([...new Set([...DIFFERENCES.map(([name]) => name), ...SLOW])].sort());
  });
});

async function countAtProxy(side: Side): Promise<number> {
  const proxy = await startRawServer((socket) => socket.end('HTTP/1.1 403 No\r\n\r\n'));
  vi.stubEnv('HTTPS_PROXY', new URL(proxy.url).origin);
  onTestFinished(() => void vi.unstubAllEnvs());
  // Else the SDK would ask the network.
  const lookup = vi.spyOn(dns, 'lookup');
  lookup.mockImplementation(((...args: readonly unknown[]) =>
    Object(args.at(-1))(new Error('no host'))) as never);
  await fetchData(side, { hostname: 'https://sgid.invalid' }).catch(() => {});
  lookup.mockRestore();
  return proxy.received.length;
}

async function readError(side: Side): Promise<unknown> {
  const error = await fetchData(side).catch((reason: unknown) => reason);
  return error instanceof library.SgidError ? error.reply?.body : Object(error).message;
}

async function outcomeOf(action: () => Promise<unknown>): Promise<unknown> {
  try {
    return await action();
  } catch (error) {
    return error instanceof library.SgidError ? error.code : 'fails';
  }
}
