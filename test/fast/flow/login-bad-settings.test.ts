import { describe, expect, it } from 'vitest';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';

describe('a redirect URI that cannot be used', () => {
  it.each([
    ['is no URL', 'localhost', [], /is not an absolute http or https URL/],
    ['lacks its scheme', 'localhost:5001/callback', [], /Did you mean http:\/\/localhost:5001\/callback \?/],
    ['has a fragment', 'http://localhost:5001/cb#x', [], /holds a fragment/],
    ['is of another scheme', 'myapp://callback', [], /is not an absolute http or https URL/],
    ['leads elsewhere', 'http://app.example.test/cb', [], /--manual .* --listen 127\.0\.0\.1:5001/],
    ['leads elsewhere, safely', 'https://app.example.test/cb', [], /--manual .* --listen 127\.0\.0\.1:5001/],
    ['has port 0', 'http://localhost:0/cb', [], /register one from 1 to 65535/],
    ['has a fragment, even with --manual', 'http://localhost:1/#x', ['--manual'], /holds a fragment/],
  ])('because it %s is exit 3, before the browser opens', async (_name, redirectUri, args, words) => {
    const flow = await startFlow();
    const run = await flow.login(['--redirect-uri', redirectUri, ...args]);
    expect(run).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringMatching(words) });
    expect(errorCodeOf(run)).toBe('ERR_REDIRECT_URI');
    expect(run.stderr).toMatch(/^error: config: /);
    expect(flow.browser.opened).toEqual([]);
    expect(flow.provider.requests).toEqual([]);
  });
});

describe('a provider that cannot be used', () => {
  it.each([
    ['has a path', 'https://api.id.gov.sg/v2', 'https://api.id.gov.sg'],
    ['has a trailing slash', 'https://api.id.gov.sg/', 'https://api.id.gov.sg'],
    ['is without https', 'http://api.id.gov.sg', 'https://api.id.gov.sg'],
    ['lacks its scheme', 'api.id.gov.sg', 'https://api.id.gov.sg'],
    ['holds a password', 'https://me:CANARY@api.id.gov.sg', 'https://api.id.gov.sg'],
    ['only begins like localhost', 'http://localhost.evil.test', 'https://localhost.evil.test'],
  ])('because it %s is exit 3 with the corrected value', async (_name, hostname, corrected) => {
    const flow = await startFlow();
    const run = await flow.login(['--hostname', hostname]);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_HOSTNAME');
    expect(run.stderr).toContain(`Use ${corrected} instead.`);
    expect(run.stderr).not.toContain('CANARY');
    expect(flow.browser.opened).toEqual([]);
  });
});

describe('a scope', () => {
  it.each([
    [
      'that is unknown',
      'openid myinfo.brand_new',
      'myinfo.brand_new is not in the catalogue; the provider may not know it either',
    ],
    ['that is misspelt', 'openid myinfo.nmae', 'did you mean myinfo.name?'],
  ])('%s is a warning, and the login succeeds', async (_name, scope, words) => {
    const flow = await startFlow({ scopes: scope.split(' ') });
    const { exitCode, stdout, stderr } = await flow.login(['--scope', scope]);
    expect(exitCode).toBe(0);
    expect(Object.keys(JSON.parse(stdout).data)).toEqual([scope.split(' ')[1]]);
    expect(stderr).toMatch(/^warning: the scope /m);
    expect(stderr).toContain(words);
  });

  it.each([
    ['lacks openid', 'myinfo.name', /Use the scope "openid myinfo\.name" \(--scope\)/],
    ['holds a comma and a quote', 'openid,"myinfo.name"', /Separate scope names with spaces/],
  ])('that %s is exit 3', async (_name, scope, words) => {
    const flow = await startFlow();
    const run = await flow.login(['--scope', scope]);
    expect(run).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringMatching(words) });
    expect(errorCodeOf(run)).toBe('ERR_SCOPE');
    expect(flow.browser.opened).toEqual([]);
  });
});
