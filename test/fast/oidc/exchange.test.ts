import { describe, expect, it } from 'vitest';
import { MAX_RESPONSE_BYTES, send, sendRepeatable } from '../../../src/oidc/http-exchange.ts';
import { userinfoRequest } from '../../../src/sgid/userinfo.ts';
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

const REQUEST = userinfoRequest(`${ISSUER}/oauth/userinfo`, 'canary-token');
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
    await expect(send(provider, REQUEST, controller.signal)).rejects.toBe(reason);
    expect(provider.requests[0]?.signal).toBe(controller.signal);
  });

  it('asks for no redirect to be followed', async () => {
    const provider = setUp(OK);
    await send(provider, REQUEST);
    expect(provider.requests[0]?.redirect).toBe('manual');
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

  it('gives the third answer, whatever it is', async () => {
    const provider = setUp({ status: 503 });
    expect((await sendRepeatable(provider, REQUEST)).status).toBe(503);
    expect(provider.requests).toHaveLength(3);
  });

  it('gives up after the third reset', async () => {
    const provider = setUp(networkFailure('ECONNRESET'));
    expect((await errorOf(() => sendRepeatable(provider, REQUEST))).code).toBe('ERR_NETWORK');
    expect(provider.requests).toHaveLength(3);
  });

  it.each([200, 302, 400, 401, 403, 404, 429, 500, 501])('does not try again on %d', async (status) => {
    const provider = setUp([{ status }, OK]);
    expect((await sendRepeatable(provider, REQUEST)).status).toBe(status);
    expect(provider.requests).toHaveLength(1);
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
  const reason = new Error('interrupted');

  it('does not try again after an abort during the request', async () => {
    const controller = new AbortController();
    const provider = setUp(() => {
      controller.abort(reason);
      throw networkFailure('ECONNRESET');
    });
    await expect(sendRepeatable(provider, REQUEST, controller.signal)).rejects.toBe(reason);
    expect(provider.requests).toHaveLength(1);
    expect(provider.clock.sleeps).toEqual([]);
  });

  it('does not try again after an abort during the wait', async () => {
    const controller = new AbortController();
    const provider = setUp(() => {
      controller.abort(reason);
      return { status: 503 };
    });
    await expect(sendRepeatable(provider, REQUEST, controller.signal)).rejects.toBe(reason);
    expect(provider.requests).toHaveLength(1);
  });
});
