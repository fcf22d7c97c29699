import { describe, expect, it } from 'vitest';
import type { MockProvider } from '../../../../src/mock/provider.ts';
import type { ServerRequest, ServerResponse } from '../../../../src/system/http-server.ts';
import { createMockApp } from '../../../helpers/mock-app.ts';
import { createTestProvider, HOSTNAME, obtainCode, postToken, send, tokenForm } from '../relying-party.ts';

const JSON_HEADERS = { 'content-type': 'application/json', host: 'localhost:5157' };
const CALLS = ['personas', 'faults', 'clock', 'keys', 'reset', 'requests'];

function call(
  provider: MockProvider,
  name: string,
  body: unknown,
  request: Partial<ServerRequest> = {},
): Promise<ServerResponse> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return send(provider, `/_mock/${name}`, { method: 'POST', headers: JSON_HEADERS, body: text, ...request });
}

describe('the control API', () => {
  it('queues a persona and a fault for the next login', async () => {
    const app = createMockApp({ control: true });
    await call(app.provider, 'personas', { id: 'zoe' });
    const answer = await call(app.provider, 'faults', { name: 'slow' });
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect((await app.login()).data['myinfo.sex']).toBe('FEMALE');
    expect(app.clock.sleeps).toEqual([3_000, 3_000, 3_000]);
    expect((await app.login()).data['myinfo.sex']).toBe('MALE');
  });

  it('queues a fault several times', async () => {
    const app = createMockApp({ control: true });
    await call(app.provider, 'faults', { name: 'slow', times: 2 });
    for (let login = 0; login < 3; login += 1) await app.login();
    expect(app.clock.sleeps).toHaveLength(6);
  });

  it('puts the clock forward', async () => {
    const provider = createTestProvider({ control: true });
    const code = await obtainCode(provider);
    expect((await call(provider, 'clock', { advanceSeconds: 60 })).status).toBe(204);
    expect(JSON.parse((await postToken(provider, tokenForm(code))).body).error_description).toContain(
      'expired',
    );
  });

  it('turns the keys, and says so only when the new one is there', async () => {
    const provider = createTestProvider({ control: true });
    expect((await call(provider, 'keys', '')).status).toBe(204);
    expect(JSON.parse((await send(provider, '/v2/.well-known/jwks.json')).body).keys).toHaveLength(2);
  });

  it('lists the requests, its own left out, and resets', async () => {
    const provider = createTestProvider({ control: true });
    await send(provider, '/v2/health');
    const get = (): Promise<ServerResponse> => call(provider, 'requests', '', { method: 'GET' });
    const listed = await get();
    expect([listed.status, listed.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(JSON.parse(listed.body)).toMatchObject([{ path: '/v2/health', status: 200 }]);
    expect((await call(provider, 'reset', '{}')).status).toBe(204);
    expect(JSON.parse((await get()).body)).toEqual([]);
  });

  it('does not wait out the latency of the provider', async () => {
    const slept: number[] = [];
    const sleep = async (milliseconds: number): Promise<void> => void slept.push(milliseconds);
    const provider = createTestProvider({ control: true, latencyMs: 50, sleep });
    await call(provider, 'reset', '');
    expect(slept).toEqual([]);
  });
});

describe('a control call that is refused', () => {
  it.each(CALLS)('%s, when the API is off: as any unknown path', async (name) => {
    const provider = createTestProvider();
    for (const method of ['GET', 'POST']) {
      const answer = await call(provider, name, '{}', { method });
      const unknown = await send(provider, '/nothing', { method });
      expect(answer).toEqual(unknown);
    }
  });

  it.each([
    ['GET', 'personas', 405, 'POST'],
    ['PUT', 'faults', 405, 'POST'],
    ['DELETE', 'requests', 405, 'GET'],
    ['POST', 'requests', 405, 'GET'],
    ['OPTIONS', 'reset', 405, 'POST'],
    ['HEAD', 'requests', 405, 'GET'],
    ['POST', 'nothing', 404, undefined],
    ['POST', 'reset/', 404, undefined],
    ['POST', 'reset?x=1', 404, undefined],
    ['POST', '', 404, undefined],
    ['POST', '../v2/health', 404, undefined],
  ])('%s %s with %i', async (method, name, status, allow) => {
    const answer = await call(createTestProvider({ control: true }), name, '{}', { method });
    expect([answer.status, answer.headers['allow']]).toEqual([status, allow]);
    expect(Object.keys(answer.headers).filter((header) => header.startsWith('access-control'))).toEqual([]);
  });

  it('the bare path, with the calls that there are', async () => {
    const answer = await send(createTestProvider({ control: true }), '/_mock', { headers: JSON_HEADERS });
    expect([answer.status, JSON.parse(answer.body).error_description]).toEqual([
      404,
      expect.stringContaining('/_mock/requests'),
    ]);
  });

  // The three types that a page may send to another origin without asking (Fetch standard, CORS-safelisted).
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
    'application/json-seq',
    'application/jsonx',
    undefined,
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
      expect((await call(createTestProvider({ control: true }), 'reset', '{}', { headers })).status).toBe(
        204,
      );
    },
  );

  it.each<[string, unknown, RegExp]>([
    ['personas', 'no JSON', /not a JSON object/],
    ['personas', '{"id":', /not a JSON object/],
    ['personas', '["zoe"]', /not a JSON object/],
    ['personas', '"zoe"', /not a JSON object/],
    ['personas', 'null', /not a JSON object/],
    ['reset', '7', /not a JSON object/],
    ['personas', '', /field id must be text/],
    ['personas', { name: 'zoe' }, /field id must be text/],
    ['personas', { id: ['zoe'] }, /field id must be text/],
    ['personas', { id: null }, /field id must be text/],
    ['personas', '{"__proto__": {"id": "zoe"}}', /field id must be text/],
    ['personas', { id: 'nobody' }, /no persona 'nobody'.*wei-ming/],
    ['personas', { id: '__proto__' }, /no persona '__proto__'/],
    ['faults', {}, /field name must be text/],
    ['faults', { name: 'nothing' }, /no fault 'nothing'.*alg-none/],
    ['faults', { name: '__proto__' }, /no fault '__proto__'/],
    ['faults', { name: 'slow', times: '2' }, /field times must be a number/],
    ['faults', { name: 'slow', times: null }, /field times must be a number/],
    ['faults', { name: 'slow', times: 0 }, /whole number of times/],
    ['faults', { name: 'slow', times: 1.5 }, /whole number of times/],
    ['clock', {}, /field advanceSeconds must be a number/],
    ['clock', { advanceSeconds: '60' }, /field advanceSeconds must be a number/],
    ['clock', { advanceSeconds: -1 }, /forward only/],
    ['clock', '{"advanceSeconds": 1e308}', /forward only/],
    ['clock', '{"advanceSeconds": 1e300}', /forward only/],
  ])('%s with the body %j', async (name, body, description) => {
    const provider = createTestProvider({ control: true });
    const answer = await call(provider, name, body);
    expect([answer.status, JSON.parse(answer.body).error_description]).toEqual([
      400,
      expect.stringMatching(description),
    ]);
    expect((await send(provider, '/v2/health')).status).toBe(200);
  });

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:5157',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
  ])('the Host %j, as of a page that bent its own name to this address', async (host) => {
    const provider = createTestProvider({ control: true });
    await send(provider, '/v2/health');
    const headers = { ...JSON_HEADERS, host };
    const answers = [
      await call(provider, 'requests', '', { method: 'GET', headers }),
      await call(provider, 'reset', '{}', { headers }),
      await call(provider, 'nothing', '{}', { headers }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([403, 403, 403]);
    expect(provider.requests()).toHaveLength(1);
  });

  it.each([
    'localhost',
    'LOCALHOST:5157',
    '127.0.0.1:5157',
    '192.0.2.7',
    '[::1]:5157',
    'sgid.example',
    'SGID.example:443',
  ])('not the Host %s', async (host) => {
    const provider = createTestProvider({ control: true, hostname: 'https://sgid.example' });
    expect((await call(provider, 'reset', '', { headers: { ...JSON_HEADERS, host } })).status).toBe(204);
  });
});

describe('the provider itself', () => {
  it('does not ask who its Host is', async () => {
    const provider = createTestProvider({ control: true });
    const answer = await send(provider, '/v2/.well-known/openid-configuration', {
      headers: { host: 'x.example' },
    });
    expect(JSON.parse(answer.body).issuer).toBe(`${HOSTNAME}/v2`);
  });
});
