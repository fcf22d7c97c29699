import { afterEach, describe, expect, it } from 'vitest';
import { type MockServer, type MockServerOptions, startMockServer } from '../../../src/mock/server.ts';
import type { HttpExchange } from '../../../src/system/http-client.ts';
import { createGate } from '../../helpers/gate.ts';
import { get, logInOverHttp, post, TEST_CLIENTS } from '../../helpers/mock-http.ts';
import { isPortFree } from '../../helpers/port-state.ts';
import { authorizationQuery, tokenForm } from './relying-party.ts';

const running: MockServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(options: Partial<MockServerOptions> = {}): Promise<MockServer> {
  const server = await startMockServer({ port: 0, clients: TEST_CLIENTS, ...options });
  running.push(server);
  return server;
}

function authorizationUrl(hostname: string): string {
  return `${hostname}/v2/oauth/authorize?${authorizationQuery({ login_hint: 'zoe' })}`;
}

function portOf({ hostname }: MockServer): number {
  return Number(new URL(hostname).port);
}

describe('a mock server', () => {
  it('serves the provider under the port that it got, until closed', async () => {
    const server = await start();
    expect(server.hostname).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(server.provider.issuer).toBe(`${server.hostname}/v2`);
    const metadata = await get(`${server.provider.issuer}/.well-known/openid-configuration`);
    expect(JSON.parse(await metadata.text()).issuer).toBe(server.provider.issuer);
    await server.close();
    expect(await isPortFree(portOf(server))).toBe(true);
  });

  it('logs people in', async () => {
    const { hostname } = await start();
    expect(await logInOverHttp(hostname)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  it('says that it is up', async () => {
    const { hostname } = await start();
    const { status, text } = await get(`${hostname}/v2/health`);
    expect([status, await text()]).toEqual([200, '{"status":"ok"}']);
  });

  it('listens on ::1, written in brackets', async () => {
    const { hostname } = await start({ host: '::1' });
    expect(hostname).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(await logInOverHttp(hostname)).toHaveProperty(['myinfo.name']);
  });

  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '[::1]'],
  ])('on the wildcard %s names an address that can be reached', async (host, name) => {
    const { hostname } = await start({ host });
    expect(new URL(hostname).hostname).toBe(name);
    expect(await logInOverHttp(hostname)).toHaveProperty(['myinfo.name']);
  });

  it('names the origin that it is told', async () => {
    const server = await start({ hostname: 'https://sgid.example' });
    expect([server.hostname, server.provider.issuer]).toEqual([
      'https://sgid.example',
      'https://sgid.example/v2',
    ]);
  });

  it.each<[string, string, Partial<MockServerOptions>]>([
    ['no client', 'ERR_USAGE', { clients: [] }],
    ['an unknown persona to approve', 'ERR_USAGE', { approve: 'nobody' }],
    ['a fault that does not exist', 'ERR_USAGE', { faults: [{ name: 'slow', times: 0 }] }],
    ['a hostname that clients would refuse', 'ERR_HOSTNAME', { hostname: 'http://mock:5157' }],
    ['an address that clients would refuse', 'ERR_HOSTNAME', { host: '192.0.2.1' }],
  ])('looks for %s before it takes the port', async (_what, code, options) => {
    const port = portOf(await start());
    await expect(start({ port, ...options })).rejects.toMatchObject({ code });
  });

  it('tells of every exchange, its path alone and without secrets', async () => {
    const told: HttpExchange[] = [];
    const server = await start({ control: true, onExchange: (exchange) => void told.push(exchange) });
    const token = 'canary-of-a-token-0123456789abcdef';
    await get(`${server.hostname}/v2/health?code=${token}`);
    await get(`${server.hostname}/v2/oauth/userinfo/${token}`);
    await get(`${server.hostname}/_mock/requests`);
    expect(told.map(({ method, url, status }) => `${method} ${url} ${status}`)).toEqual([
      'GET /v2/health 200',
      'GET /v2/oauth/userinfo/[redacted] 404',
      'GET /_mock/requests 200',
    ]);
    expect(told.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
  });

  it('may be closed twice', async () => {
    const server = await start();
    await Promise.all([server.close(), server.close()]);
  });
});

describe('a port that cannot be had', () => {
  it('is named, with advice', async () => {
    const port = portOf(await start());
    await expect(start({ port })).rejects.toMatchObject({
      code: 'ERR_LISTEN_PORT_IN_USE',
      step: 'listen',
      message: `the mock cannot listen on 127.0.0.1:${port}: the port is in use`,
      hint: expect.stringContaining(`lsof -i :${port}`),
    });
  });

  it('is named on an address that this machine lacks', async () => {
    const hostname = 'https://sgid.example';
    await expect(start({ host: '192.0.2.1', port: 5157, hostname })).rejects.toMatchObject({
      code: 'ERR_LISTEN_NOT_PERMITTED',
      message: 'the mock cannot listen on 192.0.2.1:5157: EADDRNOTAVAIL',
    });
  });
});

describe('slow answers', () => {
  it('come at once when the server closes', async () => {
    const asleep = createGate();
    let askedForTime = 0;
    const server = await start({
      faults: [{ name: 'token-slow', times: 1 }],
      now: () => {
        askedForTime += 1;
        return Date.now();
      },
    });
    const redirect = await get(authorizationUrl(server.hostname));
    const code = new URL(redirect.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const asked = askedForTime;
    // The code's age is looked at just before the wait begins.
    const watch = setInterval(() => void (askedForTime > asked && asleep.open()), 1);
    const tokens = post(`${server.hostname}/v2/oauth/token`, tokenForm(code));
    await asleep.passed;
    clearInterval(watch);
    await server.close();
    expect((await tokens).status).toBe(200);
  });

  it('give nobody a warning, however many wait at once', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listen);
    const server = await start({ latencyMs: 20 });
    await Promise.all(Array.from({ length: 40 }, () => get(`${server.hostname}/v2/health`)));
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });

  it('take at least as long as the latency', async () => {
    const { hostname } = await start({ latencyMs: 50 });
    const started = performance.now();
    await get(`${hostname}/v2/health`);
    expect(performance.now() - started).toBeGreaterThan(45);
  });
});
