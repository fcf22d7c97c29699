import { compactDecrypt, createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { type FaultName, listFaults } from '../../../src/mock/faults.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createMockApp } from '../../helpers/mock-app.ts';
import {
  authorize,
  createTestProvider,
  decryptPayloadKey,
  decryptUserinfo,
  getUserinfo,
  jwksOf,
  locationOf,
  obtainCode,
  obtainTokens,
  postToken,
  tokenForm,
} from './relying-party.ts';

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
      expect([status, JSON.parse(body)]).toMatchObject([400, { error: 'invalid_grant' }]);
      expect(JSON.parse(body).error_description).toContain('presented before');
    },
  );

  it('takes three seconds for each answer under slow, and more than a client waits under token-slow', async () => {
    const app = createMockApp();
    app.provider.queueFault('slow');
    await app.login();
    app.provider.queueFault('token-slow');
    await errorOf(() => app.login());
    app.provider.queueFault('userinfo-503');
    await errorOf(() => app.login());
    // The last two are the client's own, as the Retry-After of userinfo-503 says.
    expect(app.clock.sleeps).toEqual([3_000, 3_000, 3_000, 15_000, 1_000, 1_000]);
  });

  it.each(['bad-field', 'missing-key'] as const)(
    'under %s with openid alone has nothing to break',
    async (name) => {
      const app = createMockApp();
      app.provider.queueFault(name);
      expect((await app.login({ scope: 'openid' })).data).toEqual({});
    },
  );
});

// What a fault puts on the wire, and that all else is as ever: a client that fails must fail for the fault alone.
const NOW = Date.UTC(2030, 0, 1);

async function logIn(name?: FaultName) {
  const provider = createTestProvider({ now: () => NOW });
  if (name !== undefined) provider.queueFault(name);
  const { id_token, access_token } = await obtainTokens(provider, { scope: 'openid myinfo.name myinfo.sex' });
  return {
    idToken: id_token,
    /** Without the one that no two tokens share. */
    claims: { ...decodeJwt(id_token), at_hash: '' } as Record<string, unknown>,
    jwks: await jwksOf(provider),
    userinfo: (await getUserinfo(provider, `Bearer ${access_token}`)).body,
  };
}

describe('on the wire', () => {
  it.each<[FaultName, number, readonly string[]]>([
    ['access-denied', 302, ['error', 'error_description', 'state', 'iss']],
    ['wrong-state', 302, ['code', 'state', 'iss']],
    ['no-callback', 200, []],
  ])('%s answers the browser with %i and %j', async (name, status, parameters) => {
    const provider = createTestProvider();
    provider.queueFault(name);
    const response = await authorize(provider, { login_hint: 'zoe' });
    const { searchParams } = locationOf(response);
    expect([response.status, [...searchParams.keys()]]).toEqual([status, parameters]);
    if (status === 302) expect(searchParams.get('state') === 'a-state').toBe(name === 'access-denied');
  });

  const BROKEN = 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED';
  it.each<[FaultName, string, readonly string[]]>([
    ['wrong-nonce', 'genuine', ['nonce']],
    ['wrong-audience', 'genuine', ['aud']],
    ['wrong-issuer', 'genuine', ['iss']],
    ['expired-token', 'ERR_JWT_EXPIRED', ['exp', 'iat']],
    ['bad-signature', BROKEN, []],
    ['unknown-kid', 'ERR_JWKS_NO_MATCHING_KEY', []],
    ['alg-none', 'ERR_JOSE_NOT_SUPPORTED', []],
    ['rotated-keys', 'genuine', []],
    ['sub-mismatch', 'genuine', []],
  ])('%s has an ID token that is %s and differs in %j', async (name, signature, names) => {
    const [clean, { idToken, claims, jwks }] = [await logIn(), await logIn(name)];
    expect(Object.keys(claims)).toEqual(Object.keys(clean.claims));
    const changed = Object.keys(claims).filter((claim) => clean.claims[claim] !== claims[claim]);
    expect(changed.sort()).toEqual(names);
    const verified = await jwtVerify(idToken, createLocalJWKSet(jwks), { currentDate: new Date(NOW) }).then(
      () => 'genuine',
      ({ code }: { code: string }) => code,
    );
    expect(verified).toBe(signature);
    const { alg, kid } = decodeProtectedHeader(idToken);
    const bytes = Buffer.from(idToken.split('.')[2] ?? '', 'base64url');
    expect([alg, bytes.length]).toEqual(name === 'alg-none' ? ['none', 0] : ['RS256', 256]);
    if (name === 'rotated-keys') expect(clean.jwks.keys.map((key) => key.kid)).not.toContain(kid);
    if (name === 'expired-token') expect(claims['exp']).toBe(NOW / 1000 - 3_600);
  });

  const DATA = { 'myinfo.name': 'TAN WEI MING', 'myinfo.sex': 'MALE' };

  it('sub-mismatch has userinfo that can be decrypted, about another subject', async () => {
    const { userinfo, claims } = await logIn('sub-mismatch');
    const { sub, data } = await decryptUserinfo(userinfo);
    expect(data).toEqual(DATA);
    expect(sub).toMatch(/^u=[\da-f-]{36}$/);
    expect(sub).not.toBe(claims['sub']);
  });

  it('missing-key, bad-block-key, bad-field and wrong-public-key break one layer each', async () => {
    const missing = JSON.parse((await logIn('missing-key')).userinfo);
    expect([Object.keys(missing), Object.keys(missing.data)]).toEqual([['sub', 'data'], Object.keys(DATA)]);
    const noKey = await decryptPayloadKey((await logIn('bad-block-key')).userinfo);
    expect(() => JSON.parse(noKey)).toThrow(SyntaxError);
    const { userinfo } = await logIn('bad-field');
    const key = Buffer.from(JSON.parse(await decryptPayloadKey(userinfo)).k, 'base64url');
    const { data } = JSON.parse(userinfo);
    await expect(compactDecrypt(data['myinfo.name'], key)).rejects.toThrow('decryption operation failed');
    await expect(compactDecrypt(data['myinfo.sex'], key)).resolves.toHaveProperty('plaintext');
    const foreign = (await logIn('wrong-public-key')).userinfo;
    await expect(decryptPayloadKey(foreign)).rejects.toThrow('decryption operation failed');
  });
});
