import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { verifyIdToken } from '../../../src/oidc/id-token.ts';
import { findFailure } from '../../../src/oidc/verdict.ts';
import {
  assembleJws,
  EXPECTED,
  signingJwk as GOOD,
  HEADER,
  idTokenClaims,
  type Jwk,
  publicJwkOf,
  publicKeyOf,
  signIdToken,
  signingKey,
  strangerKey,
} from '../../helpers/sign-id-token.ts';

const STRANGER = publicJwkOf(strangerKey, { kid: 'stranger' });
const SMALL_KEY = fixtureKey('rsa-1024.pem');
const EC_KEY = fixtureKey('ec.pem');

function fixtureKey(name: string): KeyObject {
  return createPrivateKey(readFileSync(new URL(`../../fixtures/keys/${name}`, import.meta.url)));
}

const signWith = (key: KeyObject) => (input: Buffer) => sign('sha256', input, key);

/** What a login would end with, `ok` when it would not, and how the keys were asked for; the last answer stays. */
async function verify(token: string, ...answers: Jwk[][]): Promise<readonly (string | boolean)[]> {
  const asked: boolean[] = [];
  const { verdicts } = await verifyIdToken(token, EXPECTED, async (fresh) => {
    asked.push(fresh);
    return { keys: answers[asked.length - 1] ?? answers.at(-1) ?? [] };
  });
  const failure = findFailure(verdicts);
  if (failure !== undefined) expect(failure.step).toBe('id-token');
  return [failure?.code ?? 'ok', ...asked];
}

const WRONG_ALGORITHM = ['ERR_ID_TOKEN_ALGORITHM'];
const WRONG_SIGNATURE = ['ERR_ID_TOKEN_SIGNATURE', false, true];
const INVALID = ['ERR_ID_TOKEN_INVALID'];

describe('algorithms', () => {
  it('refuses none', async () => {
    const token = assembleJws({ alg: 'none' }, idTokenClaims(), () => Buffer.alloc(0));
    expect(await verify(token, [GOOD])).toEqual(WRONG_ALGORITHM);
  });

  it.each(['pem', 'der', 'jwk-n'])('refuses HS256 with the public key as the secret: %s', async (form) => {
    const publicKey = publicKeyOf(signingKey.privateKey);
    const secret = {
      pem: publicKey.export({ format: 'pem', type: 'spki' }),
      der: publicKey.export({ format: 'der', type: 'spki' }),
      'jwk-n': Buffer.from(String(GOOD['n']), 'base64url'),
    }[form];
    const mac = createHmac('sha256', secret ?? '');
    const header = { ...HEADER, alg: 'HS256' };
    const token = assembleJws(header, idTokenClaims(), (input) => mac.update(input).digest());
    expect(await verify(token, [GOOD])).toEqual(WRONG_ALGORITHM);
  });

  it.each(['RS384', 'RS512', 'PS256'])('refuses %s although the key is the right one', async (alg) => {
    const { alg: _any, ...key } = GOOD;
    const token = await signIdToken({}, { header: { alg } });
    expect(await verify(token, [{ ...key, kty: 'RSA' }])).toEqual(WRONG_ALGORITHM);
  });

  it('shows the algorithm that is refused', async () => {
    const { verdicts } = await verifyIdToken(await signIdToken({}, { header: { alg: 'PS256' } }), EXPECTED);
    expect(verdicts[0]?.detail).toBe('"PS256"; only RS256 is accepted');
  });

  it('refuses ES256 although the key is published', async () => {
    const token = await signIdToken({}, { header: { alg: 'ES256', kid: 'ec' }, key: EC_KEY });
    expect(await verify(token, [publicJwkOf(EC_KEY, { kty: 'EC', kid: 'ec' })])).toEqual(WRONG_ALGORITHM);
  });

  it.each<[string, Jwk]>([
    ['another algorithm', { ...GOOD, alg: 'PS256' }],
    ['encryption', { ...GOOD, use: 'enc' }],
    ['a symmetric cipher', { kty: 'oct', kid: signingKey.kid, k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0' }],
  ])('refuses a key that is published for %s', async (_name, jwk) => {
    expect(await verify(await signIdToken(), [jwk])).toEqual(WRONG_SIGNATURE);
  });

  it('refuses a critical header', async () => {
    const header = { ...HEADER, crit: ['exotic'], exotic: true };
    const token = assembleJws(header, idTokenClaims(), signWith(signingKey.privateKey));
    expect(await verify(token, [GOOD])).toEqual(INVALID);
  });
});

describe('the form', () => {
  it.each([
    ['nothing', ''],
    ['five parts', 'a.b.c.d.e'],
    ['a header that is no JSON', 'bm8.e30.c2ln'],
    ['no characters of base64url', '!!!.???.***'],
    ...['claims', [], null].map((payload) => [
      `signed claims that are ${JSON.stringify(payload)}`,
      assembleJws(HEADER, payload, signWith(signingKey.privateKey)),
    ]),
  ])('refuses %s', async (_name, token) => {
    expect(await verify(token ?? '', [GOOD])).toEqual(INVALID);
  });
});

describe('the signature', () => {
  const BROUGHT = { jwk: STRANGER, kid: undefined };
  const NO_KID = { kid: undefined };

  async function forgeClaims(): Promise<string> {
    const [header, , signature] = (await signIdToken()).split('.');
    const forged = Buffer.from(JSON.stringify(idTokenClaims({ sub: 'other' }))).toString('base64url');
    return `${header}.${forged}.${signature}`;
  }

  it.each<[string, () => Promise<string>]>([
    ["a stranger under the provider's kid", () => signIdToken({}, { key: strangerKey })],
    ['a kid that stays unknown', () => signIdToken({}, { header: { kid: 'unknown' } })],
    ['a key that the token brings along', () => signIdToken({}, { header: BROUGHT, key: strangerKey })],
    ['other claims', forgeClaims],
  ])('of %s is refused, after one more look at the keys', async (_name, sign) => {
    expect(await verify(await sign(), [GOOD])).toEqual(WRONG_SIGNATURE);
  });

  it('that none of several keys made is refused', async () => {
    const key = fixtureKey('rsa-2048.pkcs8.pem');
    const token = await signIdToken({}, { header: { kid: undefined }, key });
    expect(await verify(token, [STRANGER, GOOD])).toEqual(WRONG_SIGNATURE);
  });

  it.each<[string, Jwk[], Record<string, unknown>]>([
    ['the only key', [GOOD], NO_KID],
    ['the key that is named', [STRANGER, GOOD], {}],
    ['the first of several', [GOOD, STRANGER], NO_KID],
    ['the last of several', [STRANGER, GOOD], NO_KID],
    ['one of two with the same name', [{ ...STRANGER, kid: signingKey.kid }, GOOD], {}],
    ['one beside unusable ones', [{ kty: 'RSA' }, publicJwkOf(SMALL_KEY, { kid: 'small' }), GOOD], NO_KID],
  ])('of %s is taken, and the keys are asked for once', async (_name, keys, header) => {
    expect(await verify(await signIdToken({}, { header }), keys)).toEqual(['ok', false]);
    const wrong = await signIdToken({ aud: 'OTHER' }, { header });
    expect(await verify(wrong, keys)).toEqual(['ERR_ID_TOKEN_AUDIENCE', false]);
  });

  it.each<[string, Jwk]>([
    ['another name', STRANGER],
    ['the same name', { ...STRANGER, kid: signingKey.kid }],
  ])('of a key that took the place of one with %s is taken', async (_name, old) => {
    expect(await verify(await signIdToken(), [old], [GOOD])).toEqual(['ok', false, true]);
  });

  it.each<[string, Jwk]>([
    ['no numbers', { kty: 'RSA', kid: signingKey.kid }],
    ['numbers that are none', { ...GOOD, n: '!!' }],
    ['a private key', { ...signingKey.privateKey.export({ format: 'jwk' }), kty: 'RSA', ...HEADER }],
  ])('is not verified with %s', async (_name, jwk) => {
    expect(await verify(await signIdToken(), [jwk])).toEqual([...INVALID, false]);
  });

  it('is not verified with RSA of 1024 bits', async () => {
    const token = assembleJws({ ...HEADER, kid: 'small' }, idTokenClaims(), signWith(SMALL_KEY));
    expect(await verify(token, [publicJwkOf(SMALL_KEY, { kid: 'small' })])).toEqual([...INVALID, false]);
  });

  it('needs the keys: their failure is passed on', async () => {
    const failure = new Error('the loader failed');
    const verifying = verifyIdToken(await signIdToken(), EXPECTED, () => Promise.reject(failure));
    await expect(verifying).rejects.toBe(failure);
  });
});
