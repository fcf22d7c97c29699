import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Fetch, SgidClient, type SgidClientParams } from '../../src/index.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import { errorOf } from '../helpers/error-of.ts';
import { startLoopbackProvider } from '../helpers/loopback-provider.ts';
import { startRawServer } from '../helpers/raw-server.ts';

const clientOf = (params: Partial<SgidClientParams> = {}): SgidClient =>
  new SgidClient({
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    privateKey: TEST_PRIVATE_KEY,
    hostname: 'https://provider.invalid',
    ...params,
  });
const USERINFO = { sub: 's', accessToken: 'a' };

it('goes to the provider by itself where no fetch is given, and gives up after timeoutMs', async () => {
  const silent = () => new Promise<never>(() => {});
  const provider = await startLoopbackProvider('http://localhost:5001/callback', { userinfo: silent }, {});
  const error = await errorOf(() =>
    clientOf({ hostname: provider.hostname, timeoutMs: 50 }).userinfo(USERINFO),
  );
  expect(error).toMatchObject({ code: 'ERR_HTTP_TIMEOUT', step: 'userinfo' });
  expect(provider.countTo('userinfo')).toBeGreaterThan(0);
  await provider.close();
});

it('gives a fetch of the caller’s own a signal that ends after timeoutMs', async () => {
  const signals: AbortSignal[] = [];
  const fetch: Fetch = (_url, { signal = new AbortController().signal }) => {
    signals.push(signal);
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(new Error('an AbortError of its own'))),
    );
  };
  // The timer of the signal alone keeps no process alive.
  const alive = setInterval(() => {}, 60_000);
  onTestFinished(() => clearInterval(alive));
  const error = await errorOf(() => clientOf({ fetch, timeoutMs: 50 }).userinfo(USERINFO));
  expect(error).toMatchObject({ code: 'ERR_HTTP_TIMEOUT', step: 'userinfo' });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
  'refuses a timeoutMs of %d',
  async (timeoutMs) => {
    const error = await errorOf(() => clientOf({ timeoutMs }));
    expect(error).toMatchObject({ code: 'ERR_USAGE', hint: expect.stringContaining('milliseconds') });
    expect(error.message).toContain(`timeoutMs is ${timeoutMs}`);
    expect(clientOf({ timeoutMs: 2 ** 31 - 1 })).toBeInstanceOf(SgidClient);
  },
);

it.each(['5000', 5n, null])('refuses the timeoutMs %s of a caller without types', async (timeoutMs) => {
  expect((await errorOf(() => clientOf({ timeoutMs: timeoutMs as never }))).code).toBe('ERR_USAGE');
});

it('takes a fraction of a millisecond, and null for no fetch', async () => {
  const fetch = async () => ({ status: 401, headers: { get: () => null }, text: async () => '' });
  const own = clientOf({ fetch, timeoutMs: 5_000.5 });
  expect((await errorOf(() => own.userinfo(USERINFO))).code).toBe('ERR_USERINFO_REFUSED');
  const builtIn = clientOf({ fetch: null as never, hostname: 'http://127.0.0.1:9' });
  expect((await errorOf(() => builtIn.userinfo(USERINFO))).message).toContain('nothing listens there');
});

it('has errors that become JSON with its message, and without what is behind it', async () => {
  const fetch = async () => Promise.reject(new Error('boom'));
  const error = await errorOf(() => clientOf({ fetch }).userinfo(USERINFO));
  const { name, message, code, step, hint, causes } = error;
  expect(JSON.parse(JSON.stringify(error))).toEqual({ name, message, code, step, hint, causes });
  expect([name, message]).toEqual(['SgidError', expect.stringMatching(/ could not be reached: boom$/)]);
});

it('takes no reply of more than 1 MiB', async () => {
  const userinfo = async () => ({ status: 200, headers: {}, body: 'x'.repeat(2 ** 20 + 1) });
  const provider = await startLoopbackProvider('http://localhost:5001/callback', { userinfo }, {});
  const error = await errorOf(() => clientOf({ hostname: provider.hostname }).userinfo(USERINFO));
  expect(error).toMatchObject({ code: 'ERR_RESPONSE_TOO_LARGE', step: 'userinfo' });
  await provider.close();
});

describe('behind a proxy', () => {
  afterEach(() => void vi.unstubAllEnvs());
  it('asks the proxy that the variables name at that moment', async () => {
    const proxy = await startRawServer((socket) => socket.end('HTTP/1.1 403 No\r\n\r\n'));
    const made = clientOf();
    vi.stubEnv('HTTPS_PROXY', new URL(proxy.url).origin);
    const error = await errorOf(() => made.userinfo(USERINFO));
    expect(error).toMatchObject({ code: 'ERR_NETWORK', step: 'userinfo' });
    expect(error.message).toContain(`the proxy ${new URL(proxy.url).host} (HTTPS_PROXY) refused to connect`);
    expect(proxy.received[0]).toMatch(/^CONNECT provider\.invalid:443 /);
  });

  it('refuses a variable that names none', async () => {
    vi.stubEnv('HTTPS_PROXY', 'socks5://me:canary@proxy.test');
    const error = await errorOf(() => clientOf().userinfo(USERINFO));
    const message = 'HTTPS_PROXY names a SOCKS proxy, which is not supported';
    expect(error).toMatchObject({ code: 'ERR_PROXY', step: 'config', message });
  });

  it('leaves a fetch of the caller’s own alone', async () => {
    vi.stubEnv('HTTPS_PROXY', 'socks5://proxy.test');
    const fetch = async () => ({ status: 401, headers: { get: () => null }, text: async () => '' });
    const error = await errorOf(() => clientOf({ fetch }).userinfo(USERINFO));
    expect(error.code).toBe('ERR_USERINFO_REFUSED');
  });
});
