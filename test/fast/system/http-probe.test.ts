import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { lookupAddresses, type ProbeReply, probeAddress } from '../../../src/system/http-probe.ts';
import { startServer, type TlsCredentials } from '../../../src/system/http-server.ts';
import { type OccupiedPort, occupyPort } from '../../helpers/occupy-port.ts';
import { issueCertificate } from '../../helpers/private-authority.ts';
import { takePort } from '../../helpers/take-port.ts';

const strangers: OccupiedPort[] = [];

afterEach(async () => {
  await Promise.all(strangers.splice(0).map((stranger) => stranger.close()));
});

async function occupy(reply?: string): Promise<OccupiedPort> {
  const stranger = await occupyPort('127.0.0.1', 0, reply);
  strangers.push(stranger);
  return stranger;
}

const REQUEST = { address: '127.0.0.1', host: 'localhost:1', target: '/x', ending: '\r\n\r\nproof' };

function ask(port: number, budgetMs = 5_000): Promise<ProbeReply> {
  return probeAddress({ ...REQUEST, port, budgetMs });
}

describe('probeAddress', () => {
  it('sends one plain request and tells the answer', async () => {
    const stranger = await occupy('HTTP/1.1 200 OK\r\n\r\nhi');
    expect(await ask(stranger.port)).toEqual({ kind: 'connected', text: 'HTTP/1.1 200 OK\r\n\r\nhi' });
    expect(stranger.received()).toBe('GET /x HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n');
  });

  it('tells that nobody listens', async () => {
    expect(await ask(await takePort())).toEqual({ kind: 'unreachable' });
  });

  it('does not wait longer than its budget for a silent one', async () => {
    const { port } = await occupy();
    expect(await ask(port, 20)).toEqual({ kind: 'connected', text: '' });
  });

  it('waits neither for the end of the connection nor for more once the ending is there', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}));
      socket.write('HTTP/1.1 200 OK\r\n\r\npro');
      setTimeout(() => socket.write('of'), 20);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await once(server, 'listening');
    expect(await ask((server.address() as AddressInfo).port, 60_000)).toEqual({
      kind: 'connected',
      text: 'HTTP/1.1 200 OK\r\n\r\nproof',
    });
  });

  it('does not read on for ever', async () => {
    const { port } = await occupy('x'.repeat(10_000_000));
    const reply = await ask(port);
    expect(reply.kind === 'connected' && reply.text.length).toBeLessThan(200_000);
  });
});

describe('lookupAddresses', () => {
  it('resolves localhost to loopback', async () => {
    expect(await lookupAddresses('localhost', 5_000)).toContain('127.0.0.1');
  });

  it('gives a literal back', async () => {
    expect(await lookupAddresses('::1', 5_000)).toEqual(['::1']);
  });

  it('is empty for a name that does not resolve', async () => {
    expect(await lookupAddresses('nowhere', 5_000, () => Promise.reject(new Error('ENOTFOUND')))).toEqual([]);
  });

  it('does not wait for a resolver that hangs', async () => {
    expect(await lookupAddresses('localhost', 20, () => new Promise(() => {}))).toEqual([]);
  });
});

describe('probeAddress with a certificate', () => {
  async function serve(tls: TlsCredentials): Promise<number> {
    const handle = () => ({ status: 200, headers: {}, body: 'hi' });
    const server = await startServer({ addresses: ['127.0.0.1'], port: 0, handle, tls });
    onTestFinished(() => server.close());
    return server.port;
  }
  const askOver = (port: number, certificate: string, host = 'localhost:1'): Promise<ProbeReply> =>
    probeAddress({ ...REQUEST, port, host, budgetMs: 5_000, certificate });

  it.each(['localhost:1', '127.0.0.1:1'])('asks over TLS for %s', async (host) => {
    const issued = issueCertificate(['localhost', '127.0.0.1']);
    const reply = await askOver(await serve(issued), issued.certificate, host);
    expect(reply).toMatchObject({ kind: 'connected', text: expect.stringMatching(/\r\n\r\nhi$/) });
  });

  it('takes no answer from whoever has another one, whoever made it', async () => {
    const [served, pinned] = [issueCertificate(['localhost']), issueCertificate(['localhost'])];
    expect(await askOver(await serve(served), pinned.certificate)).toEqual({ kind: 'connected', text: '' });
  });

  it('takes no plain answer', async () => {
    const stranger = await occupy('HTTP/1.1 200 OK\r\n\r\nhi');
    const { certificate } = issueCertificate(['localhost']);
    expect(await askOver(stranger.port, certificate)).toEqual({ kind: 'connected', text: '' });
  });

  it('tells that nobody listens', async () => {
    const { certificate } = issueCertificate(['localhost']);
    expect(await askOver(await takePort(), certificate)).toEqual({ kind: 'unreachable' });
  });
});
