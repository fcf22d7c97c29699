import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import { decodeCompact } from '../../../src/oidc/compact.ts';
import { hashAccessToken, verifyIdToken } from '../../../src/oidc/id-token.ts';
import { type IdTokenInspection, inspectIdToken } from '../../../src/oidc/inspect-id-token.ts';
import type { TokenVerdict } from '../../../src/oidc/verdict.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { NOW } from '../../helpers/fake-clock.ts';
import { ACCESS_TOKEN } from '../../helpers/fake-provider.ts';
import {
  type ClaimChanges,
  ISSUER,
  NONCE,
  NOW_SECONDS,
  signIdToken,
  signingKey,
} from '../../helpers/sign-id-token.ts';

const EXPECTED = {
  issuer: ISSUER,
  clientId: TEST_CLIENT_ID,
  nonce: NONCE,
  accessToken: ACCESS_TOKEN,
  now: NOW,
};

async function inspect(
  changes: ClaimChanges = {},
  expected: Partial<IdTokenInspection> = {},
  header: ClaimChanges = {},
): Promise<readonly TokenVerdict[]> {
  const token = decodeCompact(await signIdToken(changes));
  if (token.kind !== 'jws') throw new Error('no JWS');
  const { claims } = token;
  return inspectIdToken({ ...EXPECTED, claims, header: { ...token.header, ...header }, ...expected });
}

function failuresOf(verdicts: readonly TokenVerdict[]): readonly string[] {
  return verdicts.filter(({ verdict }) => verdict === 'fail').map(({ check, code }) => `${check} ${code}`);
}

describe('inspectIdToken', () => {
  it('passes a good token on every count', async () => {
    const verdicts = await inspect({ at_hash: hashAccessToken(ACCESS_TOKEN), nbf: NOW_SECONDS });
    expect(verdicts.map(({ check }) => check)).toEqual([
      ...['algorithm', 'issuer', 'audience', 'subject', 'expiry', 'issued-at', 'not-before', 'nonce'],
      'access-token-hash',
    ]);
    expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
  });

  it('skips what there is nothing to compare with', async () => {
    const unknown = { clientId: undefined, nonce: undefined, accessToken: undefined };
    const verdicts = await inspect({ at_hash: 'x' }, unknown);
    const skipped = verdicts.filter(({ verdict }) => verdict === 'skip').map(({ check }) => check);
    expect(skipped).toEqual(['audience', 'nonce', 'access-token-hash']);
    expect(failuresOf(verdicts)).toEqual([]);
  });

  it('goes on after a failure', async () => {
    const verdicts = await inspect({
      iss: 1,
      aud: null,
      sub: '',
      exp: 'x',
      iat: undefined,
      nbf: 'x',
      nonce: 2,
    });
    expect(failuresOf(verdicts).map((failure) => failure.split(' ')[0])).toEqual([
      ...['issuer', 'audience', 'subject', 'expiry', 'issued-at', 'not-before', 'nonce'],
    ]);
  });

  it.each<[string, ClaimChanges, string]>([
    ['a time beyond all dates', { exp: 1e300 }, 'valid until 1e+300 s'],
    ['a fraction of a second', { exp: NOW_SECONDS + 0.5 }, 'valid until 2026-01-15T08:00:00.500Z'],
    ['a time before all dates', { exp: -1e300 }, 'expired at -1e+300 s; it is 2026-01-15T08:00:00Z'],
  ])('shows %s', async (_name, changes, evidence) => {
    expect(await inspect(changes)).toContainEqual(expect.objectContaining({ check: 'expiry', evidence }));
  });

  it('cuts long evidence, and takes what a terminal would obey out of it', async () => {
    const verdicts = await inspect({ iss: `\u202e${'x'.repeat(5_000)}` });
    const { evidence = '' } = verdicts.find(({ check }) => check === 'issuer') ?? {};
    expect(evidence.length).toBeLessThan(300);
    expect(evidence).not.toContain('\u202e');
  });

  it.each([
    ['none', { alg: 'none' }, 'ERR_ID_TOKEN_ALGORITHM'],
    ['HS256', { alg: 'HS256' }, 'ERR_ID_TOKEN_ALGORITHM'],
    ['no algorithm', { alg: undefined }, 'ERR_ID_TOKEN_ALGORITHM'],
    ['critical extensions', { crit: ['x'] }, 'ERR_ID_TOKEN_INVALID'],
  ])('fails a header with %s', async (_name, header, code) => {
    expect(failuresOf(await inspect({}, {}, header))).toEqual([`algorithm ${code}`]);
  });
});

describe('inspectIdToken agrees with verifyIdToken', () => {
  const load = async () => ({ keys: [{ kty: 'RSA', ...signingKey.jwk }] });

  it.each<ClaimChanges>([
    { iss: undefined },
    { iss: `${ISSUER}/` },
    { iss: [ISSUER] },
    { aud: undefined },
    { aud: 'another' },
    { aud: [] },
    { aud: [TEST_CLIENT_ID, 'another'] },
    { aud: 'another', azp: TEST_CLIENT_ID },
    { azp: 'another' },
    { azp: null },
    { sub: undefined },
    { sub: '' },
    { sub: 7 },
    { exp: undefined },
    { exp: null },
    { exp: String(NOW_SECONDS + 300) },
    { exp: NOW_SECONDS - 60 },
    { exp: NOW_SECONDS - 61 },
    { exp: 0 },
    { iat: undefined },
    { iat: 'now' },
    { iat: NOW_SECONDS + 61 },
    { nbf: NOW_SECONDS + 61 },
    { nbf: 'now' },
    { nonce: undefined },
    { nonce: 'another' },
    { nonce: [NONCE] },
    { at_hash: 'another' },
    { at_hash: 7 },
  ])('that %j is refused', async (changes) => {
    const { code } = await errorOf(async () => verifyIdToken(await signIdToken(changes), EXPECTED, load));
    expect(failuresOf(await inspect(changes))).toEqual([expect.stringContaining(` ${code}`)]);
  });

  it.each<ClaimChanges>([
    {},
    { exp: NOW_SECONDS - 59 },
    { iat: NOW_SECONDS + 60 },
    { iat: 0 },
    { nbf: NOW_SECONDS + 60 },
    { aud: [TEST_CLIENT_ID] },
    { azp: TEST_CLIENT_ID },
    { aud: [TEST_CLIENT_ID, 'another'], azp: TEST_CLIENT_ID },
    { at_hash: hashAccessToken(ACCESS_TOKEN) },
  ])('that %j is taken', async (changes) => {
    await expect(verifyIdToken(await signIdToken(changes), EXPECTED, load)).resolves.toBeDefined();
    expect(failuresOf(await inspect(changes))).toEqual([]);
  });

  it('that a nonce nobody sent is refused', async () => {
    const expected = { ...EXPECTED, nonce: 'x' };
    const changes = { nonce: undefined };
    await errorOf(async () => verifyIdToken(await signIdToken(changes), expected, load));
    expect(failuresOf(await inspect(changes, expected))).toEqual(['nonce ERR_ID_TOKEN_NONCE']);
  });
});
