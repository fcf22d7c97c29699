import { createLocalJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../../src/mock/faults.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { authorize, createTestProvider, ISSUER, jwksOf, obtainTokens, send } from './relying-party.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const DISCOVERY = '/v2/.well-known/openid-configuration';
const JWKS = '/v2/.well-known/jwks.json';

describe('a fault of discovery or the JWKS', () => {
  it.each<[FaultName, string]>([
    ['discovery-500', DISCOVERY],
    ['jwks-500', JWKS],
  ])('%s is an answer of 500 that says so, and a good one afterwards', async (name, path) => {
    const provider = createTestProvider();
    const clean = await send(provider, path);
    provider.queueFault(name);
    const { status, body } = await send(provider, path);
    expect([status, JSON.parse(body).error]).toEqual([500, 'server_error']);
    expect(body).toContain(`the fault ${name} was asked for`);
    expect(await send(provider, path)).toEqual(clean);
    expect(provider.requests()[1]?.outcome).toContain(name);
  });

  it('discovery-issuer changes the issuer alone', async () => {
    const provider = createTestProvider();
    const clean = JSON.parse((await send(provider, DISCOVERY)).body);
    provider.queueFault('discovery-issuer');
    const document = JSON.parse((await send(provider, DISCOVERY)).body);
    expect(document).toEqual({ ...clean, issuer: `${ISSUER}/wrong` });
  });

  it('jwks-empty and jwks-foreign-key let no ID token verify', async () => {
    const provider = createTestProvider();
    await provider.rotateKeys();
    const { id_token } = await obtainTokens(provider);
    const clean = await jwksOf(provider);
    provider.queueFault('jwks-empty');
    provider.queueFault('jwks-foreign-key');
    const [empty, foreign] = [await jwksOf(provider), await jwksOf(provider)];
    expect(empty).toEqual({ keys: [] });
    const { n, e } = foreign.keys[0] ?? {};
    expect(foreign.keys).toEqual(clean.keys.map((key) => ({ ...key, n, e })));
    const verify = (keys: typeof clean) => jwtVerify(id_token, createLocalJWKSet(keys));
    await expect(verify(foreign)).rejects.toThrow('signature verification failed');
    await expect(verify(clean)).resolves.toHaveProperty('payload');
  });

  it('waits beside those of logins, each for its own', async () => {
    const provider = createTestProvider({ faults: [{ name: 'jwks-500', times: 2 }] });
    provider.queueFault('jwks-empty');
    provider.queueFault('access-denied');
    provider.queueFault('discovery-500');
    const answers = [
      await authorize(provider, { login_hint: 'zoe' }),
      await send(provider, JWKS),
      await send(provider, DISCOVERY),
      await send(provider, JWKS),
      await send(provider, JWKS),
      await send(provider, JWKS),
    ];
    expect(answers.map(({ status }) => status)).toEqual([302, 200, 500, 500, 500, 200]);
    expect(answers[0]?.headers['location']).toContain('error=access_denied');
    expect(answers[1]?.body).toBe('{"keys":[]}');
  });

  it('without end lets none of its own kind wait behind it, and others do', async () => {
    const provider = createTestProvider();
    provider.queueFault('jwks-500', FOREVER);
    provider.queueFault('discovery-500', FOREVER);
    provider.queueFault('access-denied');
    const { message } = await errorOf(() => provider.queueFault('jwks-empty'));
    expect(message).toBe('no fault can follow jwks-500, which applies to every request');
  });

  it('is not offered for one login, by page, parameter or state', async () => {
    const provider = createTestProvider();
    expect((await authorize(provider)).body).not.toContain('jwks-500');
    const asked = await authorize(provider, { login_hint: 'zoe', mock_fault: 'jwks-500' });
    expect([asked.status, asked.body]).toEqual([400, expect.stringContaining('no such fault')]);
    await authorize(provider, { login_hint: 'zoe', state: 'mock-fault:jwks-500:x' });
    expect(provider.requests().at(-1)?.outcome).toBe('a code for zoe');
  });
});
