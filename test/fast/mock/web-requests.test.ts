import { describe, expect, it } from 'vitest';
import { createMockSgid, type EmbeddedMockSgid } from '../../../src/mock.ts';
import { authorizationQuery, HOSTNAME, tokenForm } from './relying-party.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'content-type': 'application/json' };
const AUTHORIZE = `${HOSTNAME}/v2/oauth/authorize?${authorizationQuery({ login_hint: 'zoe' })}`;
const KIB = 1024;

function post(
  body: string | ReadableStream<Uint8Array>,
  headers: Record<string, string> = FORM,
  path = '/v2/oauth/token',
): Request {
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
  return new Request(HOSTNAME + path, init);
}

function streamOf(...pieces: readonly (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(Buffer.from(piece));
      controller.close();
    },
  });
}

/** A body that comes in pieces of 10 KiB, and tells how many were asked for. */
function createStream(pieces: number): {
  body: ReadableStream<Uint8Array>;
  state: { sent: number; cancelled: boolean };
} {
  const state = { sent: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (state.sent === pieces) return controller.close();
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

async function formOf(mock: EmbeddedMockSgid): Promise<string> {
  const { headers } = await mock.handle(new Request(AUTHORIZE));
  return tokenForm(new URL(headers.get('location') ?? '').searchParams.get('code') ?? '');
}

describe('a mock without a socket', () => {
  it('answers with status, headers and body', async () => {
    const response = await createMockSgid().handle(new Request(`${HOSTNAME}/v2/health`));
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('hands redirects on, and does not follow them', async () => {
    const response = await createMockSgid().handle(new Request(AUTHORIZE));
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toMatch(/^http:\/\/localhost:5001\/api\/redirect\?code=/);
    expect(await response.text()).toBe('');
  });

  it('reads a form, whole or in pieces', async () => {
    const mock = createMockSgid();
    const whole = await mock.handle(post(await formOf(mock)));
    expect(await whole.json()).toHaveProperty('id_token');
    const pieces = streamOf(...(await formOf(mock)));
    expect(await (await mock.handle(post(pieces))).json()).toHaveProperty('id_token');
  });

  it('reads UTF-8 that is cut between two pieces', async () => {
    const body = streamOf('{"id":"', Uint8Array.of(0xc3), Uint8Array.of(0xa9), '"}');
    const response = await createMockSgid({ control: true }).handle(post(body, JSON_TYPE, '/_mock/personas'));
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining("no persona '?'"),
    ]);
  });

  it('gives 204 without a body', async () => {
    const response = await createMockSgid({ control: true }).handle(post('{}', JSON_TYPE, '/_mock/reset'));
    expect([response.status, response.body]).toEqual([204, null]);
  });

  it('takes the Host of the URL where the request names none, and its own where it does', async () => {
    const { handle } = createMockSgid({ control: true });
    const init = { method: 'POST', headers: JSON_TYPE, body: '{}' };
    expect((await handle(new Request('http://evil.example/_mock/reset', init))).status).toBe(403);
    for (const [host, status] of [
      ['evil.example', 403],
      ['localhost', 204],
    ] as const) {
      expect((await handle(post('{}', { ...JSON_TYPE, host }, '/_mock/reset'))).status).toBe(status);
    }
  });

  it.each(['HEAD', 'OPTIONS', 'PUT', 'DELETE'])('answers %s with 405', async (method) => {
    const response = await createMockSgid().handle(new Request(`${HOSTNAME}/v2/health`, { method }));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
    if (method === 'HEAD') expect(response.body).toBeNull();
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
      () => post(createStream(8).body, { ...FORM, 'content-length': length }),
    ]),
  ])('%s is answered with %i', async (_what, status, request) => {
    expect((await handle(request())).status).toBe(status);
  });

  it('read no more than it takes to know that a body is too large', async () => {
    const { body, state } = createStream(1_000_000);
    expect([(await handle(post(body))).status, state]).toEqual([413, { sent: 7, cancelled: true }]);
  });

  it('read nothing of a body that is announced as too large', async () => {
    const { body, state } = createStream(1_000_000);
    const request = post(body, { ...FORM, 'content-length': String(64 * KIB + 1) });
    expect([(await handle(request)).status, state]).toEqual([413, { sent: 0, cancelled: true }]);
  });
});
