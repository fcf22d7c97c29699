import { describe, expect, it } from 'vitest';
import { SgidClient, type SgidError } from '../../../src/index.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createFakeProvider } from '../../helpers/fake-provider.ts';

type Call = 'callback' | 'userinfo' | 'authorizationUrl' | 'parseData';

const provider = createFakeProvider();
const CREDENTIALS = {
  clientId: TEST_CLIENT_ID,
  clientSecret: TEST_CLIENT_SECRET,
  privateKey: TEST_PRIVATE_KEY,
};
const PARAMS = { ...CREDENTIALS, redirectUri: 'http://localhost:5001/api/redirect', fetch: provider.fetch };
// A caller in JavaScript passes anything.
const makeClient = () => new SgidClient(PARAMS) as unknown as Record<Call, (params?: unknown) => unknown>;

const ALL = [undefined, null, '', 'null', 'undefined', 0, 5, ['x'], [], { x: 1 }, {}];
const but = (...allowed: unknown[]) => ALL.filter((value) => !allowed.includes(value));
const isList = (value: unknown) => Array.isArray(value);

const GOOD: Readonly<Record<string, object>> = {
  callback: { code: 'x', codeVerifier: 'x', nonce: 'x' },
  userinfo: { sub: 'x', accessToken: 'x' },
  authorizationUrl: { codeChallenge: 'x' },
};

const REFUSED: readonly [call: Call, name: string, values: readonly unknown[], hint: string][] = [
  ['callback', 'code', ALL, 'error=...'],
  ['callback', 'codeVerifier', ALL, 'generatePkcePair'],
  ['callback', 'nonce', but(undefined, null), 'authorizationUrl'],
  ['userinfo', 'sub', ALL, 'callback'],
  ['userinfo', 'accessToken', ALL, 'callback'],
  ['authorizationUrl', 'codeChallenge', ALL, 'PKCE'],
  ['authorizationUrl', 'nonce', but(undefined, null, '', 0), 'authorizationUrl'],
  ['authorizationUrl', 'state', but(undefined, ''), 'state'],
  ['authorizationUrl', 'scope', [...but(undefined).filter((one) => !isList(one)), [], [5]], 'openid'],
];

async function refusalOf(call: Call, params: unknown): Promise<SgidError> {
  const error = await errorOf(() => makeClient()[call](params));
  expect(provider.requests).toEqual([]);
  return error;
}

describe.each(REFUSED)('%s refuses as %s', (call, name, values, hint) => {
  it.each(values.map((value) => [value]))('%j, and sends nothing', async (value) => {
    const error = await refusalOf(call, { ...GOOD[call], [name]: value });
    expect(error).toMatchObject({ code: 'ERR_USAGE', hint: expect.stringContaining(hint) });
    expect(error.message).toMatch(new RegExp(`^${name} is .+: nothing is sent$`));
  });
});

it.each([
  ['state', '', true],
  ['state', undefined, true],
  ['nonce', '', true],
  ['nonce', undefined, true],
  ['nonce', null, false],
])('authorizationUrl takes %s %j', (name, value, hasNonce) => {
  const made = makeClient().authorizationUrl({ ...GOOD['authorizationUrl'], [name]: value });
  expect(Object.keys(made as object)).toEqual(hasNonce ? ['url', 'nonce'] : ['url']);
});

it.each([
  [undefined, 'undefined'],
  [null, 'null'],
  ['', 'empty'],
  ['undefined', 'the text "undefined"'],
  ['[object Object]', 'the text "[object Object]"'],
  [['x'], 'not a text but a list'],
  [5, 'not a text but of the type number'],
  [{}, 'not a text but of the type object'],
])('says what came instead of a text: %j', async (code, words) => {
  const { message } = await refusalOf('callback', { ...GOOD['callback'], code });
  expect(message).toBe(`code is ${words}: nothing is sent`);
});

describe('no arguments at all', () => {
  it.each<[Call, string]>([
    ['callback', 'code is undefined'],
    ['userinfo', 'sub is undefined'],
    ['authorizationUrl', 'codeChallenge is undefined'],
    ['parseData', 'data is not an object'],
  ])('are refused by %s', async (call, words) => {
    for (const params of [undefined, null]) expect((await refusalOf(call, params)).message).toContain(words);
  });
});

it.each(['clientId', 'clientSecret'])(
  'a %s that nobody resolved is refused, with where to look',
  async (name) => {
    const error = await errorOf(() => new SgidClient({ ...PARAMS, [name]: 'op://vault/canary' }));
    expect(error).toMatchObject({
      code: 'ERR_CREDENTIAL_VALUE',
      hint: expect.stringContaining(`itself as ${name}`),
    });
    expect(error.message).toMatch(new RegExp(`^${name} is .+: it is not sent$`));
    expect(`${error.message} ${error.hint}`).not.toContain('canary');
  },
);

describe('a redirect URI', () => {
  const constructWith = (redirectUri: unknown) => new SgidClient({ ...PARAMS, redirectUri } as never);
  const BAD: readonly [unknown, string][] = [
    ['localhost:5001', 'ERR_REDIRECT_URI'],
    ['/api/redirect', 'ERR_REDIRECT_URI'],
    ['myapp://callback', 'ERR_REDIRECT_URI'],
    ['https://app.example.test/#x', 'ERR_REDIRECT_URI'],
    [5, 'ERR_USAGE'],
    [['http://localhost:5001/'], 'ERR_USAGE'],
    [{}, 'ERR_USAGE'],
  ];

  it.each(BAD)('%j is refused by the constructor and by each call', async (redirectUri, code) => {
    const error = await errorOf(() => constructWith(redirectUri));
    expect(error.code).toBe(code);
    if (code === 'ERR_USAGE') expect(error.message).toMatch(/^redirectUri /);
    for (const call of ['callback', 'authorizationUrl'] as const)
      expect((await refusalOf(call, { ...GOOD[call], redirectUri })).code).toBe(code);
  });
});
