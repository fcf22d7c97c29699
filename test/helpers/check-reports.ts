import type { CheckReport, CheckResult } from '../../src/check/run-checks.ts';
import { parseJunit } from './junit-schema.ts';

type Verdict = CheckResult['verdict'];

/** Check id and verdict, as a report of any format tells them. */
export type ReportedVerdicts = readonly (readonly [id: string, verdict: Verdict])[];

/** Texts that would be markup or a command, were they taken for it. */
export const HOSTILE_TEXT =
  '::error::x <b>&amp;</b> **y** [z](http://x.test) | `a` 100% %0A "q" \'s\' ]]> @all #1 _u_';

/** A report with one check of each verdict. */
export const SAMPLE_REPORT: CheckReport = {
  ok: false,
  checks: [
    { id: 'credentials', verdict: 'pass', evidence: 'all is there', durationMs: 1 },
    {
      id: 'client-secret',
      verdict: 'fail',
      code: 'ERR_TOKEN_REFUSED',
      evidence: `refused: ${HOSTILE_TEXT}`,
      hint: `fix it: ${HOSTILE_TEXT}`,
      durationMs: 1500,
    },
    { id: 'scopes', verdict: 'warn', evidence: 'not known', hint: 'look at it', durationMs: 2.4 },
    { id: 'canary', verdict: 'skip', evidence: 'none was given', durationMs: 0 },
  ],
};

/** What a report in text says. */
export function readTextReport(report: string): ReportedVerdicts {
  return readLines(report, /^(pass|fail|warn|skip) {2}([a-z-]+) /);
}

/** What a report in JSON says. */
export function readJsonReport(report: string): ReportedVerdicts {
  const { checks }: CheckReport = JSON.parse(report);
  return checks.map(({ id, verdict }) => [id, verdict]);
}

/** What a report for JUnit says; a warning is a case that passed and says something. */
export function readJunitReport(report: string): ReportedVerdicts {
  return parseJunit(report).map(({ name, outcome, text }) => {
    if (outcome === 'passed') return [name, text.startsWith('warning: ') ? 'warn' : 'pass'];
    return [name, outcome === 'failure' ? 'fail' : 'skip'];
  });
}

/** What a report for GitHub Actions says, in its lines; the annotations must agree. */
export function readGithubReport(report: string): ReportedVerdicts {
  const told = readLines(report, /^(pass|fail|warn|skip) {2}([a-z-]+): /);
  const annotated = [...report.matchAll(/^::(error|warning) title=sgid check%3A ([a-z-]+)::/gm)];
  const expected = told.filter(([, verdict]) => verdict === 'fail' || verdict === 'warn');
  const actual = annotated.map(([, kind, id]) => [id, kind === 'error' ? 'fail' : 'warn']);
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`annotations: ${actual.join()}`);
  return told;
}

function readLines(report: string, pattern: RegExp): ReportedVerdicts {
  return report.split('\n').flatMap((line) => {
    const [, verdict, id = ''] = line.match(pattern) ?? [];
    return isVerdict(verdict) ? [[id, verdict] as const] : [];
  });
}

function isVerdict(text: string | undefined): text is Verdict {
  return text === 'pass' || text === 'fail' || text === 'warn' || text === 'skip';
}
