import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import type { MockProvider } from '../../../src/mock/provider.ts';
import type { ServerRequest, ServerResponse } from '../../../src/system/http-server.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createMockApp } from '../../helpers/mock-app.ts';
import {
  createTestProvider,
  getUserinfo,
  jwksOf,
  obtainCode,
  obtainTokens,
  postToken,
  send,
  tokenForm,
} from './relying-party.ts';

const NOW = Date.UTC(2030, 0, 1);
const JSON_HEADERS = { 'content-type': 'application/json', host: 'localhost:5157' };

function call(
  provider: MockProvider,
  name: string,
  body: unknown,
  request: Partial<ServerRequest> = {},
): Promise<ServerResponse> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return send(provider, `/_mock/${name}`, { method: 'POST', headers: JSON_HEADERS, body: text, ...request });
}

describe('the clock', () => {
  it('dates ID tokens and the log, adds up, and the reset takes it all back', async () => {
    const provider = createTestProvider({ now: () => NOW });
    for (const milliseconds of [1.5, 0, 600_000]) provider.advanceTime(milliseconds);
    const { id_token } = await obtainTokens(provider);
    expect([decodeJwt(id_token).iat, provider.requests()[0]?.time]).toEqual([
      NOW / 1000 + 600,
      '2030-01-01T00:10:00.001Z',
    ]);
    provider.reset();
    await send(provider, '/v2/health');
    expect(provider.requests().map(({ time }) => time)).toEqual(['2030-01-01T00:00:00.000Z']);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, Date.UTC(9999, 11, 31)])(
    'is not put forward by %d',
    (milliseconds) => {
      const usage = expect.objectContaining({ code: 'ERR_USAGE' });
      expect(() => createTestProvider().advanceTime(milliseconds)).toThrow(usage);
    },
  );

  it('is not led past the end by many small steps', () => {
    const provider = createTestProvider();
    const fiveThousandYears = 5_000 * 365 * 24 * 3_600_000;
    provider.advanceTime(fiveThousandYears);
    expect(() => provider.advanceTime(fiveThousandYears)).toThrow(/year 9999/);
  });
});

describe('the control API', () => {
  it('queues personas and faults for the next logins', async () => {
    const app = createMockApp({ control: true });
    await call(app.provider, 'personas', { id: 'zoe' });
    const answer = await call(app.provider, 'faults', { name: 'slow', times: 2 });
    expect([answer.status, answer.body]).toEqual([204, '']);
    for (const sex of ['FEMALE', 'MALE', 'MALE']) {
      expect((await app.login()).data['myinfo.sex']).toBe(sex);
    }
    expect(app.clock.sleeps).toEqual(Array.from({ length: 6 }, () => 3_000));
    await call(app.provider, 'faults', { name: 'slow' });
    for (let login = 0; login < 2; login += 1) await app.login();
    expect(app.clock.sleeps).toHaveLength(9);
  });

  it('puts the clock forward, turns the keys, lists the requests but its own, and resets', async () => {
    const slept: number[] = [];
    const sleep = async (milliseconds: number): Promise<void> => void slept.push(milliseconds);
    const provider = createTestProvider({ control: true, latencyMs: 50, sleep });
    const form = tokenForm(await obtainCode(provider));
    const bearer = `Bearer ${(await obtainTokens(provider)).access_token}`;
    for (const [name, body] of Object.entries({ clock: { advanceSeconds: 600 }, keys: '' })) {
      expect((await call(provider, name, body)).status).toBe(204);
    }
    expect((await jwksOf(provider)).keys).toHaveLength(2);
    expect((await postToken(provider, form)).body).toContain('the code has expired');
    expect((await getUserinfo(provider, bearer)).body).toContain('the access token has expired');
    const list = (): Promise<ServerResponse> => call(provider, 'requests', '', { method: 'GET' });
    const listed = await list();
    expect([listed.status, listed.headers['cache-control']]).toEqual([200, 'no-store']);
    const paths = JSON.parse(listed.body).map(({ path }: { path: string }) => path.split('/').at(-1));
    expect(paths).toEqual(['authorize', 'authorize', 'token', 'jwks.json', 'token', 'userinfo']);
    // Only the endpoints wait out the latency.
    expect(slept).toEqual([50, 50, 50, 50, 50, 50]);
    expect((await call(provider, 'reset', '{}')).status).toBe(204);
    expect(JSON.parse((await list()).body)).toEqual([]);
    expect((await postToken(provider, form)).body).toContain('the code is unknown');
    expect((await getUserinfo(provider, bearer)).body).toContain('the access token is unknown');
    expect(await obtainTokens(provider)).toHaveProperty('access_token');
  });
});

describe('a control call that is refused', () => {
  const refusal =
    (name: string, words: RegExp) =>
    (body: unknown): [string, unknown, RegExp] => [name, body, words];

  it.each(['personas', 'faults', 'clock', 'keys', 'reset', 'requests'])(
    '%s, when the API is off: as any unknown path',
    async (name) => {
      const provider = createTestProvider();
      for (const method of ['GET', 'POST']) {
        const unknown = await send(provider, '/nothing', { method });
        expect(await call(provider, name, '{}', { method })).toEqual(unknown);
      }
    },
  );

  it.each([
    ['GET', 'personas', 405, 'POST'],
    ['PUT', 'faults', 405, 'POST'],
    ['DELETE', 'requests', 405, 'GET'],
    ['POST', 'requests', 405, 'GET'],
    ['OPTIONS', 'reset', 405, 'POST'],
    ['HEAD', 'faults', 405, 'POST'],
    ['POST', 'nothing', 404, undefined],
    ['POST', 'reset/', 404, undefined],
    ['POST', 'reset?x=1', 404, undefined],
    ['POST', '', 404, undefined],
    ['POST', '../v2/health', 404, undefined],
  ])('%s %s with %i', async (method, name, status, allow) => {
    const answer = await call(createTestProvider({ control: true }), name, '{}', { method });
    expect([answer.status, answer.headers['allow']]).toEqual([status, allow]);
    expect(Object.keys(answer.headers).join()).not.toContain('access-control');
    if (status === 404) expect(answer.body).toContain('/_mock/requests');
  });

  // The first three are the types that a page may send to another origin without asking (Fetch standard).
  it.each([
    ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'],
    ...['text/plain; application/json', 'application/json-seq', 'application/jsonx', undefined],
  ])('the content type %s', async (type) => {
    const provider = createTestProvider({ control: true });
    await send(provider, '/v2/health');
    const headers = { ...JSON_HEADERS, 'content-type': type, origin: 'https://evil.example' };
    for (const name of ['personas', 'faults', 'clock', 'keys', 'reset']) {
      expect((await call(provider, name, '{}', { headers })).status).toBe(415);
    }
    expect(provider.requests()).toHaveLength(1);
  });

  it.each(['application/json', 'Application/JSON', 'application/json; charset=utf-8', 'application/json ;x'])(
    'not the content type %s',
    async (type) => {
      const headers = { ...JSON_HEADERS, 'content-type': type };
      const answer = await call(createTestProvider({ control: true }), 'reset', '{}', { headers });
      expect(answer.status).toBe(204);
    },
  );

  it.each<[string, unknown, RegExp]>([
    ...['no JSON', '{"id":', '["zoe"]', '"zoe"', 'null', '7'].map(refusal('personas', /not a JSON object/)),
    ...['', { name: 'zoe' }, { id: ['zoe'] }, { id: null }, '{"__proto__": {"id": "zoe"}}'].map(
      refusal('personas', /id must be text/),
    ),
    ['personas', { id: 'nobody' }, /unknown persona 'nobody'.*wei-ming/],
    ['personas', { id: 'weiming' }, /unknown persona 'weiming'.*Did you mean wei-ming\?/],
    ['personas', { id: '__proto__' }, /unknown persona '__proto__'/],
    ['faults', {}, /name must be text/],
    ['faults', { name: 'nothing' }, /unknown fault 'nothing'.*alg-none/],
    ['faults', { name: '__proto__' }, /unknown fault '__proto__'/],
    ['faults', { name: 'slow', times: '2' }, /times must be a number/],
    ['faults', { name: 'slow', times: null }, /times must be a number/],
    ['faults', { name: 'slow', times: 0 }, /whole number of times/],
    ['faults', { name: 'slow', times: 1.5 }, /whole number of times/],
    ['clock', {}, /advanceSeconds must be a number/],
    ['clock', { advanceSeconds: '60' }, /advanceSeconds must be a number/],
    ['clock', { advanceSeconds: -1 }, /forward only/],
    ['clock', '{"advanceSeconds": 1e308}', /forward only/],
    ['clock', '{"advanceSeconds": 1e300}', /forward only/],
  ])('%s with the body %j', async (name, body, description) => {
    const provider = createTestProvider({ control: true });
    const answer = await call(provider, name, body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).error_description).toMatch(description);
    expect((await send(provider, '/v2/health')).status).toBe(200);
  });
});

describe('a call of the library without types', () => {
  it.each<[string, (provider: MockProvider, value: never) => unknown]>([
    ['queuePersona', (provider, value) => provider.queuePersona(value)],
    ['queueFault', (provider, value) => provider.queueFault(value)],
    ['queueReply', (provider, value) => provider.queueReply(value, {})],
    ['advanceTime', (provider, value) => provider.advanceTime(value)],
  ])('%s refuses what it cannot take', async (_name, control) => {
    const provider = createTestProvider();
    for (const value of [undefined, null, Symbol('x'), 5n, {}, Object.create(null)])
      expect((await errorOf(() => control(provider, value as never))).code).toBe('ERR_USAGE');
  });
});

describe('the Host of a control call', () => {
  const provider = createTestProvider({ control: true, hostname: 'https://sgid.example' });

  // As of a page that bent its own name to this address.
  it.each([
    ...[undefined, '', ':80', 'example', 'mysgid.example', 'sgid.example.evil.example', 'evil.example:5157'],
    ...[
      'sgid.example@evil.example',
      'evil.example@127.0.0.1',
      'evil.example#127.0.0.1',
      '[::1].evil.example',
    ],
    ...['evil.example/127.0.0.1', 'localhost, evil.example', 'localhost evil.example', 'localhost:80:80'],
    ...['localhost.', 'localhost.evil.example', '127.0.0.1.nip.example', '2130706433.evil.example'],
    ...['[evil.example]', '::1', 'locаlhost'],
  ])('is refused when it is %j, whatever the call', async (host) => {
    const headers = { ...JSON_HEADERS, host };
    expect((await call(provider, 'requests', '', { method: 'GET', headers })).status).toBe(403);
    for (const name of ['reset', 'nothing']) {
      expect((await call(provider, name, '{}', { headers })).status).toBe(403);
    }
  });

  it.each([
    ...['localhost', 'LOCALHOST:5157', 'localhost:1', '127.0.0.1', '127.0.0.1:65535', '10.0.0.5:80'],
    ...['192.0.2.7', '[::1]', '[::1]:5157', '[fe80::1]:80', 'sgid.example', 'SGID.example:8443'],
  ])('is taken when it is %s', async (host) => {
    expect((await call(provider, 'reset', '', { headers: { ...JSON_HEADERS, host } })).status).toBe(204);
  });
});
