import type { styleText } from 'node:util';
import type { CheckReport, CheckResult, Verdict } from '../check.ts';
import { renderCounts } from './counts.ts';

/** Styles a piece of text where colour is wanted. */
export type Style = (emphasis: Parameters<typeof styleText>[0], text: string) => string;

/** How a text report fits its reader. */
export interface TextLayout {
  readonly style: Style;
  /** Breaks a text between words into lines of so many columns. */
  readonly wrap: (text: string, columns: number) => readonly string[];
  readonly columns: number;
}

const COLOURS = { pass: 'green', fail: 'red', warn: 'yellow', skip: 'dim' } as const satisfies Record<
  Verdict,
  Parameters<typeof styleText>[0]
>;

/**
 * The report for people: a line for each check with its evidence, its hint below. What has failed in words that an earlier
 * check failed in already, for example because the provider cannot be reached, says no more than that.
 */
export function renderTextReport(report: CheckReport, layout: TextLayout): string {
  const { style, wrap, columns } = layout;
  const idWidth = Math.max(0, ...report.checks.map(({ id }) => id.length));
  const margin = VERDICT_WIDTH + idWidth + 4;
  const width = Math.max(columns - margin, NARROWEST);
  // A word that is longer than that begins further left, to be copied whole.
  const place = (line: string): string =>
    ' '.repeat(Math.max(0, Math.min(margin, columns - line.length))) + line;
  const lines = report.checks.map(referToEarlier).flatMap(({ id, verdict, evidence, hint }) => {
    const head = `${style(COLOURS[verdict], verdict.padEnd(VERDICT_WIDTH))}  ${id.padEnd(idWidth)}  `;
    const [first = '', ...rest] = wrap(evidence, width);
    const advice = hint === undefined ? [] : wrap(`next: ${hint}`, width).map(place);
    return [head + first, ...rest.map(place), ...advice.map(emphasiseNext(style))];
  });
  const counts = style(report.ok ? 'bold' : ['red', 'bold'], renderCounts(report));
  return `${[...lines, '', counts].join('\n')}\n`;
}

function referToEarlier(check: CheckResult, index: number, checks: readonly CheckResult[]): CheckResult {
  const { verdict, evidence, hint, ...rest } = check;
  const earlier = checks
    .slice(0, index)
    .find((one) => one.verdict === 'fail' && one.evidence === evidence && one.hint === hint);
  return verdict !== 'fail' || earlier === undefined
    ? check
    : { ...rest, verdict, evidence: `as ${earlier.id}, for the same reason` };
}

/** As wide as the verdicts. */
const VERDICT_WIDTH = 4;
/** In columns; text that is broken into shorter lines cannot be read. */
const NARROWEST = 30;

function emphasiseNext(style: Style): (line: string, index: number) => string {
  return (line, index) => (index === 0 ? line.replace(/^( *)next:/, `$1${style('bold', 'next:')}`) : line);
}
