import { describe, expect, it } from 'vitest';
import { createGrantStore, type Grant } from '../../../src/mock/grants.ts';

const grant: Grant = {
  clientId: 'a',
  redirectUri: 'http://localhost:5001/callback',
  codeChallenge: '',
  nonce: undefined,
  scopes: ['openid'],
  personaId: 'wei-ming',
};

describe('createGrantStore', () => {
  it('makes every code and token of 32 random bytes', () => {
    const store = createGrantStore(() => 0);
    const credentials = Array.from({ length: 50 }, () => store.issueCode(grant));
    credentials.push(...credentials.map((code) => store.issueToken(code, grant)));
    expect(new Set(credentials).size).toBe(100);
    expect(credentials.every((credential) => Buffer.from(credential, 'base64url').length === 32)).toBe(true);
  });

  it('forgets what expired long ago, so that memory stays flat', () => {
    let now = 0;
    const store = createGrantStore(() => now);
    const code = store.issueCode(grant);
    const token = store.issueToken(code, grant);
    now = 2 * 600_000;
    store.issueToken(store.issueCode(grant), grant);
    expect(store.redeemCode(code, 'a')).toEqual({ outcome: 'unknown' });
    expect(store.readToken(token)).toEqual({ outcome: 'unknown' });
  });
});
