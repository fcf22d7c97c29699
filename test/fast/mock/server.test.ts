import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { certificateHosts, originOf, validateProviderOrigin } from '../../../src/mock/provider-origin.ts';
import { createProviderState } from '../../../src/mock/provider-state.ts';
import { type MockServer, type MockServerOptions, startMockServer } from '../../../src/mock/server.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';
import { createGate } from '../../helpers/gate.ts';
import { get, logInOverHttp, TEST_CLIENTS } from '../../helpers/mock-http.ts';
import { bodyOf, exchangeRaw, openSocket, rawRequest, statusOf } from '../../helpers/raw-http.ts';
import { authorizationQuery, HOSTNAME, tokenForm } from './relying-party.ts';

const running: MockServer[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(options: Partial<MockServerOptions> = {}): Promise<MockServer> {
  const server = await startMockServer({ port: 0, clients: TEST_CLIENTS, ...options });
  running.push(server);
  return server;
}

describe('a mock server', () => {
  it.each([
    ['::1', '[::1]'],
    ['0.0.0.0', '127.0.0.1'],
    ['::', '[::1]'],
  ])('on %s names an address that can be reached', async (host, name) => {
    const { hostname } = await start({ host });
    expect(new URL(hostname).hostname).toBe(name);
    expect(await logInOverHttp(hostname)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  it('names a port that it cannot have, with advice, and an address that clients would refuse', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({
      code: 'ERR_LISTEN_PORT_IN_USE',
      step: 'listen',
      message: `the mock cannot listen on 127.0.0.1:${port}: the port is in use`,
      hint: expect.stringContaining(`lsof -i :${port}`),
    });
    const elsewhere = { host: '192.0.2.1', port: 5157 };
    await expect(start({ ...elsewhere, hostname: 'https://sgid.example' })).rejects.toMatchObject({
      code: 'ERR_LISTEN_NOT_PERMITTED',
      step: 'listen',
      message: 'the mock cannot listen on 192.0.2.1:5157: EADDRNOTAVAIL',
      hint: 'Listen on 127.0.0.1, or on another IP address of this machine.',
    });
    await expect(start(elsewhere)).rejects.toMatchObject({ code: 'ERR_HOSTNAME' });
  });

  it('answers at once when it closes, however many wait', async () => {
    const server = await start({ latencyMs: 3_600_000 });
    const arrived = createGate();
    let requests = 0;
    const count = (): void => {
      requests += 1;
      if (requests === 40) arrived.open();
    };
    subscribe('http.server.request.start', count);
    const answers = Array.from({ length: 40 }, () => get(`${server.hostname}/v2/health`));
    await arrived.passed;
    unsubscribe('http.server.request.start', count);
    await server.close();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
  });
});

describe('the waits of slow answers', () => {
  const AN_HOUR = 3_600_000;

  it('are 512 at most, end when they are cut short, come no more then, and give nobody a warning', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listen);
    const { sleep, wake } = createProviderState({ hostname: HOSTNAME, clients: TEST_CLIENTS });
    const woken: number[] = [];
    const waits = Array.from({ length: 515 }, (_, index) => sleep(AN_HOUR).then(() => woken.push(index)));
    await Promise.all(waits.slice(512));
    expect(woken).toEqual([512, 513, 514]);
    wake();
    await Promise.all(waits);
    // An answer on its way may have a second wait before it.
    await sleep(AN_HOUR);
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });
});

const FORM = 'Content-Type: application/x-www-form-urlencoded\r\n';
const KIB = 1024;
const JWKS = '/v2/.well-known/jwks.json';
const DOCUMENTS = [JWKS.slice(4), '.well-known/openid-configuration', 'health'];

const JSON_TYPE = 'Content-Type: application/json\r\n';

const postForm = (body: string, headers = FORM): string => rawPost('/v2/oauth/token', body, headers);

function rawPost(target: string, body: string, headers = FORM): string {
  return `POST ${target} HTTP/1.1\r\nHost: h\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function targetOf(length: number): string {
  return `/v2/health?x=`.padEnd(length, 'x');
}

/** Asks for the connection to be closed afterwards. */
function exchange(port: number, request: string): Promise<string> {
  return exchangeRaw(port, request.replace(' HTTP/1.1\r\n', ' HTTP/1.1\r\nConnection: close\r\n'));
}

describe('what a mock server refuses', () => {
  const bearer = `Host: h\r\nAuthorization: Bearer ${'x'.repeat(20 * KIB)}`;
  const twoTypes = `Content-Type: text/plain\r\n${FORM}`;

  it('is refused with its status each time, and people log in afterwards', async () => {
    const { port, hostname } = await start({ control: true });
    const cases: readonly [string, number, string][] = [
      ['a URL of 16 KiB is taken', 200, rawRequest(targetOf(16 * KIB), 'localhost')],
      ['a URL of more', 414, rawRequest(targetOf(16 * KIB + 1), 'h')],
      ['a URL of 60 KiB', 414, rawRequest(targetOf(60 * KIB), 'h')],
      ['a URL of a megabyte', 431, rawRequest(targetOf(1024 * KIB), 'h')],
      ['a body of more than 64 KiB', 413, postForm('x'.repeat(64 * KIB + 1))],
      ['a length that is none', 400, rawPost('/v2/oauth/token', '', `${FORM}Content-Length: x\r\n`)],
      ['an unknown path', 404, rawRequest('/v2/nothing', 'h')],
      ['a path behind another host', 404, rawRequest('//localhost/v2/health', 'h')],
      ['a path with a slash behind', 404, rawRequest('/v2/health/', 'h')],
      ['a path without the version', 404, rawRequest('/health', 'h')],
      ['an absolute URL as target', 404, rawRequest(`http://h${JWKS}`, 'h')],
      ['a target that is an asterisk', 404, rawRequest('*', 'h', 'OPTIONS')],
      ['percent signs that encode nothing', 404, rawRequest('/v2/%zz/%', 'h')],
      ['a path that climbs', 404, rawRequest('/v2/../v2/health', 'h')],
      ['a bearer token of 20 KiB', 401, `GET /v2/oauth/userinfo HTTP/1.1\r\n${bearer}\r\n\r\n`],
      ['a form without a type', 400, postForm(tokenForm('x'), '')],
      ['a form with two types', 400, postForm(tokenForm('x'), twoTypes)],
      ['a form of 64 KiB with a bad code', 400, postForm(tokenForm('x').padEnd(64 * KIB, 'x'))],
      ['an empty form', 401, postForm('')],
      ['a form of ampersands', 401, postForm('&'.repeat(60 * KIB))],
      ['a form of names alone', 400, postForm('a&'.repeat(30 * KIB))],
      ['a form that encodes nothing', 401, postForm('client_id=%&client_secret=%zz%e0%80')],
      ['a form of NUL and no UTF-8', 401, postForm('\0=%00&client_id=%ff%fe&client_secret=\x80')],
      ['a query of no UTF-8', 400, rawRequest('/v2/oauth/authorize?client_id=%ff%fe&redirect_uri=%00', 'h')],
      ['a control call of 70 KiB', 413, rawPost('/_mock/faults', 'x'.repeat(70 * KIB))],
      ['a control call of a stranger', 403, rawPost('/_mock/reset', '{}', JSON_TYPE)],
    ];
    for (const [what, status, request] of cases) {
      expect([what, statusOf(await exchange(port, request))]).toEqual([what, status]);
    }
    expect(await logInOverHttp(hostname)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  it.each(['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'])(
    '%s is refused with 405 and what is allowed, on every endpoint that takes another method',
    async (method) => {
      const { port } = await start();
      for (const path of ['oauth/authorize', 'oauth/token', 'oauth/userinfo', ...DOCUMENTS]) {
        const allow = path === 'oauth/token' ? 'POST' : 'GET';
        if (method === allow || (method === 'HEAD' && allow === 'GET')) continue;
        const answer = await exchange(port, rawRequest(`/v2/${path}`, 'h', method));
        expect([statusOf(answer), /\r\nallow: ([^\r]+)\r\n/.exec(answer)?.[1]]).toEqual([
          405,
          allow.replace('GET', 'GET, HEAD'),
        ]);
        if (method === 'HEAD') expect(bodyOf(answer)).toBe('');
      }
    },
  );

  it.each([
    ...[`oauth/authorize?${authorizationQuery()}`, 'oauth/userinfo', ...DOCUMENTS].map(
      (path) => `/v2/${path}`,
    ),
    ...['/', '/_mock/requests'],
  ])('answers HEAD at %s as GET, without the body', async (target) => {
    const { port } = await start({ control: true });
    const [head, get] = await Promise.all(
      ['HEAD', 'GET'].map((method) => exchange(port, rawRequest(target, 'localhost', method))),
    );
    expect(statusOf(head ?? '')).toBe(statusOf(get ?? ''));
    expect(bodyOf(head ?? '')).toBe('');
    expect(bodyOf(get ?? '')).not.toBe('');
  });

  it('is not two hundred connections that send a byte of a form now and then: logins go on', async () => {
    const { port, hostname } = await start();
    sockets.push(...(await Promise.all(Array.from({ length: 200 }, () => openSocket(port)))));
    const head = `POST /v2/oauth/token HTTP/1.1\r\nHost: h\r\n${FORM}Content-Length: 60000\r\n\r\n`;
    for (const socket of sockets) socket.write(head);
    for (let login = 0; login < 10; login += 1) {
      await logInOverHttp(hostname);
      for (const socket of sockets) socket.write('x');
    }
    await Promise.all(Array.from({ length: 10 }, () => logInOverHttp(hostname)));
    expect(sockets.filter((socket) => socket.writable)).toHaveLength(200);
  });
});

describe('the origin of a provider', () => {
  it.each<['http' | 'https', string, number, string]>([
    ['https', '::', 8443, 'https://[::1]:8443'],
    ['http', '0.0.0.0', 5157, 'http://127.0.0.1:5157'],
    // An origin does not name the port that its scheme stands for.
    ['http', '127.0.0.1', 80, 'http://127.0.0.1'],
    ['https', '127.0.0.1', 443, 'https://127.0.0.1'],
    ['https', '127.0.0.1', 80, 'https://127.0.0.1:80'],
  ])('is, for %s on %s port %d, %s, and taken', (scheme, host, port, origin) => {
    expect(originOf(scheme, host, port)).toBe(origin);
    expect(validateProviderOrigin(origin)).toBe(origin);
  });

  it.each([
    ['http://mock:5157', 'https://mock:5157', 'http://localhost:5157'],
    ['http://192.168.1.20', 'https://192.168.1.20', 'http://localhost'],
    ['http://localhost.evil.example', 'https://localhost.evil.example', 'http://localhost'],
    ['http://user:CANARY@mock', 'https://mock', 'http://localhost'],
    ['http://mock/CANARY', 'https://mock', 'http://localhost'],
  ])('is refused when it is %s, as clients would, with how to go on', async (origin, secure, local) => {
    const error = await errorOf(() => validateProviderOrigin(origin));
    expect(error).toMatchObject({ code: 'ERR_HOSTNAME', step: 'config' });
    expect(error.message).toContain(secure.replace('https', 'http'));
    expect(error.hint).toContain(`--https --cert-file mock.pem --hostname ${secure}"`);
    expect(error.hint).toContain(`use ${local}`);
    expect(wordsOf(error)).not.toContain('CANARY');
  });

  it.each([
    ...['', 'mock:5157', 'http://localhost:5157/', 'https://mock/v2', 'HTTPS://MOCK', 'ftp://mock', 'CANARY'],
    ...['https://user:CANARY@mock', originOf('http', 'no host', 80)],
  ])('is refused when it is %j, without advising the real provider', async (origin) => {
    const error = await errorOf(() => validateProviderOrigin(origin));
    expect(error.code).toBe('ERR_HOSTNAME');
    expect(error.hint).toContain('http://localhost:5157');
    expect(wordsOf(error)).not.toMatch(/CANARY|id\.gov\.sg/);
  });

  it.each([
    [undefined, '127.0.0.1', ['127.0.0.1']],
    [undefined, '0.0.0.0', []],
    ['https://mock:5157', '::', ['mock']],
    ['https://[fe80::1]', '192.168.1.20', ['fe80::1', '192.168.1.20']],
  ])('%s on %s has a certificate for %j', (origin, host, hosts) => {
    expect(certificateHosts(origin, host)).toEqual(hosts);
  });
});
