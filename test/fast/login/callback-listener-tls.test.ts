import { createServer, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createSelfSignedCertificate } from '../../../src/keys/certificate.ts';
import { type ListenPlan, planListener } from '../../../src/login/listen-plan.ts';
import { type CallbackListener, startCallbackListener } from '../../../src/login/listener.ts';
import { systemNetwork } from '../../../src/login/probe.ts';
import type { TlsCredentials } from '../../../src/system/http-server.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { issueCertificate } from '../../helpers/private-authority.ts';
import { bodyOf, exchangeRaw, openSocket, rawRequest, readToEnd, statusOf } from '../../helpers/raw-http.ts';
import { exchangeTls, openTls } from '../../helpers/raw-tls.ts';
import { takePort } from '../../helpers/take-port.ts';

let own: TlsCredentials;
beforeAll(async () => {
  own = await createSelfSignedCertificate();
});

const planFor = (port: number): ListenPlan => planListener(new URL(`https://localhost:${port}/callback`), {});

interface TlsListener {
  readonly listener: CallbackListener;
  readonly port: number;
  readonly received: readonly string[];
  /** Sends a request over TLS, trusting the listener's certificate alone. */
  ask(target: string, options?: { host?: string; address?: string }): Promise<string>;
}

async function start(tls: TlsCredentials = own): Promise<TlsListener> {
  const port = await takePort();
  const received: string[] = [];
  const receive = async (parameters: URLSearchParams) => {
    received.push(parameters.toString());
    return { kind: 'signed-in' } as const;
  };
  const listener = await startCallbackListener(planFor(port), receive, { tls });
  onTestFinished(() => listener.close());
  const ask: TlsListener['ask'] = (target, { host = `localhost:${port}`, ...where } = {}) =>
    exchangeTls({ port, ca: tls.certificate, ...where }, rawRequest(target, host));
  return { listener, port, received, ask };
}

describe('a callback over https', () => {
  it.each(['127.0.0.1', '::1'])('is taken at %s and answered with a page', async (address) => {
    const { ask, received } = await start();
    const answer = await ask('/callback?code=x', { address });
    expect(statusOf(answer)).toBe(200);
    expect(bodyOf(answer)).toContain('Signed in');
    expect(received).toEqual(['code=x']);
  });

  it('is taken with a certificate that an authority issued', async () => {
    const { ask, received } = await start(issueCertificate(['localhost']));
    expect(statusOf(await ask('/callback'))).toBe(200);
    expect(received).toEqual(['']);
  });

  it.each([
    ['a rebound name', '/callback', 'evil.example'],
    ['another path', '/favicon.ico', undefined],
  ])('is judged as over http: %s is none', async (_name, target, host) => {
    const { ask, received } = await start();
    expect(statusOf(await ask(target, host === undefined ? {} : { host }))).toBe(host ? 403 : 404);
    expect(received).toEqual([]);
  });

  it('in plain text is none, and the listener says nothing to it', async () => {
    const { port, ask, received } = await start();
    const plain = await exchangeRaw(port, rawRequest('/callback?code=plain', `localhost:${port}`));
    expect(plain).not.toContain('Signed in');
    expect(received).toEqual([]);
    expect(statusOf(await ask('/callback?code=x'))).toBe(200);
    expect(received).toEqual(['code=x']);
  });
});

describe('neither the callback nor the end waits for', () => {
  it('200 sockets that never begin a handshake', async () => {
    const { port, ask, listener, received } = await start();
    const sockets = await Promise.all(Array.from({ length: 200 }, () => openSocket(port)));
    const ends = Promise.all(sockets.map(readToEnd));
    expect(statusOf(await ask('/callback?code=x'))).toBe(200);
    await listener.close();
    expect(new Set(await ends)).toEqual(new Set(['']));
    expect(received).toEqual(['code=x']);
  });

  it('a client that stalls in its handshake, and one that idles after it', async () => {
    const { port, ask, listener } = await start();
    const stalled = await openSocket(port);
    // The first bytes of a ClientHello: a record of 512 bytes, most of which never come.
    stalled.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]));
    const idle: TLSSocket = await openTls({ port, ca: own.certificate });
    const ends = Promise.all([readToEnd(stalled), readToEnd(idle)]);
    expect(statusOf(await ask('/callback?code=x'))).toBe(200);
    await listener.close();
    expect(await ends).toEqual(['', '']);
  });
});

describe('the probe over TLS', () => {
  const noCallback = (): never => {
    throw new Error('the probe counted as a callback');
  };
  const strayTo = async (port: number, tls: TlsCredentials): Promise<void> => {
    const plan = { ...planFor(port), addresses: ['127.0.0.1'] };
    const network = { ...systemNetwork, lookup: async () => ['127.0.0.1', '::1'] };
    await expect(startCallbackListener(plan, noCallback, { tls, network })).rejects.toMatchObject({
      code: 'ERR_LISTEN_INTERCEPTED',
      step: 'listen',
      message: expect.stringContaining(' ::1,'),
    });
  };

  it.each<[string, string | undefined]>([
    ['in plain text', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    ['with silence', undefined],
  ])('notices a program on the other address family that answers %s', async (_name, reply) => {
    const stranger = await occupyPort('::1', 0, reply);
    onTestFinished(() => stranger.close());
    await strayTo(stranger.port, own);
    expect(stranger.received()).not.toContain('/.sgid-probe/');
  });

  it('tells a program with another certificate nothing, whoever vouches for that', async () => {
    const given = issueCertificate(['localhost']);
    const other = await createSelfSignedCertificate();
    let decrypted = '';
    const server = createServer({ cert: other.certificate, key: other.privateKey }, (socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        decrypted += bytes;
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    await strayTo(address !== null && typeof address === 'object' ? address.port : 0, given);
    expect(decrypted).toBe('');
  });
});
