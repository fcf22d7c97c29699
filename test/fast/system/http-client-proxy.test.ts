import type { Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttpClient, type HttpClientOptions } from '../../../src/system/http-client.ts';
import { bindAll } from '../../../src/system/ports.ts';
import { issueCertificate } from '../../helpers/private-authority.ts';
import { startProxy } from '../../helpers/proxy-server.ts';
import { startDrippingServer, startRawServer } from '../../helpers/raw-server.ts';
import { startTestServer } from '../../helpers/test-server.ts';

const URL_BEHIND = 'https://api.test/v2/path?a=b';
const GET = { method: 'GET', headers: {} };
const OPEN = 'HTTP/1.1 200 OK\r\n\r\n';

const tls = issueCertificate(['api.test']);

function client(
  proxy: string,
  options: Partial<HttpClientOptions> = {},
): ReturnType<typeof createHttpClient> {
  const env = { HTTPS_PROXY: proxy.replace('/path', '') };
  return createHttpClient({ timeoutMs: 60_000, maxBytes: 1024, env, ca: tls.authority, ...options });
}

describe('a request through a proxy', () => {
  it('asks the proxy for a tunnel, and the provider through it', async () => {
    const provider = await startTestServer({ tls });
    const proxy = await startProxy(provider.port);
    const body = 'code=canary-code';
    const headers = { authorization: 'Bearer canary-token' };
    const response = await client(proxy.url)(URL_BEHIND, { method: 'POST', headers, body });
    expect([response.status, await response.text()]).toEqual([200, 'hello']);
    expect(proxy.heads).toEqual([expect.stringMatching(/^CONNECT api\.test:443 HTTP\/1\.1\r\n/)]);
    expect(proxy.heads[0]).not.toMatch(/proxy-authorization/i);
    expect(provider.requests).toMatchObject([
      { method: 'POST', target: '/v2/path?a=b', headers: { ...headers, host: 'api.test' }, body },
    ]);
    // What the proxy sees is encrypted: two letters of it could be any.
    expect(proxy.received.join('')).not.toMatch(/canary|\/v2\/path/);
  });

  it('gives the credentials to the proxy, each time, and not to the provider', async () => {
    const provider = await startTestServer({ tls });
    const proxy = await startProxy(provider.port);
    const send = client(`http://me:p%40ss@127.0.0.1:${proxy.port}`);
    await send(URL_BEHIND, GET);
    await send(URL_BEHIND, GET);
    const given = `\r\nProxy-Authorization: Basic ${Buffer.from('me:p@ss').toString('base64')}\r\n`;
    expect(proxy.heads).toEqual([expect.stringContaining(given), expect.stringContaining(given)]);
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
});

describe('a proxy that fails is named, and the provider hears nothing:', () => {
  const HEAD = 'HTTP/1.1 200 OK\r\n';
  const UNREADABLE = { code: 'ERR_PROXY_ANSWER', message: expect.not.stringContaining('canary') };

  it.each<[string, (socket: Socket) => void, object]>([
    ['a redirect', refuse(302), { code: 'ERR_PROXY_REFUSED', status: 302 }],
    ['a page of its own', refuse(204), { code: 'ERR_PROXY_REFUSED', status: 204 }],
    ['a header that is none', (socket) => socket.end(`${HEAD}canary\r\n\r\n`), UNREADABLE],
    ['closing in its head', (socket) => socket.end(`${HEAD}x`), UNREADABLE],
  ])('%s', async (_name, answer, error) => {
    const server = await startRawServer(answer);
    await expect(client(server.url)(URL_BEHIND, GET)).rejects.toMatchObject({
      ...error,
      proxyLabel: `${new URL(server.url).host} (HTTPS_PROXY)`,
    });
  });

  it.each([
    ['silence', '', ''],
    ['half a head', HEAD, ''],
    ['bytes without end', '', 'x'.repeat(1000)],
  ])('%s, until the time is up; its connection is dropped', async (_name, beginning, dripping) => {
    const server = await startDrippingServer(beginning, dripping);
    await expect(client(server.url, { timeoutMs: 150 })(URL_BEHIND, GET)).rejects.toMatchObject({
      code: 'ERR_HTTP_TIMEOUT',
      proxyLabel: expect.any(String),
    });
    await server.lost;
  });

  it('an abort drops the connection that waits for the proxy', async () => {
    const controller = new AbortController();
    const server = await startRawServer(() => controller.abort());
    const { signal } = controller;
    await expect(client(server.url)(URL_BEHIND, { ...GET, signal })).rejects.toMatchObject({
      code: 'ABORT_ERR',
    });
    await server.lost;
  });
});

describe('a failure behind the proxy is not the proxy’s:', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['no TLS, said too early', (socket) => socket.end(`${OPEN}HTTP/1.1 200 OK\r\n\r\ncanary`)],
    ['reset', (socket) => socket.write(OPEN, () => setImmediate(() => socket.resetAndDestroy()))],
  ])('%s', async (_name, answer) => {
    const failure = client((await startRawServer(answer)).url)(URL_BEHIND, GET);
    const viaProxy = expect.stringContaining('(HTTPS_PROXY)');
    await expect(failure).rejects.toMatchObject({ code: 'ECONNRESET', viaProxy });
    await expect(failure).rejects.not.toHaveProperty('proxyLabel');
  });

  it('a handshake that never comes', async () => {
    const server = await startDrippingServer(OPEN, '');
    await expect(client(server.url, { timeoutMs: 1_500 })(URL_BEHIND, GET)).rejects.toMatchObject({
      code: 'ERR_HTTP_TIMEOUT',
      viaProxy: expect.any(String),
    });
    await server.lost;
  });

  it.each([
    ['of an authority that is not trusted', 'api.test', {}, /SELF_SIGNED|UNABLE_TO/],
    ['for another host', 'other.test', undefined, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('a certificate %s', async (_name, host, options, code) => {
    const other = issueCertificate([host]);
    const provider = await startTestServer({ tls: other });
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
