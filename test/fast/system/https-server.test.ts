import { connect, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createSelfSignedCertificate, type SelfSignedCertificate } from '../../../src/keys/certificate.ts';
import { type RunningServer, type ServerLimits, startServer } from '../../../src/system/http-server.ts';
import { exchangeRaw, openSocket, rawRequest, readToEnd, statusOf } from '../../helpers/raw-http.ts';

let tls: SelfSignedCertificate;
beforeAll(async () => {
  tls = await createSelfSignedCertificate();
});

async function start(limits: Partial<ServerLimits> = {}): Promise<RunningServer> {
  const handle = () => ({ status: 200, headers: {}, body: 'hello' });
  const server = await startServer({ addresses: ['127.0.0.1'], port: 0, handle, tls, limits });
  onTestFinished(() => server.close());
  return server;
}

function openTls(port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, ca: tls.certificate, servername: 'localhost' };
    const socket = connect(options, () => resolve(socket));
    socket.setEncoding('utf8');
    socket.once('error', reject);
  });
}

describe('startServer with a certificate', () => {
  it('answers over TLS, and closes', async () => {
    const { port } = await start();
    const socket = await openTls(port);
    const answer = readToEnd(socket);
    socket.write(rawRequest('/', 'localhost'));
    expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nhello$/s);
  });

  it('keeps its limits on bodies', async () => {
    const { port } = await start({ bodyBytes: 3 });
    const socket = await openTls(port);
    const answer = readToEnd(socket);
    socket.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd');
    expect(statusOf(await answer)).toBe(413);
  });

  it('ends the connection of a client that does not speak TLS', async () => {
    const { port } = await start();
    expect(await exchangeRaw(port, rawRequest('/', 'localhost'))).not.toContain('hello');
  });

  it('gives neither a handshake nor a request for ever', async () => {
    const { port } = await start({ requestMs: 100 });
    const silent = await openSocket(port);
    const idle = await openTls(port);
    expect(await Promise.all([readToEnd(silent), readToEnd(idle)])).toEqual(['', '']);
  });

  it('makes room for a client when others only hold connections', async () => {
    const { port } = await start({ sockets: 2 });
    const silent = [await openSocket(port), await openSocket(port)];
    const [gone] = silent.map(readToEnd);
    const socket = await openTls(port);
    expect(await gone).toBe('');
    const answer = readToEnd(socket);
    socket.write(rawRequest('/', 'localhost'));
    expect(statusOf(await answer)).toBe(200);
    silent[1]?.destroy();
  });

  it('closes at once, whatever stage connections are in', async () => {
    const server = await start();
    const [silent, idle] = [await openSocket(server.port), await openTls(server.port)];
    const ends = Promise.all([readToEnd(silent), readToEnd(idle)]);
    await server.close();
    expect(await ends).toEqual(['', '']);
  });
});
