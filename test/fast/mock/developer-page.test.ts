import { createHash, generateKeyPairSync } from 'node:crypto';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { listFaults } from '../../../src/mock/faults.ts';
import { createMockSgid } from '../../../src/mock/mock-sgid.ts';
import { PERSONAS } from '../../../src/mock/personas.ts';
import type { MockProvider } from '../../../src/mock/provider.ts';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
} from '../../../src/mock/test-credentials.ts';
import type { ServerRequest } from '../../../src/system/http-server.ts';
import { authorize, createTestProvider, HOSTNAME, ISSUER, REDIRECT_URI, send } from './relying-party.ts';

type Headers = ServerRequest['headers'];

const HOST = { host: 'localhost:5157' };
const OWN = { ...HOST, origin: HOSTNAME };

function open(provider: MockProvider, headers: Headers = HOST, method = 'GET') {
  return send(provider, '/', { method, headers });
}

function queue(provider: MockProvider, fault: string, headers: Headers = OWN) {
  return send(provider, '/', { method: 'POST', headers, body: `fault=${fault}` });
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', '#39': "'", lt: '<', gt: '>', amp: '&' };

/** The text of elements, as a browser reads it. */
function textsOf(body: string, element: RegExp): readonly string[] {
  return [...body.matchAll(element)].map(([, text = '']) =>
    text.replaceAll(/<[^>]*>/g, '').replaceAll(/&([\w#]+);/g, (entity, name) => ENTITIES[name] ?? entity),
  );
}

const linesOf = (body: string, element: RegExp) =>
  textsOf(body, element).map((text) => text.trim().replaceAll(/\s+/g, ' '));
const envsOf = (body: string) => textsOf(body, /<textarea[^>]*>([\s\S]*?)<\/textarea>/g);
const requestsOf = (body: string) =>
  linesOf(body, /<li><span class="code([\s\S]*?)<\/li>/g).map((row) => row.replace(/ \d\d:\d\d:\d\d\b/, ''));
const waitingIn = (body: string) =>
  linesOf(
    /id="queue"[\s\S]*?<\/div>/.exec(body)?.[0] ?? '',
    /<(?:li|p class="empty")>([\s\S]*?)<\/(?:li|p)>/g,
  ).map((row) => row.replace(/ Remove$/, ''));
const placesIn = (body: string) =>
  [...body.matchAll(/name="withdrawn" value="(.*?)"/g)].map(([, place]) => place);

describe("what the developer's page shows", () => {
  it('is every endpoint, persona and fault', async () => {
    const { status, body } = await open(createTestProvider());
    expect(status).toBe(200);
    for (const path of ['oauth/authorize', 'oauth/token', 'oauth/userinfo', '.well-known/jwks.json'])
      expect(body).toContain(`<code>${ISSUER}/${path}</code>`);
    for (const { id } of PERSONAS) expect(body).toContain(`<code>${id}</code>`);
    expect(linesOf(body, /<li><div>([\s\S]*?)<\/div>/g)).toEqual(
      listFaults().map(
        ({ name, effect, correctClient }) => `${name} ${effect} A correct client ${correctClient}.`,
      ),
    );
  });

  it('is a whole .env for the ready client, and one without secret and key for a client of a file', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ready = createTestClient([REDIRECT_URI]);
    const canary = { ...ready, clientId: 'MINE', clientSecret: 'canary' };
    const clients = [ready, canary, { ...canary, clientId: 'OTHER', publicKey }];
    const { body } = await open(createTestProvider({ clients }));
    const shared = { SGID_HOSTNAME: HOSTNAME, SGID_REDIRECT_URI: REDIRECT_URI };
    expect(envsOf(body).map((env) => parseEnv(env))).toEqual([
      {
        ...shared,
        SGID_CLIENT_ID: TEST_CLIENT_ID,
        SGID_CLIENT_SECRET: TEST_CLIENT_SECRET,
        SGID_PRIVATE_KEY: TEST_PRIVATE_KEY.trim(),
      },
      { ...shared, SGID_CLIENT_ID: 'MINE' },
      { ...shared, SGID_CLIENT_ID: 'OTHER' },
    ]);
    expect(envsOf(body)[1]).toContain('# SGID_CLIENT_SECRET is that of the client file.');
    expect(body).not.toContain('canary');
  });

  it('is what came, newest first, with status and reason, but not its own requests', async () => {
    const reported: string[] = [];
    const sleeps: number[] = [];
    const provider = createTestProvider({
      latencyMs: 50,
      sleep: async (milliseconds) => void sleeps.push(milliseconds),
      onExchange: ({ url }) => void reported.push(url),
    });
    expect(requestsOf((await open(provider)).body)).toEqual([]);
    await authorize(provider, { login_hint: 'zoe' });
    await authorize(provider, { login_hint: 'zoe', scope: 'openid <b>' });
    await send(provider, '/<script>');
    await queue(provider, 'slow');
    const { body } = await open(provider);
    expect(requestsOf(body)).toEqual([
      expect.stringMatching(/^bad">404 GET \/<script> not_found: no such endpoint$/),
      expect.stringMatching(/^bad">302 GET \/v2\/oauth\/authorize invalid_scope: .*scope <b>, only for/),
      'good">302 GET /v2/oauth/authorize a code for zoe',
    ]);
    expect(body).not.toMatch(/<b>|\/<script>/);
    expect(reported).toEqual(['/v2/oauth/authorize', '/v2/oauth/authorize', '/<script>']);
    expect(sleeps).toEqual([50, 50, 50]);
  });
});

describe('a fault that the page queues', () => {
  it('waits, is for the next login, and is gone then', async () => {
    const provider = createTestProvider({ faults: [{ name: 'slow', times: Number.POSITIVE_INFINITY }] });
    const { status, headers } = await queue(provider, 'access-denied');
    expect([status, headers['location'], headers['cache-control']]).toEqual([303, '/#faults', 'no-store']);
    provider.queueFault('wrong-nonce', 2);
    provider.queueFault('jwks-500');
    const waiting = [
      ...['access-denied next login', 'wrong-nonce 2 logins', 'jwks-500 next request', 'slow every login'],
    ];
    expect(waitingIn((await open(provider)).body)).toEqual(waiting);
    await authorize(provider, { login_hint: 'zoe' });
    expect(waitingIn((await open(provider)).body)).toEqual(waiting.slice(1));
    expect(provider.requests().at(-1)?.outcome).toBe('access_denied, with the fault access-denied');
  });

  it.each([
    ['0 slow', ['wrong-nonce 2 logins', 'slow next login', 'jwks-500 every request']],
    ['1 wrong-nonce', ['slow next login', 'slow next login', 'jwks-500 every request']],
    ['2 slow', ['slow next login', 'wrong-nonce 2 logins', 'jwks-500 every request']],
    ['3 jwks-500', ['slow next login', 'wrong-nonce 2 logins', 'slow next login']],
    ...['0 wrong-nonce', '4 slow', 'slow', '-1 slow', '__proto__'].map((place): [string, undefined] => [
      place,
      undefined,
    ]),
  ])('is taken back by its own button alone: %s', async (place, left) => {
    const provider = createTestProvider({ faults: [{ name: 'jwks-500', times: Number.POSITIVE_INFINITY }] });
    provider.queueFault('slow');
    provider.queueFault('wrong-nonce', 2);
    provider.queueFault('slow');
    provider.queueReply('token', { status: 503 });
    const { body } = await open(provider);
    expect(placesIn(body)).toEqual(['0 slow', '1 wrong-nonce', '2 slow', '3 jwks-500']);
    const form = { method: 'POST', headers: OWN, body: `withdrawn=${encodeURIComponent(place)}` };
    expect((await send(provider, '/', { ...form, headers: HOST })).status).toBe(403);
    expect((await send(provider, '/', form)).status).toBe(303);
    const after = waitingIn((await open(provider)).body);
    expect(after).toEqual(left ? [...left, 'token 503 next request'] : waitingIn(body));
  });

  it.each([
    ['wrong-nonces', /Did you mean wrong-nonce\?/],
    ['__proto__', /unknown fault/],
    ['', /unknown fault/],
    ['<script>', /unknown fault &quot;&lt;script&gt;&quot;/],
  ])('is refused when it is %j, with a page that says why', async (fault, words) => {
    const provider = createTestProvider();
    const { status, body } = await queue(provider, encodeURIComponent(fault));
    expect([status, body]).toEqual([400, expect.stringMatching(words)]);
    expect(waitingIn(body)).toEqual(['No fault is queued: the next login works.']);
  });

  it('is refused when a thousand wait', async () => {
    const provider = createTestProvider();
    for (let turn = 0; turn < 1_000; turn += 1) expect((await queue(provider, 'slow')).status).toBe(303);
    const { status, body } = await queue(provider, 'slow');
    expect([status, body]).toEqual([400, expect.stringContaining('1000 faults are queued already')]);
  });
});

describe('who may open the page and queue a fault', () => {
  const SAME = { 'sec-fetch-site': 'same-origin' };
  it.each<[string, Headers, number, number]>([
    ['its own form', OWN, 200, 303],
    ['its own form, of a browser that says so', { ...HOST, ...SAME }, 200, 303],
    ['its own form under an address', { host: '127.0.0.1:5157', origin: 'http://127.0.0.1:5157' }, 200, 303],
    ['a program that says nothing', HOST, 200, 403],
    [
      'a page elsewhere',
      { ...HOST, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      200,
      403,
    ],
    [
      'a page on another port',
      { ...HOST, origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' },
      200,
      403,
    ],
    ['a page with the other scheme', { ...HOST, origin: 'https://localhost:5157' }, 200, 403],
    ['a page under another name of this machine', { ...HOST, origin: 'http://127.0.0.1:5157' }, 200, 403],
    ['a page without an origin', { ...HOST, origin: 'null' }, 200, 403],
    [
      'a page that bent its own name here',
      { host: 'evil.example:5157', origin: 'http://evil.example:5157', ...SAME },
      403,
      403,
    ],
    ['a request without a Host', { origin: HOSTNAME, ...SAME }, 403, 403],
  ])('%s', async (_who, headers, opened, queued) => {
    const provider = createTestProvider();
    const page = await open(provider, headers);
    expect([page.status, page.body.includes(TEST_CLIENT_SECRET)]).toEqual([opened, opened === 200]);
    expect((await queue(provider, 'slow', headers)).status).toBe(queued);
    expect(waitingIn((await open(provider)).body)).toEqual([
      queued === 303 ? 'slow next login' : 'No fault is queued: the next login works.',
    ]);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])('nobody with %s', async (method) => {
    const { status, headers } = await open(createTestProvider(), OWN, method);
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD, POST']);
  });

  it.each([
    ['/', 200],
    ['/?x', 200],
    ['//', 404],
    ['/index.html', 404],
    ['/#', 404],
  ])('is asked for under %s: %i', async (target, status) => {
    const answer = await send(createTestProvider(), target, { headers: HOST });
    expect(answer.status).toBe(status);
    if (status === 404) expect(answer.body).toContain('a page for developers at /');
  });
});

describe('the policy of the page', () => {
  const hashOf = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

  it('takes its one script and style, its own origin, and nothing else', async () => {
    const { body, headers } = await open(createTestProvider());
    const [style, script] = ['style', 'script'].map((name) =>
      [...body.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, text]) => hashOf(text)),
    );
    expect([style?.length, script?.length]).toEqual([1, 1]);
    expect(headers).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        `default-src 'none'; style-src ${style}; script-src ${script}; connect-src 'self'; ` +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(body).not.toMatch(/\s(?:on\w+|style)=/);
  });
});

it('a mock without a socket has the page, too', async () => {
  const mock = createMockSgid();
  const page = await mock.handle(new Request(`${HOSTNAME}/`));
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(TEST_CLIENT_ID)]);
  const head = await mock.handle(new Request(`${HOSTNAME}/`, { method: 'HEAD' }));
  expect([head.status, await head.text()]).toEqual([200, '']);
  const form = { method: 'POST', headers: { origin: HOSTNAME }, body: 'fault=slow' };
  expect((await mock.handle(new Request(`${HOSTNAME}/`, form))).status).toBe(303);
});
