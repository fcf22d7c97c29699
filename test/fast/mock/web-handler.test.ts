import { describe, expect, it } from 'vitest';
import { createWebHandler } from '../../../src/mock/web-handler.ts';
import { authorizationQuery, createTestProvider, HOSTNAME, obtainCode, tokenForm } from './relying-party.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const KIB = 1024;

function post(
  body: string | ReadableStream<Uint8Array>,
  headers: Record<string, string> = FORM,
  path = '/v2/oauth/token',
): Request {
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
  return new Request(HOSTNAME + path, init);
}

/** A body that comes in pieces, and tells how much of it was asked for. */
function createStream(
  pieces: number,
  bytesEach: number,
): { body: ReadableStream<Uint8Array>; state: { sent: number; cancelled: boolean } } {
  const state = { sent: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (state.sent === pieces) return controller.close();
        state.sent += 1;
        controller.enqueue(new Uint8Array(bytesEach).fill(120));
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, state };
}

describe('a web handler', () => {
  it('answers with status, headers and body', async () => {
    const response = await createWebHandler(createTestProvider())(new Request(`${HOSTNAME}/v2/health`));
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('hands redirects on, and does not follow them', async () => {
    const url = `${HOSTNAME}/v2/oauth/authorize?${authorizationQuery({ login_hint: 'zoe' })}`;
    const response = await createWebHandler(createTestProvider())(new Request(url));
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toMatch(/^http:\/\/localhost:5001\/api\/redirect\?code=/);
    expect(await response.text()).toBe('');
  });

  it('reads a form, whole or in pieces', async () => {
    const provider = createTestProvider();
    const handle = createWebHandler(provider);
    const whole = await handle(post(tokenForm(await obtainCode(provider))));
    expect(await whole.json()).toHaveProperty('id_token');

    const bytes = new TextEncoder().encode(tokenForm(await obtainCode(provider)));
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await (await handle(post(pieces))).json()).toHaveProperty('id_token');
  });

  it('reads UTF-8 that is cut between two pieces', async () => {
    const provider = createTestProvider({ control: true });
    const [first, ...rest] = new TextEncoder().encode('é');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"id":"'));
        controller.enqueue(Uint8Array.of(first ?? 0));
        controller.enqueue(Uint8Array.from(rest));
        controller.enqueue(new TextEncoder().encode('"}'));
        controller.close();
      },
    });
    const response = await createWebHandler(provider)(
      post(body, { 'content-type': 'application/json' }, '/_mock/personas'),
    );
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining("no persona '?'"),
    ]);
  });

  it('gives 204 without a body', async () => {
    const handle = createWebHandler(createTestProvider({ control: true }));
    const response = await handle(post('{}', { 'content-type': 'application/json' }, '/_mock/reset'));
    expect([response.status, response.body]).toEqual([204, null]);
  });

  it('takes the Host of the URL where the request names none, and its own where it does', async () => {
    const handle = createWebHandler(createTestProvider({ control: true }));
    const json = { 'content-type': 'application/json' };
    const foreign = new Request('http://evil.example/_mock/reset', {
      method: 'POST',
      headers: json,
      body: '{}',
    });
    expect((await handle(foreign)).status).toBe(403);
    expect((await handle(post('{}', { ...json, host: 'evil.example' }, '/_mock/reset'))).status).toBe(403);
    expect((await handle(post('{}', { ...json, host: 'localhost' }, '/_mock/reset'))).status).toBe(204);
  });

  it.each(['HEAD', 'OPTIONS', 'PUT', 'DELETE'])('answers %s with 405', async (method) => {
    const response = await createWebHandler(createTestProvider())(
      new Request(`${HOSTNAME}/v2/health`, { method }),
    );
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
    if (method === 'HEAD') expect(response.body).toBeNull();
  });
});

describe('limits of a web handler', () => {
  it('refuses a URL of more than 16 KiB', async () => {
    const handle = createWebHandler(createTestProvider());
    const url = `${HOSTNAME}/v2/health?`;
    const longest = 16 * KIB - '/v2/health?'.length;
    expect((await handle(new Request(url + 'x'.repeat(longest)))).status).toBe(200);
    expect((await handle(new Request(url + 'x'.repeat(longest + 1)))).status).toBe(414);
  });

  it('refuses a body of more than 64 KiB, counted in bytes', async () => {
    const handle = createWebHandler(createTestProvider());
    expect((await handle(post('x'.repeat(64 * KIB)))).status).toBe(401);
    expect((await handle(post('x'.repeat(64 * KIB + 1)))).status).toBe(413);
    expect((await handle(post('é'.repeat(32 * KIB + 1)))).status).toBe(413);
  });

  it('reads no more than it takes to know that a body is too large', async () => {
    const { body, state } = createStream(1_000_000, 10 * KIB);
    const response = await createWebHandler(createTestProvider())(post(body));
    expect([response.status, state]).toEqual([413, { sent: 7, cancelled: true }]);
  });

  it('reads nothing of a body that is announced as too large', async () => {
    const { body, state } = createStream(1_000_000, 10 * KIB);
    const request = post(body, { ...FORM, 'content-length': String(64 * KIB + 1) });
    expect((await createWebHandler(createTestProvider())(request)).status).toBe(413);
    expect(state).toEqual({ sent: 0, cancelled: true });
  });

  it('does not trust a length that is too small or none', async () => {
    for (const length of ['1', 'x', '-5', '']) {
      const { body } = createStream(8, 10 * KIB);
      const request = post(body, { ...FORM, 'content-length': length });
      expect((await createWebHandler(createTestProvider())(request)).status).toBe(413);
    }
  });
});
