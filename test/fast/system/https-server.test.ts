import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createSelfSignedCertificate, type SelfSignedCertificate } from '../../../src/keys/certificate.ts';
import { type RunningServer, type ServerLimits, startServer } from '../../../src/system/http-server.ts';
import { exchangeRaw, openSocket, rawRequest, readToEnd } from '../../helpers/raw-http.ts';
import { exchangeTls, openTls } from '../../helpers/raw-tls.ts';

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

describe('startServer with a certificate', () => {
  it('answers over TLS alone, within its limits', async () => {
    const { port } = await start({ bodyBytes: 3 });
    expect(await exchangeTls({ port, ca: tls.certificate }, rawRequest('/', 'h'))).toMatch(
      /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nhello$/s,
    );
    const large = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd';
    expect(await exchangeTls({ port, ca: tls.certificate }, large)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await exchangeRaw(port, rawRequest('/', 'h'))).not.toContain('hello');
  });

  it('gives neither a handshake nor a request for ever', async () => {
    const { port } = await start({ requestMs: 1_000 });
    const silent = await openSocket(port);
    const idle = await openTls({ port, ca: tls.certificate });
    expect(await Promise.all([readToEnd(silent), readToEnd(idle)])).toEqual(['', '']);
  });

  it('makes room for a client when others only hold connections', async () => {
    const { port } = await start({ sockets: 2 });
    const silent = [await openSocket(port), await openSocket(port)];
    const [gone] = silent.map(readToEnd);
    expect(await exchangeTls({ port, ca: tls.certificate }, rawRequest('/', 'h'))).toContain('hello');
    expect(await gone).toBe('');
    silent[1]?.destroy();
  });

  it('closes at once, whatever stage connections are in', async () => {
    const server = await start({ closeMs: 60_000 });
    const [silent, idle] = [
      await openSocket(server.port),
      await openTls({ port: server.port, ca: tls.certificate }),
    ];
    const ends = Promise.all([readToEnd(silent), readToEnd(idle)]);
    await server.close();
    expect(await ends).toEqual(['', '']);
  });
});
