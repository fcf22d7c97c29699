import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../src/errors/sgid-error.ts';
import { createTestClient, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import {
  createMockSgid,
  type EmbeddedMockSgid,
  listFaults,
  type MockCredentials,
  type MockSgid,
  type MockSgidAddress,
  type MockSgidOptions,
  startMockSgid,
} from '../../src/mock.ts';
import type { Fetch } from '../../src/oidc/http-exchange.ts';
import { generatePkcePair } from '../../src/oidc/pkce.ts';
import { SgidClient } from '../../src/sgid/sgid-client.ts';
import { errorOf } from '../helpers/error-of.ts';
import { isPortFree } from '../helpers/port-state.ts';

const OWN_CREDENTIALS: MockCredentials = {
  clientId: 'OTHER',
  clientSecret: 'x',
  privateKey: TEST_PRIVATE_KEY,
  redirectUri: 'http://localhost:5001/api/redirect',
};
const OWN_CLIENT = {
  ...createTestClient([OWN_CREDENTIALS.redirectUri]),
  clientId: OWN_CREDENTIALS.clientId,
  clientSecret: OWN_CREDENTIALS.clientSecret,
};
const ENDLESS = { name: 'alg-none', times: Number.POSITIVE_INFINITY } as const;

/** Reaches a mock without a socket. */
function fetchFrom(mock: EmbeddedMockSgid): Fetch {
  return (url, init) => mock.handle(new Request(url, init));
}

/** A login as an application does it; the person's data. */
async function logIn(
  mock: MockSgid,
  { fetch, hint }: { fetch?: Fetch; hint?: string } = {},
): Promise<Record<string, string>> {
  const { hostname, client } = mock;
  const app = new SgidClient({ hostname, ...client, ...(fetch ? { fetch } : {}) });
  const { codeVerifier, codeChallenge } = generatePkcePair();
  const { url, nonce } = app.authorizationUrl({ codeChallenge });
  const browse = fetch ?? globalThis.fetch;
  const redirect = await browse(hint ? `${url}&login_hint=${hint}` : url, {
    method: 'GET',
    headers: {},
    redirect: 'manual',
  });
  const code = new URL(redirect.headers.get('location') ?? 'none:').searchParams.get('code') ?? '';
  return (await app.userinfo(await app.callback({ code, codeVerifier, nonce: nonce ?? null }))).data;
}

describe('startMockSgid', () => {
  it('returns what an application and its tests need', async () => {
    const mock = await startMockSgid();
    expect(Object.keys(mock).sort()).toEqual([
      'advanceTime',
      'client',
      'close',
      'hostname',
      'issuer',
      'personas',
      'queueFault',
      'queuePersona',
      'requests',
      'reset',
      'rotateKeys',
    ]);
    expect(mock.hostname).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(mock.issuer).toBe(`${mock.hostname}/v2`);
    expect(mock.client).toEqual({
      clientId: 'MOCK-7e57c11e',
      clientSecret: expect.stringContaining('public-test'),
      privateKey: expect.stringContaining('PRIVATE KEY'),
      redirectUri: 'http://localhost:5001/api/redirect',
    });
    expect(mock.personas.map((persona) => persona.id)).toContain('wei-ming');
    await mock.close();
  });

  it('logs people in, until it is closed and its port is free', async () => {
    const mock = await startMockSgid();
    expect(await logIn(mock, { hint: 'wei-ming' })).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    await mock.close();
    expect(await isPortFree(Number(new URL(mock.hostname).port))).toBe(true);
    await mock.close();
  });

  it('is steered: persona, fault, time, keys, requests, reset', async () => {
    const mock = await startMockSgid({ redirectUris: ['http://localhost:3000/cb'] });
    mock.queuePersona('zoe');
    mock.queuePersona('wei-ming');
    mock.queueFault('alg-none');
    expect((await errorOf(() => logIn(mock))).code).toBe('ERR_ID_TOKEN_ALGORITHM');
    expect(await logIn(mock)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    expect(mock.requests().map(({ path }) => path.split('/').at(-1))).toEqual([
      'authorize',
      'token',
      'jwks.json',
      'authorize',
      'token',
      'jwks.json',
      'userinfo',
    ]);
    await mock.rotateKeys();
    mock.advanceTime(3_600_000);
    expect((await errorOf(() => logIn(mock, { hint: 'zoe' }))).code).toBe('ERR_ID_TOKEN_ISSUED_AT');
    mock.reset();
    expect(mock.requests()).toEqual([]);
    expect(await logIn(mock, { hint: 'zoe' })).toHaveProperty(['myinfo.name']);
    await mock.close();
  });

  it('runs beside another one, each with its own state', async () => {
    const [one, two] = await Promise.all([startMockSgid(), startMockSgid({ approve: 'zoe' })]);
    one.queuePersona('wei-ming');
    one.queueFault('token-500', Number.POSITIVE_INFINITY);
    const [failure, data] = await Promise.all([errorOf(() => logIn(one)), logIn(two)]);
    expect(failure.code).toBe('ERR_PROVIDER_UNAVAILABLE');
    expect(data).not.toEqual({ 'myinfo.name': 'TAN WEI MING' });
    expect([one.requests().length, two.requests().length]).toEqual([2, 4]);
    await one.close();
    expect(await logIn(two)).toEqual(data);
    await two.close();
  });

  it('says so when the port is taken', async () => {
    const mock = await startMockSgid();
    const port = Number(new URL(mock.hostname).port);
    expect((await errorOf(() => startMockSgid({ port }))).code).toBe('ERR_LISTEN_PORT_IN_USE');
    await mock.close();
  });

  it('takes clients and personas of its own', async () => {
    const nobody = { id: 'nobody', name: 'NOBODY AT TEST', data: { 'myinfo.name': 'NOBODY AT TEST' } };
    const mock = await startMockSgid({ clients: [OWN_CLIENT], personas: [nobody], approve: 'nobody' });
    expect(mock.personas).toEqual([nobody]);
    expect(await logIn({ ...mock, client: OWN_CREDENTIALS })).toEqual(nobody.data);
    await mock.close();
  });

  it('does not hand out a client that is not registered', async () => {
    const mock = await startMockSgid({ clients: [OWN_CLIENT] });
    const none: undefined = mock.client;
    expect(none).toBeUndefined();
    await mock.close();
    const options: MockSgidOptions = { approve: 'zoe' };
    const perhaps = createMockSgid(options);
    // @ts-expect-error It may be undefined: the type of the options does not say whether clients are given.
    const careless: MockCredentials = perhaps.client;
    expect(careless.clientId).toBe('MOCK-7e57c11e');
    const embedded: EmbeddedMockSgid<undefined> = createMockSgid({ clients: [OWN_CLIENT] });
    expect(embedded.client).toBeUndefined();
  });

  it.each<[string, SgidErrorCode, MockSgidOptions & MockSgidAddress]>([
    [
      'clients and redirect URIs',
      'ERR_USAGE',
      { clients: [OWN_CLIENT], redirectUris: ['http://localhost/'] },
    ],
    ['no clients at all', 'ERR_USAGE', { clients: [] }],
    ['an unknown persona to approve', 'ERR_USAGE', { approve: 'nobody' }],
    ['a short secret', 'ERR_USAGE', { secret: new Uint8Array(15) }],
    ['faults that would never come', 'ERR_USAGE', { faults: [ENDLESS, { name: 'slow', times: 1 }] }],
    ['a hostname that clients would refuse', 'ERR_HOSTNAME', { hostname: 'http://mock:5157' }],
    ['a client without a secret', 'ERR_CREDENTIALS_FILE', { clients: [{ ...OWN_CLIENT, clientSecret: '' }] }],
    ['a redirect URI that is none', 'ERR_REDIRECT_URI', { redirectUris: ['/callback'] }],
  ])('refuses %s before it listens, and so does createMockSgid', async (_what, code, options) => {
    const taken = await startMockSgid();
    const port = Number(new URL(taken.hostname).port);
    expect((await errorOf(() => startMockSgid({ ...options, port }))).code).toBe(code);
    expect((await errorOf(() => createMockSgid(options))).code).toBe(code);
    await taken.close();
  });
});

describe('createMockSgid', () => {
  it('logs people in without a socket', async () => {
    const mock = createMockSgid({ approve: 'wei-ming' });
    expect(mock.hostname).toBe('http://localhost:5157');
    expect(await logIn(mock, { fetch: fetchFrom(mock) })).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  it('is reached under the hostname that it is given', async () => {
    const mock = createMockSgid({ hostname: 'https://sgid.example', approve: 'wei-ming' });
    expect(mock.issuer).toBe('https://sgid.example/v2');
    expect(await logIn(mock, { fetch: fetchFrom(mock) })).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  it('serves the control API when asked', async () => {
    const status = async (mock: EmbeddedMockSgid): Promise<number> =>
      (await mock.handle(new Request(`${mock.hostname}/_mock/requests`))).status;
    expect(await status(createMockSgid())).toBe(404);
    expect(await status(createMockSgid({ control: true }))).toBe(200);
  });

  it('waits out its latency by itself', async () => {
    const mock = createMockSgid({ latencyMs: 30 });
    const started = performance.now();
    expect((await mock.handle(new Request(`${mock.hostname}/v2/health`))).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(25);
  });

  it.each(listFaults())('takes the fault $name by name', ({ name }) => {
    expect(() => createMockSgid({ faults: [{ name, times: 1 }] }).queueFault(name)).not.toThrow();
  });

  it('refuses options that clash, as the server does', async () => {
    expect(() => createMockSgid({ redirectUris: [] })).toThrow(
      expect.objectContaining({ code: 'ERR_REDIRECT_URI' }),
    );
    expect(() => createMockSgid({ approve: 'nobody' })).toThrow(
      expect.objectContaining({ code: 'ERR_USAGE' }),
    );
    expect((await errorOf(() => startMockSgid({ approve: 'nobody' }))).code).toBe('ERR_USAGE');
  });
});
