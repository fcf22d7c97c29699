import { describe, expect, it, vi } from 'vitest';
import { MAX_RESPONSE_BYTES, type ProviderRequest, send, sendRepeatable } from '../../../src/oidc/send.ts';
import type { HttpExchange } from '../../../src/system/http-client.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createFakeClock, type FakeClock, NOW } from '../../helpers/fake-clock.ts';
import {
  type Answers,
  createFakeProvider,
  type FakeProvider,
  networkFailure,
  type Reply,
} from '../../helpers/fake-provider.ts';
import { ISSUER } from '../../helpers/sign-id-token.ts';

const REQUEST: ProviderRequest = {
  step: 'userinfo',
  url: `${ISSUER}/oauth/userinfo`,
  init: { method: 'GET', headers: { authorization: 'Bearer canary-token' }, redirect: 'manual' },
  secrets: ['canary-token'],
};
const OK: Reply = { body: 'fine' };

function setUp(userinfo: Answers): FakeProvider & { clock: FakeClock } {
  return { ...createFakeProvider({ userinfo }), clock: createFakeClock() };
}

describe('send', () => {
  it('gives status, body and the two headers', async () => {
    const headers = { 'www-authenticate': 'error=x', 'retry-after': '3' };
    await expect(send(setUp({ status: 401, body: 'no', headers }), REQUEST)).resolves.toEqual({
      status: 401,
      body: 'no',
      wwwAuthenticate: 'error=x',
      retryAfter: '3',
    });
  });

  it.each([502, 503, 504])('sends once, also on %d', async (status) => {
    const provider = setUp([{ status }, OK]);
    expect((await send(provider, REQUEST)).status).toBe(status);
    expect(provider.requests).toHaveLength(1);
  });

  it('sends once, also on a reset', async () => {
    const provider = setUp([networkFailure('ECONNRESET'), OK]);
    expect((await errorOf(() => send(provider, REQUEST))).code).toBe('ERR_NETWORK');
    expect(provider.requests).toHaveLength(1);
  });

  it('takes an answer of 1 MiB, and refuses one byte more', async () => {
    const limit = MAX_RESPONSE_BYTES - 2;
    const fits = setUp({ body: `é${'x'.repeat(limit)}` });
    const tooLarge = setUp({ body: `é${'x'.repeat(limit)}x` });
    expect((await send(fits, REQUEST)).body).toHaveLength(limit + 1);
    expect((await errorOf(() => send(tooLarge, REQUEST))).code).toBe('ERR_RESPONSE_TOO_LARGE');
  });

  it('hands the signal on, and rejects with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const provider = setUp(() => {
      controller.abort(reason);
      throw networkFailure('ABORT_ERR');
    });
    await expect(send(provider, REQUEST, { signal: controller.signal })).rejects.toBe(reason);
    expect(provider.requests[0]?.signal).toBe(controller.signal);
  });

  it.each<[string, Answers, Partial<HttpExchange>]>([
    ['an answer', { body: 'é' }, { status: 200, responseBytes: 2 }],
    ['a refusal', { status: 503 }, { status: 503, responseBytes: 0 }],
    ['a reset', networkFailure('ECONNRESET'), { failure: 'ECONNRESET' }],
  ])('notes %s', async (_name, answer, outcome) => {
    const noted: HttpExchange[] = [];
    const step = { exchange: (exchange: HttpExchange) => noted.push(exchange), verdicts: () => {} };
    await send(setUp(answer), REQUEST, { step }).catch(() => {});
    const { url } = REQUEST;
    expect(noted).toEqual([{ method: 'GET', url, milliseconds: expect.any(Number), ...outcome }]);
  });
});

describe('sendRepeatable', () => {
  it.each<[string, Reply | Error]>([
    ['502', { status: 502 }],
    ['503', { status: 503 }],
    ['504', { status: 504 }],
    ['a reset', networkFailure('ECONNRESET')],
    ['a broken pipe', networkFailure('EPIPE')],
    ['a reset told by the global fetch', networkFailure('UND_ERR_SOCKET')],
    ['a reset that fetch wraps', new TypeError('fetch failed', { cause: networkFailure('ECONNRESET') })],
  ])('tries twice more after %s, with growing waits', async (_name, failure) => {
    const provider = setUp([failure, failure, OK]);
    expect((await sendRepeatable(provider, REQUEST)).body).toBe('fine');
    expect(provider.requests).toHaveLength(3);
    expect(provider.clock.sleeps).toEqual([250, 1000]);
  });

  it('ends with the third answer or reset, whatever it is', async () => {
    const [busy, broken] = [setUp({ status: 503 }), setUp(networkFailure('ECONNRESET'))];
    expect((await sendRepeatable(busy, REQUEST)).status).toBe(503);
    expect((await errorOf(() => sendRepeatable(broken, REQUEST))).code).toBe('ERR_NETWORK');
    expect([busy.requests.length, broken.requests.length]).toEqual([3, 3]);
  });

  it.each([200, 302, 400, 401, 403, 404, 429, 500, 501])('does not try again on %d', async (status) => {
    const provider = setUp([{ status }, OK]);
    expect((await sendRepeatable(provider, REQUEST)).status).toBe(status);
    expect(provider.requests).toHaveLength(1);
  });

  it('goes by the code of a failure, not by its words', async () => {
    const failure = Object.assign(new Error('read ECONNRESET'), { code: 'ENOTFOUND' });
    const fetch = vi.fn(() => Promise.reject(failure));
    const request = { ...REQUEST, url: REQUEST.url.replace('provider', 'ECONNRESET') };
    await errorOf(() => sendRepeatable({ fetch, clock: createFakeClock() }, request));
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'ERR_HTTP_TIMEOUT', 'ERR_RESPONSE_TOO_LARGE', 'CERT_HAS_EXPIRED'])(
    'does not try again on %s',
    async (code) => {
      const provider = setUp([networkFailure(code), OK]);
      await errorOf(() => sendRepeatable(provider, REQUEST));
      expect(provider.requests).toHaveLength(1);
    },
  );
});

describe('sendRepeatable, Retry-After', () => {
  const httpDate = (milliseconds: number): string => new Date(NOW + milliseconds).toUTCString();

  it.each([
    ['seconds', '3', 3000],
    ['the longest that is waited for', '10', 10_000],
    ['a date', httpDate(4000), 4000],
    ['shorter than our own wait', '0', 250],
    ['a date gone by', httpDate(-60_000), 250],
    ['nonsense', 'soon', 250],
    ['a negative number', '-5', 250],
    ['nothing', '', 250],
  ])('%s', async (_name, value, wait) => {
    const provider = setUp([{ status: 503, headers: { 'retry-after': value } }, OK]);
    expect((await sendRepeatable(provider, REQUEST)).status).toBe(200);
    expect(provider.clock.sleeps).toEqual([wait]);
  });

  it.each([
    ['seconds', '11'],
    ['a day', '86400'],
    ['more than a number holds', '9'.repeat(400)],
    ['a date', httpDate(11_000)],
  ])('gives up at once when it is too long: %s', async (_name, value) => {
    const provider = setUp([{ status: 503, headers: { 'retry-after': value } }, OK]);
    expect((await sendRepeatable(provider, REQUEST)).status).toBe(503);
    expect(provider.requests).toHaveLength(1);
    expect(provider.clock.sleeps).toEqual([]);
  });
});

describe('sendRepeatable, interrupted', () => {
  it.each<[string, Reply | Error]>([
    ['request', networkFailure('ECONNRESET')],
    ['wait', { status: 503 }],
  ])('does not try again after an abort during the %s', async (_name, failure) => {
    const reason = new Error('interrupted');
    const controller = new AbortController();
    const provider = setUp(() => {
      controller.abort(reason);
      if (failure instanceof Error) throw failure;
      return failure;
    });
    await expect(sendRepeatable(provider, REQUEST, { signal: controller.signal })).rejects.toBe(reason);
    expect(provider.requests).toHaveLength(1);
  });
});
