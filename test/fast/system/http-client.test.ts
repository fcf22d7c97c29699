import { describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClientOptions } from '../../../src/system/http-client.ts';
import { type RawServer, startRawServer } from '../../helpers/raw-server.ts';

const GET = { method: 'GET', headers: {} };
/** A server that answers every request with the same bytes and leaves the connection open. */
function serveText(text: string): Promise<RawServer> {
  return startRawServer((socket) => socket.write(text));
}

function client(options: Partial<HttpClientOptions> = {}): ReturnType<typeof createHttpClient> {
  return createHttpClient({ timeoutMs: 10_000, maxBytes: 1024 * 1024, ...options });
}

function lengthOf(body: string): string {
  return `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

describe('a request', () => {
  it('carries method, path, host, headers and a name', async () => {
    const server = await serveText('HTTP/1.1 204 No Content\r\n\r\n');
    await client()(`${server.url}?a=b`, { method: 'GET', headers: { accept: 'application/json' } });
    expect(server.received[0]).toMatch(/^GET \/path\?a=b HTTP\/1\.1\r\n/);
    expect(server.received[0]).toMatch(/^host: 127\.0\.0\.1:\d+\r$/im);
    expect(server.received[0]).toMatch(/^accept: application\/json\r$/im);
    expect(server.received[0]).toMatch(/^user-agent: sgid-cli\r$/im);
  });

  it('counts the bytes of a body, not its characters', async () => {
    const body = 'name=陈é😀';
    const server = await startRawServer((socket) => socket.end(`HTTP/1.1 200 OK\r\n${lengthOf('ok')}`));
    await client()(server.url, { method: 'POST', headers: {}, body });
    expect(server.received[0]).toMatch(new RegExp(`^content-length: ${Buffer.byteLength(body)}\\r$`, 'im'));
    expect(server.received[0]).toMatch(new RegExp(`\\r\\n\\r\\n${body}$`));
  });

  it('has a connection of its own, which is not kept open', async () => {
    const server = await serveText(`HTTP/1.1 200 OK\r\nconnection: keep-alive\r\n${lengthOf('ok')}`);
    const send = client();
    await send(server.url, GET);
    await send(server.url, GET);
    expect(server.received).toHaveLength(2);
    for (const head of server.received) expect(head).toMatch(/^connection: close\r$/im);
  });

  it('is refused when a header would smuggle in another', async () => {
    const server = await serveText('HTTP/1.1 204 No Content\r\n\r\n');
    const headers = { authorization: 'Bearer x\r\nx-evil: 1' };
    await expect(client()(server.url, { method: 'GET', headers })).rejects.toMatchObject({
      code: 'ERR_INVALID_CHAR',
      message: expect.not.stringContaining('x-evil'),
    });
    expect(server.received).toHaveLength(0);
  });
});

describe('an answer', () => {
  it('gives status, headers in any case, and text', async () => {
    const server = await serveText(
      `HTTP/1.1 401 No\r\nWWW-Authenticate: error=x\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n${lengthOf('陈é😀')}`,
    );
    const response = await client()(server.url, GET);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('error=x');
    expect(response.headers.get('WWW-AUTHENTICATE')).toBe('error=x');
    expect(response.headers.get('set-cookie')).toBe('a,b');
    expect(response.headers.get('retry-after')).toBeNull();
    await expect(response.text()).resolves.toBe('陈é😀');
  });

  it('is put together from chunks that split characters', async () => {
    const bytes = Buffer.from('陈');
    const server = await startRawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      for (const byte of bytes)
        socket.write(Buffer.concat([Buffer.from('1\r\n'), Buffer.of(byte), Buffer.from('\r\n')]));
      socket.write('0\r\n\r\n');
    });
    await expect((await client()(server.url, GET)).text()).resolves.toBe('陈');
  });

  it('is put together where the reads of a large body split characters', async () => {
    const body = '陈'.repeat(300_000);
    const server = await serveText(`HTTP/1.1 200 OK\r\n${lengthOf(body)}`);
    expect((await (await client()(server.url, GET)).text()) === body).toBe(true);
  });

  it('may end with the connection where no length was promised', async () => {
    const server = await startRawServer((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nall of it'));
    await expect((await client()(server.url, GET)).text()).resolves.toBe('all of it');
  });

  it('is a redirect as it came: nothing is sent to its target', async () => {
    const target = await serveText(`HTTP/1.1 200 OK\r\n${lengthOf('evil')}`);
    const server = await serveText(`HTTP/1.1 307 Go\r\nlocation: ${target.url}\r\n${lengthOf('')}`);
    const response = await client()(server.url, { method: 'POST', headers: {}, body: 'secret' });
    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe(target.url);
    expect(target.received).toHaveLength(0);
  });

  it('of exactly the largest size is read', async () => {
    const server = await serveText(`HTTP/1.1 200 OK\r\n${lengthOf('x'.repeat(1000))}`);
    await expect((await client({ maxBytes: 1000 })(server.url, GET)).text()).resolves.toHaveLength(1000);
  });
});

describe('every exchange is told once', () => {
  async function exchangesWith(
    server: { url: string },
    options: Partial<HttpClientOptions> = {},
  ): Promise<unknown[]> {
    const exchanges: unknown[] = [];
    const send = client({ ...options, onExchange: (exchange) => exchanges.push(exchange) });
    await send(server.url, GET).catch(() => {});
    return exchanges;
  }

  it('with its status', async () => {
    const server = await serveText(`HTTP/1.1 404 No\r\n${lengthOf('no')}`);
    expect(await exchangesWith(server)).toEqual([
      { method: 'GET', url: server.url, status: 404, milliseconds: expect.any(Number), responseBytes: 2 },
    ]);
  });

  it('with the sizes of both bodies, in bytes', async () => {
    const server = await serveText(`HTTP/1.1 200 OK\r\n${lengthOf('\u{1f600}')}`);
    const exchanges: unknown[] = [];
    const send = client({ onExchange: (exchange) => exchanges.push(exchange) });
    await send(server.url, { method: 'POST', headers: {}, body: 'é' });
    expect(exchanges).toEqual([expect.objectContaining({ requestBytes: 2, responseBytes: 4 })]);
  });

  it.each<[string, string, Partial<HttpClientOptions>]>([
    ['ERR_HTTP_TIMEOUT', '', { timeoutMs: 50 }],
    ['ERR_RESPONSE_TOO_LARGE', `HTTP/1.1 200 OK\r\n${lengthOf('12345')}`, { maxBytes: 4 }],
    ['HPE_INVALID_CONSTANT', 'SSH-2.0-test\r\n', {}],
  ])('with its failure: %s', async (failure, text, options) => {
    const server = await serveText(text);
    expect(await exchangesWith(server, options)).toEqual([
      { method: 'GET', url: server.url, failure, milliseconds: expect.any(Number) },
    ]);
  });
});
