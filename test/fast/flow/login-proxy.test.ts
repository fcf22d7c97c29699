import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { findCanaries } from '../../helpers/canaries.ts';
import type { FakeBrowser, Visit } from '../../helpers/fake-browser.ts';
import type { RunResult } from '../../helpers/fake-platform.ts';
import { errorCodeOf, type Flow, startFlow } from '../../helpers/login-flow.ts';
import { startProxy } from '../../helpers/proxy-server.ts';
import { startRawServer } from '../../helpers/raw-server.ts';
import { takePort } from '../../helpers/take-port.ts';

const PROVIDER = 'https://sgid.provider.invalid';
const PASSWORD = 'canary p@ss:word';
const CREDENTIALS = `proxy-user:${encodeURIComponent(PASSWORD)}`;
const CANARIES = new Map([
  ['password', PASSWORD],
  ['pair', `proxy-user:${PASSWORD}`],
]);

const INTERRUPTED = new SgidError('ERR_INTERRUPTED', 'interrupted', { step: 'program' });

/** The person consents somewhere far away, and the browser comes back with a code. */
const comeBack =
  (redirectUri: () => string): Visit =>
  (browser: FakeBrowser, url: string) =>
    browser.visit(`${redirectUri()}?code=x&state=${new URL(url).searchParams.get('state')}`);

async function startRemoteFlow(): Promise<Flow> {
  const flow: Flow = await startFlow({ visit: comeBack(() => flow.redirectUri) });
  return flow;
}

async function logInThrough(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<RunResult & { opened: readonly string[] }> {
  const flow = await startRemoteFlow();
  const run = await flow.login(args, { env: { SGID_HOSTNAME: PROVIDER, ...env } });
  expect(findCanaries(run.stderr + run.stdout, CANARIES)).toEqual([]);
  return { ...run, opened: flow.browser.opened };
}

const refuse = (status: number) => (socket: Socket) =>
  void socket.end(`HTTP/1.1 ${status} No\r\nX: ${PASSWORD}\r\nContent-Length: 0\r\n\r\n`);

describe('a proxy that', () => {
  it.each<[string, (socket: Socket) => void, RegExp]>([
    [
      'wants a password',
      refuse(407),
      /refused to connect to sgid\.provider\.invalid: HTTP 407.*user:password@host:port/s,
    ],
    [
      'forbids it',
      refuse(403),
      /refused to connect to sgid\.provider\.invalid: HTTP 403.*does not allow this host/s,
    ],
    ['cannot get there', refuse(502), /HTTP 502.*it cannot reach the provider itself/s],
    [
      'talks nonsense',
      (socket) => socket.end(`SSH-2.0 ${PASSWORD}\r\n\r\n`),
      /could not be used: its answer is not HTTP/,
    ],
    ['closes early', (socket) => socket.end(), /could not be used: its answer is not HTTP/],
    [
      'resets',
      (socket) => socket.resetAndDestroy(),
      /could not be used: the connection was cut \(ECONNRESET\)/,
    ],
  ])('%s is exit 5 and named, without its password', async (_name, answer, words) => {
    const proxy = await startRawServer(answer);
    const { host } = new URL(proxy.url);
    const run = await logInThrough({ HTTPS_PROXY: `http://${CREDENTIALS}@${host}` }, ['-v', '--json-errors']);
    expect(run).toMatchObject({ exitCode: 5, stdout: '' });
    expect(run.stderr).toMatch(words);
    expect(run.stderr).toMatch(new RegExp(`^error: token: the proxy ${host} \\(HTTPS_PROXY\\) `, 'm'));
    expect(run.stderr).toContain(`requests go through the proxy ${host} (HTTPS_PROXY)`);
    expect(run.stderr).not.toContain('provider said');
    const sent = Buffer.from(`proxy-user:${PASSWORD}`).toString('base64');
    expect(proxy.received.join('')).toContain(`Proxy-Authorization: Basic ${sent}`);
    // Once for the keys, while the callback is waited for, and once for the token.
    expect(proxy.received).toHaveLength(2);
  });

  it('is not there is exit 5 and named', async () => {
    const host = `127.0.0.1:${await takePort()}`;
    const run = await logInThrough({ https_proxy: `http://${CREDENTIALS}@${host}` });
    expect(run).toMatchObject({ exitCode: 5, stdout: '' });
    expect(run.stderr).toContain(`the proxy ${host} (https_proxy) could not be used: nothing listens there`);
    expect(run.stderr).toContain('NO_PROXY=sgid.provider.invalid');
  });

  it('stalls is exit 5 when the time is up', async () => {
    const proxy = await startRawServer(() => {});
    const { host } = new URL(proxy.url);
    const run = await logInThrough({ ALL_PROXY: `http://${CREDENTIALS}@${host}` }, ['--http-timeout', '1s']);
    expect(run).toMatchObject({ exitCode: 5, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_HTTP_TIMEOUT');
    expect(run.stderr).toContain(`the proxy ${host} (ALL_PROXY) did not answer in time`);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['closes', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')],
    [
      'sends plain text',
      (socket) => {
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
      },
    ],
  ])('says it is open and then %s is exit 5, with both named', async (_name, answer) => {
    const proxy = await startRawServer(answer);
    const run = await logInThrough({ HTTPS_PROXY: proxy.url.replace('http://', `http://${CREDENTIALS}@`) });
    expect(run).toMatchObject({ exitCode: 5, stdout: '' });
    expect(run.stderr).toContain(
      `sgid.provider.invalid could not be reached through the proxy ${new URL(proxy.url).host} (HTTPS_PROXY)`,
    );
  });

  it('stalls does not hold the program when it is interrupted', async () => {
    const controller = new AbortController();
    let asked = 0;
    // First it is asked for the keys, ahead.
    const proxy = await startRawServer((socket) => {
      asked += 1;
      if (asked === 1) socket.destroy();
      else controller.abort(INTERRUPTED);
    });
    const flow = await startRemoteFlow();
    const env = { SGID_HOSTNAME: PROVIDER, HTTPS_PROXY: proxy.url };
    const run = await flow.login([], { env, signal: controller.signal });
    expect(run).toMatchObject({ exitCode: 130, stdout: '' });
  });
});

describe('a variable that names no proxy', () => {
  it.each([
    [
      'ALL_PROXY',
      `socks5://${CREDENTIALS}@127.0.0.1:1`,
      'names a SOCKS proxy, and only HTTP proxies will do',
    ],
    ['https_proxy', `ftp://${CREDENTIALS}@127.0.0.1`, 'is not an http or https URL'],
    ['HTTPS_PROXY', `http://${CREDENTIALS}@127.0.0.1:99999`, 'is not a valid URL'],
    [
      'HTTPS_PROXY',
      `http://${CREDENTIALS}%@127.0.0.1`,
      'holds a % that is not percent-encoded in its user name or password',
    ],
  ])('%s=%s is exit 3 before the browser opens', async (name, value, reason) => {
    const run = await logInThrough({ [name]: value }, ['--json-errors']);
    expect(run).toMatchObject({ exitCode: 3, stdout: '', opened: [] });
    expect(run.stderr).toContain(`error: config: ${name} ${reason}\n`);
    expect(run.stderr).toContain(`"code":"ERR_PROXY","step":"config"`);
  });
});

describe('no proxy is asked', () => {
  it('for a provider on this machine, and a wrong variable is no matter', async () => {
    const flow = await startFlow();
    const proxy = await startProxy(1);
    const env = {
      HTTPS_PROXY: proxy.url,
      HTTP_PROXY: proxy.url,
      http_proxy: proxy.url,
      ALL_PROXY: 'socks5://x',
    };
    expect(await flow.login([], { env })).toMatchObject({ exitCode: 0 });
    expect(await flow.login([], { env: { ALL_PROXY: 'socks5://x' } })).toMatchObject({ exitCode: 0 });
    expect(proxy.received).toEqual([]);
  });

  it('for a provider that NO_PROXY lists', async () => {
    const proxy = await startProxy(1);
    const run = await logInThrough({ HTTPS_PROXY: proxy.url, NO_PROXY: 'provider.invalid' }, [
      '--http-timeout',
      '5s',
    ]);
    expect(run).toMatchObject({ exitCode: 5 });
    expect(run.stderr).toMatch(/^error: token: sgid\.provider\.invalid /m);
    expect(proxy.received).toEqual([]);
  });
});
