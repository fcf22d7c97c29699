import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { type MockClient, registerClient } from '../../../src/mock/clients.ts';
import { subjectOf } from '../../../src/mock/id-token.ts';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { createTestClient, TEST_CLIENT_ID, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { listFaults } from '../../../src/mock.ts';
import { SCOPES } from '../../../src/sgid/scopes.ts';
import type { HttpExchange } from '../../../src/system/http-client.ts';
import {
  authorize,
  createTestProvider,
  decryptUserinfo,
  getUserinfo,
  HOSTNAME,
  ISSUER,
  jwksOf,
  locationOf,
  obtainTokens,
  REDIRECT_URI,
  send,
} from './relying-party.ts';

const client = createTestClient([REDIRECT_URI]);

describe('a login against the mock', () => {
  it('signs an ID token that its JWKS verifies', async () => {
    const now = Date.UTC(2030, 0, 1);
    const provider = createTestProvider({ now: () => now });
    const { id_token, access_token } = await obtainTokens(provider);
    const jwks = await jwksOf(provider);
    const { payload, protectedHeader } = await jwtVerify(id_token, createLocalJWKSet(jwks), {
      algorithms: ['RS256'],
      currentDate: new Date(now),
    });
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: jwks.keys[0]?.kid });
    expect(payload).toEqual({
      iss: ISSUER,
      sub: expect.stringMatching(/^u=[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
      aud: TEST_CLIENT_ID,
      iat: now / 1000,
      exp: now / 1000 + 600,
      nonce: 'a-nonce',
      at_hash: createHash('sha256').update(access_token).digest().subarray(0, 16).toString('base64url'),
    });
    const withoutNonce = await obtainTokens(provider, { nonce: undefined });
    expect(decodeJwt(withoutNonce.id_token)).not.toHaveProperty('nonce');
  });

  async function dataOf(scope: string, changes = {}, options = {}): Promise<Record<string, string>> {
    const provider = createTestProvider(options);
    const { access_token } = await obtainTokens(provider, { scope, ...changes });
    return (await decryptUserinfo((await getUserinfo(provider, `Bearer ${access_token}`)).body)).data;
  }

  it.each(PERSONAS)('serves $id with every scope, NA where there is no value', async ({ id, data }) => {
    const names = SCOPES.map(({ name }) => name).filter((name) => name !== 'openid');
    const served = await dataOf(`openid ${names.join(' ')}`, { login_hint: id });
    expect(served).toEqual(Object.fromEntries(names.map((name) => [name, data[name] ?? 'NA'])));
  });

  it('shares the granted scopes alone, and takes no inherited name for a value', async () => {
    expect(await dataOf('myinfo.sex openid')).toEqual({ 'myinfo.sex': 'MALE' });
    const clients = [createTestClient([REDIRECT_URI], ['openid', 'constructor'])];
    const data = await dataOf('openid constructor', {}, { clients });
    expect(Object.entries(data)).toEqual([['constructor', 'NA']]);
  });

  it('answers sub alone for the scope openid, the same as in the ID token', async () => {
    const provider = createTestProvider();
    const { access_token, id_token } = await obtainTokens(provider, { scope: 'openid' });
    const { body } = await getUserinfo(provider, `Bearer ${access_token}`);
    expect(JSON.parse(body)).toEqual({ sub: decodeJwt(id_token).sub });
  });

  it('approves at once for the persona it was told, and a login hint goes first', async () => {
    const provider = createTestProvider({ approve: 'zoe' });
    expect(locationOf(await authorize(provider)).searchParams.get('code')).toMatch(/^[\w-]{43}$/);
    const subjects: (string | undefined)[] = [];
    for (const login_hint of [undefined, 'zoe', 'siti']) {
      subjects.push(decodeJwt((await obtainTokens(provider, { login_hint })).id_token).sub);
    }
    const [zoe, siti] = ['zoe', 'siti'].map((id) => subjectOf(TEST_CLIENT_ID, id));
    expect(subjects).toEqual([zoe, zoe, siti]);
  });

  it('names a person to each client in another way, and confuses no two ids', () => {
    const pairs = [
      ['a', 'zoe'],
      ['b', 'zoe'],
      ['a', 'siti'],
      ['a', 'b-c'],
      ['a-b', 'c'],
      ['a","b', 'c'],
      ['a', 'b","c'],
    ];
    const subjects = pairs.map(([clientId = '', personaId = '']) => subjectOf(clientId, personaId));
    expect(new Set(subjects).size).toBe(pairs.length);
  });
});

describe('routing', () => {
  it.each([
    ['POST', '/v2/oauth/authorize', 'GET'],
    ['HEAD', '/v2/oauth/authorize', 'GET'],
    ['GET', '/v2/oauth/token', 'POST'],
    ['POST', '/v2/oauth/userinfo', 'GET'],
    ['DELETE', '/v2/.well-known/jwks.json', 'GET'],
  ])('answers %s %s with 405 and Allow', async (method, target, allow) => {
    const response = await send(createTestProvider(), target, { method });
    expect([response.status, response.headers['allow']]).toEqual([405, allow]);
  });

  it.each([
    ...['/', '/v2', '/v2/oauth/token/', '/oauth/token', '//localhost/v2/oauth/token'],
    ...['/v2/x/../oauth/token', ''],
  ])('answers the unknown path %j with 404', async (target) => {
    expect((await send(createTestProvider(), target, { method: 'POST' })).status).toBe(404);
  });

  it('publishes discovery that agrees with itself', async () => {
    const { body } = await send(createTestProvider(), '/v2/.well-known/openid-configuration');
    expect(JSON.parse(body)).toMatchObject({
      issuer: 'http://localhost:5157/v2',
      authorization_endpoint: `${HOSTNAME}/v2/oauth/authorize`,
      token_endpoint: `${HOSTNAME}/v2/oauth/token`,
      userinfo_endpoint: `${HOSTNAME}/v2/oauth/userinfo`,
      jwks_uri: `${HOSTNAME}/v2/.well-known/jwks.json`,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  });

  it('reports a failure of its own as the 500 that comes of it', async () => {
    const statuses: unknown[] = [];
    const sleep = () => Promise.reject(new Error('a bug'));
    const onExchange = ({ status }: HttpExchange): void => void statuses.push(status);
    const provider = createTestProvider({ latencyMs: 1, sleep, onExchange });
    await expect(send(provider, '/v2/health')).rejects.toThrow('a bug');
    expect(statuses).toEqual([500]);
  });
});

describe('a registration', () => {
  const smallKey = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const curveKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;

  it.each<[string, Partial<MockClient>, string]>([
    ['an empty id', { clientId: '' }, 'ERR_CREDENTIALS_FILE'],
    ['an empty secret', { clientSecret: '' }, 'ERR_CREDENTIALS_FILE'],
    ['no redirect URI', { redirectUris: [] }, 'ERR_REDIRECT_URI'],
    ['a relative redirect URI', { redirectUris: [REDIRECT_URI, '/callback'] }, 'ERR_REDIRECT_URI'],
    ['a redirect URI with a fragment', { redirectUris: [`${REDIRECT_URI}#x`] }, 'ERR_REDIRECT_URI'],
    ['a redirect URI with a line break', { redirectUris: [`${REDIRECT_URI}\r\nx: y`] }, 'ERR_REDIRECT_URI'],
    ['scopes without openid', { scopes: ['myinfo.name'] }, 'ERR_CREDENTIALS_FILE'],
    ['the scope __proto__', { scopes: ['openid', '__proto__'] }, 'ERR_CREDENTIALS_FILE'],
    ['a scope with a space', { scopes: ['openid', 'a b'] }, 'ERR_CREDENTIALS_FILE'],
    ['an unreadable key', { publicKey: 'no key' }, 'ERR_CREDENTIALS_FILE'],
    ['a small key', { publicKey: smallKey }, 'ERR_CREDENTIALS_FILE'],
    ['a key that is not RSA', { publicKey: curveKey }, 'ERR_CREDENTIALS_FILE'],
  ])('with %s is refused', (_what, change, code) => {
    expect(() => registerClient({ ...client, ...change })).toThrow(expect.objectContaining({ code }));
  });

  it('takes the public half of a private key', () => {
    const { publicKey } = registerClient({ ...client, publicKey: TEST_PRIVATE_KEY });
    expect(publicKey.equals(registerClient(client).publicKey)).toBe(true);
  });

  it.each([
    ['two clients with one id', { clients: [client, client] }, 'ERR_USAGE'],
    ['no client', { clients: [] }, 'ERR_USAGE'],
    ['no persona', { personas: [] }, 'ERR_USAGE'],
    ['two personas with one id', { personas: [...PERSONAS, ...PERSONAS.slice(0, 1)] }, 'ERR_USAGE'],
    ['an unknown persona to approve', { approve: 'nobody' }, 'ERR_USAGE'],
    ['an unknown encryption profile', JSON.parse('{"jwe": "mock-pass"}'), 'ERR_USAGE'],
    ['a hostname with a trailing slash', { hostname: 'http://localhost:5157/' }, 'ERR_HOSTNAME'],
  ])('of a provider with %s is refused', (_what, options, code) => {
    expect(() => createTestProvider(options)).toThrow(expect.objectContaining({ code }));
  });
});

describe('docs/mock.md', () => {
  const docs = readFileSync(new URL('../../../docs/mock.md', import.meta.url), 'utf8');
  const calls = [...docs.matchAll(/^curl \$mock(\/\S+)(?: -H "\$json" -d '([^']*)')?/gm)].map(
    ([, path = '', body]) => ({ path: `/_mock${path}`, body }),
  );
  const call = (path: string, body: string | undefined) =>
    send(createTestProvider({ control: true }), path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { host: 'localhost', 'content-type': 'application/json' },
      body: body ?? '',
    });

  it('shows every call of the control API, and each works', async () => {
    const { error_description } = JSON.parse((await call('/_mock', undefined)).body);
    const known = String(error_description).replace('no such call; there are ', '').split(', ');
    expect(calls.map(({ path }) => path).sort()).toEqual(known.sort());
    for (const { path, body } of calls) expect((await call(path, body)).status).toBeLessThan(205);
  });

  it('counts the people and the faults', () => {
    const words = new Map([
      ['fourteen', PERSONAS.length],
      ['twenty-four', listFaults().length],
    ]);
    const [, people = ''] = /lists the ([\w-]+)\. A file adds/.exec(docs) ?? [];
    const [, faults = ''] = /^\| faults +\| ([\w-]+) /m.exec(docs) ?? [];
    expect([words.get(people), words.get(faults)]).toEqual([14, 24]);
  });
});
