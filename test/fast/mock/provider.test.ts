import { readFileSync } from 'node:fs';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { registerClient } from '../../../src/mock/clients.ts';
import { subjectOf } from '../../../src/mock/id-token.ts';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { createTestClient, TEST_CLIENT_ID, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { listFaults } from '../../../src/mock.ts';
import type { HttpExchange } from '../../../src/oidc/journal.ts';
import { atHashOf } from '../../helpers/sign-id-token.ts';
import {
  createTestProvider,
  decryptUserinfo,
  getUserinfo,
  ISSUER,
  jwksOf,
  obtainTokens,
  REDIRECT_URI,
  send,
} from './relying-party.ts';

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
      at_hash: atHashOf(access_token),
    });
    const withoutNonce = await obtainTokens(provider, { nonce: undefined });
    expect(decodeJwt(withoutNonce.id_token)).not.toHaveProperty('nonce');
  });

  it('shares the granted scopes alone, and takes no inherited name for a value', async () => {
    const clients = [createTestClient([REDIRECT_URI], ['openid', 'constructor', 'myinfo.sex'])];
    for (const [scope, data] of [
      ['myinfo.sex openid', { 'myinfo.sex': 'MALE' }],
      ['openid constructor', { constructor: 'NA' }],
    ] as const) {
      const provider = createTestProvider({ clients });
      const { access_token } = await obtainTokens(provider, { scope });
      const { body } = await getUserinfo(provider, `Bearer ${access_token}`);
      expect(Object.entries((await decryptUserinfo(body)).data)).toEqual(Object.entries(data));
    }
  });

  it('names a person to each client in another way, and confuses no two ids', () => {
    const pairs = ['a zoe', 'b zoe', 'a siti', 'a b-c', 'a-b c', 'a","b c', 'a b","c'];
    const subjects = pairs.map((pair) => {
      const [clientId = '', personaId = ''] = pair.split(' ');
      return subjectOf(clientId, personaId);
    });
    expect(new Set(subjects).size).toBe(pairs.length);
  });
});

describe('routing', () => {
  it.each(['authorize', 'token', 'userinfo'])('lets no web page read %s: no CORS', async (name) => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const headers = { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' };
      const answer = await send(createTestProvider({ oidc: true }), `/v2/oauth/${name}`, { method, headers });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(Object.keys(answer.headers).join()).not.toContain('access-control');
    }
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

it('takes the public half of a private key for a public key', () => {
  const client = createTestClient([REDIRECT_URI]);
  const { publicKey } = registerClient({ ...client, publicKey: TEST_PRIVATE_KEY });
  expect(publicKey.equals(registerClient(client).publicKey)).toBe(true);
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
    expect([PERSONAS.length, listFaults().length]).toEqual([14, 29]);
    expect(docs).toMatch(/lists the fourteen, /);
    expect(readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')).toContain('29 faults');
    expect(docs).toMatch(/^\| faults +\| twenty-nine /m);
  });
});
