import { getEventListeners } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClientOptions } from '../../../src/system/http-client.ts';
import { issueCertificate } from '../../helpers/private-authority.ts';
import { type RawServer, startDrippingServer, startRawServer } from '../../helpers/raw-server.ts';
import { startTestServer } from '../../helpers/test-server.ts';

const GET = { method: 'GET', headers: {} };
const MEGABYTE = Buffer.alloc(1024 * 1024, 0x78);
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const UPGRADE = 'HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n';
const LARGE_HEAD = `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n`;
const HALF_A_BODY = 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc';

/** A server that answers every request with the same bytes and leaves the connection open. */
function serveText(text: string): Promise<RawServer> {
  return startRawServer((socket) => socket.write(text));
}

function client(options: Partial<HttpClientOptions> = {}): ReturnType<typeof createHttpClient> {
  return createHttpClient({ timeoutMs: 60_000, maxBytes: 1024 * 1024, ...options });
}

/** Expects that a GET fails with this code. */
async function expectFailure(
  url: string,
  code: unknown,
  options: Partial<HttpClientOptions> = {},
): Promise<void> {
  await expect(client(options)(url, GET)).rejects.toMatchObject({ code });
}

function lengthOf(body: string): string {
  return `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

describe('a request', () => {
  it('carries method, path, host, headers and a name', async () => {
    const server = await serveText('HTTP/1.1 204 No Content\r\n\r\n');
    await client()(`${server.url}?a=b`, { method: 'GET', headers: { accept: 'application/json' } });
    const head = server.received[0] ?? '';
    expect(head).toMatch(/^GET \/path\?a=b HTTP\/1\.1\r\n/);
    const host = `host: ${new URL(server.url).host}`;
    for (const line of [host, 'accept: application/json', 'user-agent: sgid-cli'])
      expect(head.toLowerCase()).toContain(`\r\n${line}\r\n`);
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
    const { status, headers, text } = await client()(server.url, GET);
    const names = ['www-authenticate', 'WWW-AUTHENTICATE', 'set-cookie', 'retry-after'];
    expect(status).toBe(401);
    expect(names.map(headers.get)).toEqual(['error=x', 'error=x', 'a,b', null]);
    await expect(text()).resolves.toBe('陈é😀');
  });

  it('is put together from chunks that split characters', async () => {
    const server = await startRawServer((socket) => {
      socket.write(CHUNKED);
      for (const byte of Buffer.from('陈'))
        socket.write(Buffer.concat([Buffer.from('1\r\n'), Buffer.of(byte), Buffer.from('\r\n')]));
      socket.write('0\r\n\r\n');
    });
    await expect((await client()(server.url, GET)).text()).resolves.toBe('陈');
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

  it('is read up to the largest size, and refused with one byte more', async () => {
    const server = await serveText(`HTTP/1.1 200 OK\r\n${lengthOf('12345')}`);
    await expect((await client({ maxBytes: 5 })(server.url, GET)).text()).resolves.toBe('12345');
    await expectFailure(server.url, 'ERR_RESPONSE_TOO_LARGE', { maxBytes: 4 });
  });

  it.each([
    ['with its length', `content-length: ${400 * MEGABYTE.length}`],
    ['with no length', 'connection: close'],
  ])('of 400 MB is cut off, and the server notices: %s', async (_name, header) => {
    let sent = 0;
    const server = await startRawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n`);
      const more = (): void => {
        while (!socket.destroyed && sent < 400 * MEGABYTE.length) {
          sent += MEGABYTE.length;
          if (!socket.write(MEGABYTE)) return;
        }
        socket.end();
      };
      socket.on('drain', more);
      more();
    });
    await expectFailure(server.url, 'ERR_RESPONSE_TOO_LARGE', { maxBytes: 64 * 1024 });
    await server.lost;
    // What the kernel holds between the two, and no more: nobody has had the rest in memory.
    expect(sent).toBeLessThan(40 * MEGABYTE.length);
  });
});

describe('a time-out covers the whole exchange', () => {
  it.each([
    ['nothing comes', '', ''],
    ['the head breaks off', 'HTTP/1.1 200 OK\r\ncontent-le', ''],
    ['the body breaks off', HALF_A_BODY, ''],
    ['the body drips', 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n', 'x'],
    ['interim answers never end', '', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('%s', async (_name, beginning, dripping) => {
    const server = await startDrippingServer(beginning, dripping);
    await expectFailure(server.url, 'ERR_HTTP_TIMEOUT', { timeoutMs: 150 });
    await server.lost;
  });
});

describe('a broken connection', () => {
  it.each<[string, (socket: Socket) => void, string?]>([
    ['closed without an answer', (socket) => socket.end()],
    ['reset without an answer', (socket) => socket.resetAndDestroy()],
    ['closed before the promised length', (socket) => socket.end(HALF_A_BODY)],
    ['closed before the last chunk', (socket) => socket.end(`${CHUNKED}3\r\nabc\r\n`)],
    ['reset in the body', (socket) => socket.write(HALF_A_BODY, () => socket.resetAndDestroy())],
    ['taken over by another protocol', (socket) => socket.write(UPGRADE)],
    ['that speaks no HTTP', (socket) => socket.write('220 mail.test ESMTP\r\n'), 'HPE_INVALID_CONSTANT'],
    ['with a head that is too large', (socket) => socket.write(LARGE_HEAD), 'HPE_HEADER_OVERFLOW'],
  ])('%s', async (_name, answer, code = 'ECONNRESET') => {
    const server = await startRawServer(answer);
    await expectFailure(server.url, code);
  });

  it('to a port where nobody listens', async () => {
    const server = await startRawServer(() => {});
    await server.close();
    await expectFailure(server.url, 'ECONNREFUSED');
  });

  it('to a server whose certificate is of an unknown authority', async () => {
    const { port, requests } = await startTestServer({ tls: issueCertificate(['127.0.0.1']) });
    const untrusted = expect.stringMatching(/SELF_SIGNED|UNABLE_TO/);
    await expectFailure(`https://127.0.0.1:${port}/`, untrusted);
    expect(requests).toEqual([]);
  });
});

describe('an abort', () => {
  it('before the request sends nothing', async () => {
    const server = await startRawServer((socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    await expect(client()(server.url, { ...GET, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORT_ERR',
    });
    expect(server.received.join('')).toBe('');
  });

  it.each<[string, string]>([
    ['before the answer', ''],
    ['in the body', HALF_A_BODY],
  ])('%s ends the connection', async (_name, text) => {
    const controller = new AbortController();
    const server = await startRawServer((socket) => {
      socket.write(text, () => setImmediate(() => controller.abort()));
    });
    await expect(client()(server.url, { ...GET, signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORT_ERR',
    });
    await server.lost;
  });

  it('is no longer listened for when the exchange is over', async () => {
    const { signal } = new AbortController();
    const good = await serveText(`HTTP/1.1 200 OK\r\n${lengthOf('ok')}`);
    const bad = await startRawServer((socket) => socket.end());
    await client()(good.url, { ...GET, signal });
    await client()(bad.url, { ...GET, signal }).catch(() => {});
    await expect.poll(() => getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
