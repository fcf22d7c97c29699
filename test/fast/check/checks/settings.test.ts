import { describe, expect, it } from 'vitest';
import type { CheckFinding, Reading } from '../../../../src/check/check.ts';
import { checkProvider, checkRedirectUri, checkScopes } from '../../../../src/check/settings-checks.ts';
import {
  broken,
  createCheckContext,
  createSubject,
  found,
  verdictOf,
} from '../../../helpers/check-context.ts';

describe('the check of the provider', () => {
  const check = (hostname: Reading<string>): CheckFinding =>
    checkProvider(createCheckContext({ subject: createSubject({ hostname }) }));

  it('says whether it is the real one', () => {
    expect(check(found('https://api.id.gov.sg', 'default')).evidence).toBe(
      'https://api.id.gov.sg (the real sgID), from default',
    );
    expect(check(found('http://localhost:5157', '--hostname')).evidence).toBe(
      'http://localhost:5157 (not https://api.id.gov.sg), from --hostname',
    );
  });

  it.each(['ERR_HOSTNAME', 'ERR_PROXY'] as const)('fails with %s', (code) => {
    expect(verdictOf(check(broken(code)))).toBe(`fail ${code}`);
  });
});

describe('the check of the redirect URI', () => {
  const check = (redirectUri: Reading<string>): CheckFinding =>
    checkRedirectUri(createCheckContext({ subject: createSubject({ redirectUri }) }));

  it.each([
    ['pass', 'http://localhost:5001/callback'],
    ['pass', 'http://127.0.0.1:5001/callback'],
    ['pass', 'http://[::1]:5001/callback'],
    ['pass', 'https://app.example.sg/callback'],
    ['warn', 'http://app.example.sg/callback'],
    ['warn', 'http://192.168.1.10:5001/callback'],
  ])('is a %s for %s', (verdict, uri) => {
    const finding = check(found(uri));
    expect(finding.verdict).toBe(verdict);
    expect(finding.evidence).toContain(uri);
  });

  it('fails for one that is malformed, and is skipped without one', () => {
    expect(verdictOf(check(broken('ERR_REDIRECT_URI')))).toBe('fail ERR_REDIRECT_URI');
    expect(verdictOf(check(broken('ERR_MISSING_CREDENTIALS')))).toBe('skip');
  });
});

describe('the check of the scopes', () => {
  const check = (scope: Reading<string>): CheckFinding =>
    checkScopes(createCheckContext({ subject: createSubject({ scope }) }));

  it('passes for the catalogue', () => {
    expect(check(found('openid myinfo.name', 'SGID_SCOPE'))).toEqual({
      verdict: 'pass',
      evidence: 'openid myinfo.name, from SGID_SCOPE',
    });
  });

  it('warns of others, and suggests the nearest', () => {
    const finding = check(found('openid myinfo.nmae x.y'));
    expect(finding).toMatchObject({
      verdict: 'warn',
      evidence: 'not in the catalogue: myinfo.nmae, x.y',
      hint: expect.stringContaining('myinfo.name'),
    });
    expect(check(found('openid q'))).toMatchObject({ hint: expect.stringContaining('sgid scopes') });
  });

  it('fails for a malformed one', () => {
    expect(verdictOf(check(broken('ERR_SCOPE')))).toBe('fail ERR_SCOPE');
  });
});
