import { describe, expect, it } from 'vitest';
import { type Grant, GrantStore } from '../../../src/mock/grants.ts';

const grant: Grant = {
  clientId: 'a',
  redirectUri: 'http://localhost:5001/callback',
  codeChallenge: '',
  nonce: undefined,
  scopes: ['openid'],
  personaId: 'wei-ming',
  fault: undefined,
};

describe('the grants in memory', () => {
  it('makes every code and token of 32 random bytes', () => {
    const store = new GrantStore(() => 0);
    const credentials = Array.from({ length: 50 }, () => store.issueCode(grant));
    credentials.push(...credentials.map((code) => store.issueToken(code, grant)));
    expect(new Set(credentials).size).toBe(100);
    expect(credentials.every((credential) => Buffer.from(credential, 'base64url').length === 32)).toBe(true);
  });

  it('forgets what nobody can use any more, so that memory stays flat', () => {
    let now = 0;
    const store = new GrantStore(() => now);
    const code = store.issueCode(grant);
    const token = store.issueToken(code, grant);
    now = 660_000;
    store.issueToken(store.issueCode(grant), grant);
    expect(store.redeemCode(code, 'a')).toEqual({ kind: 'unknown' });
    expect(store.verifyToken(token)).toEqual({ kind: 'unknown' });
  });
});

describe('a code that comes a second time', () => {
  it('revokes its token up to the end, however many logins came meanwhile', () => {
    let now = 0;
    const store = new GrantStore(() => now);
    const code = store.issueCode(grant);
    now = 59_999;
    store.redeemCode(code, 'a');
    const token = store.issueToken(code, grant);
    now += 599_999;
    store.issueToken(store.issueCode(grant), grant);
    expect(store.verifyToken(token).kind).toBe('live');
    expect(store.redeemCode(code, 'a')).toEqual({ kind: 'used' });
    expect(store.verifyToken(token)).toEqual({ kind: 'revoked' });
  });
});

describe('a code whose token took long to be issued', () => {
  it.each([15_000, 600_000])('%i ms, is remembered as long as that token lives', (waited) => {
    let now = 0;
    const store = new GrantStore(() => now);
    const code = store.issueCode(grant);
    now = 59_999;
    store.redeemCode(code, 'a');
    now += waited;
    const token = store.issueToken(code, grant);
    now += 599_999;
    store.issueCode(grant);
    expect(store.redeemCode(code, 'a')).toEqual({ kind: 'used' });
    expect(store.verifyToken(token)).toEqual({ kind: 'revoked' });
    now += 60_001;
    store.issueCode(grant);
    expect(store.redeemCode(code, 'a')).toEqual({ kind: 'unknown' });
  });

  it('revokes it also when the code came a second time before', () => {
    const store = new GrantStore(() => 0);
    const code = store.issueCode(grant);
    store.redeemCode(code, 'a');
    expect(store.redeemCode(code, 'a')).toEqual({ kind: 'used' });
    expect(store.verifyToken(store.issueToken(code, grant))).toEqual({ kind: 'revoked' });
  });
});

describe('more codes and tokens than are kept', () => {
  it('push out the oldest, however short the time', () => {
    const store = new GrantStore(() => 0);
    const logIn = (): { code: string; token: string } => {
      const code = store.issueCode(grant);
      store.redeemCode(code, 'a');
      return { code, token: store.issueToken(code, grant) };
    };
    const [first, second] = [logIn(), logIn()];
    for (let login = 2; login < 50_000; login += 1) logIn();
    expect(store.verifyToken(first.token).kind).toBe('live');
    const last = logIn();
    expect([first, second, last].map(({ token }) => store.verifyToken(token).kind)).toEqual([
      'unknown',
      'live',
      'live',
    ]);
    expect([first, second, last].map(({ code }) => store.redeemCode(code, 'a').kind)).toEqual([
      'unknown',
      'used',
      'used',
    ]);
  });
});

describe('an expired token', () => {
  it('is told from an unknown one for a minute', () => {
    let now = 0;
    const store = new GrantStore(() => now);
    const token = store.issueToken('', grant);
    now = 659_999;
    store.issueToken('', grant);
    expect(store.verifyToken(token)).toEqual({ kind: 'expired' });
    now += 1;
    store.issueToken('', grant);
    expect(store.verifyToken(token)).toEqual({ kind: 'unknown' });
  });
});
