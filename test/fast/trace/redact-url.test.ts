import { describe, expect, it } from 'vitest';
import { redactUrl } from '../../../src/trace/recorder.ts';

describe('redactUrl', () => {
  it('keeps the path, the names of all parameters, and the values that are no secret', () => {
    const url =
      'https://provider.test/v2/oauth/authorize?response_type=code&client_id=APP-1&scope=openid%20a&redirect_uri=http%3A%2F%2Flocalhost%3A1%2Fcb&code_challenge_method=S256';
    expect(redactUrl(url)).toBe(url);
  });

  it.each([
    'state',
    'nonce',
    'code',
    'code_verifier',
    'code_challenge',
    'client_secret',
    'access_token',
    'error_description',
    'anything-else',
  ])('takes the value of %s away', (name) => {
    expect(redactUrl(`https://provider.test/cb?${name}=CANARY&${name}=CANARY&iss=x`)).toBe(
      `https://provider.test/cb?${name}=[redacted]&${name}=[redacted]&iss=x`,
    );
  });

  it('takes user, password and fragment away', () => {
    expect(redactUrl('https://CANARY:CANARY@provider.test/cb#access_token=CANARY')).toBe(
      'https://provider.test/cb',
    );
  });

  it('shows nothing of what is no URL', () => {
    expect(redactUrl('CANARY')).toBe('[redacted]');
  });
});
