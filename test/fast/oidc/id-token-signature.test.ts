import { createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { JSONWebKeySet } from 'jose';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import { type IdTokenClaims, verifyIdToken, verifySignature } from '../../../src/oidc/id-token.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { NOW } from '../../helpers/fake-clock.ts';
import { ACCESS_TOKEN } from '../../helpers/fake-provider.ts';
import {
  assembleJws,
  ISSUER,
  idTokenClaims,
  NONCE,
  SUB,
  signIdToken,
  signingKey,
  strangerKey,
} from '../../helpers/sign-id-token.ts';

type Jwk = JSONWebKeySet['keys'][number];

const EXPECTED = {
  issuer: ISSUER,
  clientId: TEST_CLIENT_ID,
  nonce: NONCE,
  accessToken: ACCESS_TOKEN,
  now: NOW,
};
const GOOD: Jwk = { kty: 'RSA', ...signingKey.jwk };
const STRANGER: Jwk = jwkOf(strangerKey, { kid: 'stranger' });
const SMALL_KEY = fixtureKey('rsa-1024.pem');
const EC_KEY = fixtureKey('ec.pem');

function fixtureKey(name: string): ReturnType<typeof createPrivateKey> {
  return createPrivateKey(readFileSync(new URL(`../../fixtures/keys/${name}`, import.meta.url)));
}

function jwkOf(key: ReturnType<typeof createPrivateKey>, more: Record<string, unknown>): Jwk {
  return {
    kty: 'RSA',
    ...createPublicKey(key.export({ format: 'pem', type: 'pkcs8' })).export({ format: 'jwk' }),
    ...more,
  };
}

/** Verifies against JWKS answers in turn, the last one staying, and counts how they were asked for. */
async function verify(
  token: string,
  ...answers: Jwk[][]
): Promise<{ outcome: IdTokenClaims | string; asked: boolean[] }> {
  const asked: boolean[] = [];
  const load = async (fresh: boolean): Promise<JSONWebKeySet> => {
    asked.push(fresh);
    return { keys: answers[asked.length - 1] ?? answers.at(-1) ?? [] };
  };
  try {
    return { outcome: await verifyIdToken(token, EXPECTED, load), asked };
  } catch {
    asked.length = 0;
    const error = await errorOf(() => verifyIdToken(token, EXPECTED, load));
    expect(error.step).toBe('id-token');
    return { outcome: error.code, asked };
  }
}

describe('algorithms', () => {
  it('refuses none', async () => {
    const token = assembleJws({ alg: 'none' }, idTokenClaims(), () => Buffer.alloc(0));
    expect(await verify(token, [GOOD])).toEqual({ outcome: 'ERR_ID_TOKEN_ALGORITHM', asked: [false] });
  });

  it.each(['pem', 'der', 'jwk-n'])('refuses HS256 with the public key as the secret: %s', async (form) => {
    const publicKey = createPublicKey(signingKey.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const secret = {
      pem: publicKey.export({ format: 'pem', type: 'spki' }),
      der: publicKey.export({ format: 'der', type: 'spki' }),
      'jwk-n': Buffer.from(String(GOOD['n']), 'base64url'),
    }[form];
    const token = assembleJws({ alg: 'HS256', kid: signingKey.kid }, idTokenClaims(), (input) =>
      createHmac('sha256', secret ?? '')
        .update(input)
        .digest(),
    );
    expect((await verify(token, [GOOD])).outcome).toBe('ERR_ID_TOKEN_ALGORITHM');
  });

  it.each(['RS384', 'RS512', 'PS256'])('refuses %s although the key is the right one', async (alg) => {
    const { alg: _any, ...key } = GOOD;
    const token = await signIdToken({}, { header: { alg } });
    expect((await verify(token, [{ ...key, kty: 'RSA' }])).outcome).toBe('ERR_ID_TOKEN_ALGORITHM');
  });

  it('refuses ES256 although the key is published', async () => {
    const token = await signIdToken({}, { header: { alg: 'ES256', kid: 'ec' }, key: EC_KEY });
    expect((await verify(token, [jwkOf(EC_KEY, { kty: 'EC', kid: 'ec' })])).outcome).toBe(
      'ERR_ID_TOKEN_ALGORITHM',
    );
  });

  it('refuses a key that is published for another algorithm', async () => {
    expect((await verify(await signIdToken(), [{ ...GOOD, alg: 'PS256' }])).outcome).toBe(
      'ERR_ID_TOKEN_SIGNATURE',
    );
  });

  it('refuses a key that is published for encryption', async () => {
    expect((await verify(await signIdToken(), [{ ...GOOD, use: 'enc' }])).outcome).toBe(
      'ERR_ID_TOKEN_SIGNATURE',
    );
  });
});

describe('signature', () => {
  it("refuses a stranger's signature under the provider's kid, after one more look", async () => {
    const token = await signIdToken({}, { key: strangerKey });
    expect(await verify(token, [GOOD])).toEqual({ outcome: 'ERR_ID_TOKEN_SIGNATURE', asked: [false, true] });
  });

  it('refuses claims changed after signing', async () => {
    const [header, , signature] = (await signIdToken()).split('.');
    const forged = Buffer.from(JSON.stringify(idTokenClaims({ sub: 'somebody else' }))).toString('base64url');
    expect((await verify(`${header}.${forged}.${signature}`, [GOOD])).outcome).toBe('ERR_ID_TOKEN_SIGNATURE');
  });

  it('refuses a key that the token brings along', async () => {
    const header = { jwk: STRANGER, kid: undefined };
    const token = await signIdToken({}, { header, key: strangerKey });
    expect((await verify(token, [GOOD])).outcome).toBe('ERR_ID_TOKEN_SIGNATURE');
  });

  it.each([
    ['nothing', ''],
    ['one part', 'abc'],
    ['two parts', 'eyJhbGciOiJSUzI1NiJ9.e30'],
    ['five parts', 'a.b.c.d.e'],
    ['a header that is no JSON', 'bm8.e30.c2ln'],
    ['no characters of base64url', '!!!.???.***'],
  ])('refuses a malformed token: %s', async (_name, token) => {
    expect((await verify(token, [GOOD])).outcome).toBe('ERR_ID_TOKEN_INVALID');
  });

  it.each([
    ['text', 'claims'],
    ['a list', []],
    ['null', null],
  ])('refuses signed claims that are no object: %s', async (_name, payload) => {
    const token = assembleJws({ alg: 'RS256', kid: signingKey.kid }, payload, (input) =>
      sign('sha256', input, signingKey.privateKey),
    );
    expect((await verify(token, [GOOD])).outcome).toBe('ERR_ID_TOKEN_INVALID');
  });

  it('refuses a critical header that it does not understand', async () => {
    const header = { alg: 'RS256', kid: signingKey.kid, crit: ['exotic'], exotic: true };
    const token = assembleJws(header, idTokenClaims(), (input) =>
      sign('sha256', input, signingKey.privateKey),
    );
    expect((await verify(token, [GOOD])).outcome).toBe('ERR_ID_TOKEN_INVALID');
  });
});

describe('key selection', () => {
  it('asks once when the key is there', async () => {
    const { outcome, asked } = await verify(await signIdToken(), [STRANGER, GOOD]);
    expect(outcome).toMatchObject({ sub: SUB });
    expect(asked).toEqual([false]);
  });

  it('asks again exactly once for an unknown kid, and takes the rotated key', async () => {
    const { outcome, asked } = await verify(await signIdToken(), [STRANGER], [GOOD]);
    expect(outcome).toMatchObject({ sub: SUB });
    expect(asked).toEqual([false, true]);
  });

  it('asks again when the provider rotated its key under the same kid', async () => {
    const { outcome, asked } = await verify(
      await signIdToken(),
      [{ ...STRANGER, kid: signingKey.kid }],
      [GOOD],
    );
    expect(outcome).toMatchObject({ sub: SUB });
    expect(asked).toEqual([false, true]);
  });

  it('asks no third time when the key stays unknown', async () => {
    const token = await signIdToken({}, { header: { kid: 'unknown' } });
    expect(await verify(token, [GOOD])).toEqual({ outcome: 'ERR_ID_TOKEN_SIGNATURE', asked: [false, true] });
  });

  it('does not ask again for a wrong claim', async () => {
    expect(await verify(await signIdToken({ aud: 'OTHER' }), [GOOD])).toEqual({
      outcome: 'ERR_ID_TOKEN_AUDIENCE',
      asked: [false],
    });
  });

  it.each<[string, Jwk[]]>([
    ['the only key', [GOOD]],
    ['the first of several', [GOOD, STRANGER]],
    ['the last of several', [STRANGER, GOOD]],
    ['beside an unusable one', [{ kty: 'RSA' }, jwkOf(SMALL_KEY, { kid: 'small' }), GOOD]],
  ])('finds the key of a token without kid: %s', async (_name, keys) => {
    const token = await signIdToken({}, { header: { kid: undefined } });
    expect((await verify(token, keys)).outcome).toMatchObject({ sub: SUB });
  });

  it('finds the key when two share the kid', async () => {
    const { outcome, asked } = await verify(await signIdToken(), [
      { ...STRANGER, kid: signingKey.kid },
      GOOD,
    ]);
    expect(outcome).toMatchObject({ sub: SUB });
    expect(asked).toEqual([false]);
  });

  it('refuses a token without kid that none of several keys signed, after one more look', async () => {
    const token = await signIdToken(
      {},
      { header: { kid: undefined }, key: fixtureKey('rsa-2048.pkcs8.pem') },
    );
    expect(await verify(token, [STRANGER, GOOD])).toEqual({
      outcome: 'ERR_ID_TOKEN_SIGNATURE',
      asked: [false, true],
    });
  });

  it('judges the claims also where several keys were tried', async () => {
    const token = await signIdToken({ aud: 'OTHER' }, { header: { kid: undefined } });
    expect(await verify(token, [STRANGER, GOOD])).toEqual({
      outcome: 'ERR_ID_TOKEN_AUDIENCE',
      asked: [false],
    });
  });
});

describe('unusable keys', () => {
  it('refuses RSA of 1024 bits', async () => {
    const token = assembleJws({ alg: 'RS256', kid: 'small' }, idTokenClaims(), (input) =>
      sign('sha256', input, SMALL_KEY),
    );
    expect((await verify(token, [jwkOf(SMALL_KEY, { kid: 'small' })])).outcome).toBe('ERR_ID_TOKEN_INVALID');
  });

  it.each<[string, Jwk]>([
    ['no numbers', { kty: 'RSA', kid: signingKey.kid }],
    ['numbers that are none', { ...GOOD, n: '!!' }],
    [
      'a private key',
      { ...signingKey.privateKey.export({ format: 'jwk' }), kty: 'RSA', kid: signingKey.kid },
    ],
  ])('refuses a JWK with %s', async (_name, jwk) => {
    expect((await verify(await signIdToken(), [jwk])).outcome).toBe('ERR_ID_TOKEN_INVALID');
  });

  it('does not use a symmetric key', async () => {
    const token = await signIdToken();
    const oct = { kty: 'oct', kid: signingKey.kid, k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0' };
    expect((await verify(token, [oct])).outcome).toBe('ERR_ID_TOKEN_SIGNATURE');
  });
});

it('passes a failure to load the keys on as it is', async () => {
  const failure = new Error('the loader failed');
  const token = await signIdToken();
  await expect(verifyIdToken(token, EXPECTED, () => Promise.reject(failure))).rejects.toBe(failure);
});

describe('verifySignature', () => {
  const check = (token: string, ...keys: Jwk[]): Promise<void> => verifySignature(token, { keys });

  it('looks at the signature alone', async () => {
    await expect(check(await signIdToken({ exp: 1, iss: 'x', sub: '' }), GOOD)).resolves.toBeUndefined();
    const { kid: _any, ...unnamed } = GOOD;
    const token = await signIdToken({}, { header: { kid: undefined } });
    await expect(
      check(token, { ...STRANGER, kid: 'a' }, { ...unnamed, kty: 'RSA' }),
    ).resolves.toBeUndefined();
  });

  it.each<[string, () => Promise<string>, string]>([
    ['a stranger', () => signIdToken({}, { key: strangerKey }), 'ERR_ID_TOKEN_SIGNATURE'],
    [
      'a key that is not published',
      () => signIdToken({}, { header: { kid: 'x' } }),
      'ERR_ID_TOKEN_SIGNATURE',
    ],
    ['another algorithm', () => signIdToken({}, { header: { alg: 'RS512' } }), 'ERR_ID_TOKEN_ALGORITHM'],
    ['nobody', async () => 'a.b.c', 'ERR_ID_TOKEN_INVALID'],
  ])('refuses that of %s', async (_name, sign, code) => {
    const token = await sign();
    expect((await errorOf(() => check(token, GOOD))).code).toBe(code);
  });
});
