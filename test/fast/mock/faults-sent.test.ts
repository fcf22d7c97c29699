import {
  compactDecrypt,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../../src/mock/faults.ts';
import type { MockProvider } from '../../../src/mock/provider.ts';
import type { ServerResponse } from '../../../src/system/http-server.ts';
import {
  authorize,
  createTestProvider,
  decryptPayloadKey,
  decryptUserinfo,
  getUserinfo,
  locationOf,
  obtainTokens,
  send,
  type Tokens,
} from './relying-party.ts';

// What a fault puts on the wire, and that all else is as ever: a client that fails must fail for the fault alone.

const NOW = Date.UTC(2030, 0, 1);
const SCOPE = 'openid myinfo.name myinfo.sex';

interface Login extends Tokens {
  readonly provider: MockProvider;
  readonly userinfo: ServerResponse;
}

async function logIn(name?: FaultName): Promise<Login> {
  const provider = createTestProvider({ now: () => NOW });
  if (name !== undefined) provider.queueFault(name);
  const tokens = await obtainTokens(provider, { scope: SCOPE });
  return { ...tokens, provider, userinfo: await getUserinfo(provider, `Bearer ${tokens.access_token}`) };
}

async function jwksOf(provider: MockProvider): Promise<JSONWebKeySet> {
  return JSON.parse((await send(provider, '/v2/.well-known/jwks.json')).body);
}

async function verify({ id_token, provider }: Login): Promise<JWTPayload> {
  const keys = createLocalJWKSet(await jwksOf(provider));
  return (await jwtVerify(id_token, keys, { currentDate: new Date(NOW) })).payload;
}

/** The claims without the one that no two tokens share. */
function claimsOf({ id_token }: Login): JWTPayload {
  return { ...decodeJwt(id_token), at_hash: '' };
}

describe('on the way back to the client', () => {
  const visit = async (name: FaultName): Promise<ServerResponse> => {
    const provider = createTestProvider();
    provider.queueFault(name);
    return authorize(provider, { login_hint: 'zoe', state: 'the-state-of-this-login' });
  };

  it('access-denied brings the error and the right state, and no code', async () => {
    const { searchParams } = locationOf(await visit('access-denied'));
    expect([searchParams.get('error'), searchParams.get('state'), searchParams.has('code')]).toEqual([
      'access_denied',
      'the-state-of-this-login',
      false,
    ]);
  });

  it('no-callback ends on a page', async () => {
    const { status, headers } = await visit('no-callback');
    expect([status, headers['location'], headers['content-type']]).toEqual([
      200,
      undefined,
      'text/html; charset=utf-8',
    ]);
  });

  it('wrong-state brings a code with a state that is not the one of this login', async () => {
    const { searchParams } = locationOf(await visit('wrong-state'));
    expect(searchParams.get('code')).toMatch(/^[\w-]{43}$/);
    expect(searchParams.get('state')).not.toBe('the-state-of-this-login');
  });
});

describe('in the ID token', () => {
  it.each<[FaultName, readonly string[]]>([
    ['wrong-nonce', ['nonce']],
    ['wrong-audience', ['aud']],
    ['wrong-issuer', ['iss']],
    ['expired-token', ['exp', 'iat']],
    ['bad-signature', []],
    ['unknown-kid', []],
    ['alg-none', []],
    ['rotated-keys', []],
    ['sub-mismatch', []],
  ])('%s changes the claims %j and no other', async (name, names) => {
    const [clean, faulty] = [claimsOf(await logIn()), claimsOf(await logIn(name))];
    expect(Object.keys(faulty)).toEqual(Object.keys(clean));
    expect(Object.keys(clean).filter((claim) => clean[claim] !== faulty[claim])).toEqual(
      expect.arrayContaining([...names]),
    );
    expect(Object.keys(clean).filter((claim) => clean[claim] !== faulty[claim])).toHaveLength(names.length);
  });

  it('expired-token has one that expired an hour ago', async () => {
    expect(claimsOf(await logIn('expired-token')).exp).toBe(NOW / 1000 - 3_600);
  });

  it.each<FaultName>(['wrong-nonce', 'wrong-audience', 'wrong-issuer', 'sub-mismatch'])(
    '%s leaves the signature genuine',
    async (name) => {
      await expect(verify(await logIn(name))).resolves.toHaveProperty('sub');
    },
  );

  it('bad-signature has a signature of the right length that does not verify', async () => {
    const login = await logIn('bad-signature');
    expect(Buffer.from(login.id_token.split('.')[2] ?? '', 'base64url')).toHaveLength(256);
    await expect(verify(login)).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
  });

  it('unknown-kid names a key that the JWKS does not hold', async () => {
    const login = await logIn('unknown-kid');
    const { keys } = await jwksOf(login.provider);
    expect(keys.map(({ kid }) => kid)).not.toContain(decodeProtectedHeader(login.id_token).kid);
    await expect(verify(login)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });

  it('alg-none has no signature at all', async () => {
    const { id_token } = await logIn('alg-none');
    expect([decodeProtectedHeader(id_token).alg, id_token.split('.')[2]]).toEqual(['none', '']);
  });

  it('rotated-keys is signed by a key that was not published before', async () => {
    const login = await logIn('rotated-keys');
    const before = (await jwksOf(createTestProvider())).keys.map(({ kid }) => kid);
    expect(before).not.toContain(decodeProtectedHeader(login.id_token).kid);
    await expect(verify(login)).resolves.toHaveProperty('sub');
  });
});

describe('in the answer of userinfo', () => {
  it('is nothing amiss without a fault', async () => {
    const { userinfo, id_token } = await logIn();
    expect(await decryptUserinfo(userinfo.body)).toEqual({
      sub: decodeJwt(id_token).sub,
      data: { 'myinfo.name': 'TAN WEI MING', 'myinfo.sex': 'MALE' },
    });
  });

  it('sub-mismatch names another subject, with data that can be decrypted', async () => {
    const { userinfo, id_token } = await logIn('sub-mismatch');
    const { sub, data } = await decryptUserinfo(userinfo.body);
    expect(sub).toMatch(/^u=[\da-f-]{36}$/);
    expect(sub).not.toBe(decodeJwt(id_token).sub);
    expect(data['myinfo.name']).toBe('TAN WEI MING');
  });

  it('missing-key has data and no key', async () => {
    const body = JSON.parse((await logIn('missing-key')).userinfo.body);
    expect(body).not.toHaveProperty('key');
    expect(Object.keys(body.data)).toEqual(['myinfo.name', 'myinfo.sex']);
  });

  it('bad-block-key has a key that decrypts to what is no JWK', async () => {
    const { userinfo } = await logIn('bad-block-key');
    const text = await decryptPayloadKey(userinfo.body);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it('bad-field breaks one field and leaves the others', async () => {
    const { userinfo } = await logIn('bad-field');
    const { data } = JSON.parse(userinfo.body);
    const key = Buffer.from(JSON.parse(await decryptPayloadKey(userinfo.body)).k, 'base64url');
    await expect(compactDecrypt(data['myinfo.name'], key)).rejects.toThrow('decryption operation failed');
    await expect(compactDecrypt(data['myinfo.sex'], key)).resolves.toHaveProperty('plaintext');
  });

  it('wrong-public-key has a key that the private key of the client does not open', async () => {
    const { userinfo } = await logIn('wrong-public-key');
    await expect(decryptPayloadKey(userinfo.body)).rejects.toThrow('decryption operation failed');
  });

  it('userinfo-401 challenges for another token', async () => {
    const { status, headers } = (await logIn('userinfo-401')).userinfo;
    expect([status, headers['www-authenticate']]).toEqual([
      401,
      expect.stringMatching(/^Bearer .*error="invalid_token"/),
    ]);
  });

  it('userinfo-503 says when to come again', async () => {
    const { status, headers } = (await logIn('userinfo-503')).userinfo;
    expect([status, headers['retry-after']]).toEqual([503, '1']);
  });
});
