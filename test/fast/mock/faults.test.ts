import { compactDecrypt, createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { FAULT_OUTCOMES } from '../../../scripts/soak/fault-outcomes.mjs';
import { ERRORS } from '../../../src/errors/codes.ts';
import type { FaultName } from '../../../src/mock/faults.ts';
import type { MockProvider } from '../../../src/mock/provider.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createMockApp, type MockApp } from '../../helpers/mock-app.ts';
import {
  authorize,
  createTestProvider,
  decryptPayloadKey,
  decryptUserinfo,
  getUserinfo,
  jwksOf,
  LOGIN_FAULTS,
  locationOf,
  obtainCode,
  obtainTokens,
  postToken,
  tokenForm,
} from './relying-party.ts';

/** The requests that our own client sends. It knows the JWKS from an earlier login, so each for it here is one more. */
const REQUESTS: Readonly<Partial<Record<FaultName, string>>> = {
  'access-denied': 'authorize',
  'no-callback': 'authorize',
  'wrong-state': 'authorize',
  'invalid-client': 'authorize token',
  'invalid-grant': 'authorize token',
  'token-500': 'authorize token',
  'token-html': 'authorize token',
  'token-slow': 'authorize token',
  'wrong-nonce': 'authorize token',
  'wrong-audience': 'authorize token',
  'wrong-issuer': 'authorize token',
  'expired-token': 'authorize token',
  'bad-signature': 'authorize token jwks.json',
  'unknown-kid': 'authorize token jwks.json',
  'rotated-keys': 'authorize token jwks.json userinfo',
  'alg-none': 'authorize token',
  'sub-mismatch': 'authorize token userinfo',
  'missing-key': 'authorize token userinfo',
  'bad-block-key': 'authorize token userinfo',
  'bad-field': 'authorize token userinfo',
  'wrong-public-key': 'authorize token userinfo',
  'userinfo-401': 'authorize token userinfo',
  'userinfo-503': 'authorize token userinfo userinfo userinfo',
  slow: 'authorize token userinfo',
};

describe('a whole login of our own client', () => {
  it.each(LOGIN_FAULTS)('under $name', async ({ name }) => {
    const [outcome, exit] = FAULT_OUTCOMES[name] ?? [];
    const app = createMockApp();
    const clean = await app.login();
    app.requests.length = 0;

    app.provider.queueFault(name);
    const attempt = app.login();
    if (outcome === 'success') expect(await attempt).toMatchObject({ sub: clean.sub, data: clean.data });
    else {
      const { code } = await errorOf(() => attempt);
      expect([code, ERRORS[code].exit]).toEqual([outcome, exit]);
    }
    expect(app.requests.join(' ')).toBe(REQUESTS[name]);

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

const FOREVER = Number.POSITIVE_INFINITY;
const OUTAGE = 'ERR_PROVIDER_UNAVAILABLE';
const UNSIGNED = 'ERR_ID_TOKEN_ALGORITHM';
const WEI_MING = 'TAN WEI MING';

/** The names that logins of the app bring one after the other, or the codes that they fail with. */
async function outcomesOf(app: MockApp, ...requests: readonly Parameters<MockApp['login']>[0][]) {
  const outcomes: (string | undefined)[] = [];
  for (const request of requests) {
    const attempt = app.login(request).then(({ data }) => data['myinfo.name']);
    outcomes.push(await attempt.catch(async () => (await errorOf(() => attempt)).code));
  }
  return outcomes;
}

describe('queued faults', () => {
  it('count down, in the order in which they were queued', async () => {
    const app = createMockApp();
    app.provider.queueFault('token-500', 2);
    app.provider.queueFault('alg-none');
    const outcomes = await outcomesOf(app, undefined, undefined, undefined, undefined);
    expect(outcomes).toEqual([OUTAGE, OUTAGE, UNSIGNED, WEI_MING]);
  });

  it('go on until the reset when their number is Infinity, and let none queue behind them', async () => {
    const app = createMockApp();
    app.provider.queueFault('token-500', FOREVER);
    expect(await outcomesOf(app, undefined, undefined, undefined)).toEqual([OUTAGE, OUTAGE, OUTAGE]);
    const { message, hint } = await errorOf(() => app.provider.queueFault('alg-none'));
    expect(message).toBe('no fault can follow token-500, which applies to every login');
    expect(hint).toBe('Say how many times, or put it last.');
    app.provider.reset();
    app.provider.queueFault('alg-none');
    expect(await outcomesOf(app, undefined, undefined)).toEqual([UNSIGNED, WEI_MING]);
  });

  it('wait until a login is decided: pages and refusals do not use them up', async () => {
    const provider = createTestProvider();
    provider.queueFault('access-denied');
    for (const changes of [{}, { mock_decision: 'refuse' }, { login_hint: 'nobody' }]) {
      await authorize(provider, changes);
    }
    const { searchParams } = locationOf(await authorize(provider, { login_hint: 'zoe' }));
    expect(searchParams.get('error')).toBe('access_denied');
    expect((await authorize(provider, { login_hint: 'zoe' })).headers['location']).toContain('code=');
  });

  it.each<[string, (provider: MockProvider) => void]>([
    ['faults', (provider) => provider.queueFault('alg-none')],
    ['personas', (provider) => provider.queuePersona('zoe')],
  ])('of %s, a thousand may wait, and no more', async (_what, queue) => {
    const provider = createTestProvider();
    for (let turn = 0; turn < 1_000; turn += 1) queue(provider);
    const { code, hint } = await errorOf(() => queue(provider));
    expect([code, hint]).toEqual(['ERR_USAGE', 'Send some requests, or reset the mock.']);
    await authorize(provider, { login_hint: 'zoe' });
    await authorize(provider);
    expect(() => queue(provider)).not.toThrow();
  });

  // Beyond the safe integers one less is the same number, so that it would never count down.
  it.each([0, -1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1, 1e300])(
    'are refused %d times, from the start or later',
    async (times) => {
      const error = await errorOf(() => createTestProvider().queueFault('slow', times));
      expect(error).toMatchObject({ code: 'ERR_USAGE', hint: expect.stringContaining('Infinity') });
      expect(error.message).toContain('the fault slow takes a whole number of times');
      expect(() => createTestProvider({ faults: [{ name: 'slow', times }] })).toThrow(error.message);
    },
  );

  it('are refused by a name that is no fault’s, with what may have been meant', async () => {
    // Callers in JavaScript have no types.
    const error = await errorOf(() => createTestProvider().queueFault('expired-tokens' as FaultName));
    expect(error).toMatchObject({ code: 'ERR_USAGE', message: 'unknown fault "expired-tokens"' });
    expect(error.hint).toMatch(/^Did you mean expired-token\?/);
  });
});

describe('standing faults', () => {
  it('are there from the start, and let queued ones go before', async () => {
    const app = createMockApp({ faults: [{ name: 'token-500', times: FOREVER }] });
    expect(await outcomesOf(app, undefined)).toEqual([OUTAGE]);
    app.provider.queueFault('alg-none');
    expect(await outcomesOf(app, undefined, undefined)).toEqual([UNSIGNED, OUTAGE]);
  });

  it('count down when they have a number, and the reset brings them back', async () => {
    const app = createMockApp({ faults: [{ name: 'token-500', times: 1 }] });
    expect(await outcomesOf(app, undefined, undefined)).toEqual([OUTAGE, WEI_MING]);
    app.provider.queueFault('alg-none');
    app.provider.reset();
    expect(await outcomesOf(app, undefined, undefined)).toEqual([OUTAGE, WEI_MING]);
  });
});

describe('a fault that the state asks for', () => {
  it.each(['mock-fault:alg-none', 'mock-fault:alg-none:', 'mock-fault:alg-none:and:a:random:part'])(
    'is injected for %s, and leaves the queue alone',
    async (state) => {
      const app = createMockApp();
      app.provider.queueFault('token-500');
      expect(await outcomesOf(app, { state }, undefined, undefined)).toEqual([UNSIGNED, OUTAGE, WEI_MING]);
    },
  );

  it.each([
    ...['mock-fault:', 'mock-fault::alg-none', 'mock-fault:unheard-of:x', 'mock-fault:constructor:x'],
    ...['mock-fault:alg-none-x', 'mock-fault alg-none', 'x-mock-fault:alg-none:x', 'Mock-Fault:alg-none:x'],
  ])('is none for %j, which leaves the queue its turn', async (state) => {
    const app = createMockApp();
    expect(await outcomesOf(app, { state })).toEqual([WEI_MING]);
    app.provider.queueFault('alg-none');
    expect(await outcomesOf(app, { state })).toEqual([UNSIGNED]);
  });
});

describe('a fault that the request asks for', () => {
  it('is for that login alone, goes before its state and leaves the queue as it is', async () => {
    const provider = createTestProvider();
    provider.queueFault('alg-none');
    const asked = { mock_fault: 'wrong-state', state: 'mock-fault:access-denied' };
    const answer = await authorize(provider, { login_hint: 'zoe', ...asked });
    await authorize(provider, { login_hint: 'zoe' });
    expect(locationOf(answer).searchParams.get('state')).toBe(`${asked.state}-wrong`);
    expect(provider.requests().map(({ outcome }) => outcome)).toEqual([
      'a code for zoe, with the fault wrong-state',
      'a code for zoe, with the fault alg-none',
    ]);
    expect(provider.requests()[0]?.parameters).toMatchObject({ mock_fault: 'wrong-state' });
  });
});

describe('queued personas', () => {
  it('log in one after the other, before the one who is always approved; a login hint goes first', async () => {
    const app = createMockApp();
    app.provider.queuePersona('zoe');
    app.provider.queuePersona('siti');
    const [hinted, ...names] = await outcomesOf(app, { hint: 'wei-ming' }, undefined, undefined, undefined);
    expect([hinted, names.at(-1), new Set(names).size]).toEqual([WEI_MING, WEI_MING, 3]);
  });

  it('are gone after a reset', async () => {
    const app = createMockApp();
    app.provider.queuePersona('zoe');
    app.provider.reset();
    expect(await outcomesOf(app, undefined)).toEqual([WEI_MING]);
  });
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
