import { createPrivateKey } from 'node:crypto';
import { compactDecrypt, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { createTestClient, TEST_CLIENT_ID, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { SCOPES } from '../../../src/sgid/scopes.ts';
import {
  authorize,
  createTestProvider,
  decryptUserinfo,
  getUserinfo,
  HOSTNAME,
  ISSUER,
  locationOf,
  obtainTokens,
  REDIRECT_URI,
  send,
} from './relying-party.ts';

describe('a login against the mock', () => {
  it('signs an ID token that its JWKS verifies', async () => {
    const now = Date.UTC(2030, 0, 1);
    const provider = createTestProvider({ now: () => now });
    const { id_token } = await obtainTokens(provider);
    const jwks = JSON.parse((await send(provider, '/v2/.well-known/jwks.json')).body);
    const { payload, protectedHeader } = await jwtVerify(id_token, createLocalJWKSet(jwks), {
      algorithms: ['RS256'],
      issuer: ISSUER,
      audience: TEST_CLIENT_ID,
      currentDate: new Date(now),
    });
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: jwks.keys[0].kid });
    expect(payload).toEqual({
      iss: ISSUER,
      sub: expect.stringMatching(/^u=[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
      aud: TEST_CLIENT_ID,
      iat: now / 1000,
      exp: now / 1000 + 600,
      nonce: 'a-nonce',
      at_hash: expect.stringMatching(/^[\w-]{22}$/),
    });
  });

  it('leaves the nonce out when none was sent', async () => {
    const { id_token } = await obtainTokens(createTestProvider(), { nonce: undefined });
    expect(JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString())).not.toHaveProperty(
      'nonce',
    );
  });

  it.each(PERSONAS.map((persona) => [persona.id, persona] as const))(
    'serves %s with every scope, NA where there is no value',
    async (id, persona) => {
      const provider = createTestProvider();
      const scope = SCOPES.map((entry) => entry.name).join(' ');
      const { access_token } = await obtainTokens(provider, { login_hint: id, scope });
      const { data } = await decryptUserinfo((await getUserinfo(provider, `Bearer ${access_token}`)).body);
      const expected = SCOPES.filter((entry) => entry.name !== 'openid').map((entry) => [
        entry.name,
        persona.data[entry.name] ?? 'NA',
      ]);
      expect(data).toEqual(Object.fromEntries(expected));
    },
  );

  it('shares the granted scopes alone', async () => {
    const provider = createTestProvider();
    const { access_token } = await obtainTokens(provider, { scope: 'myinfo.sex openid' });
    const { data } = await decryptUserinfo((await getUserinfo(provider, `Bearer ${access_token}`)).body);
    expect(data).toEqual({ 'myinfo.sex': 'MALE' });
  });

  it('encrypts as the SDK fixtures do', async () => {
    const provider = createTestProvider();
    const { access_token } = await obtainTokens(provider);
    const { key, data } = JSON.parse((await getUserinfo(provider, `Bearer ${access_token}`)).body);
    expect(decodeProtectedHeader(key)).toEqual({ alg: 'RSA-OAEP-256', enc: 'A256GCM' });
    expect(decodeProtectedHeader(data['myinfo.name'])).toMatchObject({ alg: 'A128GCMKW', enc: 'A128GCM' });
    const { plaintext } = await compactDecrypt(key, createPrivateKey(TEST_PRIVATE_KEY));
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual({
      kty: 'oct',
      alg: 'A128GCM',
      k: expect.stringMatching(/^[\w-]{22}$/),
    });
  });

  it('answers sub alone for the scope openid, the same as in the ID token', async () => {
    const provider = createTestProvider();
    const { access_token, id_token } = await obtainTokens(provider, { scope: 'openid' });
    const { sub } = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString());
    const response = await getUserinfo(provider, `Bearer ${access_token}`);
    expect(JSON.parse(response.body)).toEqual({ sub });
  });

  it('does not take inherited names of a persona for values', async () => {
    const clients = [createTestClient([REDIRECT_URI], ['openid', 'constructor'])];
    const provider = createTestProvider({ clients });
    const { access_token } = await obtainTokens(provider, { scope: 'openid constructor' });
    const { data } = await decryptUserinfo((await getUserinfo(provider, `Bearer ${access_token}`)).body);
    expect(Object.entries(data)).toEqual([['constructor', 'NA']]);
  });

  it('approves at once for the persona it was told, and a login hint goes first', async () => {
    const provider = createTestProvider({ approve: 'zoe' });
    expect(locationOf(await authorize(provider)).searchParams.get('code')).toMatch(/^[\w-]{43}$/);
    const sub = async (login_hint: string | undefined): Promise<unknown> => {
      const { id_token } = await obtainTokens(provider, { login_hint });
      return JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()).sub;
    };
    expect(await sub(undefined)).toBe(await sub('zoe'));
    expect(await sub(undefined)).not.toBe(await sub('siti'));
  });
});

describe('routing', () => {
  it.each([
    ['POST', '/v2/oauth/authorize', 'GET'],
    ['HEAD', '/v2/oauth/authorize', 'GET'],
    ['GET', '/v2/oauth/token', 'POST'],
    ['POST', '/v2/oauth/userinfo', 'GET'],
    ['DELETE', '/v2/.well-known/jwks.json', 'GET'],
    ['PUT', '/v2/.well-known/openid-configuration', 'GET'],
  ])('answers %s %s with 405 and Allow', async (method, target, allow) => {
    const response = await send(createTestProvider(), target, { method });
    expect([response.status, response.headers['allow']]).toEqual([405, allow]);
  });

  it.each([
    '/',
    '/v2',
    '/v2/oauth/token/',
    '/oauth/token',
    '//localhost/v2/oauth/token',
    '/v2/x/../oauth/token',
    '',
  ])('answers the unknown path %j with 404', async (target) => {
    expect((await send(createTestProvider(), target, { method: 'POST' })).status).toBe(404);
  });

  it('publishes discovery that agrees with itself', async () => {
    const provider = createTestProvider();
    expect(provider.issuer).toBe(ISSUER);
    expect(JSON.parse((await send(provider, '/v2/.well-known/openid-configuration')).body)).toMatchObject({
      issuer: 'http://localhost:5157/v2',
      authorization_endpoint: `${HOSTNAME}/v2/oauth/authorize`,
      token_endpoint: `${HOSTNAME}/v2/oauth/token`,
      userinfo_endpoint: `${HOSTNAME}/v2/oauth/userinfo`,
      jwks_uri: `${HOSTNAME}/v2/.well-known/jwks.json`,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  });
});
