import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isPortFree } from '../../scripts/ports.mjs';
import type { SgidErrorCode } from '../../src/errors/sgid-error.ts';
import { createTestClient, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import {
  createMockSgid,
  type EmbeddedMockSgid,
  type MockClient,
  type MockCredentials,
  type MockSgid,
  type MockSgidAddress,
  type MockSgidOptions,
  startMockSgid,
} from '../../src/mock.ts';
import type { Fetch } from '../../src/oidc/transport.ts';
import { errorOf } from '../helpers/error-of.ts';
import { logInOverHttp } from '../helpers/mock-http.ts';
import { HOSTNAME } from './mock/relying-party.ts';

const OWN_CREDENTIALS: MockCredentials = {
  clientId: 'OTHER',
  clientSecret: 'x',
  privateKey: TEST_PRIVATE_KEY,
  redirectUri: 'http://localhost:5001/api/redirect',
};
const OWN_CLIENT = {
  ...createTestClient([OWN_CREDENTIALS.redirectUri]),
  clientId: 'OTHER',
  clientSecret: 'x',
};
const NOBODY = { id: 'nobody', name: 'NOBODY AT TEST', data: { 'myinfo.name': 'NOBODY AT TEST' } };
const SMALL_KEY = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
const CURVE_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const registering = (change: Partial<MockClient>) => ({ clients: [{ ...OWN_CLIENT, ...change }] });
const ENDLESS = { name: 'alg-none', times: Number.POSITIVE_INFINITY } as const;

/** Over HTTP, or straight into a mock without a socket. */
function logIn(mock: MockSgid | EmbeddedMockSgid, persona = ''): Promise<Record<string, string>> {
  const { hostname, client } = mock;
  const fetch: Fetch =
    'handle' in mock ? (url, init) => mock.handle(new Request(url, init)) : globalThis.fetch;
  return logInOverHttp(hostname, { client, persona, fetch });
}

const WEI_MING = { 'myinfo.name': 'TAN WEI MING' };

describe('startMockSgid', () => {
  it('returns what an application and its tests need, and logs people in until it is closed', async () => {
    const mock = await startMockSgid();
    const { hostname, issuer, client, personas, ...controls } = mock;
    expect(Object.keys(controls).sort()).toEqual([
      ...[
        'advanceTime',
        'close',
        'queueFault',
        'queuePersona',
        'queueReply',
        'requests',
        'reset',
        'rotateKeys',
      ],
    ]);
    expect(hostname).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(issuer).toBe(`${hostname}/v2`);
    expect(client).toEqual({
      clientId: 'MOCK-7e57c11e',
      clientSecret: expect.stringContaining('public-test'),
      privateKey: expect.stringContaining('PRIVATE KEY'),
      redirectUri: 'http://localhost:5001/api/redirect',
    });
    expect(personas.map(({ id }) => id)).toContain('wei-ming');
    expect(await logIn(mock, 'wei-ming')).toEqual(WEI_MING);
    await Promise.all([mock.close(), mock.close()]);
    expect(await isPortFree(Number(new URL(hostname).port))).toBe(true);
    await mock.close();
  });

  it('ends with the block that started it', async () => {
    let port = 0;
    {
      await using mock = await startMockSgid();
      port = Number(new URL(mock.hostname).port);
      expect(await isPortFree(port)).toBe(false);
    }
    expect(await isPortFree(port)).toBe(true);
  });

  it('is steered: persona, fault, time, keys, requests, reset', async () => {
    const mock = await startMockSgid({ redirectUris: ['http://localhost:3000/cb'] });
    mock.queuePersona('zoe');
    mock.queuePersona('wei-ming');
    mock.queueFault('alg-none');
    expect((await errorOf(() => logIn(mock))).code).toBe('ERR_ID_TOKEN_ALGORITHM');
    expect(await logIn(mock)).toEqual(WEI_MING);
    expect(mock.requests().map(({ path }) => path.split('/').at(-1))).toEqual([
      ...['authorize', 'token', 'jwks.json', 'authorize', 'token', 'jwks.json', 'userinfo'],
    ]);
    await mock.rotateKeys();
    mock.advanceTime(3_600_000);
    expect((await errorOf(() => logIn(mock, 'zoe'))).code).toBe('ERR_ID_TOKEN_ISSUED_AT');
    mock.reset();
    expect(mock.requests()).toEqual([]);
    expect(await logIn(mock, 'zoe')).toHaveProperty(['myinfo.name']);
    await mock.close();
  });

  it('runs beside another one, each with its own state', async () => {
    const [one, two] = await Promise.all([startMockSgid(), startMockSgid({ approve: 'zoe' })]);
    one.queuePersona('wei-ming');
    one.queueFault('token-500', Number.POSITIVE_INFINITY);
    const [failure, data] = await Promise.all([errorOf(() => logIn(one)), logIn(two)]);
    expect(failure.code).toBe('ERR_PROVIDER_UNAVAILABLE');
    expect(data).not.toEqual(WEI_MING);
    expect([one.requests().length, two.requests().length]).toEqual([2, 4]);
    await one.close();
    expect(await logIn(two)).toEqual(data);
    await two.close();
  });

  it('has types that fit a variable declared ahead', async () => {
    let mock: Awaited<ReturnType<typeof startMockSgid>>;
    mock = await startMockSgid({ port: 0 });
    onTestFinished(() => mock.close());
    const embedded: ReturnType<typeof createMockSgid> = createMockSgid({ hostname: mock.hostname });
    expect(mock.client.clientSecret).toBe(embedded.client.clientSecret);
    const undecided = { clients: undefined } as MockSgidOptions;
    // @ts-expect-error It may be undefined.
    expect(createMockSgid(undecided).client.clientId).toBe(mock.client.clientId);
    // @ts-expect-error There is no such option.
    expect(() => createMockSgid({ redirectUri: 'http://localhost/' })).toThrow(
      'there is no option "redirectUri"',
    );
  });

  it.each<[object, string]>([
    [{ redirectUris: 'http://localhost/' }, 'redirectUris must be a list of texts'],
    [{ approve: true }, 'approve must be the id'],
    [{ faults: ['slow'] }, 'faults must be a list such as'],
    [{ clients: [{ ...OWN_CLIENT, scopes: undefined }] }, 'clients must be a list'],
    [{ personas: [{ ...NOBODY, data: { 'myinfo.name': 5 } }] }, 'personas must be a list'],
    ...[-1, null, '', Number.POSITIVE_INFINITY].map((latencyMs): [object, string] => [
      { latencyMs },
      'latencyMs must',
    ]),
    [{ host: '', hostname: 'http://localhost:5157' }, 'host must be an IP address'],
    [{ control: 'yes' }, 'control must be true or false'],
    [{ hostname: 5 }, 'hostname must be an origin'],
    ...[99_999, 1.5, -1, '80'].map((port): [object, string] => [{ port }, 'port must be from 0 to 65535']),
    [{ constructor: 5 }, 'there is no option "constructor"'],
  ])('says what is wrong to a caller without types: %j', async (options, message) => {
    for (const make of [startMockSgid, createMockSgid])
      expect(await errorOf(() => make(options))).toMatchObject({
        code: 'ERR_USAGE',
        message: expect.stringContaining(message),
      });
  });

  it('takes clients and personas of its own, and hands out no client then', async () => {
    const mock = await startMockSgid({ clients: [OWN_CLIENT], personas: [NOBODY], approve: 'nobody' });
    expect(mock.personas).toEqual([NOBODY]);
    const none: undefined = mock.client;
    expect(none).toBeUndefined();
    expect(await logIn({ ...mock, client: OWN_CREDENTIALS })).toEqual(NOBODY.data);
    await mock.close();
    const embedded: EmbeddedMockSgid<undefined> = createMockSgid({ clients: [OWN_CLIENT] });
    expect(embedded.client).toBeUndefined();
    const options: MockSgidOptions = { approve: 'zoe' };
    // @ts-expect-error It may be undefined: the type of the options does not say whether clients are given.
    const careless: MockCredentials = createMockSgid(options).client;
    expect(careless.clientId).toBe('MOCK-7e57c11e');
  });

  it.each<[string, SgidErrorCode, MockSgidOptions & MockSgidAddress]>([
    ['clients and URIs', 'ERR_USAGE', { clients: [OWN_CLIENT], redirectUris: ['http://localhost/'] }],
    ['no clients at all', 'ERR_USAGE', { clients: [] }],
    ['two clients with one id', 'ERR_USAGE', { clients: [OWN_CLIENT, OWN_CLIENT] }],
    ['no persona', 'ERR_USAGE', { personas: [] }],
    ['two personas with one id', 'ERR_USAGE', { personas: [NOBODY, NOBODY] }],
    ['an unknown persona to approve', 'ERR_USAGE', { approve: 'nobody' }],
    ['an unknown encryption profile', 'ERR_USAGE', JSON.parse('{"jwe": "mock-pass"}')],
    ['a short secret', 'ERR_USAGE', { secret: new Uint8Array(15) }],
    ['faults that would never come', 'ERR_USAGE', { faults: [ENDLESS, { name: 'slow', times: 1 }] }],
    ['a hostname that clients would refuse', 'ERR_HOSTNAME', { hostname: 'http://mock:5157' }],
    ['a hostname with a trailing slash', 'ERR_HOSTNAME', { hostname: 'http://localhost:5157/' }],
    ['a client without an id', 'ERR_CREDENTIALS_FILE', registering({ clientId: '' })],
    ['a client without a secret', 'ERR_CREDENTIALS_FILE', registering({ clientSecret: '' })],
    ['a client without openid', 'ERR_CREDENTIALS_FILE', registering({ scopes: ['myinfo.name'] })],
    ['the scope __proto__', 'ERR_CREDENTIALS_FILE', registering({ scopes: ['openid', '__proto__'] })],
    ['a scope with a space', 'ERR_CREDENTIALS_FILE', registering({ scopes: ['openid', 'a b'] })],
    ['an unreadable key', 'ERR_CREDENTIALS_FILE', registering({ publicKey: 'no key' })],
    ['a small key', 'ERR_CREDENTIALS_FILE', registering({ publicKey: SMALL_KEY })],
    ['a key that is not RSA', 'ERR_CREDENTIALS_FILE', registering({ publicKey: CURVE_KEY })],
    ['a signing key that is none', 'ERR_PRIVATE_KEY', { signingKey: 'no key' }],
    ['no redirect URI', 'ERR_REDIRECT_URI', { redirectUris: [] }],
    ['a relative redirect URI', 'ERR_REDIRECT_URI', { redirectUris: ['http://x/', '/callback'] }],
    ['a redirect URI with a fragment', 'ERR_REDIRECT_URI', { redirectUris: ['http://x/#x'] }],
    ['a redirect URI with a line break', 'ERR_REDIRECT_URI', { redirectUris: ['http://x/\r\nx: y'] }],
  ])('refuses %s before it listens, and so does createMockSgid', async (_what, code, options) => {
    const taken = await startMockSgid();
    const port = Number(new URL(taken.hostname).port);
    expect((await errorOf(() => startMockSgid({ port }))).code).toBe('ERR_LISTEN_PORT_IN_USE');
    expect((await errorOf(() => startMockSgid({ ...options, port }))).code).toBe(code);
    expect((await errorOf(() => createMockSgid(options))).code).toBe(code);
    await taken.close();
  });
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'content-type': 'application/json' };
const KIB = 1024;

function post(
  body: string | ReadableStream<Uint8Array>,
  headers: Record<string, string> = FORM,
  path = '/v2/oauth/token',
): Request {
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
  return new Request(HOSTNAME + path, init);
}

/** A body without end that comes in pieces of 10 KiB, and tells how many were asked for. */
function createStream() {
  const state = { sent: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        state.sent += 1;
        controller.enqueue(new Uint8Array(10 * KIB).fill(120));
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, state };
}

/** Callers in JavaScript have no types. */
function piecesOf(when: 'start' | 'pull', piece: unknown): ReadableStream<Uint8Array> {
  const give = (body: ReadableStreamDefaultController<unknown>): void => {
    body.enqueue(piece);
    if (when === 'start') body.close();
  };
  return new ReadableStream<unknown>({ [when]: give }) as ReadableStream<Uint8Array>;
}

describe('createMockSgid', () => {
  it.each([
    [{}, HOSTNAME],
    [{ jwe: 'mockpass' } as const, HOSTNAME],
    [{ hostname: 'https://sgid.example', latencyMs: 1 }, 'https://sgid.example'],
  ])('logs people in without a socket: %j', async (options, hostname) => {
    const mock = createMockSgid({ ...options, approve: 'wei-ming' });
    expect([mock.hostname, mock.issuer]).toEqual([hostname, `${hostname}/v2`]);
    expect(await logIn(mock)).toEqual(WEI_MING);
  });

  it('reads UTF-8 that is cut between two pieces', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of ['{"id":"', [0xc3], [0xa9], '"}']) controller.enqueue(Buffer.from(piece));
        controller.close();
      },
    });
    const response = await createMockSgid({ control: true }).handle(post(body, JSON_TYPE, '/_mock/personas'));
    expect(await response.text()).toContain("unknown persona '?'");
  });

  it('takes the Host of the URL where the request names none, and its own where it does', async () => {
    const { handle } = createMockSgid({ control: true });
    const init = { method: 'POST', headers: JSON_TYPE, body: '{}' };
    expect((await handle(new Request('http://evil.example/_mock/reset', init))).status).toBe(403);
    const refused = await handle(post('{}', { ...JSON_TYPE, host: 'evil.example' }, '/_mock/reset'));
    expect(refused.status).toBe(403);
    const taken = await handle(post('{}', { ...JSON_TYPE, host: 'localhost' }, '/_mock/reset'));
    expect([taken.status, taken.body]).toEqual([204, null]);
  });

  it('has no control API unless asked', async () => {
    expect((await createMockSgid().handle(post('{}', JSON_TYPE, '/_mock/reset'))).status).toBe(404);
  });

  it.each<[string, number, () => Promise<Request> | Request]>([
    [
      'was read before',
      400,
      async () => {
        const request = post('x');
        await request.text();
        return request;
      },
    ],
    ['fails', 400, () => post(new ReadableStream({ start: (body) => body.error(new Error('cut')) }))],
    ['is of text', 400, () => post(piecesOf('start', 'text'))],
    ['has no end of numbers', 400, () => post(piecesOf('pull', 5))],
  ])('answers a body that %s with %i', async (_what, status, request) => {
    expect((await createMockSgid().handle(await request())).status).toBe(status);
  });

  it('answers 500 where its clock has no time', async () => {
    const { handle } = createMockSgid({ now: () => Number.NaN });
    expect((await handle(new Request(`${HOSTNAME}/v2/health`))).status).toBe(500);
  });

  it('answers HEAD without a body', async () => {
    const { handle } = createMockSgid();
    const { status, headers, body } = await handle(new Request(`${HOSTNAME}/v2/health`, { method: 'HEAD' }));
    expect([status, headers.get('content-type'), body]).toEqual([200, 'application/json', null]);
  });
});

describe('the limits of a mock without a socket', () => {
  const { handle } = createMockSgid();
  const longest = `${HOSTNAME}/v2/health?`.padEnd(HOSTNAME.length + 16 * KIB, 'x');

  it.each<[string, number, () => Request]>([
    ['a URL of 16 KiB', 200, () => new Request(longest)],
    ['a longer URL', 414, () => new Request(`${longest}x`)],
    ['a body of 64 KiB', 401, () => post('x'.repeat(64 * KIB))],
    ['a longer body', 413, () => post('x'.repeat(64 * KIB + 1))],
    ['a body with more bytes than characters', 413, () => post('é'.repeat(32 * KIB + 1))],
    ...['1', 'x', '-5', ''].map((length): [string, number, () => Request] => [
      `a longer body of the length "${length}"`,
      413,
      () => post(createStream().body, { ...FORM, 'content-length': length }),
    ]),
  ])('%s is answered with %i', async (_what, status, request) => {
    expect((await handle(request())).status).toBe(status);
  });

  it('read no more than it takes to know that a body is too large', async () => {
    const { body, state } = createStream();
    expect([(await handle(post(body))).status, state]).toEqual([413, { sent: 7, cancelled: true }]);
  });

  it('read nothing of a body that is announced as too large', async () => {
    const { body, state } = createStream();
    const request = post(body, { ...FORM, 'content-length': String(64 * KIB + 1) });
    expect([(await handle(request)).status, state]).toEqual([413, { sent: 0, cancelled: true }]);
  });
});
