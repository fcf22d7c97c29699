import { afterEach, describe, expect, it } from 'vitest';
import { findFreePort } from '../../../src/platform/free-port.ts';
import { lookupAddresses, type ProbeReply, probeAddress } from '../../../src/platform/http-probe.ts';
import { type OccupiedPort, occupyPort } from '../../helpers/occupy-port.ts';

const strangers: OccupiedPort[] = [];

afterEach(async () => {
  await Promise.all(strangers.splice(0).map((stranger) => stranger.close()));
});

async function occupy(reply?: string): Promise<OccupiedPort> {
  const stranger = await occupyPort('127.0.0.1', 0, reply);
  strangers.push(stranger);
  return stranger;
}

function ask(port: number, budgetMs = 5_000): Promise<ProbeReply> {
  return probeAddress({ address: '127.0.0.1', port, host: 'localhost:1', target: '/x', budgetMs });
}

describe('probeAddress', () => {
  it('sends one plain request and tells the answer', async () => {
    const stranger = await occupy('HTTP/1.1 200 OK\r\n\r\nhi');
    expect(await ask(stranger.port)).toEqual({ kind: 'connected', text: 'HTTP/1.1 200 OK\r\n\r\nhi' });
    expect(stranger.received()).toBe('GET /x HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n');
  });

  it('tells that nobody listens', async () => {
    expect(await ask(await findFreePort())).toEqual({ kind: 'unreachable' });
  });

  it('does not wait longer than its budget for a silent one', async () => {
    const { port } = await occupy();
    expect(await ask(port, 20)).toEqual({ kind: 'connected', text: '' });
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
