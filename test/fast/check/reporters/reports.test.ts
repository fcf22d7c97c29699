import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../../src/check/check.ts';
import {
  renderGithubReport,
  renderJsonReport,
  renderJunitReport,
  renderTextReport,
  type TextLayout,
} from '../../../../src/check/report.ts';
import { breakText } from '../../../../src/output/table.ts';
import {
  HOSTILE_TEXT,
  readGithubReport,
  readJsonReport,
  readJunitReport,
  readTextReport,
  SAMPLE_REPORT,
} from '../../../helpers/check-reports.ts';
import { findJunitFaults, parseJunit } from '../../../helpers/junit-schema.ts';

const PLAIN: TextLayout = { style: (_emphasis, words) => words, wrap: breakText, columns: 80 };

const text = (columns = PLAIN.columns, style = PLAIN.style): string =>
  renderTextReport(SAMPLE_REPORT, { ...PLAIN, style, columns });

describe('a report in any format', () => {
  const VERDICTS = SAMPLE_REPORT.checks.map(({ id, verdict }) => [id, verdict]);

  it('tells the same verdicts', () => {
    expect(readTextReport(text())).toEqual(VERDICTS);
    expect(readJsonReport(renderJsonReport(SAMPLE_REPORT))).toEqual(VERDICTS);
    expect(readJunitReport(renderJunitReport(SAMPLE_REPORT))).toEqual(VERDICTS);
    expect(readGithubReport(renderGithubReport(SAMPLE_REPORT))).toEqual(VERDICTS);
  });
});

describe('the report in text', () => {
  it('has evidence and hint in columns of their own, and the counts last', () => {
    const lines = text().split('\n');
    expect(lines[0]).toBe('pass  credentials    all is there');
    expect(lines.slice(-6)).toEqual([
      'warn  scopes         not known',
      '                     next: look at it',
      'skip  canary         none was given',
      '',
      '1 passed, 1 failed, 1 to look at, 1 skipped',
      '',
    ]);
  });

  it.each([40, 80, 120])('fits a terminal of %d columns', (columns) => {
    for (const line of text(columns).split('\n'))
      expect(line.length).toBeLessThanOrEqual(Math.max(columns, 51));
  });

  it('lets a word that is longer than its column begin further left', () => {
    const fingerprint = 'ab'.repeat(32);
    const check: CheckResult = {
      id: 'private-key',
      verdict: 'pass',
      evidence: `RSA, ${fingerprint}`,
      durationMs: 1,
    };
    const lines = renderTextReport({ ok: true, checks: [check] }, { ...PLAIN, columns: 70 }).split('\n');
    expect(lines.slice(0, 2)).toEqual(['pass  private-key  RSA,', `${' '.repeat(6)}${fingerprint}`]);
  });

  it('colours verdicts and counts where colour is wanted', () => {
    const styled = text(80, (emphasis, words) => `<${String(emphasis)}>${words}</>`);
    expect(styled).toContain('<green>pass</>  credentials');
    expect(styled).toContain('<red>fail</>  client-secret');
    expect(styled).toContain('<yellow>warn</>  scopes');
    expect(styled).toContain('<dim>skip</>  canary');
    expect(styled).toContain('<bold>next:</> look at it');
    expect(styled).toContain('<red,bold>1 passed, 1 failed');
  });

  it('refers to an earlier failure in the same words, and to nothing else', () => {
    const hint = 'look at the network';
    const evidence = 'it could not be reached';
    const checks: readonly CheckResult[] = [
      { id: 'credentials', verdict: 'pass', evidence, durationMs: 1 },
      { id: 'discovery', verdict: 'fail', evidence, hint, durationMs: 1 },
      { id: 'jwks', verdict: 'fail', evidence, hint, durationMs: 1 },
      { id: 'clock', verdict: 'fail', evidence, hint: 'look at the clock', durationMs: 1 },
      { id: 'client-secret', verdict: 'warn', evidence, hint, durationMs: 1 },
    ];
    expect(renderTextReport({ ok: false, checks }, PLAIN).split('\n').slice(0, 8)).toEqual([
      'pass  credentials    it could not be reached',
      'fail  discovery      it could not be reached',
      '                     next: look at the network',
      'fail  jwks           as discovery, for the same reason',
      'fail  clock          it could not be reached',
      '                     next: look at the clock',
      'warn  client-secret  it could not be reached',
      '                     next: look at the network',
    ]);
  });

  it('is the counts alone when there are no checks', () => {
    expect(renderTextReport({ ok: true, checks: [] }, PLAIN)).toBe('\n0 passed, 0 failed\n');
  });
});

describe('the report in JSON', () => {
  it('has id, verdict and evidence, a hint where there is one, and the code of a failure', () => {
    expect(JSON.parse(renderJsonReport(SAMPLE_REPORT))).toEqual({
      ok: false,
      checks: [
        { id: 'credentials', verdict: 'pass', evidence: 'all is there' },
        {
          id: 'client-secret',
          verdict: 'fail',
          evidence: `refused: ${HOSTILE_TEXT}`,
          hint: `mend it: ${HOSTILE_TEXT}`,
          code: 'ERR_TOKEN_REFUSED',
        },
        { id: 'scopes', verdict: 'warn', evidence: 'not known', hint: 'look at it' },
        { id: 'canary', verdict: 'skip', evidence: 'none was given' },
      ],
    });
  });
});

describe('the report for JUnit', () => {
  it('is valid, and holds code, evidence and hint', async () => {
    const report = renderJunitReport(SAMPLE_REPORT);
    expect(await findJunitFaults(report)).toEqual([]);
    expect(parseJunit(report)).toMatchObject([
      { name: 'credentials', text: 'all is there' },
      {
        name: 'client-secret',
        attributes: { type: 'ERR_TOKEN_REFUSED', message: `refused: ${HOSTILE_TEXT}` },
        text: `refused: ${HOSTILE_TEXT}\nnext: mend it: ${HOSTILE_TEXT}`,
      },
      { name: 'scopes', text: 'warning: not known\nnext: look at it' },
      { name: 'canary', attributes: { message: 'none was given' } },
    ]);
    expect(report).toContain('name="client-secret" time="1.500"');
  });
});
