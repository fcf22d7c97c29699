import { describe, expect, it } from 'vitest';
import {
  CHECK_IDS,
  type CheckResult,
  countVerdicts,
  firstFailure,
  ONLINE_CHECK_IDS,
  reportOf,
} from '../../../src/check/check.ts';

function result(verdict: CheckResult['verdict'], code?: CheckResult['code']): CheckResult {
  return { id: 'jwks', verdict, evidence: '', durationMs: 0, ...(code ? { code } : {}) };
}

describe('a report', () => {
  it('is good when nothing failed', () => {
    expect(reportOf([result('pass'), result('warn'), result('skip')]).ok).toBe(true);
    expect(reportOf([result('pass'), result('fail', 'ERR_FILE')]).ok).toBe(false);
  });

  it('ends as its first failure does', () => {
    const failures = [result('pass'), result('fail', 'ERR_NETWORK'), result('fail', 'ERR_FILE')];
    expect(firstFailure(reportOf(failures))).toBe('ERR_NETWORK');
    expect(firstFailure(reportOf([result('warn')]))).toBeUndefined();
  });

  it('counts its verdicts', () => {
    const report = reportOf([result('pass'), result('pass'), result('fail'), result('skip')]);
    expect(countVerdicts(report)).toEqual({ pass: 2, fail: 1, warn: 0, skip: 1 });
  });
});

describe('the ids of the checks', () => {
  // They are a contract: scripts name them with --only and look for them in reports.
  it('stay what they are', () => {
    expect(CHECK_IDS).toEqual([
      'credentials',
      'provider',
      'private-key',
      'public-key',
      'redirect-uri',
      'callback-port',
      'scopes',
      'canary',
      'discovery',
      'jwks',
      'clock',
      'redirect-uri-registered',
      'client-secret',
    ]);
    expect(ONLINE_CHECK_IDS).toEqual([
      'discovery',
      'jwks',
      'clock',
      'redirect-uri-registered',
      'client-secret',
    ]);
  });
});
