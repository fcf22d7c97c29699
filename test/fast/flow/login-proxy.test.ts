import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import { findCanaries } from '../../helpers/canaries.ts';
import type { RunOptions } from '../../helpers/fake-platform.ts';
import { createGate } from '../../helpers/gate.ts';
import { createInterruption, type Flow, startFlow } from '../../helpers/login-flow.ts';
import { startProxy } from '../../helpers/proxy-server.ts';
import { startRawServer } from '../../helpers/raw-server.ts';

const PASSWORD = 'canary p@ss:word';
const PAIR = `proxy-user:${PASSWORD}`;
const CREDENTIALS = `proxy-user:${encodeURIComponent(PASSWORD)}`;

/** Logs in at a provider far away, where the person consents in the end: the browser comes back with a code. */
async function logInThrough(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  { consent, ...options }: RunOptions & { readonly consent?: Promise<void> } = {},
) {
  const flow: Flow = await startFlow({
    visit: async (browser) => {
      await consent;
      return browser.visit(`${flow.redirectUri}?code=x&state=of-the-test`);
    },
  });
  const SGID_HOSTNAME = 'https://sgid.provider.invalid';
  const run = await flow.login(['--state', 'of-the-test', ...args], {
    ...options,
    env: { SGID_HOSTNAME, ...env },
  });
  const canaries = new Map(Object.entries({ password: PASSWORD, pair: PAIR }));
  expect(findCanaries(run.stderr + run.stdout, canaries)).toEqual([]);
  return run;
}

/** Starts a proxy that answers each request like this. */
async function startBadProxy(answer: (socket: Socket) => unknown) {
  const { url, received } = await startRawServer(answer);
  const { host } = new URL(url);
  return { host, received, url: `http://${CREDENTIALS}@${host}` };
}

const answering = (text: string) => (socket: Socket) => socket.end(`${text}\r\n\r\n`);
const refusing = (status: number) =>
  answering(`HTTP/1.1 ${status} No\r\nX: ${PASSWORD}\r\nContent-Length: 0`);

describe('a proxy that', () => {
  const refused = 'refused to connect to sgid\\.provider\\.invalid';

  it.each<[string, (socket: Socket) => unknown, string]>([
    ['wants a password', refusing(407), `${refused}: HTTP 407.*user:password@host:port`],
    ['forbids it', refusing(403), `${refused}: HTTP 403.*does not allow this host`],
    ['cannot get there', refusing(502), 'HTTP 502.*it cannot reach the provider itself'],
    ['talks nonsense', answering(`SSH-2.0 ${PASSWORD}`), 'could not be used: its answer is not HTTP'],
    ['closes early', (socket) => socket.end(), 'could not be used: its answer is not HTTP'],
    [
      'resets',
      (socket) => socket.resetAndDestroy(),
      'could not be used: the connection was cut \\(ECONNRESET',
    ],
  ])('%s is exit 5 and named, without its password', async (_name, answer, words) => {
    const { host, url, received } = await startBadProxy(answer);
    const run = await logInThrough({ HTTPS_PROXY: url }, ['-v', '--json-errors']);
    expect(run).toMatchObject({ exitCode: 5, stdout: '' });
    expect(run.stderr).toMatch(new RegExp(words, 's'));
    expect(run.stderr).toMatch(new RegExp(`^error: token: the proxy ${host} \\(HTTPS_PROXY\\) `, 'm'));
    expect(run.stderr).toContain(`requests go through the proxy ${host} (HTTPS_PROXY)`);
    expect(run.stderr).not.toContain('provider said');
    const sent = `Proxy-Authorization: Basic ${Buffer.from(PAIR).toString('base64')}`;
    // For the token, and for the JWKS, unless the login is over before.
    expect(received.length).toBeGreaterThan(0);
    expect(received.filter((head) => !head.includes(sent))).toEqual([]);
  });

  it('is not there is exit 5 and named', async () => {
    const host = `127.0.0.1:${await takePort()}`;
    const run = await logInThrough({ https_proxy: `http://${CREDENTIALS}@${host}` });
    expect(run).toMatchObject({ exitCode: 5, stdout: '' });
    expect(run.stderr).toContain(`the proxy ${host} (https_proxy) could not be used: nothing listens there`);
    expect(run.stderr).toContain('NO_PROXY=sgid.provider.invalid');
  });

  it('stalls is exit 5 when the time is up', async () => {
    const { host, url } = await startBadProxy(() => {});
    const run = await logInThrough({ ALL_PROXY: url }, ['--http-timeout', '1s']);
    expect(run).toMatchObject({ exitCode: 5, code: 'ERR_HTTP_TIMEOUT', stdout: '' });
    expect(run.stderr).toContain(`the proxy ${host} (ALL_PROXY) did not answer in time`);
  });

  const open = 'HTTP/1.1 200 OK\r\n\r\n';
  it.each<[string, (socket: Socket) => void]>([
    ['closes', (socket) => socket.end(open)],
    ['sends plain text', (socket) => socket.once('data', () => socket.end(open)).write(open)],
  ])('says it is open and then %s is exit 5, with both named', async (_name, answer) => {
    const { host, url } = await startBadProxy(answer);
    const run = await logInThrough({ HTTPS_PROXY: url });
    const words = `sgid.provider.invalid could not be reached through the proxy ${host} (HTTPS_PROXY)`;
    expect(run).toMatchObject({ exitCode: 5, stdout: '', stderr: expect.stringContaining(words) });
  });

  it('stalls does not hold the program when it is interrupted', async () => {
    const { signal, interrupt } = createInterruption();
    const ahead = createGate();
    let asked = 0;
    // First it is asked for the JWKS, ahead.
    const { url } = await startBadProxy((socket) => {
      if (asked++ > 0) return interrupt();
      socket.destroy();
      return ahead.open();
    });
    const run = await logInThrough({ HTTPS_PROXY: url }, [], { signal, consent: ahead.passed });
    expect(run).toMatchObject({ exitCode: 130, stdout: '' });
  });
});

it.each([
  ['ALL_PROXY', 'socks5://@127.0.0.1:1', 'names a SOCKS proxy, which is not supported'],
  ['https_proxy', 'ftp://@127.0.0.1', 'is not an http or https URL'],
  ['HTTPS_PROXY', 'http://@127.0.0.1:99999', 'is not a valid URL'],
  [
    'HTTPS_PROXY',
    'http://%@127.0.0.1',
    'holds a % in its user name or password, which must be percent-encoded: %25',
  ],
])('%s=%s names no proxy: exit 3 before the browser opens', async (name, url, reason) => {
  const value = url.replace('//', `//${CREDENTIALS}`);
  const run = await logInThrough({ [name]: value }, ['--json-errors']);
  expect(run).toMatchObject({ exitCode: 3, stdout: '', opened: [] });
  expect(run.stderr).toContain(`error: config: ${name} ${reason}\n`);
  expect(run.stderr).toContain('"code":"ERR_PROXY","step":"config"');
});

describe('no proxy is asked', () => {
  it('for a provider on this machine, and a wrong variable is no matter', async () => {
    const flow = await startFlow();
    const { url, received } = await startProxy(1);
    const env = { HTTPS_PROXY: url, HTTP_PROXY: url, http_proxy: url, ALL_PROXY: 'socks5://x' };
    expect(await flow.login([], { env })).toMatchObject({ exitCode: 0 });
    expect(await flow.login([], { env: { ALL_PROXY: 'socks5://x' } })).toMatchObject({ exitCode: 0 });
    expect(received).toEqual([]);
  });

  it('for a provider that NO_PROXY lists', async () => {
    const { url, received } = await startProxy(1);
    const env = { HTTPS_PROXY: url, NO_PROXY: 'provider.invalid' };
    const run = await logInThrough(env, ['--http-timeout', '5s']);
    expect(run).toMatchObject({ exitCode: 5 });
    expect(run.stderr).toMatch(/^error: token: sgid\.provider\.invalid /m);
    expect(received).toEqual([]);
  });
});
