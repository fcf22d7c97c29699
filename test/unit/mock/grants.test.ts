import { describe, expect, it } from 'vitest';
import { createGrantStore, type Grant } from '../../../src/mock/grants.ts';

const grant: Grant = {
  clientId: 'a',
  redirectUri: 'http://localhost:5001/callback',
  codeChallenge: '',
  nonce: undefined,
  scopes: ['openid'],
  personaId: 'wei-ming',
  fault: undefined,
};

describe('createGrantStore', () => {
  it('makes every code and token of 32 random bytes', () => {
    const store = createGrantStore(() => 0);
    const credentials = Array.from({ length: 50 }, () => store.issueCode(grant));
    credentials.push(...credentials.map((code) => store.issueToken(code, grant)));
    expect(new Set(credentials).size).toBe(100);
    expect(credentials.every((credential) => Buffer.from(credential, 'base64url').length === 32)).toBe(true);
  });

  it('forgets what nobody can use any more, so that memory stays flat', () => {
    let now = 0;
    const store = createGrantStore(() => now);
    const code = store.issueCode(grant);
    const token = store.issueToken(code, grant);
    now = 661_000;
    store.issueToken(store.issueCode(grant), grant);
    expect(store.redeemCode(code, 'a')).toEqual({ outcome: 'unknown' });
    expect(store.readToken(token)).toEqual({ outcome: 'unknown' });
  });
});

describe('a code that comes a second time', () => {
  it('revokes its token up to the end, however many logins came meanwhile', () => {
    let now = 0;
    const store = createGrantStore(() => now);
    const code = store.issueCode(grant);
    now = 59_999;
    store.redeemCode(code, 'a');
    const token = store.issueToken(code, grant);
    now += 599_999;
    store.issueToken(store.issueCode(grant), grant);
    expect(store.readToken(token).outcome).toBe('live');
    expect(store.redeemCode(code, 'a')).toEqual({ outcome: 'used' });
    expect(store.readToken(token)).toEqual({ outcome: 'revoked' });
  });
});

describe('an expired token', () => {
  it('is told from an unknown one for a minute', () => {
    let now = 0;
    const store = createGrantStore(() => now);
    const token = store.issueToken('', grant);
    now = 659_999;
    store.issueToken('', grant);
    expect(store.readToken(token)).toEqual({ outcome: 'expired' });
    now += 1;
    store.issueToken('', grant);
    expect(store.readToken(token)).toEqual({ outcome: 'unknown' });
  });
});
