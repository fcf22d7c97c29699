import { describe, expect, it } from 'vitest';
import { DEFAULT_HOSTNAME, endpointsOf, validateHostname } from '../../../src/sgid/endpoints.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';

describe('validateHostname', () => {
  it.each([
    ...[DEFAULT_HOSTNAME, 'https://provider.test:8443', 'https://localhost:5157', 'http://localhost:5157'],
    ...['http://localhost', 'http://127.0.0.1:5157', 'http://127.8.9.10:5157', 'http://[::1]:5157'],
  ])('takes %s', (hostname) => {
    expect(validateHostname(hostname)).toBe(hostname);
  });

  it.each([
    ['a trailing slash', 'https://api.id.gov.sg/', 'https://api.id.gov.sg'],
    ['a path', 'https://api.id.gov.sg/v2', 'https://api.id.gov.sg'],
    ['a query', 'https://api.id.gov.sg?x=1', 'https://api.id.gov.sg'],
    ['a fragment', 'https://api.id.gov.sg#x', 'https://api.id.gov.sg'],
    ['upper case', 'https://API.id.gov.sg', 'https://api.id.gov.sg'],
    ['an upper case scheme', 'HTTPS://api.id.gov.sg', 'https://api.id.gov.sg'],
    ['the default port', 'https://api.id.gov.sg:443', 'https://api.id.gov.sg'],
    ['white space before', ' https://api.id.gov.sg', 'https://api.id.gov.sg'],
    ['a line break after', 'https://api.id.gov.sg\n', 'https://api.id.gov.sg'],
    ['a backslash', 'https:\\\\api.id.gov.sg', 'https://api.id.gov.sg'],
    ['no scheme', 'api.id.gov.sg', 'https://api.id.gov.sg'],
    ['no scheme, but a port', 'provider.test:8443', 'https://provider.test:8443'],
    ['http', 'http://api.id.gov.sg', 'https://api.id.gov.sg'],
    ['http to a name like localhost', 'http://localhost.evil.test', 'https://localhost.evil.test'],
    ['http to a name like 127.0.0.1', 'http://127.0.0.1.evil.test', 'https://127.0.0.1.evil.test'],
    ['http to every address', 'http://0.0.0.0:5157', 'https://0.0.0.0:5157'],
    ['http to an IPv6 host', 'http://[2001:db8::1]', undefined],
    ['loopback with a slash', 'http://localhost:5157/', 'http://localhost:5157'],
    ['loopback without a scheme', 'localhost:5157', 'http://localhost:5157'],
    ['a loopback address in other notation', 'http://2130706433', 'http://127.0.0.1'],
    ['another scheme', 'ftp://api.id.gov.sg', DEFAULT_HOSTNAME],
    ['a misspelt scheme', 'htp://localhost:5157', 'http://localhost:5157'],
    ['a file', 'file:///etc/hosts', undefined],
    ['a blob', 'blob:https://api.id.gov.sg/x', undefined],
    ['a scheme alone', 'https://', undefined],
    ['nothing', '', undefined],
    ['white space', '   ', undefined],
  ])('refuses %s, and says what to use', async (_name, hostname, suggestion) => {
    const error = await errorOf(() => validateHostname(hostname));
    const hint = suggestion ? `Use ${suggestion} instead.` : expect.stringContaining('http://localhost:5157');
    expect(error).toMatchObject({ code: 'ERR_HOSTNAME', step: 'config', hint });
  });

  it.each([
    ['https://user:canary@api.id.gov.sg', 'must not hold a user name or password'],
    ['https://user@api.id.gov.sg', 'must not hold a user name or password'],
    ['https://:canary@api.id.gov.sg', 'must not hold a user name or password'],
    ['user:canary@api.id.gov.sg', 'must be an https URL'],
    ['http://user:canary@api.id.gov.sg', 'must use https'],
    ['https://api.id.gov.sg/?token=canary', 'must be an origin alone'],
  ])('refuses credentials and does not repeat them: %s', async (hostname, words) => {
    const error = await errorOf(() => validateHostname(hostname));
    expect(error).toMatchObject({ code: 'ERR_HOSTNAME', hint: 'Use https://api.id.gov.sg instead.' });
    expect(error.message).toContain(words);
    expect(wordsOf(error)).not.toContain('canary');
  });
});

describe('endpointsOf', () => {
  it('knows the addresses of production', () => {
    expect(endpointsOf(DEFAULT_HOSTNAME)).toEqual({
      issuer: 'https://api.id.gov.sg/v2',
      authorization: 'https://api.id.gov.sg/v2/oauth/authorize',
      token: 'https://api.id.gov.sg/v2/oauth/token',
      userinfo: 'https://api.id.gov.sg/v2/oauth/userinfo',
      jwks: 'https://api.id.gov.sg/v2/.well-known/jwks.json',
      discovery: 'https://api.id.gov.sg/v2/.well-known/openid-configuration',
    });
  });

  it('refuses an unusable hostname', async () => {
    expect((await errorOf(() => endpointsOf('http://evil.test'))).code).toBe('ERR_HOSTNAME');
  });
});
