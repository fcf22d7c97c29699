import { createServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import { createSelfSignedCertificate } from '../../../src/keys/certificate.ts';
import { startCallbackListener } from '../../../src/login/callback-listener.ts';
import { type ListenPlan, planListener } from '../../../src/login/listen-plan.ts';
import type { ProbeNetwork } from '../../../src/login/probe.ts';
import { probeAddress } from '../../../src/system/http-probe.ts';
import type { TlsCredentials } from '../../../src/system/http-server.ts';
import { bindAll } from '../../../src/system/ports.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { issueCertificate } from '../../helpers/private-authority.ts';
import { exchangeRaw, openSocket, rawRequest, statusOf } from '../../helpers/raw-http.ts';

const noCallback = (): never => {
  throw new Error('the probe counted as a callback');
};
const planFor = (port: number, scheme = 'http'): ListenPlan =>
  planListener(new URL(`${scheme}://localhost:${port}/callback`), {});

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
  if (!(listener instanceof Error)) onTestFinished(async () => (await started).close({ kind: 'refused' }));
  return { listener, asked, names, plan };
}

describe('the probe', () => {
  it('asks both literals and whatever the name resolves to, each once, and the listener for longer', async () => {
    const { asked, plan } = await probe({ '127.0.0.1': 'listener' }, {}, ['127.0.0.1', '127.0.1.1']);
    expect(asked.map(({ address }) => address)).toEqual(['127.0.0.1', '::1', '127.0.1.1']);
    expect(asked.map(({ budgetMs }) => budgetMs)).toEqual([20_000, 20_000, 300]);
    expect(new Set(asked.map(({ host }) => host))).toEqual(new Set([`localhost:${plan.port}`]));
  });

  it('asks nobody when a tunnel or proxy is in front', async () => {
    const { probeHost: _any, ...plan } = planFor(await takePort());
    const refuse = () => Promise.reject(new Error('asked'));
    const network = { lookup: refuse, ask: refuse };
    const listener = await startCallbackListener(plan, noCallback, { network });
    const answer = await exchangeRaw(plan.port, rawRequest('/other', `localhost:${plan.port}`));
    expect(statusOf(answer)).toBe(404);
    await listener.close({ kind: 'refused' });
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

  it('gives its proof to no other request while it runs', async () => {
    const answers: string[] = [];
    const ask: ProbeNetwork['ask'] = async (request) => {
      const target = `/.sgid-probe/${'x'.repeat(43)}`;
      const host = `localhost:${request.port}`;
      answers.push(await exchangeRaw(request.port, rawRequest(target, host)));
      return probeAddress({ ...request, address: '127.0.0.1' });
    };
    const network = { lookup: async () => [], ask };
    const plan = { ...planFor(await takePort()), addresses: ['127.0.0.1'] };
    const listener = await startCallbackListener(plan, noCallback, { network });
    await listener.close({ kind: 'refused' });
    expect(answers.map(statusOf)).toEqual([404]);
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
    const hint = expect.stringContaining('127.0.0.1 and ::1');
    const causes = [expect.stringContaining('firewall')];
    expect((await probe({})).listener).toMatchObject({ code: 'ERR_LISTEN_INTERCEPTED', hint, causes });
  });
});

/** Listens on one address family, on a port that somebody else has on the other. */
function startBeside(port: number, tls: TlsCredentials | undefined) {
  const plan = { ...planFor(port, tls ? 'https' : 'http'), addresses: ['127.0.0.1'] };
  const network = { lookup: async () => ['127.0.0.1', '::1'], ask: probeAddress };
  return startCallbackListener(plan, noCallback, { tls, network });
}

describe('a program on the other address family', () => {
  it.each<[string, 'http' | 'https', string | undefined]>([
    ['answers', 'http', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    ['says nothing', 'http', undefined],
    ['answers in plain text', 'https', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    ['says nothing', 'https', undefined],
  ])('is noticed when it %s: %s', async (_what, scheme, reply) => {
    const stranger = await occupyPort('::1', 0, reply);
    onTestFinished(() => stranger.close());
    const tls = scheme === 'https' ? await createSelfSignedCertificate([]) : undefined;
    await expect(startBeside(stranger.port, tls)).rejects.toMatchObject({
      code: 'ERR_LISTEN_INTERCEPTED',
      message: expect.stringContaining(' ::1,'),
    });
    expect(stranger.received()).not.toContain('/callback');
    if (tls) expect(stranger.received()).not.toContain('/.sgid-probe/');
  });

  it('is told nothing when it has another certificate, whoever vouches for that', async () => {
    const { certificate: cert, privateKey: key } = await createSelfSignedCertificate([]);
    let decrypted = '';
    const server = await bindAll(['::1'], 0, () =>
      createServer({ cert, key }, (socket) => {
        socket
          .on('error', () => {})
          .on('data', (bytes) => {
            decrypted += bytes;
          });
      }),
    );
    onTestFinished(() => server.close());
    const issued = issueCertificate(['localhost']);
    await expect(startBeside(server.port, issued)).rejects.toMatchObject({ code: 'ERR_LISTEN_INTERCEPTED' });
    expect(decrypted).toBe('');
  });
});
