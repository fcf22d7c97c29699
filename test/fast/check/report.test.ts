import { describe, expect, it } from 'vitest';
import {
  renderGithubOutputs,
  renderGithubReport,
  renderGithubSummary,
  renderJunitReport,
  renderTextReport,
  renderUnproven,
} from '../../../src/check/report.ts';
import type { CheckId, CheckResult } from '../../../src/check/run-checks.ts';
import { PLAIN_LAYOUT } from '../../../src/output/table.ts';
import { HOSTILE_TEXT, SAMPLE_REPORT } from '../../helpers/check-reports.ts';
import { findJunitFaults, parseJunit } from '../../helpers/junit-schema.ts';

const SAID = `refused: ${HOSTILE_TEXT}\nnext: fix it: ${HOSTILE_TEXT}`;

function linesOf(checks: readonly CheckResult[], columns = 80): readonly string[] {
  return renderTextReport({ ok: false, checks }, { ...PLAIN_LAYOUT, columns }).split('\n');
}

describe('the report in text', () => {
  it('has the evidence below the check where the terminal is narrow', () => {
    expect(linesOf(SAMPLE_REPORT.checks, 50).slice(-8)).toEqual([
      'warn  scopes',
      '      not known',
      '      next: look at it',
      'skip  canary',
      '      none was given',
      '',
      '1 passed, 1 failed, 1 warning, 1 skipped',
      '',
    ]);
  });

  it('has evidence and hint in columns of their own, and the counts last', () => {
    const lines = linesOf(SAMPLE_REPORT.checks);
    expect(lines[0]).toBe('pass  credentials    all is there');
    expect(lines.slice(-6)).toEqual([
      'warn  scopes         not known',
      '                     next: look at it',
      'skip  canary         none was given',
      '',
      '1 passed, 1 failed, 1 warning, 1 skipped',
      '',
    ]);
  });

  it.each([
    [120, [`pass  private-key  ${'ab'.repeat(32)}`]],
    [80, [`pass  private-key  ${'ab'.repeat(16)}`, ' '.repeat(19) + 'ab'.repeat(16)]],
  ])('keeps a digest in its column of %d', (columns, lines) => {
    const check = { id: 'private-key', verdict: 'pass', evidence: 'ab'.repeat(32), durationMs: 1 } as const;
    expect(linesOf([check], columns).slice(0, lines.length)).toEqual(lines);
  });

  it.each([40, 80, 120])('fits a terminal of %d columns', (columns) => {
    const longest = Math.max(...linesOf(SAMPLE_REPORT.checks, columns).map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(Math.max(columns, 51));
  });

  it('lets a word that is longer than its column begin further left', () => {
    const print = 'xy'.repeat(32);
    const lines = linesOf(
      [{ id: 'private-key', verdict: 'pass', evidence: `RSA, ${print}`, durationMs: 1 }],
      70,
    );
    expect(lines.slice(0, 2)).toEqual(['pass  private-key  RSA,', `${' '.repeat(6)}${print}`]);
  });

  it('refers to an earlier failure in the same words, and to nothing else', () => {
    const same = { evidence: 'it could not be reached', hint: 'look at the network', durationMs: 1 };
    const failed = { ...same, verdict: 'fail', code: 'ERR_NETWORK' } as const;
    const lines = linesOf([
      { id: 'credentials', ...same, verdict: 'warn' },
      { id: 'discovery', ...failed },
      { id: 'jwks', ...failed },
      { id: 'clock', ...failed, hint: 'look at the clock' },
      { id: 'client-secret', ...same, verdict: 'warn' },
    ]);
    expect(lines.filter((line) => /^\w/.test(line)).slice(0, 5)).toEqual([
      'warn  credentials    it could not be reached',
      'fail  discovery      it could not be reached',
      'fail  jwks           same failure as discovery',
      'fail  clock          it could not be reached',
      'warn  client-secret  it could not be reached',
    ]);
  });
});

describe('what a run leaves open', () => {
  const key =
    /^- the private key is the registered one: --canary <file>, or publicKey in a credentials file$/m;
  const provider = /^- the provider accepts redirect URI and client secret: sgid check,/m;
  const all = { 'private-key': 'pass', 'client-secret': 'pass', 'redirect-uri-registered': 'pass' } as const;
  const offline = { 'client-secret': 'skip', 'redirect-uri-registered': 'skip' } as const;

  it.each<[string, Partial<Record<CheckId, 'pass' | 'warn' | 'skip'>>, readonly RegExp[]]>([
    [
      'the key, that neither canary nor public key shows',
      { ...all, canary: 'skip', 'public-key': 'skip' },
      [key],
    ],
    ['nothing of the key with a canary', { ...all, canary: 'pass', 'public-key': 'skip' }, []],
    ['nothing of the key with a public key', { ...all, canary: 'skip', 'public-key': 'pass' }, []],
    ['nothing of a key that is none', { ...all, 'private-key': 'skip' }, []],
    ['what the provider takes, offline', { 'private-key': 'pass', canary: 'pass', ...offline }, [provider]],
    ['what was left out with --only', { 'private-key': 'pass' }, [key, provider]],
    ['nothing that a check says of itself', { ...all, canary: 'pass', 'client-secret': 'warn' }, []],
  ])('is %s', (_what, verdicts, expected) => {
    const checks = Object.entries(verdicts).map(([id, verdict]): CheckResult => {
      return { id: id as CheckId, verdict, evidence: 'seen', durationMs: 1 };
    });
    const layout = { ...PLAIN_LAYOUT, columns: 120 };
    const text = renderUnproven({ ok: true, checks }, layout, 'sgid login -e a.env');
    expect([key, provider].filter((words) => words.test(text))).toEqual(expected);
    expect(text).toMatch(
      /^\nNot proven by this run:\n(?:- .*\n)*- a person can log in: sgid login -e a\.env\n$/,
    );
    const narrow = renderUnproven(
      { ok: true, checks },
      { ...layout, columns: 40 },
      "sgid login -e 'a b.env'",
    );
    expect(narrow).toMatch(/\n- a person can log in:\n {2}sgid login -e 'a b\.env'\n$/);
  });
});

describe('the reports for programs', () => {
  it('are valid JUnit, with code, evidence and hint', async () => {
    const report = renderJunitReport(SAMPLE_REPORT);
    expect(await findJunitFaults(report)).toEqual([]);
    expect(parseJunit(report)).toMatchObject([
      { name: 'credentials', text: 'all is there' },
      {
        name: 'client-secret',
        attributes: { type: 'ERR_TOKEN_REFUSED', message: `refused: ${HOSTILE_TEXT}` },
        text: SAID,
      },
      { name: 'scopes', text: 'warning: not known\nnext: look at it' },
      { name: 'canary', attributes: { message: 'none was given' } },
    ]);
    expect(report).toContain('name="client-secret" time="1.500"');
  });

  it('are annotations of GitHub Actions, whole, and no command more', () => {
    const log = renderGithubReport(SAMPLE_REPORT);
    expect(log.split(/\r\n|\r|\n/).filter((line) => /^\s*::|##\[/.test(line))).toHaveLength(2);
    const [, message = ''] = log.match(/^::error title=sgid check%3A client-secret::(.*)$/m) ?? [];
    const words = message.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
    expect(words).toBe(SAID);
  });

  it('are a job summary in which no text is markup, with an empty line after it', () => {
    const summary = renderGithubSummary(SAMPLE_REPORT);
    const rows = summary.split('\n').filter((line) => line.startsWith('| '));
    expect(rows).toHaveLength(2 + SAMPLE_REPORT.checks.length);
    for (const row of rows) expect(row.split('|')).toHaveLength(6);
    expect(rows[2]).toBe('| ✅ pass | `credentials` | all is there |  |');
    const [, , cell = ''] = rows[3]?.split(' | ') ?? [];
    expect(cell).toMatch(/^(?:[A-Za-z0-9 ]|&#\d+;)+$/);
    const read = cell.replaceAll(/&#(\d+);/g, (_entity, code) => String.fromCodePoint(Number(code)));
    expect(read).toBe(`refused: ${HOSTILE_TEXT}`);
    expect(summary.endsWith('|\n\n')).toBe(true);
  });

  it('are outputs of a step in two lines, whatever the texts are', () => {
    const checks = SAMPLE_REPORT.checks.map((check) => ({ ...check, evidence: 'a\nok=true\r\nreport=x' }));
    const [ok, report = '', end] = renderGithubOutputs({ ok: false, checks }).split(/\r\n|\r|\n/);
    expect([ok, end]).toEqual(['ok=false', '']);
    expect(JSON.parse(report.replace(/^report=/, ''))).toEqual({
      ok: false,
      checks: checks.map(({ durationMs: _, ...rest }) => rest),
    });
  });
});
