import { afterEach, describe, expect, it } from 'vitest';
import { listenError } from '../../../src/login/listen-errors.ts';
import { type ListenPlan, planListener } from '../../../src/login/listen-plan.ts';
import { startCallbackListener } from '../../../src/login/listener.ts';
import { systemNetwork } from '../../../src/login/probe.ts';
import { findFreePort } from '../../../src/system/ports.ts';
import { startTestListener } from '../../helpers/callback-listener.ts';
import { type OccupiedPort, occupyPort } from '../../helpers/occupy-port.ts';
import { exchangeRaw, openSocket, rawRequest, statusOf } from '../../helpers/raw-http.ts';

const strangers: OccupiedPort[] = [];

afterEach(async () => {
  await Promise.all(strangers.splice(0).map((stranger) => stranger.close()));
});

async function occupy(address: string, port = 0, reply?: string): Promise<OccupiedPort> {
  const stranger = await occupyPort(address, port, reply);
  strangers.push(stranger);
  return stranger;
}

const planFor = (port: number): ListenPlan => planListener(new URL(`http://localhost:${port}/callback`), {});
const noCallback = (): never => {
  throw new Error('the probe counted as a callback');
};

describe('a port that is taken', () => {
  it.each(['127.0.0.1', '::1'])('by another program on %s is named, with a way out', async (address) => {
    const { port } = await occupy(address);
    const start = startCallbackListener(planFor(port), noCallback);
    await expect(start).rejects.toMatchObject({
      code: 'ERR_LISTEN_PORT_IN_USE',
      step: 'listen',
      message: `cannot listen for localhost:${port}: port ${port} on ${address} is in use`,
      hint: expect.stringMatching(new RegExp(`lsof -i :${port} .*register another.*--listen.*--manual`)),
    });
    const other = address === '::1' ? '127.0.0.1' : '::1';
    await expect(openSocket(port, other)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('by a login of our own is named as well, and that login goes on', async () => {
    const first = await startTestListener();
    await expect(startCallbackListener(first.plan, noCallback)).rejects.toMatchObject({
      code: 'ERR_LISTEN_PORT_IN_USE',
      causes: expect.arrayContaining([expect.stringContaining('another sgid login')]),
    });
    const answer = await exchangeRaw(first.port, rawRequest('/callback', `localhost:${first.port}`));
    expect(statusOf(answer)).toBe(200);
    await first.listener.close();
  });

  it('is free again after close', async () => {
    const first = await startTestListener();
    await first.listener.close();
    const second = await startCallbackListener(first.plan, noCallback);
    await second.close();
  });
});

describe('listenError', () => {
  const failure = (code: string, address?: string): Error =>
    Object.assign(new Error(`listen ${code}`), { code, syscall: 'listen' }, address ? { address } : {});

  it.each([
    ['EACCES', 'ERR_LISTEN_NOT_PERMITTED', 'port 80 on 127.0.0.1 is not permitted', 'from 1024 up'],
    ['EADDRNOTAVAIL', 'ERR_LISTEN_NOT_PERMITTED', 'has no address 127.0.0.1', '--listen 127.0.0.1:80'],
    ['EMFILE', 'ERR_LISTEN_NOT_PERMITTED', 'failed with EMFILE', '--manual'],
  ])('explains %s', (code, expected, message, hint) => {
    expect(listenError(failure(code, '127.0.0.1'), planFor(80))).toMatchObject({
      code: expected,
      step: 'listen',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  it('names every address when Node names none', () => {
    expect(listenError(failure('EADDRINUSE'), planFor(80))).toMatchObject({
      message: expect.stringContaining('127.0.0.1 and ::1'),
    });
  });

  it('leaves other errors alone', () => {
    const bug = new TypeError('a bug');
    expect(listenError(bug, planFor(80))).toBe(bug);
  });
});

describe('the probe', () => {
  it('finds the listener by its name and is no callback', async () => {
    const listener = await startCallbackListener(planFor(await findFreePort()), noCallback);
    await listener.close();
  });

  it.each<[string, string | undefined]>([
    ['answers', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    ['says nothing', undefined],
  ])('notices a program on the other address family that %s, and frees the port', async (_what, reply) => {
    const stranger = await occupy('::1', 0, reply);
    const plan = { ...planFor(stranger.port), addresses: ['127.0.0.1'] };
    const network = { ...systemNetwork, lookup: async () => ['127.0.0.1', '::1'] };
    await expect(startCallbackListener(plan, noCallback, { network })).rejects.toMatchObject({
      code: 'ERR_LISTEN_INTERCEPTED',
      step: 'listen',
      message: expect.stringContaining(' ::1,'),
    });
    expect(stranger.received()).not.toContain('/callback');
    await expect(openSocket(stranger.port, '127.0.0.1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is not fooled by a stranger that sends its request back', async () => {
    const stranger = await occupy('127.0.0.2', 0);
    const plan = planFor(stranger.port);
    const network = {
      lookup: async () => ['127.0.0.2'],
      ask: async (request: Parameters<typeof systemNetwork.ask>[0]) =>
        request.address === '127.0.0.2'
          ? { kind: 'connected' as const, text: `HTTP/1.1 200 OK\r\n\r\n${request.target.split('/').at(-1)}` }
          : systemNetwork.ask(request),
    };
    await expect(startCallbackListener(plan, noCallback, { network })).rejects.toMatchObject({
      code: 'ERR_LISTEN_INTERCEPTED',
      message: expect.stringContaining(' 127.0.0.2,'),
    });
  });
});
