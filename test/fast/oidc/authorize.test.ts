import { describe, expect, it } from 'vitest';
import { authorizationUrl } from '../../../src/oidc/provider.ts';

const ENDPOINT = 'https://provider.test/v2/oauth/authorize';
const REQUEST = {
  clientId: 'TEST-1a2b',
  redirectUri: 'http://localhost:5001/api/redirect',
  scope: 'openid myinfo.name',
  codeChallenge: 'a-challenge',
  state: 'a-state',
  nonce: 'a-nonce',
};

describe('authorizationUrl', () => {
  it('holds exactly the parameters of sgID v2', () => {
    const url = new URL(authorizationUrl(ENDPOINT, REQUEST));
    expect(url.origin + url.pathname).toBe(ENDPOINT);
    expect([...url.searchParams]).toEqual([
      ['response_type', 'code'],
      ['client_id', 'TEST-1a2b'],
      ['redirect_uri', 'http://localhost:5001/api/redirect'],
      ['scope', 'openid myinfo.name'],
      ['code_challenge', 'a-challenge'],
      ['code_challenge_method', 'S256'],
      ['state', 'a-state'],
      ['nonce', 'a-nonce'],
    ]);
  });

  it.each(['state', 'nonce'] as const)('leaves %s out when there is none', (name) => {
    const url = new URL(authorizationUrl(ENDPOINT, { ...REQUEST, [name]: undefined }));
    expect(url.searchParams.has(name)).toBe(false);
  });

  it('writes a space as %20, which every server reads', () => {
    expect(authorizationUrl(ENDPOINT, REQUEST)).toContain('scope=openid%20myinfo.name');
  });

  it('keeps reserved characters of a value out of the query grammar', () => {
    const state = 'a+b &c=d#e%20f/é';
    const url = new URL(authorizationUrl(ENDPOINT, { ...REQUEST, state }));
    expect(url.searchParams.get('state')).toBe(state);
    expect([...url.searchParams]).toHaveLength(8);
    expect(url.hash).toBe('');
  });
});
