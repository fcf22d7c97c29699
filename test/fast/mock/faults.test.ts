import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { type FaultName, isFaultName, listFaults } from '../../../src/mock/faults.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createMockApp } from '../../helpers/mock-app.ts';
import { createTestProvider, obtainCode, postToken, tokenForm } from './relying-party.ts';

/** What our own client makes of a fault: an error or a success, and the requests that it sent. */
type Outcome = readonly [SgidErrorCode | 'success', string];

// The client knows the JWKS from an earlier login, so each request for it here is one more.
const OUTCOMES: Readonly<Record<FaultName, Outcome>> = {
  'access-denied': ['ERR_ACCESS_DENIED', 'authorize'],
  'no-callback': ['ERR_CALLBACK_TIMEOUT', 'authorize'],
  'wrong-state': ['ERR_STATE_MISMATCH', 'authorize'],
  'invalid-client': ['ERR_TOKEN_REFUSED', 'authorize token'],
  'invalid-grant': ['ERR_TOKEN_REFUSED', 'authorize token'],
  'token-500': ['ERR_PROVIDER_UNAVAILABLE', 'authorize token'],
  'token-html': ['ERR_RESPONSE_INVALID', 'authorize token'],
  'token-slow': ['ERR_HTTP_TIMEOUT', 'authorize token'],
  'wrong-nonce': ['ERR_ID_TOKEN_NONCE', 'authorize token'],
  'wrong-audience': ['ERR_ID_TOKEN_AUDIENCE', 'authorize token'],
  'wrong-issuer': ['ERR_ID_TOKEN_ISSUER', 'authorize token'],
  'expired-token': ['ERR_ID_TOKEN_EXPIRED', 'authorize token'],
  'bad-signature': ['ERR_ID_TOKEN_SIGNATURE', 'authorize token jwks.json'],
  'unknown-kid': ['ERR_ID_TOKEN_SIGNATURE', 'authorize token jwks.json'],
  'rotated-keys': ['success', 'authorize token jwks.json userinfo'],
  'alg-none': ['ERR_ID_TOKEN_ALGORITHM', 'authorize token'],
  'sub-mismatch': ['ERR_SUB_MISMATCH', 'authorize token userinfo'],
  'missing-key': ['ERR_JWE_KEY_MISSING', 'authorize token userinfo'],
  'bad-block-key': ['ERR_JWE_INVALID', 'authorize token userinfo'],
  'bad-field': ['ERR_DECRYPT_FIELD', 'authorize token userinfo'],
  'wrong-public-key': ['ERR_DECRYPT_KEY', 'authorize token userinfo'],
  'userinfo-401': ['ERR_USERINFO_REFUSED', 'authorize token userinfo'],
  'userinfo-503': ['ERR_PROVIDER_UNAVAILABLE', 'authorize token userinfo userinfo userinfo'],
  slow: ['success', 'authorize token userinfo'],
};

describe('isFaultName', () => {
  it.each(['', 'nothing', 'constructor', '__proto__', 'SLOW'])('does not take %j', (name) => {
    expect(isFaultName(name)).toBe(false);
  });
});

describe('a whole login of our own client', () => {
  it.each(listFaults())('under $name', async ({ name }) => {
    const [outcome, requests] = OUTCOMES[name];
    const app = createMockApp();
    const clean = await app.login();
    app.requests.length = 0;

    app.provider.queueFault(name);
    const attempt = app.login();
    if (outcome === 'success') expect(await attempt).toMatchObject({ sub: clean.sub, data: clean.data });
    else expect((await errorOf(() => attempt)).code).toBe(outcome);
    expect(app.requests.join(' ')).toBe(requests);

    expect((await app.login()).data).toEqual(clean.data);
  });

  it.each<[FaultName, string]>([
    ['invalid-client', 'invalid_client'],
    ['invalid-grant', 'invalid_grant'],
    ['token-500', ''],
    ['userinfo-401', 'invalid_token'],
    ['userinfo-503', 'temporarily_unavailable'],
  ])('is told under %s that the fault was asked for, so that nobody looks for it', async (name, error) => {
    const app = createMockApp();
    app.provider.queueFault(name);
    const { reply } = await errorOf(() => app.login());
    expect(reply?.error ?? '').toBe(error);
    expect(reply?.body).toContain(`the fault ${name} was asked for`);
  });

  it.each<FaultName>(['invalid-client', 'invalid-grant', 'token-500', 'token-html', 'token-slow'])(
    'cannot send the code again after %s',
    async (name) => {
      const provider = createTestProvider({ sleep: async () => {} });
      const form = tokenForm(await obtainCode(provider, { state: `mock-fault:${name}` }));
      await postToken(provider, form);
      const { status, body } = await postToken(provider, form);
      expect([status, JSON.parse(body).error]).toEqual([400, 'invalid_grant']);
      expect(JSON.parse(body).error_description).toContain('presented before');
    },
  );

  it('takes three seconds for each answer under slow, and more than a client waits under token-slow', async () => {
    const app = createMockApp();
    const start = app.clock.now();
    app.provider.queueFault('slow');
    await app.login();
    expect(app.clock.now() - start).toBe(9_000);
    app.provider.queueFault('token-slow');
    await errorOf(() => app.login());
    expect(app.clock.now() - start).toBe(24_000);
  });

  it('waits as long as userinfo-503 asks for before each new try', async () => {
    const app = createMockApp();
    app.provider.queueFault('userinfo-503');
    await errorOf(() => app.login());
    expect(app.clock.sleeps).toEqual([1_000, 1_000]);
  });

  it.each<[FaultName, string]>([
    ['bad-field', 'openid'],
    ['missing-key', 'openid'],
    ['wrong-nonce', 'openid'],
  ])('under %s with the scope %s, where there may be nothing to break', async (name, scope) => {
    const app = createMockApp();
    app.provider.queueFault(name);
    const attempt = app.login({ scope });
    if (name === 'wrong-nonce') expect((await errorOf(() => attempt)).code).toBe('ERR_ID_TOKEN_NONCE');
    else expect((await attempt).data).toEqual({});
  });
});
