import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RequestHandler, ServerOptions } from '../../../src/system/http-server.ts';
import { createGate } from '../../helpers/gate.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { bodyOf, exchangeRaw, openSocket, rawRequest, readToEnd, statusOf } from '../../helpers/raw-http.ts';
import { answering, createGatedHandler, startTestServer } from '../../helpers/test-server.ts';

describe('startServer', () => {
  it('answers, closes the connection and says nothing of its own', async () => {
    const handle = () => ({ status: 200, headers: { 'x-test': 'yes' }, body: 'hello' });
    const { port } = await startTestServer({ handle });
    const answer = await exchangeRaw(port, rawRequest('/', 'localhost'));
    expect(answer.replace(/\r\nDate: [^\r]+/, '')).toBe(
      'HTTP/1.1 200 OK\r\nx-test: yes\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello',
    );
  });

  it('hands the request over as plain data', async () => {
    const handle = () => ({ status: 204, headers: {}, body: '' });
    const { port, requests } = await startTestServer({ handle });
    const head = 'POST //a/%2e/?b=%20 HTTP/1.1\r\nHOST: h\r\nX-One: 1\r\nX-One: 2\r\n__proto__: x\r\n';
    const answer = await exchangeRaw(port, `${head}Content-Length: 3\r\n\r\n\u{e9}=`);
    expect(statusOf(answer)).toBe(204);
    expect(answer).not.toContain('ontent-length');
    expect(requests).toEqual([
      {
        method: 'POST',
        target: '//a/%2e/?b=%20',
        headers: expect.objectContaining({ host: 'h', 'x-one': '1, 2' }),
        body: '\u{e9}=',
      },
    ]);
  });

  it('puts a chunked body together', async () => {
    const { port } = await startTestServer({ handle: ({ body }) => ({ status: 200, headers: {}, body }) });
    const request =
      'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
    expect(bodyOf(await exchangeRaw(port, request))).toBe('abcde');
  });

  it.each<[string, RequestHandler]>([
    ['throws', () => expect.fail('secret detail')],
    ['rejects', () => Promise.reject(new Error('secret detail'))],
    ['sets a header that HTTP cannot carry', () => ({ status: 200, headers: { a: 'b\r\nc: d' }, body: 'x' })],
    ['sets a status that HTTP cannot carry', () => ({ status: 1, headers: {}, body: 'x' })],
  ])('answers a bare 500 when the handler %s', async (_what, handle) => {
    const { port } = await startTestServer({ handle });
    const answer = await exchangeRaw(port, rawRequest('/', 'localhost'));
    expect([statusOf(answer), bodyOf(answer)]).toEqual([500, '']);
  });
});

describe('listening', () => {
  it('takes the same ephemeral port on every address, and those addresses alone', async () => {
    const server = await startTestServer({ addresses: ['127.0.0.1', '::1'] });
    expect(server.addresses).toEqual(['127.0.0.1', '::1']);
    for (const address of server.addresses) {
      expect(statusOf(await exchangeRaw(server.port, rawRequest('/', 'h'), address))).toBe(200);
    }
    await expect(openSocket(server.port, '127.0.0.2')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('passes over an address that this machine lacks, unless it is the first', async () => {
    const absent = '192.0.2.1'; // TEST-NET-1, RFC 5737
    const server = await startTestServer({ addresses: ['127.0.0.1', absent] });
    expect(server.addresses).toEqual(['127.0.0.1']);
    await expect(startTestServer({ addresses: [absent, '127.0.0.1'] })).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
      address: absent,
    });
  });

  it("rejects with Node's own error and lets go of the other addresses", async () => {
    const stranger = await occupyPort('::1');
    onTestFinished(() => stranger.close());
    const { port } = stranger;
    await expect(startTestServer({ addresses: ['127.0.0.1', '::1'], port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      address: '::1',
    });
    expect((await startTestServer({ port })).port).toBe(port);
  });
});

describe('close', () => {
  it('frees the port at once although idle and half-sent connections are open', async () => {
    const server = await startTestServer({ limits: { closeMs: 60_000 } });
    const idle = await openSocket(server.port);
    const partial = await openSocket(server.port);
    partial.write('GET / HTTP/1.1\r\nHo');
    // A whole exchange on a third connection: the server has seen the first two.
    await exchangeRaw(server.port, rawRequest('/', 'h'));
    const ends = Promise.all([readToEnd(idle), readToEnd(partial)]);
    await server.close();
    expect(await ends).toEqual(['', '']);
    await expect(openSocket(server.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('lets an answer in flight out', async () => {
    const { handle, gate, entered } = createGatedHandler('late');
    const server = await startTestServer({ handle, limits: { closeMs: 60_000 } });
    const answer = exchangeRaw(server.port, rawRequest('/', 'h'));
    await entered;
    const closed = server.close();
    gate.open();
    expect(bodyOf(await answer)).toBe('late');
    await closed;
  });

  it('lets an answer out that is larger than what the system takes at once', async () => {
    const body = 'x'.repeat(50_000_000);
    const limits = { closeMs: 60_000, answerMs: 60_000 };
    const server = await startTestServer({ handle: answering(body), limits });
    const socket = await openSocket(server.port);
    const begun = createGate();
    socket.once('data', begun.open);
    const answer = readToEnd(socket);
    socket.write(rawRequest('/', 'h'));
    await begun.passed;
    const closed = server.close();
    expect(bodyOf(await answer).length).toBe(body.length);
    await closed;
  });

  it('does not wait longer than it says for a handler that never answers, and may be called again', async () => {
    const { handle, entered } = createGatedHandler('never');
    const server = await startTestServer({ handle, limits: { closeMs: 20 } });
    const answer = exchangeRaw(server.port, rawRequest('/', 'h'));
    await entered;
    await Promise.all([server.close(), server.close()]);
    expect(await answer).toBe('');
    await server.close();
  });
});

const echo: RequestHandler = ({ target }) => ({ status: 200, headers: {}, body: target });

/** A connection to a server that keeps connections. */
async function connectTo(options: Partial<ServerOptions> = {}): Promise<Socket> {
  return openSocket((await startTestServer({ handle: echo, keepAlive: true, ...options })).port);
}

/** Sends a request and returns the first piece of its answer. */
async function ask(socket: Socket, request: string): Promise<string> {
  const answer = once(socket, 'data');
  socket.write(request);
  return String((await answer)[0]);
}

describe('a server that keeps connections', () => {
  it('answers one request after the other on the same connection', async () => {
    const socket = await connectTo();
    expect(await ask(socket, rawRequest('/one', 'h'))).toMatch(/\/one$/);
    expect(await ask(socket, rawRequest('/two', 'h'))).toMatch(/\/two$/);
  });

  it('closes after the answer to a request that another one did not wait for', async () => {
    const { handle, gate } = createGatedHandler('first');
    const socket = await connectTo({ handle });
    const answer = readToEnd(socket);
    socket.write(rawRequest('/', 'h').repeat(2));
    gate.open();
    expect(await answer).toMatch(/\r\nconnection: close\r\n.*first$/is);
  });

  it('drops a connection that goes on sending requests while one is being answered', async () => {
    const socket = await connectTo({ handle: createGatedHandler('first').handle });
    const answer = readToEnd(socket);
    socket.write(rawRequest('/', 'h').repeat(4));
    expect(await answer).toBe('');
  });

  it('gives every request its own deadline', async () => {
    const socket = await connectTo({ limits: { requestMs: 1_000 } });
    await ask(socket, rawRequest('/one', 'h'));
    const rest = readToEnd(socket);
    socket.write('GET /two HTTP/1.1\r\n');
    expect(await rest).toBe('');
  });

  it('lets a connection rest between requests for as long as the limits say, and announces it', async () => {
    const socket = await connectTo({ limits: { keepAliveMs: 2_000 } });
    expect(await ask(socket, rawRequest('/one', 'h'))).toMatch(/\r\nkeep-alive: timeout=2\r\n/i);
  });

  it('closes a connection that rests for longer', async () => {
    const socket = await connectTo({ limits: { keepAliveMs: 50, requestMs: 3_600_000 } });
    await ask(socket, rawRequest('/one', 'h'));
    expect(await readToEnd(socket)).toBe('');
  });
});
