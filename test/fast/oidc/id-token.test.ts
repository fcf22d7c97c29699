import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import { type ExpectedIdToken, type IdTokenClaims, verifyIdToken } from '../../../src/oidc/id-token.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';
import { NOW } from '../../helpers/fake-clock.ts';
import { ACCESS_TOKEN } from '../../helpers/fake-provider.ts';
import {
  type ClaimChanges,
  ISSUER,
  NONCE,
  NOW_SECONDS,
  SUB,
  signIdToken,
  signingKey,
} from '../../helpers/sign-id-token.ts';

const EXPECTED: ExpectedIdToken = {
  issuer: ISSUER,
  clientId: TEST_CLIENT_ID,
  nonce: NONCE,
  accessToken: ACCESS_TOKEN,
  now: NOW,
};

async function verify(
  changes: ClaimChanges,
  expected: Partial<ExpectedIdToken> = {},
): Promise<IdTokenClaims> {
  const jwks = { keys: [{ kty: 'RSA', ...signingKey.jwk }] };
  return verifyIdToken(await signIdToken(changes), { ...EXPECTED, ...expected }, async () => jwks);
}

function hashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}

describe('verifyIdToken, accepted', () => {
  it.each<[string, ClaimChanges]>([
    ['a plain token', {}],
    ['an audience list of this client alone', { aud: [TEST_CLIENT_ID] }],
    ['several audiences, issued to this client', { aud: ['OTHER', TEST_CLIENT_ID], azp: TEST_CLIENT_ID }],
    ['one audience, issued to this client', { azp: TEST_CLIENT_ID }],
    ['expired 59 s ago', { exp: NOW_SECONDS - 59 }],
    ['issued 60 s ahead', { iat: NOW_SECONDS + 60 }],
    ['not valid before 60 s ahead', { nbf: NOW_SECONDS + 60 }],
    ['the right at_hash', { at_hash: hashOf(ACCESS_TOKEN) }],
  ])('%s', async (_name, changes) => {
    await expect(verify(changes)).resolves.toMatchObject({ sub: SUB, iss: ISSUER });
  });

  it('no nonce when none was sent', async () => {
    await expect(verify({ nonce: undefined }, { nonce: undefined })).resolves.toMatchObject({ sub: SUB });
  });

  it('keeps claims named like parts of every object as plain claims', async () => {
    const claims = await verify(JSON.parse('{"__proto__":{"polluted":true},"constructor":"x"}'));
    expect(claims).not.toHaveProperty('polluted');
    expect(claims['constructor']).toBe('x');
    expect(Object.hasOwn({}, 'polluted')).toBe(false);
  });
});

describe('verifyIdToken, refused', () => {
  it.each<[string, ClaimChanges, string]>([
    ['another issuer', { iss: 'https://evil.test/v2' }, 'ERR_ID_TOKEN_ISSUER'],
    ['the issuer with a trailing slash', { iss: `${ISSUER}/` }, 'ERR_ID_TOKEN_ISSUER'],
    ['the issuer in a list', { iss: [ISSUER] }, 'ERR_ID_TOKEN_ISSUER'],
    ['no issuer', { iss: undefined }, 'ERR_ID_TOKEN_ISSUER'],
    ['another audience', { aud: 'OTHER' }, 'ERR_ID_TOKEN_AUDIENCE'],
    ['an audience in other case', { aud: TEST_CLIENT_ID.toLowerCase() }, 'ERR_ID_TOKEN_AUDIENCE'],
    ['an audience that only begins like ours', { aud: `${TEST_CLIENT_ID}-2` }, 'ERR_ID_TOKEN_AUDIENCE'],
    ['no audience', { aud: undefined }, 'ERR_ID_TOKEN_AUDIENCE'],
    ['an empty audience list', { aud: [] }, 'ERR_ID_TOKEN_AUDIENCE'],
    ['several audiences without azp', { aud: [TEST_CLIENT_ID, 'OTHER'] }, 'ERR_ID_TOKEN_AUDIENCE'],
    [
      'several audiences, issued to another',
      { aud: [TEST_CLIENT_ID, 'OTHER'], azp: 'OTHER' },
      'ERR_ID_TOKEN_AUDIENCE',
    ],
    ['one audience, issued to another', { azp: 'OTHER' }, 'ERR_ID_TOKEN_AUDIENCE'],
    ['a null azp', { azp: null }, 'ERR_ID_TOKEN_AUDIENCE'],
    ['an azp in a list', { azp: [TEST_CLIENT_ID] }, 'ERR_ID_TOKEN_AUDIENCE'],
    ['expired 60 s ago', { exp: NOW_SECONDS - 60 }, 'ERR_ID_TOKEN_EXPIRED'],
    ['no expiry', { exp: undefined }, 'ERR_ID_TOKEN_EXPIRED'],
    ['an expiry in text', { exp: String(NOW_SECONDS + 300) }, 'ERR_ID_TOKEN_EXPIRED'],
    ['issued 61 s ahead', { iat: NOW_SECONDS + 61 }, 'ERR_ID_TOKEN_ISSUED_AT'],
    ['no issue time', { iat: undefined }, 'ERR_ID_TOKEN_ISSUED_AT'],
    ['an issue time in text', { iat: 'yesterday' }, 'ERR_ID_TOKEN_ISSUED_AT'],
    ['valid from 61 s ahead', { nbf: NOW_SECONDS + 61 }, 'ERR_ID_TOKEN_ISSUED_AT'],
    ['no subject', { sub: undefined }, 'ERR_ID_TOKEN_SUB'],
    ['an empty subject', { sub: '' }, 'ERR_ID_TOKEN_SUB'],
    ['a numeric subject', { sub: 12345 }, 'ERR_ID_TOKEN_SUB'],
    ['a null subject', { sub: null }, 'ERR_ID_TOKEN_SUB'],
    ['another nonce', { nonce: 'another' }, 'ERR_ID_TOKEN_NONCE'],
    ['no nonce', { nonce: undefined }, 'ERR_ID_TOKEN_NONCE'],
    ['an empty nonce', { nonce: '' }, 'ERR_ID_TOKEN_NONCE'],
    ['the nonce in a list', { nonce: [NONCE] }, 'ERR_ID_TOKEN_NONCE'],
    ['the at_hash of another token', { at_hash: hashOf('another') }, 'ERR_ID_TOKEN_AT_HASH'],
    ['an empty at_hash', { at_hash: '' }, 'ERR_ID_TOKEN_AT_HASH'],
    ['an at_hash that is no text', { at_hash: 7 }, 'ERR_ID_TOKEN_AT_HASH'],
    ['a null at_hash', { at_hash: null }, 'ERR_ID_TOKEN_AT_HASH'],
  ])('%s', async (_name, changes, code) => {
    const error = await errorOf(() => verify(changes));
    expect(error).toMatchObject({ code, step: 'id-token', hint: expect.stringMatching(/\S/) });
  });

  it('a nonce although none was sent', async () => {
    const error = await errorOf(() => verify({}, { nonce: undefined }));
    expect(error.code).toBe('ERR_ID_TOKEN_NONCE');
  });

  it('claims nested too deep to be printed', async () => {
    const nest = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    await expect(verify({ extra: nest(99) })).resolves.toBeDefined();
    const error = await errorOf(() => verify({ extra: nest(100) }));
    expect(error).toMatchObject({ code: 'ERR_ID_TOKEN_INVALID', message: 'the ID token is nested too deep' });
  });

  it('says nothing of the claims and the token', async () => {
    const canaries: ClaimChanges[] = [
      { iss: 'canary-iss' },
      { aud: 'canary-aud' },
      { nonce: 'canary-nonce' },
      { at_hash: 'canary-hash' },
      { exp: 1, 'canary-name': 'canary-value' },
    ];
    for (const changes of canaries) {
      const error = await errorOf(() => verify(changes));
      expect(wordsOf(error)).not.toMatch(/canary/);
      expect(wordsOf(error)).not.toContain('eyJ');
    }
  });
});
