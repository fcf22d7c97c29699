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
    // The last two are the client's own, as Retry-After says.
    expect(app.clock.sleeps).toEqual([3_000, 3_000, 3_000, 15_000, 1_000, 1_000]);
  });

  it.each<[FaultName, string | undefined]>([
    ['bad-field', undefined],
    ['missing-key', undefined],
    ['wrong-nonce', 'ERR_ID_TOKEN_NONCE'],
  ])('under %s with openid alone, where there may be nothing to break', async (name, code) => {
    const app = createMockApp();
    app.provider.queueFault(name);
    const attempt = app.login({ scope: 'openid' });
    if (code === undefined) expect((await attempt).data).toEqual({});
    else expect((await errorOf(() => attempt)).code).toBe(code);
  });
});

// What a fault puts on the wire, and that all else is as ever: a client that fails must fail for the fault alone.
const NOW = Date.UTC(2030, 0, 1);

async function logIn(name?: FaultName) {
  const provider = createTestProvider({ now: () => NOW });
  if (name !== undefined) provider.queueFault(name);
  const tokens = await obtainTokens(provider, { scope: 'openid myinfo.name myinfo.sex' });
  const { kid, alg } = decodeProtectedHeader(tokens.id_token);
  const jwks = await jwksOf(provider);
  return {
    ...tokens,
    /** Without the one that no two tokens share. */
    claims: { ...decodeJwt(tokens.id_token), at_hash: '' } as Record<string, unknown>,
    kid,
    alg,
    published: jwks.keys.map((key) => key.kid),
    /** `genuine`, or why not. */
    signature: await jwtVerify(tokens.id_token, createLocalJWKSet(jwks), { currentDate: new Date(NOW) }).then(
      () => 'genuine',
      ({ code }: { code: string }) => code,
    ),
    userinfo: await getUserinfo(provider, `Bearer ${tokens.access_token}`),
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

  const UNSIGNED = 'ERR_JWS_INVALID';
  const BROKEN = 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED';
  it.each<[FaultName, string, readonly string[]]>([
    ['wrong-nonce', 'genuine', ['nonce']],
    ['wrong-audience', 'genuine', ['aud']],
    ['wrong-issuer', 'genuine', ['iss']],
    ['expired-token', 'ERR_JWT_EXPIRED', ['exp', 'iat']],
    ['bad-signature', BROKEN, []],
    ['unknown-kid', 'ERR_JWKS_NO_MATCHING_KEY', []],
    ['alg-none', UNSIGNED, []],
    ['rotated-keys', 'genuine', []],
    ['sub-mismatch', 'genuine', []],
  ])('%s has an ID token that is %s and differs in %j', async (name, signature, names) => {
    const [clean, faulty] = [await logIn(), await logIn(name)];
    expect(Object.keys(faulty.claims)).toEqual(Object.keys(clean.claims));
    const changed = Object.keys(clean.claims).filter((claim) => clean.claims[claim] !== faulty.claims[claim]);
    expect(changed.sort()).toEqual(names);
    if (name === 'alg-none') expect([faulty.alg, faulty.id_token.split('.')[2]]).toEqual(['none', '']);
    else expect(faulty.signature).toBe(signature);
    const signatureBytes = Buffer.from(faulty.id_token.split('.')[2] ?? '', 'base64url');
    if (name === 'bad-signature') expect(signatureBytes).toHaveLength(256);
    if (name === 'rotated-keys') expect(clean.published).not.toContain(faulty.kid);
    if (name === 'expired-token') expect(faulty.claims['exp']).toBe(NOW / 1000 - 3_600);
  });

  const DATA = { 'myinfo.name': 'TAN WEI MING', 'myinfo.sex': 'MALE' };

  it.each<[FaultName | undefined, boolean]>([
    [undefined, true],
    ['sub-mismatch', false],
  ])('userinfo under %s can be decrypted, and its sub is the same: %j', async (name, isSame) => {
    const { userinfo, claims } = await logIn(name);
    const { sub, data } = await decryptUserinfo(userinfo.body);
    expect([sub === claims['sub'], data]).toEqual([isSame, DATA]);
    expect(sub).toMatch(/^u=[\da-f-]{36}$/);
  });

  it('missing-key, bad-block-key, bad-field and wrong-public-key break one layer each', async () => {
    const missing = JSON.parse((await logIn('missing-key')).userinfo.body);
    expect([Object.keys(missing), Object.keys(missing.data)]).toEqual([['sub', 'data'], Object.keys(DATA)]);
    const noKey = await decryptPayloadKey((await logIn('bad-block-key')).userinfo.body);
    expect(() => JSON.parse(noKey)).toThrow(SyntaxError);
    const { body } = (await logIn('bad-field')).userinfo;
    const key = Buffer.from(JSON.parse(await decryptPayloadKey(body)).k, 'base64url');
    const { data } = JSON.parse(body);
    await expect(compactDecrypt(data['myinfo.name'], key)).rejects.toThrow('decryption operation failed');
    await expect(compactDecrypt(data['myinfo.sex'], key)).resolves.toHaveProperty('plaintext');
    const foreign = (await logIn('wrong-public-key')).userinfo.body;
    await expect(decryptPayloadKey(foreign)).rejects.toThrow('decryption operation failed');
  });

  it('userinfo-401 challenges for another token, and userinfo-503 says when to come again', async () => {
    const [refused, busy] = [await logIn('userinfo-401'), await logIn('userinfo-503')];
    expect(refused.userinfo.status).toBe(401);
    expect(refused.userinfo.headers['www-authenticate']).toMatch(/^Bearer .*error="invalid_token"/);
    expect([busy.userinfo.status, busy.userinfo.headers['retry-after']]).toEqual([503, '1']);
  });
});
