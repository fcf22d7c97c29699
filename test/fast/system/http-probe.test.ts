import { describe, expect, it } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import { lookupAddresses, type ProbeReply, probeAddress } from '../../../src/system/http-probe.ts';
import { issueCertificate } from '../../helpers/private-authority.ts';
import { startRawServer } from '../../helpers/raw-server.ts';
import { startTestServer } from '../../helpers/test-server.ts';

const REQUEST = { address: '127.0.0.1', host: 'localhost:1', target: '/x', ending: '\r\n\r\nproof' };
const HEAD = 'HTTP/1.1 200 OK\r\n\r\n';

function ask(url: string, budgetMs = 60_000): Promise<ProbeReply> {
  return probeAddress({ ...REQUEST, port: Number(new URL(url).port), budgetMs });
}

describe('probeAddress', () => {
  it('sends one plain request and gives the answer', async () => {
    const { url, received } = await startRawServer((socket) => socket.end(`${HEAD}hi`));
    expect(await ask(url)).toEqual({ kind: 'connected', text: `${HEAD}hi` });
    expect(received).toEqual(['GET /x HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n']);
  });

  it('does not wait longer than its budget for a silent one', async () => {
    const { url } = await startRawServer(() => {});
    expect(await ask(url, 1_000)).toEqual({ kind: 'connected', text: '' });
  });

  it('waits neither for the end of the connection nor for more once the ending is there', async () => {
    const { url } = await startRawServer((socket) => {
      socket.write(`${HEAD}pro`);
      setTimeout(() => socket.write('of'), 20);
    });
    expect(await ask(url)).toEqual({ kind: 'connected', text: `${HEAD}proof` });
  });

  it('does not read on for ever', async () => {
    const { url } = await startRawServer((socket) => socket.write('x'.repeat(10_000_000)));
    const reply = await ask(url);
    expect(reply.kind === 'connected' && reply.text.length).toBeLessThan(200_000);
  });

  it.each([
    ['plain text', undefined],
    ['TLS', issueCertificate(['localhost']).certificate],
  ])('says over %s that nobody listens', async (_name, certificate) => {
    const request = { ...REQUEST, port: await takePort(), budgetMs: 60_000, certificate };
    expect(await probeAddress(request)).toEqual({ kind: 'unreachable' });
  });

  it.each(['localhost', '127.0.0.1'])('asks over TLS for %s', async (name) => {
    const tls = issueCertificate([name]);
    const { port } = await startTestServer({ tls });
    const request = { ...REQUEST, port, host: `${name}:1`, certificate: tls.certificate };
    const reply = await probeAddress({ ...request, budgetMs: 60_000 });
    expect(reply).toMatchObject({ kind: 'connected', text: expect.stringMatching(/\r\n\r\nhello$/) });
  });
});

describe('lookupAddresses', () => {
  it.each([
    ['localhost', '127.0.0.1'],
    ['::1', '::1'],
  ])('resolves %s', async (host, address) => {
    expect(await lookupAddresses(host, 60_000)).toContain(address);
  });

  it('is empty for a name that does not resolve, and does not wait for a resolver that hangs', async () => {
    const fail = () => Promise.reject(new Error('ENOTFOUND'));
    expect(await lookupAddresses('nowhere', 60_000, fail)).toEqual([]);
    expect(await lookupAddresses('localhost', 20, () => new Promise(() => {}))).toEqual([]);
  });
});
