import type { CheckReport } from '../../src/check/run-checks.ts';
import { parseJunit } from './junit-schema.ts';

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

/** What a report says, by its format. */
export const READERS = {
  text: (report: string) => readLines(report, /^(pass|fail|warn|skip) {2}([a-z-]+) /gm),
  json: (report: string) => {
    const { checks }: CheckReport = JSON.parse(report);
    return checks.map(({ id, verdict }) => [id, verdict]);
  },
  /** A warning is a case that passed and says something. */
  junit: (report: string) =>
    parseJunit(report).map(({ name, outcome, text }) => {
      if (outcome === 'passed') return [name, text.startsWith('warning: ') ? 'warn' : 'pass'];
      return [name, outcome === 'failure' ? 'fail' : 'skip'];
    }),
  /** Its lines and its annotations must agree. */
  github: (report: string) => {
    const told = readLines(report, /^(pass|fail|warn|skip) {2}([a-z-]+): /gm);
    const annotated = [...report.matchAll(/^::(error|warning) title=sgid check%3A ([a-z-]+)::/gm)];
    const expected = told.filter(([, verdict]) => verdict === 'fail' || verdict === 'warn');
    const actual = annotated.map(([, kind, id]) => [id, kind === 'error' ? 'fail' : 'warn']);
    if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`annotations: ${actual.join()}`);
    return told;
  },
} satisfies Record<string, (report: string) => readonly (readonly string[])[]>;

/** Check id and verdict of each line. */
function readLines(report: string, pattern: RegExp): (readonly [id: string, verdict: string])[] {
  return [...report.matchAll(pattern)].map(([, verdict = '', id = '']) => [id, verdict]);
}
