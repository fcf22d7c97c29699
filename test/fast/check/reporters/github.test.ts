import { describe, expect, it } from 'vitest';
import type { CheckReport } from '../../../../src/check/check.ts';
import {
  renderGithubOutputs,
  renderGithubReport,
  renderGithubSummary,
} from '../../../../src/check/report.ts';
import { HOSTILE_TEXT, SAMPLE_REPORT } from '../../../helpers/check-reports.ts';

/** As the runner of GitHub Actions undoes what @actions/core does. */
function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

/** The lines that a runner obeys: those that begin with `::`, and what old runners look for anywhere. */
function commandsIn(log: string): readonly string[] {
  return log.split(/\r\n|\r|\n/).filter((line) => /^\s*::|##\[/.test(line));
}

describe('the report in the log of GitHub Actions', () => {
  const log = renderGithubReport(SAMPLE_REPORT);

  it('has a line for each check, and annotations of what failed or may be wrong', () => {
    expect(log.split('\n').map((line) => line.slice(0, 37))).toEqual([
      'pass  credentials: all is there',
      'fail  client-secret: refused: ::error',
      '::error title=sgid check%3A client-se',
      'warn  scopes: not known',
      '::warning title=sgid check%3A scopes:',
      'skip  canary: none was given',
      '1 passed, 1 failed, 1 to look at, 1 s',
      '',
    ]);
  });

  it('obeys no text: there are the two annotations, and no command more', () => {
    expect(commandsIn(log)).toHaveLength(2);
  });

  it('says evidence and hint in an annotation, whole', () => {
    const [, message = ''] = log.match(/^::error title=[^:]*::(.*)$/m) ?? [];
    expect(unescapeData(message)).toBe(`refused: ${HOSTILE_TEXT}\nnext: mend it: ${HOSTILE_TEXT}`);
  });
});

describe('the job summary of GitHub Actions', () => {
  const summary = renderGithubSummary(SAMPLE_REPORT);
  const rows = summary.split('\n').filter((line) => line.startsWith('| '));

  it('is a table with a row for each check', () => {
    expect(rows).toHaveLength(2 + SAMPLE_REPORT.checks.length);
    expect(rows[2]).toBe('| ✅ pass | `credentials` | all is there |  |');
    for (const row of rows) expect(row.split('|')).toHaveLength(6);
    expect(summary).toContain('\n1 passed, 1 failed, 1 to look at, 1 skipped\n');
  });

  it('takes no text for markup', () => {
    const cells = rows[3]?.split(' | ') ?? [];
    // Nothing but letters, digits, spaces and entities is left of it.
    expect(cells[2]).toMatch(/^(?:[A-Za-z0-9 ]|&#\d+;)+$/);
    const read = cells[2]?.replaceAll(/&#(\d+);/g, (_entity, code) => String.fromCodePoint(Number(code)));
    expect(read).toBe(`refused: ${HOSTILE_TEXT}`);
  });

  it('ends with an empty line, so that what follows is no part of the table', () => {
    expect(summary.endsWith('|\n\n')).toBe(true);
  });
});

describe('the outputs of a step of GitHub Actions', () => {
  it('are two lines, whatever the texts are', () => {
    const checks = SAMPLE_REPORT.checks.map((check) => ({ ...check, evidence: 'a\nok=true\r\nreport=x' }));
    const report: CheckReport = { ok: false, checks };
    const lines = renderGithubOutputs(report).split(/\r\n|\r|\n/);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('ok=false');
    expect(JSON.parse(lines[1]?.replace(/^report=/, '') ?? '')).toMatchObject({
      ok: false,
      checks: checks.map(({ id, verdict, evidence }) => ({ id, verdict, evidence })),
    });
    expect(lines[2]).toBe('');
  });
});
