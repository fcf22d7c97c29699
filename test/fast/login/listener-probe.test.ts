import { createServer } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createSelfSignedCertificate } from '../../../src/keys/certificate.ts';
import { type ProbeNetwork, startCallbackListener } from '../../../src/login/callback-listener.ts';
import { type ListenPlan, planListener } from '../../../src/login/listen-plan.ts';
import { lookupAddresses, probeAddress } from '../../../src/system/http-probe.ts';
import type { TlsCredentials } from '../../../src/system/http-server.ts';
import { startTestListener } from '../../helpers/callback-listener.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { issueCertificate } from '../../helpers/private-authority.ts';
import { bodyOf, exchangeRaw, openSocket, rawRequest, readToEnd, statusOf } from '../../helpers/raw-http.ts';
import { exchangeTls, openTls } from '../../helpers/raw-tls.ts';
import { takePort } from '../../helpers/take-port.ts';

const SIGNED_IN = { kind: 'signed-in' } as const;
const NETWORK: ProbeNetwork = { lookup: lookupAddresses, ask: probeAddress };
const noCallback = (): never => {
  throw new Error('the probe counted as a callback');
};
const planFor = (port: number, scheme = 'http'): ListenPlan =>
  planListener(new URL(`${scheme}://localhost:${port}/callback`), {});

let own: TlsCredentials;
beforeAll(async () => {
  own = await createSelfSignedCertificate();
});

async function occupy(address: string, reply?: string) {
  const stranger = await occupyPort(address, 0, reply);
  onTestFinished(() => stranger.close());
  return stranger;
}

describe('a port that is taken', () => {
  it.each(['127.0.0.1', '::1'])('by another program on %s is named, with a way out', async (address) => {
    const { port } = await occupy(address);
    await expect(startCallbackListener(planFor(port), noCallback)).rejects.toMatchObject({
      code: 'ERR_LISTEN_PORT_IN_USE',
      step: 'listen',
      message: `cannot listen for localhost:${port}: port ${port} on ${address} is in use`,
      hint: expect.stringMatching(new RegExp(`lsof -i :${port} .*register another.*--listen.*--manual`)),
    });
    const other = address === '::1' ? '127.0.0.1' : '::1';
    await expect(openSocket(port, other)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('by a login of our own is named as well, and is free again after its end', async () => {
    const { plan, listener } = await startTestListener();
    await expect(startCallbackListener(plan, noCallback)).rejects.toMatchObject({
      code: 'ERR_LISTEN_PORT_IN_USE',
      causes: expect.arrayContaining([expect.stringContaining('another sgid login')]),
    });
    await listener.close(SIGNED_IN);
    await (await startCallbackListener(plan, noCallback)).close(SIGNED_IN);
  });
});

/** Starts a listener and looks at what its probe asks; these addresses answer with these words, others not at all. */
async function probe(
  answers: Readonly<Record<string, string | 'listener'>>,
  changes: Partial<ListenPlan> = {},
  resolved: readonly string[] = [],
) {
  const plan = { ...planFor(await takePort()), ...changes };
  const asked: { address: string; budgetMs: number; host: string; target: string }[] = [];
  const names: string[] = [];
  const network: ProbeNetwork = {
    lookup: async (name) => {
      names.push(name);
      return resolved;
    },
    ask: async (request) => {
      asked.push(request);
      const text = answers[request.address];
      if (text === 'listener') return probeAddress({ ...request, address: '127.0.0.1' });
      return text === undefined ? { kind: 'unreachable' } : { kind: 'connected', text };
    },
  };
  const started = startCallbackListener(plan, noCallback, { network });
  const listener = await started.catch((error: unknown) => error);
  if (!(listener instanceof Error)) onTestFinished(async () => (await started).close(SIGNED_IN));
  return { listener, asked, names, plan };
}

describe('the probe', () => {
  it('asks both literals and whatever the name resolves to, each once, and the listener for longer', async () => {
    const { asked, plan } = await probe({ '127.0.0.1': 'listener' }, {}, ['127.0.0.1', '127.0.1.1']);
    expect(asked.map(({ address }) => address)).toEqual(['127.0.0.1', '::1', '127.0.1.1']);
    expect(asked.map(({ budgetMs }) => budgetMs)).toEqual([3_000, 3_000, 300]);
    expect(new Set(asked.map(({ host }) => host))).toEqual(new Set([`localhost:${plan.port}`]));
  });

  it('asks nobody when a tunnel or proxy is in front', async () => {
    const { probeHost: _any, ...plan } = planFor(await takePort());
    const refuse = () => Promise.reject(new Error('asked'));
    const listener = await startCallbackListener(plan, noCallback, {
      network: { lookup: refuse, ask: refuse },
    });
    await listener.close(SIGNED_IN);
  });

  it('looks a bracketed literal up without its brackets', async () => {
    expect((await probe({}, { probeHost: '[::1]' })).names).toEqual(['::1']);
  });

  it('has another secret each time, and its request is answered only while it runs', async () => {
    const runs = [await probe({ '127.0.0.1': 'listener' }), await probe({ '127.0.0.1': 'listener' })];
    const targets = runs.map(({ asked }) => asked[0]?.target ?? '');
    expect(new Set(targets).size).toBe(2);
    for (const [index, { plan }] of runs.entries()) {
      expect(targets[index]).toMatch(/^\/\.sgid-probe\/[\w-]{43}$/);
      const request = rawRequest(targets[index] ?? '', `localhost:${plan.port}`);
      expect(statusOf(await exchangeRaw(plan.port, request))).toBe(404);
    }
  });

  it.each([
    ['another page', 'HTTP/1.1 200 OK\r\n\r\nhello'],
    ['an empty proof', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['nothing', ''],
  ])('notices a stranger that says %s', async (_what, text) => {
    const { listener, plan } = await probe({ '127.0.0.1': 'listener', '::1': text });
    expect(listener).toMatchObject({
      code: 'ERR_LISTEN_INTERCEPTED',
      step: 'listen',
      message: expect.stringContaining(' ::1,'),
      hint: expect.stringContaining(`lsof -i :${plan.port}`),
    });
    await expect(openSocket(plan.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('notices that nobody answers', async () => {
    expect((await probe({})).listener).toMatchObject({
      code: 'ERR_LISTEN_INTERCEPTED',
      hint: expect.stringContaining('127.0.0.1 and ::1'),
    });
  });

  it.each<[string, 'http' | 'https', string | undefined]>([
    ['answers', 'http', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    ['says nothing', 'http', undefined],
    ['answers in plain text', 'https', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    ['says nothing', 'https', undefined],
  ])('notices a program on the other address family that %s: %s', async (_what, scheme, reply) => {
    const stranger = await occupy('::1', reply);
    const plan = { ...planFor(stranger.port, scheme), addresses: ['127.0.0.1'] };
    const network = { ...NETWORK, lookup: async () => ['127.0.0.1', '::1'] };
    const tls = scheme === 'https' ? own : undefined;
    await expect(startCallbackListener(plan, noCallback, { tls, network })).rejects.toMatchObject({
      code: 'ERR_LISTEN_INTERCEPTED',
      message: expect.stringContaining(' ::1,'),
    });
    expect(stranger.received()).not.toContain('/callback');
    if (tls) expect(stranger.received()).not.toContain('/.sgid-probe/');
  });

  it('says nothing to a program with another certificate, whoever vouches for that', async () => {
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
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const plan = { ...planFor(port, 'https'), addresses: ['127.0.0.1'] };
    const network = { ...NETWORK, lookup: async () => ['127.0.0.1', '::1'] };
    const tls = issueCertificate(['localhost']);
    await expect(startCallbackListener(plan, noCallback, { tls, network })).rejects.toMatchObject({
      code: 'ERR_LISTEN_INTERCEPTED',
    });
    expect(decrypted).toBe('');
  });
});

describe('a listener with a certificate', () => {
  async function start(tls: TlsCredentials = own) {
    const port = await takePort();
    const received: string[] = [];
    const listener = await startCallbackListener(
      planFor(port, 'https'),
      (parameters) => {
        received.push(parameters.toString());
        return { kind: 'settled' };
      },
      { tls },
    );
    onTestFinished(() => listener.close(SIGNED_IN));
    const ask = (target: string, host = `localhost:${port}`, address?: string): Promise<string> =>
      exchangeTls({ port, ca: tls.certificate, ...(address && { address }) }, rawRequest(target, host));
    return { port, received, listener, ask };
  }

  it.each(['127.0.0.1', '::1'])('takes a callback at %s', async (address) => {
    const { ask, received } = await start(issueCertificate(['localhost']));
    expect(bodyOf(await ask('/callback?code=x', undefined, address))).toContain('Login already finished');
    expect(received).toEqual(['code=x']);
  });

  it('refuses what it refuses over http, and plain text', async () => {
    const { ask, port, received } = await start();
    expect(statusOf(await ask('/callback', 'evil.example'))).toBe(403);
    expect(statusOf(await ask('/favicon.ico'))).toBe(404);
    const plain = await exchangeRaw(port, rawRequest('/callback?code=plain', `localhost:${port}`));
    expect(plain).not.toContain('finished');
    expect(received).toEqual([]);
  });

  it('waits for no socket without a handshake, with half of one, or idle after it', async () => {
    const { port, ask, listener, received } = await start();
    const silent = await Promise.all(Array.from({ length: 200 }, () => openSocket(port)));
    const silences = silent.map(readToEnd);
    const stalled = await openSocket(port);
    // The first bytes of a ClientHello: a record of 512 bytes, most of which never come.
    stalled.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]));
    const idle = await openTls({ port, ca: own.certificate });
    const ends = Promise.all([...silences, readToEnd(stalled), readToEnd(idle)]);
    expect(statusOf(await ask('/callback?code=x'))).toBe(200);
    await listener.close(SIGNED_IN);
    expect(new Set(await ends)).toEqual(new Set(['']));
    expect(received).toEqual(['code=x']);
  });
});
