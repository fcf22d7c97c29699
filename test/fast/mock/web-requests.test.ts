import { describe, expect, it } from 'vitest';
import { createMockSgid } from '../../../src/mock.ts';
import { HOSTNAME } from './relying-party.ts';

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

/** A body that comes in pieces of 10 KiB, and tells how many were asked for. */
function createStream(pieces: number) {
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

describe('a mock without a socket', () => {
  it('reads UTF-8 that is cut between two pieces', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of ['{"id":"', [0xc3], [0xa9], '"}']) controller.enqueue(Buffer.from(piece));
        controller.close();
      },
    });
    const response = await createMockSgid({ control: true }).handle(post(body, JSON_TYPE, '/_mock/personas'));
    expect(await response.text()).toContain("no persona '?'");
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

  it('answers HEAD without a body', async () => {
    const { handle } = createMockSgid();
    const { status, headers, body } = await handle(new Request(`${HOSTNAME}/v2/health`, { method: 'HEAD' }));
    expect([status, headers.get('allow'), body]).toEqual([405, 'GET', null]);
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
