import { describe, expect, it, onTestFinished } from 'vitest';
import { createMockSgid, type MockEndpoint, type MockReply, startMockSgid } from '../../../src/mock.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { get, logInOverHttp } from '../../helpers/mock-http.ts';
import { createTestProvider, obtainCode, postToken, send, tokenForm } from './relying-party.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const PATHS: Readonly<Record<MockEndpoint, string>> = {
  authorize: '/v2/oauth/authorize',
  token: '/v2/oauth/token',
  userinfo: '/v2/oauth/userinfo',
  jwks: '/v2/.well-known/jwks.json',
  discovery: '/v2/.well-known/openid-configuration',
};
const PLAIN = 'text/plain; charset=utf-8';

describe('a reply that was queued', () => {
  it.each(['authorize', 'token', 'userinfo', 'jwks', 'discovery'] as const)(
    'takes the place of that of %s, and of no other, so many times',
    async (endpoint) => {
      const provider = createTestProvider();
      const statuses = async () => {
        const answers = Object.values(PATHS).map(async (path) => {
          const method = path === PATHS.token ? 'POST' : 'GET';
          return (await send(provider, path, { method })).status;
        });
        return Object.fromEntries(
          (await Promise.all(answers)).map((status, at) => [Object.keys(PATHS)[at], status]),
        );
      };
      const usual = await statuses();
      provider.queueReply(endpoint, { status: 418 }, 2);
      provider.queueReply(endpoint, { status: 507 });
      const changed = (status: number) => ({ ...usual, [endpoint]: status });
      expect([await statuses(), await statuses(), await statuses(), await statuses()]).toEqual([
        changed(418),
        changed(418),
        changed(507),
        usual,
      ]);
      expect(
        provider.requests().filter(({ outcome }) => outcome === 'the reply that was queued'),
      ).toHaveLength(3);
    },
  );

  it.each<[MockReply, number, Record<string, string>, string]>([
    [{}, 200, { 'content-type': PLAIN }, ''],
    [{ body: 'busy' }, 200, { 'content-type': PLAIN }, 'busy'],
    [
      { status: 502, body: '<p>', headers: { 'Content-Type': 'text/html' } },
      502,
      { 'content-type': 'text/html' },
      '<p>',
    ],
    [
      { body: { error: 'é' } },
      200,
      { 'content-type': 'application/json', 'cache-control': 'no-store' },
      '{"error":"é"}',
    ],
    [
      { body: [1], headers: { 'content-type': 'application/jwk-set+json' } },
      200,
      { 'content-type': 'application/jwk-set+json' },
      '[1]',
    ],
    [{ body: null }, 200, { 'content-type': 'application/json' }, 'null'],
    [{ status: 302, headers: { Location: 'http://x.test/' } }, 302, { location: 'http://x.test/' }, ''],
    [{ status: 204, body: 'none' }, 204, {}, ''],
    [{ status: 205, body: 'none' }, 205, {}, ''],
    [{ status: 304, body: 'none' }, 304, {}, ''],
    [
      { status: 599, headers: { 'x-one': 'a\tb é', __proto__x: '1' } },
      599,
      { 'x-one': 'a\tb é', __proto__x: '1' },
      '',
    ],
  ])('%j arrives, over HTTP and without a socket', async (reply, status, headers, body) => {
    const mock = await startMockSgid();
    onTestFinished(() => mock.close());
    const embedded = createMockSgid({ hostname: mock.hostname });
    for (const one of [mock, embedded]) one.queueReply('jwks', reply);
    const url = mock.hostname + PATHS.jwks;
    for (const answer of [await get(url), await embedded.handle(new Request(url))]) {
      expect([answer.status, await answer.text()]).toEqual([status, body]);
      for (const [name, value] of Object.entries(headers)) {
        expect([name, answer.headers.get(name)]).toEqual([name, value]);
      }
    }
  });

  it.each(['OPTIONS', 'POST', 'DELETE'])(
    'is not spent by %s, which the endpoint refuses, nor is a fault',
    async (method) => {
      const provider = createTestProvider();
      for (const [queue, status] of [
        [() => provider.queueReply('jwks', { status: 418 }), 418],
        [() => provider.queueFault('jwks-500'), 500],
      ] as const) {
        queue();
        expect((await send(provider, PATHS.jwks, { method })).status).toBe(405);
        expect((await send(provider, PATHS.jwks)).status).toBe(status);
        expect((await send(provider, PATHS.jwks)).status).toBe(200);
      }
    },
  );

  it('spares the code of the request that it answers', async () => {
    const provider = createTestProvider();
    const form = tokenForm(await obtainCode(provider));
    provider.queueReply('token', { status: 503 });
    expect((await postToken(provider, form)).status).toBe(503);
    expect((await postToken(provider, form)).status).toBe(200);
  });

  it('goes on until the reset when its number is Infinity, and lets none of its endpoint wait behind it', async () => {
    const provider = createTestProvider();
    provider.queueReply('jwks', { status: 500 }, FOREVER);
    provider.queueReply('discovery', { status: 500 });
    for (const _turn of [1, 2, 3]) expect((await send(provider, PATHS.jwks)).status).toBe(500);
    const { code, message } = await errorOf(() => provider.queueReply('jwks', {}));
    expect([code, message]).toEqual([
      'ERR_USAGE',
      expect.stringContaining('a reply to every jwks request is queued already'),
    ]);
    provider.reset();
    for (const path of [PATHS.jwks, PATHS.discovery]) expect((await send(provider, path)).status).toBe(200);
  });

  it('is one of a hundred that may wait', async () => {
    const provider = createTestProvider();
    for (let turn = 0; turn < 100; turn += 1) provider.queueReply('jwks', { status: 418 });
    const error = await errorOf(() => provider.queueReply('discovery', {}));
    expect(error).toMatchObject({ code: 'ERR_USAGE', message: '100 replies are queued already' });
    await send(provider, PATHS.jwks);
    expect(() => provider.queueReply('discovery', {})).not.toThrow();
  });

  it('is what a client gets, and what the page for developers shows meanwhile', async () => {
    const mock = await startMockSgid();
    onTestFinished(() => mock.close());
    mock.queueReply('token', { status: 400, body: { error: 'slow_down', error_description: 'in a test' } });
    mock.queueReply('jwks', { status: 503 }, FOREVER);
    const page = await (await get(mock.hostname)).text();
    expect(page).toContain('<code>token 400</code> next request');
    expect(page).toContain('<code>jwks 503</code> every request');
    const { reply } = await errorOf(() => logInOverHttp(mock.hostname));
    expect(reply).toMatchObject({ status: 400, error: 'slow_down' });
  });
});

const CYCLE: { self?: unknown } = {};
CYCLE.self = CYCLE;
const LARGE = 'é'.repeat(32_768);

describe('a reply that cannot be queued', () => {
  it.each<[string, RegExp, unknown, unknown?, unknown?]>([
    ['an endpoint that is none', /unknown endpoint "health".*authorize, token, userinfo/, {}, 'health'],
    ['an endpoint of Object', /unknown endpoint "__proto__"/, {}, '__proto__'],
    ['no object', /a reply is a plain object/, 'busy'],
    ['null', /a reply is a plain object/, null],
    ['a Response', /a reply is a plain object/, new Response('busy', { status: 503 })],
    ['a field that it does not have', /no field "statusCode".*status, headers and body/, { statusCode: 500 }],
    ...[199, 600, 101, 200.5, Number.NaN, '500', null].map((status): [string, RegExp, unknown] => [
      `the status ${status}`,
      /from 200 to 599/,
      { status },
    ]),
    ...['x', [], null, 5, new Headers({ 'retry-after': '1' }), new Map([['retry-after', '1']])].map(
      (headers): [string, RegExp, unknown] => [
        `the headers ${String(headers)}`,
        /headers of a reply are a plain object/,
        { headers },
      ],
    ),
    ['a header with a line break', /cannot set the header "x"/, { headers: { x: 'a\r\nset-cookie: b' } }],
    ['a header beyond Latin-1', /cannot set the header "x"/, { headers: { x: '陈' } }],
    ['a header that is no text', /cannot set the header "x"/, { headers: { x: 1 } }],
    ['a header without a name', /cannot set the header ""/, { headers: { '': 'x' } }],
    ['a name with a blank', /cannot set the header "a b"/, { headers: { 'a b': 'x' } }],
    ...['Content-Length', 'transfer-encoding', 'Connection', 'upgrade', 'trailer', 'keep-alive'].map(
      (name): [string, RegExp, unknown] => [
        `the header ${name}`,
        /cannot set the header .*: the server sets it/,
        { headers: { [name]: '1' } },
      ],
    ),
    ['a body that is no JSON', /cannot be written as JSON/, { body: CYCLE }],
    ['a body that JSON does not know', /cannot be written as JSON/, { body: 1n }],
    ['a body of more than 64 KiB', /larger than 65536 bytes/, { body: `${LARGE}x` }],
    ['headers of more than 64 KiB', /larger than 65536 bytes/, { headers: { x: 'x'.repeat(65_536) } }],
    ...[0, -1, 1.5, Number.NaN, '2', null].map((times): [string, RegExp, unknown, unknown, unknown] => [
      `${times} times`,
      /whole number of times/,
      {},
      'token',
      times,
    ]),
  ])('%s', async (_what, words, reply, endpoint = 'token', times = 1) => {
    const provider = createTestProvider({ control: true });
    // Callers in JavaScript have no types.
    const { code, message, hint } = await errorOf(() =>
      provider.queueReply(endpoint as MockEndpoint, reply as MockReply, times as number),
    );
    expect(code).toBe('ERR_USAGE');
    expect(`${message}. ${hint}`).toMatch(words);
    expect((await postToken(provider, 'x')).status).toBe(401);
  });

  it('is none of 64 KiB, its headers counted', () => {
    const provider = createTestProvider();
    const room = 65_536 - Buffer.byteLength(JSON.stringify({ 'content-type': PLAIN }));
    expect(() => provider.queueReply('token', { body: 'x'.repeat(room) })).not.toThrow();
    expect(() => provider.queueReply('token', { body: 'x'.repeat(room + 1) })).toThrow('larger than');
  });
});

describe('the control call for replies', () => {
  const headers = { 'content-type': 'application/json', host: 'localhost:5157' };
  const call = (provider: ReturnType<typeof createTestProvider>, body: string) =>
    send(provider, '/_mock/replies', { method: 'POST', headers, body });

  it('queues what the library does', async () => {
    const provider = createTestProvider({ control: true });
    const reply = { endpoint: 'token', status: 400, headers: { 'X-A': 'b' }, body: { error: 'e' }, times: 2 };
    expect((await call(provider, JSON.stringify(reply))).status).toBe(204);
    expect((await call(provider, '{"endpoint":"jwks","status":503,"body":"busy"}')).status).toBe(204);
    for (const _turn of [1, 2]) {
      const { status, headers: sent, body } = await postToken(provider, 'x');
      expect([status, sent['x-a'], body]).toEqual([400, 'b', '{"error":"e"}']);
    }
    expect((await postToken(provider, 'x')).status).toBe(401);
    expect(await send(provider, PATHS.jwks)).toMatchObject({ status: 503, body: 'busy' });
  });

  it.each<[string, RegExp]>([
    ['{}', /endpoint must be text/],
    ['{"endpoint":"health"}', /unknown endpoint/],
    ['{"endpoint":"token","status":"503"}', /from 200 to 599/],
    ['{"endpoint":"token","headers":["a"]}', /headers of a reply are a plain object/],
    ['{"endpoint":"token","headers":{"a":"b\\r\\nc: d"}}', /cannot set the header/],
    ['{"endpoint":"token","times":"2"}', /times must be a number/],
    ['{"endpoint":"token","times":0}', /whole number of times/],
    ['{"endpoint":"token","code":500}', /no field .code/],
    ['{"endpoint":"token","__proto__":{"status":500}}', /no field/],
    [`{"endpoint":"token","body":"${'x'.repeat(65_536)}"}`, /larger than 65536 bytes/],
    [
      `{"endpoint":"token","body":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
      /cannot be written as JSON|not a JSON object/,
    ],
  ])('refuses %.60s with 400', async (body, words) => {
    const provider = createTestProvider({ control: true });
    const answer = await call(provider, body);
    expect([answer.status, JSON.parse(answer.body).error_description]).toEqual([
      400,
      expect.stringMatching(words),
    ]);
    expect((await send(provider, PATHS.jwks)).status).toBe(200);
  });
});
