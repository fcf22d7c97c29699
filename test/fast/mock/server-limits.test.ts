import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MockServer, startMockServer } from '../../../src/mock/server.ts';
import { logInOverHttp, TEST_CLIENTS } from '../../helpers/mock-http.ts';
import { bodyOf, openSocket, rawRequest, exchangeRaw as sendRaw, statusOf } from '../../helpers/raw-http.ts';
import { authorizationQuery, tokenForm } from './relying-party.ts';

let server: MockServer;
let port: number;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = await startMockServer({ port: 0, clients: TEST_CLIENTS, control: true });
  port = Number(new URL(server.hostname).port);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

/** As `exchangeRaw`, and asks for the connection to be closed after it. */
function exchangeRaw(to: number, request: string): Promise<string> {
  return sendRaw(to, request.replace(' HTTP/1.1\r\n', ' HTTP/1.1\r\nConnection: close\r\n'));
}

const FORM = 'application/x-www-form-urlencoded';
const KIB = 1024;

function rawPost(target: string, body: string, headers = `Content-Type: ${FORM}\r\n`): string {
  return `POST ${target} HTTP/1.1\r\nHost: h\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** A URL of exactly so many characters. */
function targetOf(length: number): string {
  return `/v2/oauth/authorize?${authorizationQuery()}&x=`.padEnd(length, 'x');
}

const JWKS = '/v2/.well-known/jwks.json';
const METHODS = ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'];

describe('what the server refuses, each with its status', () => {
  it.each<[string, number, string]>([
    ['a URL of more than 16 KiB', 414, rawRequest(targetOf(16 * KIB + 1), 'h')],
    ['a URL of 60 KiB', 414, rawRequest(targetOf(60 * KIB), 'h')],
    ['a URL of a megabyte', 431, rawRequest(targetOf(1024 * KIB), 'h')],
    ['a body of more than 64 KiB', 413, rawPost('/v2/oauth/token', 'x'.repeat(64 * KIB + 1))],
    [
      'a chunked body of more than 64 KiB',
      413,
      `POST /v2/oauth/token HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n${'x'.repeat(65_537)}\r\n0\r\n\r\n`,
    ],
    ['a length that is none', 400, 'POST /v2/oauth/token HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n'],
    ['no Host', 400, `GET ${JWKS} HTTP/1.1\r\n\r\n`],
    ['an unknown path', 404, rawRequest('/v2/nothing', 'h')],
    ['an absolute URL as target', 404, rawRequest(`http://h${JWKS}`, 'h')],
    ['a target that is an asterisk', 404, rawRequest('*', 'h', 'OPTIONS')],
    ['percent signs that encode nothing', 404, rawRequest('/v2/%zz/%', 'h')],
    ['a path that climbs', 404, rawRequest('/v2/../v2/health', 'h')],
    [
      'a bearer token of 20 KiB',
      401,
      `GET /v2/oauth/userinfo HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${'x'.repeat(20 * KIB)}\r\n\r\n`,
    ],
    ['a form without a type', 400, rawPost('/v2/oauth/token', tokenForm('x'), '')],
    [
      'a form with two types',
      400,
      rawPost('/v2/oauth/token', tokenForm('x'), `Content-Type: text/plain\r\nContent-Type: ${FORM}\r\n`),
    ],
    ['a form that is JSON', 400, rawPost('/v2/oauth/token', '{}', 'Content-Type: application/json\r\n')],
    ['an empty form', 401, rawPost('/v2/oauth/token', '')],
    ['a form of ampersands', 401, rawPost('/v2/oauth/token', '&'.repeat(60 * KIB))],
    ['a form of names alone', 400, rawPost('/v2/oauth/token', 'a&'.repeat(30 * KIB))],
    ['a form that encodes nothing', 401, rawPost('/v2/oauth/token', 'client_id=%&client_secret=%zz%e0%80')],
    [
      'a form of NUL and bytes that are no UTF-8',
      401,
      rawPost('/v2/oauth/token', '\0=%00&client_id=%ff%fe&client_secret=\x80'),
    ],
    [
      'a query of bytes that are no UTF-8',
      400,
      rawRequest('/v2/oauth/authorize?client_id=%ff%fe&redirect_uri=%00', 'h'),
    ],
    ['a control call of 70 KiB', 413, rawPost('/_mock/faults', 'x'.repeat(70 * KIB))],
    [
      'a control call without a trusted Host',
      403,
      rawPost('/_mock/reset', '{}', 'Content-Type: application/json\r\n'),
    ],
  ])('%s with %i, and logs people in afterwards', async (_what, status, request) => {
    expect(statusOf(await exchangeRaw(port, request))).toBe(status);
    expect(await logInOverHttp(server.hostname)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
  });

  it.each(METHODS)('%s on every endpoint with 405 and what is allowed', async (method) => {
    const answers = await Promise.all(
      ['/v2/oauth/authorize', '/v2/oauth/token', '/v2/oauth/userinfo', JWKS, '/v2/health'].map((path) =>
        exchangeRaw(port, rawRequest(path, 'h', method)),
      ),
    );
    expect(answers.map(statusOf)).toEqual([405, 405, 405, 405, 405]);
    expect(answers.map((answer) => /\r\nallow: (\w+)\r\n/.exec(answer)?.[1])).toEqual([
      'GET',
      'POST',
      'GET',
      'GET',
      'GET',
    ]);
    if (method === 'HEAD') expect(answers.map(bodyOf)).toEqual(['', '', '', '', '']);
  });

  it('takes a URL of 16 KiB, and a form of 64 KiB', async () => {
    expect(statusOf(await exchangeRaw(port, rawRequest(targetOf(16 * KIB), 'h')))).toBe(200);
    const form = `${tokenForm('x')}&x=`.padEnd(64 * KIB, 'x');
    expect(JSON.parse(bodyOf(await exchangeRaw(port, rawPost('/v2/oauth/token', form)))).error).toBe(
      'invalid_grant',
    );
  });
});

describe('two hundred connections that send a byte now and then', () => {
  it.each([
    ['of a head', 'GET /v2/health HTTP/1.1\r\nHost: h\r\nX: '],
    [
      'of a form',
      `POST /v2/oauth/token HTTP/1.1\r\nHost: h\r\nContent-Type: ${FORM}\r\nContent-Length: 60000\r\n\r\n`,
    ],
  ])('%s do not stop logins', async (_what, beginning) => {
    sockets.push(...(await Promise.all(Array.from({ length: 200 }, () => openSocket(port)))));
    for (const socket of sockets) socket.write(beginning);
    // Twenty times as fast as one byte a second, so that the test need not last.
    const drip = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write('x');
    }, 50);
    const started = performance.now();
    for (let login = 0; login < 10; login += 1) await logInOverHttp(server.hostname);
    await Promise.all(Array.from({ length: 10 }, () => logInOverHttp(server.hostname)));
    clearInterval(drip);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(sockets.filter((socket) => socket.writable)).toHaveLength(200);
  });
});
