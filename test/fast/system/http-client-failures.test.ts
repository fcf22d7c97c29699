import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClientOptions } from '../../../src/system/http-client.ts';
import { createGate } from '../../helpers/gate.ts';
import { startRawServer } from '../../helpers/raw-server.ts';

const GET = { method: 'GET', headers: {} };
const MEGABYTE = Buffer.alloc(1024 * 1024, 0x78);
function client(options: Partial<HttpClientOptions> = {}): ReturnType<typeof createHttpClient> {
  return createHttpClient({ timeoutMs: 10_000, maxBytes: 1024 * 1024, ...options });
}

/** Sends a byte of body every few milliseconds, for ever. */
function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write('x'), 5);
  socket.on('close', () => clearInterval(timer));
}

describe('a time-out covers the whole exchange', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['nothing comes', () => {}],
    ['the head breaks off', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-le')],
    ['the body breaks off', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc')],
    [
      'the body drips',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
        drip(socket);
      },
    ],
    [
      'interim answers never end',
      (socket) => {
        const timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 5);
        socket.on('close', () => clearInterval(timer));
      },
    ],
  ])('%s', async (_name, answer) => {
    const closed = createGate();
    const server = await startRawServer((socket) => {
      socket.on('close', closed.open);
      answer(socket);
    });
    await expect(client({ timeoutMs: 150 })(server.url, GET)).rejects.toMatchObject({
      code: 'ERR_HTTP_TIMEOUT',
    });
    await closed.passed;
  });
});

describe('a large answer', () => {
  it.each([
    ['with its length', `content-length: ${400 * MEGABYTE.length}`],
    ['with no length', 'connection: close'],
  ])('of 400 MB is cut off, and the server notices: %s', async (_name, header) => {
    const closed = createGate();
    let sent = 0;
    const server = await startRawServer((socket) => {
      socket.on('close', closed.open);
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
    await expect(client({ maxBytes: 64 * 1024 })(server.url, GET)).rejects.toMatchObject({
      code: 'ERR_RESPONSE_TOO_LARGE',
    });
    await closed.passed;
    // What the kernel holds between the two, and no more: nobody has had the rest in memory.
    expect(sent).toBeLessThan(40 * MEGABYTE.length);
  });

  it('of one byte too many is refused', async () => {
    const server = await startRawServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n12345'),
    );
    await expect(client({ maxBytes: 4 })(server.url, GET)).rejects.toMatchObject({
      code: 'ERR_RESPONSE_TOO_LARGE',
    });
  });

  it('in its head is refused', async () => {
    const server = await startRawServer((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n`),
    );
    await expect(client()(server.url, GET)).rejects.toMatchObject({ code: 'HPE_HEADER_OVERFLOW' });
  });
});

describe('a broken connection', () => {
  it.each<[string, (socket: Socket) => void, string]>([
    ['closed without an answer', (socket) => socket.end(), 'ECONNRESET'],
    ['reset without an answer', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    [
      'closed before the promised length',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'),
      'ECONNRESET',
    ],
    [
      'closed before the last chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'),
      'ECONNRESET',
    ],
    [
      'reset in the body',
      (socket) =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc', () => socket.resetAndDestroy()),
      'ECONNRESET',
    ],
    [
      'taken over by another protocol',
      (socket) => socket.write('HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
      'ECONNRESET',
    ],
    ['that speaks no HTTP', (socket) => socket.write('220 mail.test ESMTP\r\n'), 'HPE_INVALID_CONSTANT'],
  ])('%s', async (_name, answer, code) => {
    const server = await startRawServer(answer);
    await expect(client()(server.url, GET)).rejects.toMatchObject({ code });
  });

  it('to a port where nobody listens', async () => {
    const server = await startRawServer(() => {});
    await server.close();
    await expect(client()(server.url, GET)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('to a server whose certificate nobody vouches for', async () => {
    const fixture = (name: string): Buffer =>
      readFileSync(new URL(`../../fixtures/keys/${name}`, import.meta.url));
    let requests = 0;
    const server = createTlsServer(
      { key: fixture('rsa-2048.pkcs8.pem'), cert: fixture('certificate.pem') },
      (_request, response) => {
        requests += 1;
        response.end();
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await expect(client()(`https://127.0.0.1:${port}/`, GET)).rejects.toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED|CERT/),
    });
    expect(requests).toBe(0);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('an abort', () => {
  it('before the request sends nothing', async () => {
    const server = await startRawServer((socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    const exchanges: unknown[] = [];
    const send = client({ onExchange: (exchange) => exchanges.push(exchange) });
    await expect(send(server.url, { ...GET, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORT_ERR',
    });
    expect(server.received.join('')).toBe('');
    expect(exchanges).toMatchObject([{ failure: 'ABORT_ERR' }]);
  });

  it.each<[string, string]>([
    ['before the answer', ''],
    ['in the body', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'],
  ])('%s ends the connection', async (_name, text) => {
    const controller = new AbortController();
    const closed = createGate();
    const server = await startRawServer((socket) => {
      socket.on('close', closed.open);
      socket.write(text, () => setImmediate(() => controller.abort()));
    });
    await expect(client()(server.url, { ...GET, signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORT_ERR',
    });
    await closed.passed;
  });

  it('is no longer listened for when the exchange is over', async () => {
    const { signal } = new AbortController();
    const good = await startRawServer((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
    );
    const bad = await startRawServer((socket) => socket.end());
    await client()(good.url, { ...GET, signal });
    await client()(bad.url, { ...GET, signal }).catch(() => {});
    await expect.poll(() => getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
