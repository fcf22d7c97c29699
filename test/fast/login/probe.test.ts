import { describe, expect, it } from 'vitest';
import type { ListenPlan } from '../../../src/login/listen-plan.ts';
import { createProbe, type Probe } from '../../../src/login/probe.ts';
import type { ProbeReply, ProbeRequest } from '../../../src/system/http-probe.ts';

const plan: ListenPlan = {
  addresses: ['127.0.0.1', '::1'],
  port: 5001,
  path: '/cb',
  hosts: ['localhost:5001'],
  probeHost: 'localhost',
  secure: false,
};
const nobody: ProbeReply = { kind: 'unreachable' };

interface Outside {
  readonly resolved: readonly string[];
  /** Who answers at an address; `listener` is the probe's own. */
  readonly replies: Readonly<Record<string, ProbeReply | 'listener'>>;
}

/** Runs a probe against a pretended network and tells what it asked. */
async function run(
  { resolved, replies }: Outside,
  changes: Partial<ListenPlan> = {},
): Promise<ProbeRequest[]> {
  const asked: ProbeRequest[] = [];
  const probe: Probe = createProbe(
    { ...plan, ...changes },
    {
      lookup: async () => resolved,
      ask: async (request) => {
        asked.push(request);
        const reply = replies[request.address] ?? nobody;
        if (reply !== 'listener') return reply;
        return { kind: 'connected', text: `HTTP/1.1 200 OK\r\n\r\n${probe.answer(request.target)?.body}` };
      },
    },
  );
  await probe.run(['127.0.0.1']);
  return asked;
}

describe('createProbe', () => {
  it('asks both loopback literals and whatever the name resolves to, each once', async () => {
    const asked = await run({ resolved: ['127.0.0.1', '127.0.1.1'], replies: { '127.0.0.1': 'listener' } });
    expect(asked.map(({ address }) => address)).toEqual(['127.0.0.1', '::1', '127.0.1.1']);
    expect(new Set(asked.map(({ host, port }) => `${host} ${port}`))).toEqual(
      new Set(['localhost:5001 5001']),
    );
  });

  it('waits longer for the listener itself than for strangers', async () => {
    const asked = await run({ resolved: [], replies: { '127.0.0.1': 'listener' } });
    expect(asked.map(({ budgetMs }) => budgetMs)).toEqual([3_000, 300]);
  });

  it('is content with one answer of the listener', async () => {
    await expect(run({ resolved: [], replies: { '::1': 'listener' } })).resolves.toHaveLength(2);
  });

  it.each<[string, string]>([
    ['another page', 'HTTP/1.1 200 OK\r\n\r\nhello'],
    ['an empty proof', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['nothing', ''],
  ])('notices a stranger that says %s', async (_what, text) => {
    const replies: Outside['replies'] = { '127.0.0.1': 'listener', '::1': { kind: 'connected', text } };
    await expect(run({ resolved: [], replies })).rejects.toMatchObject({
      code: 'ERR_LISTEN_INTERCEPTED',
      step: 'listen',
      message: expect.stringContaining(' ::1,'),
      hint: expect.stringContaining('lsof -i :5001'),
    });
  });

  it('notices that nobody answers', async () => {
    await expect(run({ resolved: [], replies: {} })).rejects.toMatchObject({
      code: 'ERR_LISTEN_INTERCEPTED',
      hint: expect.stringContaining('127.0.0.1 and ::1'),
    });
  });

  it('asks over TLS, for the certificate of the listener, where it has one', async () => {
    const asked: ProbeRequest[] = [];
    const probe: Probe = createProbe(
      plan,
      {
        lookup: async () => [],
        ask: async (request) => {
          asked.push(request);
          return { kind: 'connected', text: `\r\n\r\n${probe.answer(request.target)?.body}` };
        },
      },
      'PEM',
    );
    await probe.run(plan.addresses);
    expect(asked.map(({ certificate }) => certificate)).toEqual(['PEM', 'PEM']);
  });

  it('asks nobody when a tunnel or proxy is in front', async () => {
    const probe = createProbe(
      { addresses: plan.addresses, port: plan.port, path: plan.path, hosts: plan.hosts, secure: false },
      {
        lookup: () => Promise.reject(new Error('asked the resolver')),
        ask: () => Promise.reject(new Error('asked an address')),
      },
    );
    await probe.run(['127.0.0.1']);
  });

  it('looks a bracketed literal up without its brackets', async () => {
    const names: string[] = [];
    const probe = createProbe(
      { ...plan, addresses: [], probeHost: '[::1]' },
      {
        lookup: async (name) => {
          names.push(name);
          return [];
        },
        ask: () => Promise.reject(new Error('asked an address')),
      },
    );
    await expect(probe.run([])).rejects.toMatchObject({ code: 'ERR_LISTEN_INTERCEPTED' });
    expect(names).toEqual(['::1']);
  });

  it('answers its own request only, only while it runs, and with another secret each time', async () => {
    const bodies: string[] = [];
    const targets: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      let target = '';
      const probe: Probe = createProbe(plan, {
        lookup: async () => [],
        ask: async (request) => {
          target = request.target;
          for (const other of ['/', '/cb', `${target}?`, `${target}/`, target.slice(0, -1)]) {
            expect(probe.answer(other)).toBeUndefined();
          }
          const body = probe.answer(target)?.body ?? '';
          bodies.push(body);
          return { kind: 'connected', text: `\r\n\r\n${body}` };
        },
      });
      await probe.run(plan.addresses);
      expect(probe.answer(target)).toBeUndefined();
      targets.push(target);
    }
    expect(new Set(targets).size).toBe(2);
    expect(new Set(bodies).size).toBe(2);
    for (const body of bodies) expect(body).toMatch(/^[\w-]{43}$/);
    expect(targets.some((target) => bodies.some((body) => target.includes(body)))).toBe(false);
  });
});
