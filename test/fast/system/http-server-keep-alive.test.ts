import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type RequestHandler,
  type RunningServer,
  type ServerOptions,
  startServer,
} from '../../../src/system/http-server.ts';
import { createGate } from '../../helpers/gate.ts';
import { openSocket, rawRequest, readToEnd } from '../../helpers/raw-http.ts';

let server: RunningServer;

afterEach(() => server.close());

const echo: RequestHandler = ({ target }) => ({ status: 200, headers: {}, body: target });

async function connectTo(options: Partial<ServerOptions> = {}): Promise<Socket> {
  const listening = { addresses: ['127.0.0.1'], port: 0, handle: echo, keepAlive: true };
  server = await startServer({ ...listening, ...options });
  return openSocket(server.port);
}

/** A connection whose requests are answered only once the gate is open. */
async function connectToGated() {
  const gate = createGate();
  const handle: RequestHandler = async (request) => {
    await gate.passed;
    return echo(request);
  };
  const socket = await connectTo({ handle });
  return { socket, answer: readToEnd(socket), gate };
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

  it('closes when the client asks for it', async () => {
    const socket = await connectTo();
    const answer = readToEnd(socket);
    socket.write('GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    expect(await answer).toMatch(/\r\nconnection: close\r\n.*\/last$/is);
  });

  it('closes after the answer to a request that another one did not wait for', async () => {
    const { socket, answer, gate } = await connectToGated();
    socket.write(rawRequest('/first', 'h') + rawRequest('/second', 'h'));
    gate.open();
    expect(await answer).toMatch(/\r\nconnection: close\r\n.*\/first$/is);
  });

  it('drops a connection that goes on sending requests while one is being answered', async () => {
    const { socket, answer, gate } = await connectToGated();
    for (let sent = 0; sent < 4; sent += 1) socket.write(rawRequest(`/${sent}`, 'h'));
    expect(await answer).toBe('');
    gate.open();
  });

  it('gives every request its own deadline', async () => {
    const socket = await connectTo({ limits: { requestMs: 100 } });
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

  it('does not wait for idle connections when it closes', async () => {
    const socket = await connectTo();
    await ask(socket, rawRequest('/one', 'h'));
    const rest = readToEnd(socket);
    await server.close();
    expect(await rest).toBe('');
  });
});
