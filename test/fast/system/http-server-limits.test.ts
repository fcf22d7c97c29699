import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSelfSignedCertificate } from '../../../src/keys/certificate.ts';
import { createGate } from '../../helpers/gate.ts';
import { bodyOf, exchangeRaw, openSocket, rawRequest, readToEnd, statusOf } from '../../helpers/raw-http.ts';
import { answering, createGatedHandler, startTestServer } from '../../helpers/test-server.ts';

const GET = rawRequest('/', 'h');
const CHUNKED = 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n';

/** Opens a connection that ends with the test. */
async function open(port: number): Promise<Socket> {
  const socket = await openSocket(port);
  onTestFinished(() => void socket.destroy());
  return socket;
}

describe('refusals', () => {
  const long = 'x'.repeat(2_000);
  const limits = { headerBytes: 4_000, bodyBytes: 1_000 };

  it.each<[string, number, string]>([
    ['headers over the limit', 431, `GET / HTTP/1.1\r\nHost: h\r\nA: ${long}\r\nB: ${long}\r\n\r\n`],
    ['a chunked body over the limit', 413, `${CHUNKED}7d0\r\n${long}\r\n0\r\n\r\n`],
    ['no Host', 400, 'GET / HTTP/1.1\r\n\r\n'],
    ['no Host, in HTTP/1.0', 400, 'GET / HTTP/1.0\r\n\r\n'],
    ['two Hosts', 400, 'GET / HTTP/1.1\r\nHost: h\r\nHost: evil.example\r\n\r\n'],
    ['no Host, and a body that is none', 400, `${CHUNKED.replace('Host: h\r\n', '')}no length\r\n`],
    ['no HTTP at all', 400, 'hello\r\n\r\n'],
    ['a TLS client hello', 400, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['a bare line feed in a header', 400, 'GET / HTTP/1.1\r\nHost: h\nX : y\r\n\r\n'],
    ['two lengths', 400, CHUNKED.replace('Transfer', 'Content-Length: 1\r\nTransfer')],
  ])('answers %s with a bare %i, does not run the handler and serves on', async (_what, status, request) => {
    const { port, requests } = await startTestServer({ limits });
    const answer = await exchangeRaw(port, request);
    expect([statusOf(answer), bodyOf(answer)]).toEqual([status, '']);
    expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
    expect(requests).toEqual([]);
    expect(statusOf(await exchangeRaw(port, GET))).toBe(200);
  });

  it('refuses a body by its announced length, before it comes', async () => {
    const { port } = await startTestServer({ limits });
    const socket = await open(port);
    const refused = once(socket, 'data');
    socket.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999999\r\n\r\n');
    expect(statusOf(String(await refused))).toBe(413);
  });

  it('survives a client that resets its connection in the middle', async () => {
    const { port, requests } = await startTestServer({ limits });
    for (const part of ['', 'GET / HT', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nx']) {
      const socket = await openSocket(port);
      socket.write(part);
      socket.resetAndDestroy();
    }
    expect(statusOf(await exchangeRaw(port, GET))).toBe(200);
    expect(requests).toHaveLength(1);
  });

  it('takes one request a connection, pipelined ones included', async () => {
    const { port, requests } = await startTestServer();
    const answer = await exchangeRaw(port, GET + GET);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(requests).toHaveLength(1);
  });

  it('closes after an expectation that it does not know', async () => {
    const { port } = await startTestServer();
    const answer = await exchangeRaw(port, 'GET / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n');
    expect(answer).toContain('\r\nconnection: close\r\n');
  });
});

describe('time and places', () => {
  it.each<[string, string]>([
    ['an idle connection', ''],
    ['half a head', 'GET / HTTP/1.1\r\nHos'],
    ['half a body', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc'],
    ['the rest of a refused body', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\nabc'],
  ])('does not wait for ever for %s', async (_what, request) => {
    const { port, requests } = await startTestServer({ limits: { requestMs: 30 } });
    expect([0, 413]).toContain(statusOf(await exchangeRaw(port, request)));
    expect(requests).toEqual([]);
  });

  it('counts the time for the whole request, not between bytes', async () => {
    const { port } = await startTestServer({ limits: { requestMs: 60 } });
    const socket = await open(port);
    const end = readToEnd(socket);
    socket.write('GET / HTTP/1.1\r\nHost: h\r\nX: ');
    const drip = setInterval(() => socket.write('x'), 5);
    expect(await end).toBe('');
    clearInterval(drip);
  });

  it('lets the handler take longer than a request may', async () => {
    const { handle, gate, entered } = createGatedHandler('slow');
    const { port } = await startTestServer({ handle, limits: { requestMs: 1_000 } });
    const answer = exchangeRaw(port, GET);
    await entered;
    // An idle connection that came later: when its time is up, so would be that of the request in hand.
    expect(await exchangeRaw(port, '')).toBe('');
    gate.open();
    expect(bodyOf(await answer)).toBe('slow');
  });

  it('does not wait for ever for a client that takes no answer', async () => {
    const handle = answering('x'.repeat(50_000_000)); // more than the system's buffers hold
    const server = await startTestServer({ handle, limits: { answerMs: 30, closeMs: 60_000 } });
    const socket = await open(server.port);
    const begun = createGate();
    socket.once('data', () => {
      socket.pause();
      begun.open();
    });
    socket.write(GET);
    await begun.passed;
    await server.close(); // waits for answers in flight
    expect(socket.destroyed).toBe(false);
  });

  it('gives the place of the oldest connection without a request to a new one', async () => {
    const { port } = await startTestServer({ limits: { sockets: 3 } });
    const [first, second] = [await open(port), await open(port)];
    const firstEnd = readToEnd(first);
    const lastTwo = [await open(port), await open(port)];
    await firstEnd;
    const answer = readToEnd(second);
    second.write(GET);
    expect(statusOf(await answer)).toBe(200);
    expect(lastTwo.every((socket) => !socket.destroyed)).toBe(true);
  });

  it('drops a new connection when every place has a request in hand', async () => {
    const { handle, gate, entered } = createGatedHandler('kept', 2);
    const { port } = await startTestServer({ handle, limits: { sockets: 2 } });
    const kept = [exchangeRaw(port, GET), exchangeRaw(port, GET)];
    await entered;
    expect(await exchangeRaw(port, GET)).toBe('');
    gate.open();
    expect((await Promise.all(kept)).map(bodyOf)).toEqual(['kept', 'kept']);
  });
});

describe('a server with a certificate', async () => {
  const tls = await createSelfSignedCertificate([]);

  it('answers over TLS alone, within its limits', async () => {
    const { port } = await startTestServer({ tls, limits: { bodyBytes: 3 } });
    const exchangeTls = (request: string) => exchangeRaw(port, request, undefined, tls.certificate);
    expect(await exchangeTls(GET)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nhello$/s);
    const large = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd';
    expect(await exchangeTls(large)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await exchangeRaw(port, GET)).not.toContain('hello');
  });

  it('gives neither a handshake nor a request for ever', async () => {
    const { port } = await startTestServer({ tls, limits: { requestMs: 1_000 } });
    const sockets = [await openSocket(port), await openSocket(port, undefined, tls.certificate)];
    expect(await Promise.all(sockets.map(readToEnd))).toEqual(['', '']);
  });

  it('makes room for a client when others only hold connections', async () => {
    const { port } = await startTestServer({ tls, limits: { sockets: 2 } });
    const gone = readToEnd(await openSocket(port));
    await open(port);
    expect(await exchangeRaw(port, GET, undefined, tls.certificate)).toContain('hello');
    expect(await gone).toBe('');
  });

  it('closes at once, whatever stage connections are in', async () => {
    const server = await startTestServer({ tls, limits: { closeMs: 60_000 } });
    const sockets = [
      await openSocket(server.port),
      await openSocket(server.port, undefined, tls.certificate),
    ];
    const ends = Promise.all(sockets.map(readToEnd));
    await server.close();
    expect(await ends).toEqual(['', '']);
  });
});
