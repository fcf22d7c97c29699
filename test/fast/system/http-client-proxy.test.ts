import type { Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHttpClient, type HttpClientOptions } from '../../../src/system/http-client.ts';
import { type RunningServer, type ServerRequest, startServer } from '../../../src/system/http-server.ts';
import { bindAll } from '../../../src/system/ports.ts';
import { createGate } from '../../helpers/gate.ts';
import { type IssuedCertificate, issueCertificate } from '../../helpers/private-authority.ts';
import { startProxy } from '../../helpers/proxy-server.ts';
import { startRawServer } from '../../helpers/raw-server.ts';

const URL_BEHIND = 'https://api.test/v2/path?a=b';
const GET = { method: 'GET', headers: {} };

let tls: IssuedCertificate;
beforeAll(() => {
  tls = issueCertificate(['api.test']);
});

function client(
  proxy: string,
  options: Partial<HttpClientOptions> = {},
): ReturnType<typeof createHttpClient> {
  const env = { HTTPS_PROXY: proxy };
  return createHttpClient({ timeoutMs: 60_000, maxBytes: 1024, env, ca: tls.authority, ...options });
}

interface Provider extends RunningServer {
  readonly requests: readonly ServerRequest[];
}

async function startProvider(credentials = tls): Promise<Provider> {
  const requests: ServerRequest[] = [];
  const handle = (request: ServerRequest) => {
    requests.push(request);
    return { status: 200, headers: { 'x-from': 'provider' }, body: 'hello' };
  };
  const server = await startServer({ addresses: ['127.0.0.1'], port: 0, handle, tls: credentials });
  onTestFinished(() => server.close());
  return { ...server, requests };
}

describe('a request through a proxy', () => {
  it('asks the proxy for a tunnel, and the provider through it', async () => {
    const provider = await startProvider();
    const proxy = await startProxy(provider.port);
    const body = 'code=canary-code';
    const headers = { authorization: 'Bearer canary-token' };
    const response = await client(proxy.url)(URL_BEHIND, { method: 'POST', headers, body });
    expect([response.status, await response.text()]).toEqual([200, 'hello']);
    expect(proxy.heads).toHaveLength(1);
    expect(proxy.heads[0]).toMatch(/^CONNECT api\.test:443 HTTP\/1\.1\r\n/);
    expect(proxy.heads[0]).not.toMatch(/proxy-authorization/i);
    expect(provider.requests).toMatchObject([{ method: 'POST', target: '/v2/path?a=b', body }]);
    expect(provider.requests[0]?.headers).toMatchObject({ ...headers, host: 'api.test' });
    expect(proxy.received.join('')).not.toMatch(/canary|v2/);
  });

  it('has a tunnel of its own each time', async () => {
    const provider = await startProvider();
    const proxy = await startProxy(provider.port);
    const send = client(proxy.url);
    await send(URL_BEHIND, GET);
    await send(URL_BEHIND, GET);
    expect(proxy.heads).toHaveLength(2);
  });

  it('gives the credentials to the proxy, and not to the provider', async () => {
    const provider = await startProvider();
    const proxy = await startProxy(provider.port);
    await client(`http://me:p%40ss@127.0.0.1:${proxy.port}`)(URL_BEHIND, GET);
    const basic = Buffer.from('me:p@ss').toString('base64');
    expect(proxy.heads[0]).toContain(`\r\nProxy-Authorization: Basic ${basic}\r\n`);
    expect(provider.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it('trusts a proxy that speaks TLS with nothing before its certificate is checked', async () => {
    let decrypted = '';
    const listen = (socket: Socket): void => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        decrypted += bytes;
      });
    };
    const certified = { cert: tls.certificate, key: tls.privateKey };
    const { port, close } = await bindAll(['127.0.0.1'], 0, () => createTlsServer(certified, listen));
    onTestFinished(close);
    await expect(client(`https://me:pass@127.0.0.1:${port}`)(URL_BEHIND, GET)).rejects.toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO/),
      proxyLabel: `127.0.0.1:${port} (HTTPS_PROXY)`,
    });
    expect(decrypted).toBe('');
  });

  it('goes by the variables as they are at that moment', async () => {
    const provider = await startProvider();
    const proxy = await startProxy(provider.port);
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    onTestFinished(() => void vi.unstubAllEnvs());
    const send = createHttpClient({ timeoutMs: 60_000, maxBytes: 1024, ca: tls.authority });
    expect((await send(URL_BEHIND, GET)).status).toBe(200);
    vi.stubEnv('HTTPS_PROXY', 'socks5://x');
    await expect(send(URL_BEHIND, GET)).rejects.toMatchObject({ code: 'ERR_PROXY' });
  });
});

describe('a proxy that fails is named, and the provider hears nothing:', () => {
  it.each<[string, (socket: Socket) => void, object]>([
    ['407', refuse(407), { code: 'ERR_PROXY_REFUSED', status: 407 }],
    ['403', refuse(403), { code: 'ERR_PROXY_REFUSED', status: 403 }],
    ['502', refuse(502), { code: 'ERR_PROXY_REFUSED', status: 502 }],
    ['a redirect', refuse(302), { code: 'ERR_PROXY_REFUSED', status: 302 }],
    ['a page of its own', refuse(204), { code: 'ERR_PROXY_REFUSED', status: 204 }],
    ['garbage', (socket) => socket.end('SSH-2.0-canary\r\n\r\n'), { code: 'ERR_PROXY_ANSWER' }],
    [
      'a header that is none',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncanary\r\n\r\n'),
      { code: 'ERR_PROXY_ANSWER', message: expect.not.stringContaining('canary') },
    ],
    ['closing at once', (socket) => socket.end(), { code: 'ERR_PROXY_ANSWER' }],
    ['closing in its head', (socket) => socket.end('HTTP/1.1 200 OK\r\nx'), { code: 'ERR_PROXY_ANSWER' }],
    ['resetting', (socket) => socket.resetAndDestroy(), { code: 'ECONNRESET' }],
  ])('%s', async (_name, answer, error) => {
    const server = await startRawServer(answer);
    const exchanges: unknown[] = [];
    const send = client(server.url, { onExchange: (exchange) => exchanges.push(exchange) });
    await expect(send(URL_BEHIND, GET)).rejects.toMatchObject({
      ...error,
      proxyLabel: `${new URL(server.url).host} (HTTPS_PROXY)`,
    });
    expect(exchanges).toHaveLength(1);
  });

  it('nobody there', async () => {
    const server = await startRawServer(() => {});
    await server.close();
    await expect(client(server.url)(URL_BEHIND, GET)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
      proxyLabel: expect.stringContaining('(HTTPS_PROXY)'),
    });
  });

  it.each([
    ['silence', '', ''],
    ['half a head', 'HTTP/1.1 200 OK\r\n', ''],
    ['bytes without end', '', 'x'.repeat(1000)],
  ])('%s, until the time is up; its connection is dropped', async (_name, beginning, dripping) => {
    useFakeTimeouts();
    const closed = createGate();
    const server = await startRawServer((socket) => {
      socket.write(beginning);
      const timer = setInterval(() => {
        socket.write(dripping);
        vi.advanceTimersByTime(50);
      }, 1);
      socket.on('close', () => {
        clearInterval(timer);
        closed.open();
      });
    });
    await expect(client(server.url, { timeoutMs: 150 })(URL_BEHIND, GET)).rejects.toMatchObject({
      code: 'ERR_HTTP_TIMEOUT',
      proxyLabel: expect.any(String),
    });
    await closed.passed;
  });

  it('an abort drops the connection that waits for the proxy', async () => {
    const controller = new AbortController();
    const closed = createGate();
    const server = await startRawServer((socket) => {
      socket.on('close', closed.open);
      controller.abort();
    });
    const { signal } = controller;
    await expect(client(server.url)(URL_BEHIND, { ...GET, signal })).rejects.toMatchObject({
      code: 'ABORT_ERR',
    });
    await closed.passed;
  });
});

describe('a failure behind the proxy is not the proxy’s:', () => {
  const OPEN = 'HTTP/1.1 200 OK\r\n\r\n';

  it.each<[string, (socket: Socket) => void, string | RegExp]>([
    [
      'an answer that is no TLS',
      (socket) => {
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\ncanary'));
        socket.write(OPEN);
      },
      /^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER)$/,
    ],
    ['no TLS, said too early', (socket) => socket.end(`${OPEN}HTTP/1.1 200 OK\r\n\r\ncanary`), 'ECONNRESET'],
    ['closed', (socket) => socket.end(OPEN), 'ECONNRESET'],
    [
      'reset',
      (socket) => socket.write(OPEN, () => setImmediate(() => socket.resetAndDestroy())),
      'ECONNRESET',
    ],
  ])('%s', async (_name, answer, code) => {
    const server = await startRawServer(answer);
    const failure = client(server.url)(URL_BEHIND, GET);
    await expect(failure).rejects.toMatchObject({
      code: typeof code === 'string' ? code : expect.stringMatching(code),
      viaProxy: expect.stringContaining('(HTTPS_PROXY)'),
    });
    await expect(failure).rejects.not.toHaveProperty('proxyLabel');
  });

  it('a handshake that never comes', async () => {
    useFakeTimeouts();
    const closed = createGate();
    const server = await startRawServer((socket) => {
      socket.on('close', closed.open);
      socket.once('data', () => vi.advanceTimersByTime(150));
      socket.write(OPEN);
    });
    await expect(client(server.url, { timeoutMs: 150 })(URL_BEHIND, GET)).rejects.toMatchObject({
      code: 'ERR_HTTP_TIMEOUT',
      viaProxy: expect.any(String),
    });
    await closed.passed;
  });

  it.each([
    ['of an authority that is not trusted', 'api.test', {}, /SELF_SIGNED|UNABLE_TO/],
    ['for another host', 'other.test', undefined, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('a certificate %s', async (_name, host, options, code) => {
    const other = issueCertificate([host]);
    const provider = await startProvider(other);
    const proxy = await startProxy(provider.port);
    const send = client(proxy.url, options ?? { ca: other.authority });
    await expect(send(URL_BEHIND, GET)).rejects.toMatchObject({
      code: expect.stringMatching(code),
      viaProxy: expect.any(String),
    });
    expect(provider.requests).toEqual([]);
  });
});

function refuse(status: number): (socket: Socket) => void {
  return (socket) =>
    socket.end(`HTTP/1.1 ${status} No\r\nLocation: http://evil.test\r\nContent-Length: 2\r\n\r\nno`);
}

function useFakeTimeouts(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}
