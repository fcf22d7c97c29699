import { describe, expect, it, vi } from 'vitest';
import type { ProviderReply } from '../../../src/errors/sgid-error.ts';
import { describeReply, parseReply, send, sendRepeatable } from '../../../src/oidc/exchange.ts';
import type { HttpExchange } from '../../../src/oidc/journal.ts';
import {
  MAX_RESPONSE_BYTES,
  type ProviderRequest,
  type ProviderResponse,
} from '../../../src/oidc/transport.ts';
import { readStopwatch } from '../../../src/system/clock.ts';
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
  it('gives status, body and headers', async () => {
    const response = await send(setUp({ status: 401, body: 'no', headers: { 'retry-after': '3' } }), REQUEST);
    expect(response).toMatchObject({ status: 401, body: 'no' });
    expect(response.headers.get('retry-after')).toBe('3');
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
    const noted: HttpExchange[] = [];
    const step = { exchange: (exchange: HttpExchange) => noted.push(exchange), verdicts: () => {} };
    await expect(send(provider, REQUEST, { step, signal: controller.signal })).rejects.toBe(reason);
    expect(noted).toMatchObject([{ failure: 'aborted' }]);
    expect(provider.requests[0]?.signal).toBe(controller.signal);
  });

  it('looks at no answer that came with the interruption', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const { fetch, clock } = setUp(() => {
      controller.abort(reason);
      return { body: 'fine' };
    });
    await expect(send({ fetch, clock }, REQUEST, { signal: controller.signal })).rejects.toBe(reason);
  });

  it.each<[string, Answers, Partial<HttpExchange>]>([
    ['an answer', { body: 'é' }, { status: 200, responseBytes: 2 }],
    ['a refusal', { status: 503 }, { status: 503, responseBytes: 0 }],
    ['a reset', networkFailure('ECONNRESET'), { failure: 'ECONNRESET' }],
  ])('notes %s', async (_name, answer, outcome) => {
    const { url, init } = REQUEST;
    for (const [body, bytes] of [
      [{}, {}],
      [{ body: 'é' }, { requestBytes: 2 }],
    ]) {
      const noted: HttpExchange[] = [];
      const step = { exchange: (exchange: HttpExchange) => noted.push(exchange), verdicts: () => {} };
      const before = readStopwatch();
      await send(setUp(answer), { ...REQUEST, init: { ...init, ...body } }, { step }).catch(() => {});
      const took = readStopwatch() - before;
      expect(noted).toStrictEqual([
        { method: 'GET', url, milliseconds: expect.any(Number), ...bytes, ...outcome },
      ]);
      expect(noted.every(({ milliseconds }) => milliseconds >= 0 && milliseconds <= took)).toBe(true);
    }
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

  it.each([
    'EPIPE_2',
    'MY_EPIPE',
    'ECONNREFUSED',
    'ENOTFOUND',
    'ERR_HTTP_TIMEOUT',
    'ERR_RESPONSE_TOO_LARGE',
    'CERT_HAS_EXPIRED',
  ])('does not try again on %s', async (code) => {
    const provider = setUp([networkFailure(code), OK]);
    await errorOf(() => sendRepeatable(provider, REQUEST));
    expect(provider.requests).toHaveLength(1);
  });
});

describe('sendRepeatable, Retry-After', () => {
  const httpDate = (milliseconds: number): string => new Date(NOW + milliseconds).toUTCString();

  it.each<[string, string, number | 'gives up']>([
    ['seconds', '3', 3000],
    ['the longest that is waited for', '10', 10_000],
    ['a date', httpDate(4000), 4000],
    ['shorter than our own wait', '0', 250],
    ['a date gone by', httpDate(-60_000), 250],
    ['nonsense', 'soon', 250],
    ['a negative number', '-5', 250],
    ['nothing', '', 250],
    ['a second too long', '11', 'gives up'],
    ['a day', '86400', 'gives up'],
    ['more than a number holds', '9'.repeat(400), 'gives up'],
    ['a date too far ahead', httpDate(11_000), 'gives up'],
  ])('%s', async (_name, value, wait) => {
    const provider = setUp([{ status: 503, headers: { 'retry-after': value } }, OK]);
    const { status } = await sendRepeatable(provider, REQUEST);
    expect([status, provider.clock.sleeps]).toEqual(wait === 'gives up' ? [503, []] : [200, [wait]]);
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

function answer(status: number, body: string, challenge: string | null = null): ProviderResponse {
  return { status, body, headers: new Headers(challenge === null ? {} : { 'www-authenticate': challenge }) };
}

function describeAnswer(...parts: Parameters<typeof answer>): ProviderReply {
  return describeReply(answer(...parts), REQUEST);
}

describe("describeReply, the provider's error code", () => {
  it.each([
    ['from the body', '{"error":"invalid_token"}', null, 'invalid_token'],
    ['from the body before the header', '{"error":"a"}', 'Bearer error="b"', 'a'],
    ['from a bearer challenge', '', 'Bearer realm="x", error="invalid_token"', 'invalid_token'],
    ['from a challenge without a scheme', '', 'error=invalid token', 'invalid token'],
    ['up to the comma', '', 'error=expired, error_description=old', 'expired'],
    ['not from error_description', '', 'Bearer error_description="x"', undefined],
    ['not from an error that is an object', '{"error":{"code":1}}', null, undefined],
    ['not from an empty error', '{"error":""}', null, undefined],
    ['absent when nobody names one', '{"message":"no"}', null, undefined],
  ])('%s', (_name, body, header, error) => {
    expect(describeAnswer(401, body, header).error).toBe(error);
  });
});

describe('describeReply, the body', () => {
  const hidden = (what: string, bytes: number) =>
    `${what}, ${bytes} bytes, not shown because it may hold secrets`;

  it.each([
    [500, 'a\u001b[31mb\u001b]8;;http://evil.test\u0007c\r\nd\u0000\u009b\u202ee', 'abc de'],
    [200, '{"sub":"canary-sub","data":{"myinfo.name":"CANARY"}}', 'fields: sub, data'],
    [200, '{}', 'fields: none'],
    [200, '["canary"]', hidden('JSON', 10)],
    [200, '"canary"', hidden('JSON', 8)],
    [201, '{"sub":"canary', hidden('JSON', 14)],
    [200, ' \n{"sub":"canary', hidden('JSON', 16)],
    [200, 'access_token: canary\u00e9', hidden('text', 22)],
    [200, '123456', hidden('JSON', 6)],
    [200, ' \n', ''],
    // A page that came instead of JSON.
    [200, '<title> Hotel\nWi-Fi </title>canary', hidden('a page with the title "Hotel Wi-Fi"', 34)],
    [200, ' <title>canary-token</title>', hidden('a page with the title "[redacted]"', 28)],
    [200, '<input name="code" value="canary">', hidden('a page', 34)],
    [200, `<p>${' '.repeat(70_000)}<title>canary</title>`, hidden('a page', 70_024)],
  ] as const)('is shown safe to print and without what may be of a person: %i %j', (status, body, shown) => {
    expect(describeAnswer(status, body).body).toBe(shown);
  });

  it.each([
    ['Access token expired', '', 'Access token expired'],
    ['Access token\u001b[31m expired', '<p>no</p>', 'Access token expired <p>no</p>'],
    ['expired canary-token', '', 'expired [redacted]'],
    ['Access token expired', '{"error":"x"}', '{"error":"x"}'],
    ['The Basic scheme is off', 'no', 'The Basic scheme is off no'],
    ['Bearer', 'no', 'no'],
    ['Bearer realm="x"', 'no', 'no'],
    ['error=expired', 'no', 'no'],
  ])('holds a WWW-Authenticate that is bare text: %j %j', (header, body, shown) => {
    expect(describeAnswer(401, body, header).body).toBe(shown);
    expect(describeAnswer(200, body, header).body).not.toContain('expired');
  });

  it.each([300, 400])('names no error of a refusal that is longer than any: %i', (status) => {
    const named = (length: number) => describeAnswer(status, `{"error":"x"${' '.repeat(length)}}`).error;
    expect([named(60_000), named(66_000)]).toEqual(['x', undefined]);
  });

  it('is cut at 2 kB', () => {
    const { body } = describeAnswer(500, 'é'.repeat(5000));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(2048);
    expect(body).toMatch(/^é+…$/);
  });

  it.each(['canary-token', 'canary-token'.split('').join('\0')])(
    'shows no part of a secret that crosses the cut: %j',
    (secret) => {
      expect(describeAnswer(500, `${'x'.repeat(2038)}${secret} and more`).body).not.toContain('can');
    },
  );
});

describe('parseReply', () => {
  it('does not describe a good answer', () => {
    const parsed = vi.spyOn(JSON, 'parse');
    const json = parseReply(answer(200, '{"a":1}'), REQUEST, 'ERR_TOKEN_REFUSED');
    const times = parsed.mock.calls.length;
    parsed.mockRestore();
    expect(json).toEqual({ a: 1 });
    expect(times).toBe(1);
  });

  it('takes no token reply over 64 kB, of which tokens need less; keys and claims may be longer', async () => {
    const long = answer(200, `{"x":"${'y'.repeat(66_000)}"}`);
    expect(parseReply(long, REQUEST, 'ERR_USERINFO_REFUSED')).toHaveProperty('x');
    const error = await errorOf(() => parseReply(long, { ...REQUEST, step: 'token' }, 'ERR_TOKEN_REFUSED'));
    expect([error.code, error.message]).toEqual([
      'ERR_RESPONSE_INVALID',
      expect.stringContaining('answered with more than 64 kB'),
    ]);
  });

  it.each([
    [200, '', 'answered with nothing'],
    [200, ' \n', 'answered with nothing'],
    [300, '', 'redirect (HTTP 300)'],
    [399, '', 'redirect (HTTP 399)'],
    [200, 'hello', 'answered with something other than JSON'],
    [200, '[]', 'answered with another kind of JSON'],
    [201, '{"sub":"x"}', 'answered with another kind of JSON instead of a JSON object (HTTP 201)'],
    [302, '', 'redirect (HTTP 302)'],
    [418, '', 'refused with HTTP 418'],
    [502, '', 'failed with HTTP 502'],
  ])('says in words what came: %d %j', async (status, body, words) => {
    for (const code of ['ERR_TOKEN_REFUSED', 'ERR_USERINFO_REFUSED', 'ERR_RESPONSE_INVALID'] as const) {
      const error = await errorOf(() => parseReply(answer(status, body), REQUEST, code));
      expect(error.message).toContain('GET https://provider.test/v2/oauth/userinfo');
      expect(error.message).toContain(words);
      expect(error.hint).toMatch(/\S/);
      if (status === 418) expect(error.code).toBe(code);
    }
  });
});
