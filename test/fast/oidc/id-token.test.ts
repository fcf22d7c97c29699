import { describe, expect, it } from 'vitest';
import { EXPLANATIONS } from '../../../src/commands/explain.ts';
import { TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import { type ExpectedIdToken, verifyIdToken } from '../../../src/oidc/id-token.ts';
import { requirePassed } from '../../../src/oidc/journal.ts';
import type { Verdict } from '../../../src/oidc/verdict.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';
import { NOW } from '../../helpers/fake-clock.ts';
import {
  ACCESS_TOKEN,
  atHashOf,
  type ClaimChanges,
  EXPECTED,
  ISSUER,
  NONCE,
  NOW_SECONDS,
  SUB,
  signIdToken,
  signingJwk,
} from '../../helpers/sign-id-token.ts';

const JWKS = { keys: [signingJwk] };

async function verify(changes: ClaimChanges, expected: Partial<ExpectedIdToken> = {}) {
  return verifyIdToken(await signIdToken(changes), { ...EXPECTED, ...expected }, async () => JWKS);
}

function failuresOf(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ check, error }) => `${check} ${error?.code}`);
}

describe('an ID token that is taken', () => {
  it('passes every check, in the order in which a login throws', async () => {
    const { verdicts } = await verify({ at_hash: atHashOf(ACCESS_TOKEN), nbf: NOW_SECONDS });
    expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
    expect(verdicts.map(({ check }) => check)).toEqual([
      ...['algorithm', 'signature', 'issuer', 'audience', 'expiry', 'issued-at', 'not-before', 'nonce'],
      ...['subject', 'access-token-hash'],
    ]);
  });

  it.each<[string, ClaimChanges]>([
    ['a plain token', {}],
    ['an audience list of this client alone', { aud: [TEST_CLIENT_ID] }],
    ['several audiences, issued to this client', { aud: ['OTHER', TEST_CLIENT_ID], azp: TEST_CLIENT_ID }],
    ['one audience, issued to this client', { azp: TEST_CLIENT_ID }],
    ['expired 59 s ago', { exp: NOW_SECONDS - 59 }],
    ['expired a fraction less than 60 s ago', { exp: NOW_SECONDS - 59.5 }],
    ['issued long ago', { iat: 0 }],
    ['issued 60 s ahead', { iat: NOW_SECONDS + 60 }],
    ['not valid before 60 s ahead', { nbf: NOW_SECONDS + 60 }],
    ['nested 99 deep', { extra: JSON.parse('['.repeat(99) + ']'.repeat(99)) }],
  ])('%s', async (_name, changes) => {
    const { verdicts, claims } = await verify(changes);
    expect(failuresOf(verdicts)).toEqual([]);
    expect(claims).toMatchObject({ sub: SUB, iss: ISSUER });
  });

  it('without a nonce when none was sent', async () => {
    const { verdicts } = await verify({ nonce: undefined }, { nonce: null });
    expect(verdicts).toContainEqual(expect.objectContaining({ check: 'nonce', verdict: 'pass' }));
  });

  it('keeps claims named like parts of every object as plain claims', async () => {
    const { claims } = await verify(JSON.parse('{"__proto__":{"polluted":true},"constructor":"x"}'));
    expect(claims).not.toHaveProperty('polluted');
    expect(claims['constructor']).toBe('x');
  });
});

describe('an ID token that is refused', () => {
  it.each<[ClaimChanges, string]>([
    [{ iss: 'https://evil.test/v2' }, 'issuer ERR_ID_TOKEN_ISSUER'],
    [{ iss: `${ISSUER}/` }, 'issuer ERR_ID_TOKEN_ISSUER'],
    [{ iss: [ISSUER] }, 'issuer ERR_ID_TOKEN_ISSUER'],
    [{ iss: undefined }, 'issuer ERR_ID_TOKEN_ISSUER'],
    [{ aud: 'OTHER' }, 'audience ERR_ID_TOKEN_AUDIENCE'],
    [{ aud: TEST_CLIENT_ID.toLowerCase() }, 'audience ERR_ID_TOKEN_AUDIENCE'],
    [{ aud: `${TEST_CLIENT_ID}-2` }, 'audience ERR_ID_TOKEN_AUDIENCE'],
    [{ aud: undefined }, 'audience ERR_ID_TOKEN_AUDIENCE'],
    [{ aud: [] }, 'audience ERR_ID_TOKEN_AUDIENCE'],
    [{ aud: 'OTHER', azp: TEST_CLIENT_ID }, 'audience ERR_ID_TOKEN_AUDIENCE'],
    [{ aud: [TEST_CLIENT_ID, 'OTHER'] }, 'audience ERR_ID_TOKEN_AUDIENCE'],
    [{ aud: [TEST_CLIENT_ID, 'OTHER'], azp: 'OTHER' }, 'audience ERR_ID_TOKEN_AUDIENCE'],
    [{ azp: 'OTHER' }, 'audience ERR_ID_TOKEN_AUDIENCE'],
    [{ azp: null }, 'audience ERR_ID_TOKEN_AUDIENCE'],
    [{ azp: [TEST_CLIENT_ID] }, 'audience ERR_ID_TOKEN_AUDIENCE'],
    [{ exp: NOW_SECONDS - 60 }, 'expiry ERR_ID_TOKEN_EXPIRED'],
    [{ exp: undefined }, 'expiry ERR_ID_TOKEN_EXPIRED'],
    [{ exp: null }, 'expiry ERR_ID_TOKEN_EXPIRED'],
    [{ exp: String(NOW_SECONDS + 300) }, 'expiry ERR_ID_TOKEN_EXPIRED'],
    [{ iat: NOW_SECONDS + 61 }, 'issued-at ERR_ID_TOKEN_ISSUED_AT'],
    [{ iat: NOW_SECONDS + 60.25 }, 'issued-at ERR_ID_TOKEN_ISSUED_AT'],
    [{ iat: undefined }, 'issued-at ERR_ID_TOKEN_ISSUED_AT'],
    [{ iat: 'yesterday' }, 'issued-at ERR_ID_TOKEN_ISSUED_AT'],
    [{ nbf: NOW_SECONDS + 61 }, 'not-before ERR_ID_TOKEN_ISSUED_AT'],
    [{ nbf: 'now' }, 'not-before ERR_ID_TOKEN_ISSUED_AT'],
    [{ sub: undefined }, 'subject ERR_ID_TOKEN_SUB'],
    [{ sub: '' }, 'subject ERR_ID_TOKEN_SUB'],
    [{ sub: 12345 }, 'subject ERR_ID_TOKEN_SUB'],
    [{ sub: null }, 'subject ERR_ID_TOKEN_SUB'],
    [{ nonce: 'another' }, 'nonce ERR_ID_TOKEN_NONCE'],
    [{ nonce: undefined }, 'nonce ERR_ID_TOKEN_NONCE'],
    [{ nonce: '' }, 'nonce ERR_ID_TOKEN_NONCE'],
    [{ nonce: [NONCE] }, 'nonce ERR_ID_TOKEN_NONCE'],
    [{ at_hash: atHashOf('another') }, 'access-token-hash ERR_ID_TOKEN_AT_HASH'],
    [{ at_hash: '' }, 'access-token-hash ERR_ID_TOKEN_AT_HASH'],
    [{ at_hash: 7 }, 'access-token-hash ERR_ID_TOKEN_AT_HASH'],
    [{ at_hash: null }, 'access-token-hash ERR_ID_TOKEN_AT_HASH'],
    [{ extra: JSON.parse('['.repeat(100) + ']'.repeat(100)) }, 'form ERR_ID_TOKEN_INVALID'],
  ])('%j', async (changes, failure) => {
    const { verdicts } = await verify(changes);
    expect(failuresOf(verdicts)).toEqual([failure]);
    const error = await errorOf(() => requirePassed(undefined, verdicts));
    expect(error).toMatchObject({ step: 'id-token', hint: expect.stringMatching(/\S/) });
  });

  it.each<[string, ClaimChanges, Partial<ExpectedIdToken>, string]>([
    ['none passed on', {}, { nonce: null }, '1 5'],
    ['another', { nonce: 'x' }, {}, '1 2 5'],
    ['none in the token', { nonce: undefined }, {}, '3 4 5'],
  ])(
    'for a nonce, with causes of sgid explain in its order: %s',
    async (_name, changes, expected, numbers) => {
      const { verdicts } = await verify(changes, expected);
      const explained = EXPLANATIONS.find(({ code }) => code === 'ERR_ID_TOKEN_NONCE')?.causes ?? [];
      const causes = numbers.split(' ').map((number) => explained[Number(number) - 1]?.cause);
      expect(verdicts.find(({ check }) => check === 'nonce')?.error?.causes).toEqual(causes);
    },
  );

  it.each<[string, ClaimChanges]>([
    ['has expired, 61 s ago by this clock', { exp: NOW_SECONDS - 61 }],
    ['was issued in the future, 61 s from now by this clock', { iat: NOW_SECONDS + 61 }],
    ['is not valid yet, 61 s from now by this clock', { nbf: NOW_SECONDS + 61 }],
  ])('for a wrong clock, with what to do about it: it %s', async (words, changes) => {
    const { verdicts } = await verify(changes);
    const { message, hint } = await errorOf(() => requirePassed(undefined, verdicts));
    expect(message).toBe(`the ID token ${words}`);
    expect(hint).toContain('Set the clock of this machine');
  });

  it('for a nonce although none was sent', async () => {
    const { verdicts } = await verify({}, { nonce: null });
    expect(failuresOf(verdicts)).toEqual(['nonce ERR_ID_TOKEN_NONCE']);
  });

  it.each([0, 250, 500, 999])('for an issue time with a fraction too far ahead, at %i ms', async (ms) => {
    const now = NOW + ms;
    const latest = now / 1000 + 60;
    expect(failuresOf((await verify({ iat: latest }, { now })).verdicts)).toEqual([]);
    expect(failuresOf((await verify({ iat: latest + 0.01 }, { now })).verdicts)).toHaveLength(1);
  });

  it('goes on after a failure, and a login throws the first', async () => {
    const wrong = { iss: 1, aud: null, sub: '', exp: 'x', iat: undefined, nbf: 'x', nonce: 2 };
    const { verdicts } = await verify(wrong);
    expect(failuresOf(verdicts).map((failure) => failure.split(' ')[0])).toEqual([
      ...['issuer', 'audience', 'expiry', 'issued-at', 'not-before', 'nonce', 'subject'],
    ]);
    expect((await errorOf(() => requirePassed(undefined, verdicts))).code).toBe('ERR_ID_TOKEN_ISSUER');
  });

  it('says nothing of the claims and the token in an error', async () => {
    for (const changes of [
      ...[
        { iss: 'canary-iss' },
        { aud: 'canary-aud' },
        { nonce: 'canary-nonce' },
        { at_hash: 'canary-hash' },
      ],
      { exp: 1, 'canary-name': 'canary-value' },
    ]) {
      const { verdicts } = await verify(changes);
      const words = wordsOf(await errorOf(() => requirePassed(undefined, verdicts)));
      expect(words).not.toMatch(/canary|eyJ/);
    }
  });
});

describe('what is not known', () => {
  it('is skipped', async () => {
    const unknown = { clientId: undefined, nonce: undefined, accessToken: undefined };
    const token = await signIdToken({ at_hash: 'x' });
    const { verdicts } = await verifyIdToken(token, { ...EXPECTED, ...unknown });
    const skipped = verdicts.filter(({ verdict }) => verdict === 'skip').map(({ check }) => check);
    expect(skipped).toEqual(['signature', 'audience', 'nonce', 'access-token-hash']);
    expect(failuresOf(verdicts)).toEqual([]);
  });
});

describe('the details', () => {
  it.each<[string, ClaimChanges, string]>([
    ['a time beyond all dates', { exp: 1e300 }, 'valid until 1e+300 s'],
    ['the last date', { exp: 8.64e12 }, 'valid until +275760-09-13T00:00:00Z'],
    ['a fraction of a second', { exp: NOW_SECONDS + 0.5 }, 'valid until 2026-01-15T08:00:00.500Z'],
    ['a time before all dates', { exp: -1e300 }, 'expired at -1e+300 s; it is 2026-01-15T08:00:00Z'],
  ])('show %s', async (_name, changes, detail) => {
    const { verdicts } = await verify(changes);
    expect(verdicts).toContainEqual(expect.objectContaining({ check: 'expiry', detail }));
  });

  it.each<[string, ClaimChanges, string, Partial<ExpectedIdToken>?]>([
    ['algorithm', {}, 'RS256'],
    ['issuer', {}, ISSUER],
    ['issuer', { iss: 'x' }, `"x"; expected ${ISSUER}`],
    ['issuer', {}, `"${ISSUER}"; no provider to compare with (--hostname)`, { issuer: undefined }],
    ['issuer', { iss: undefined }, `none; expected ${ISSUER}`],
    ['audience', {}, TEST_CLIENT_ID],
    ['audience', { aud: ['x'] }, `["x"]; expected ${TEST_CLIENT_ID}`],
    ['audience', { azp: 'x' }, `the authorized party is "x"; expected ${TEST_CLIENT_ID}`],
    ['audience', { aud: [TEST_CLIENT_ID, 'x'] }, `the authorized party is none; expected ${TEST_CLIENT_ID}`],
    ['audience', {}, 'no client id to compare with (--client-id)', { clientId: undefined }],
    ['expiry', { exp: 'x' }, '"x"; expected seconds'],
    ['issued-at', { iat: NOW_SECONDS }, '2026-01-15T08:00:00Z'],
    ['issued-at', { iat: undefined }, 'none; expected seconds'],
    [
      'issued-at',
      { iat: NOW_SECONDS + 90 },
      '2026-01-15T08:01:30Z is in the future; it is 2026-01-15T08:00:00Z',
    ],
    ['not-before', { nbf: null }, 'null; expected seconds'],
    ['nonce', {}, 'the one given'],
    ['nonce', { nonce: undefined }, 'missing'],
    ['nonce', { nonce: 'x' }, 'differs from the one given'],
    ['nonce', {}, 'present; none to compare with (--nonce)', { nonce: undefined }],
    ['nonce', { nonce: undefined }, 'none; none to compare with (--nonce)', { nonce: undefined }],
    ['subject', {}, 'present'],
    ['subject', { sub: '' }, 'names nobody'],
    ['access-token-hash', { at_hash: atHashOf(ACCESS_TOKEN) }, 'that of the access token'],
    ['access-token-hash', { at_hash: 'x' }, 'that of another access token'],
    ['access-token-hash', { at_hash: 'x' }, 'no access token to compare with', { accessToken: undefined }],
  ])('of %s, with %j: %s', async (check, changes, detail, expected) => {
    const { verdicts } = await verify(changes, expected);
    expect(verdicts).toContainEqual(expect.objectContaining({ check, detail }));
  });

  it('are cut, and lose what a terminal would obey', async () => {
    const { verdicts } = await verify({ iss: `\u202e${'x'.repeat(5_000)}` });
    const { detail = '' } = verdicts.find(({ check }) => check === 'issuer') ?? {};
    expect(detail.length).toBeLessThan(300);
    expect(detail).not.toContain('\u202e');
  });
});
