import { describe, expect, it } from 'vitest';
import type { CheckFinding } from '../../../../src/check/check.ts';
import type { Subject } from '../../../../src/check/credentials.ts';
import { checkCredentials } from '../../../../src/check/settings-checks.ts';
import {
  broken,
  createCheckContext,
  createSubject,
  found,
  verdictOf,
} from '../../../helpers/check-context.ts';

function check(changes: Partial<Subject> = {}): CheckFinding {
  return checkCredentials(createCheckContext({ subject: createSubject(changes) }));
}

const MISSING = broken('ERR_MISSING_CREDENTIALS');

describe('the check of the credentials', () => {
  it('says where each value comes from', () => {
    const finding = check({ clientId: found('APP-1', 'SGID_CLIENT_ID'), clientSecret: found('x', 'a file') });
    expect(finding).toMatchObject({
      verdict: 'pass',
      evidence:
        'client APP-1 from SGID_CLIENT_ID, secret from a file, private key from a test, redirect URI from a test',
    });
  });

  it('names every value that is missing, at once', () => {
    const finding = check({
      clientId: MISSING,
      clientSecret: MISSING,
      privateKey: MISSING,
      redirectUri: MISSING,
    });
    expect(verdictOf(finding)).toBe('fail ERR_MISSING_CREDENTIALS');
    for (const name of ['SGID_CLIENT_ID', 'SGID_CLIENT_SECRET', 'SGID_PRIVATE_KEY', 'SGID_REDIRECT_URI'])
      expect(finding.evidence).toContain(name);
  });

  it.each(['clientId', 'clientSecret', 'privateKey', 'redirectUri'] as const)('fails without %s', (name) => {
    expect(verdictOf(check({ [name]: MISSING }))).toBe('fail ERR_MISSING_CREDENTIALS');
  });

  it('fails for a secret that cannot be used', () => {
    expect(verdictOf(check({ clientSecret: broken('ERR_PROVIDER_BINDING') }))).toBe(
      'fail ERR_PROVIDER_BINDING',
    );
  });

  it('leaves key and redirect URI that cannot be used to their own checks', () => {
    const finding = check({ privateKey: broken('ERR_PRIVATE_KEY'), redirectUri: broken('ERR_REDIRECT_URI') });
    expect(finding.verdict).toBe('pass');
  });

  it('leaves scope and provider, which have defaults, to their own checks', () => {
    expect(check({ scope: broken('ERR_SCOPE'), hostname: broken('ERR_HOSTNAME') }).verdict).toBe('pass');
  });
});
