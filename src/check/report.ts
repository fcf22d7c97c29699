import type { styleText } from 'node:util';
import { type JunitCase, renderJunit } from '../output/junit.ts';
import { type CheckReport, type CheckResult, countVerdicts, type Verdict } from './check.ts';

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

/** The report as a JSON value: `{"ok","checks":[{"id","verdict","evidence","hint","code"}]}`. */
export function toJsonReport({ ok, checks }: CheckReport): {
  readonly ok: boolean;
  readonly checks: readonly Omit<CheckResult, 'durationMs'>[];
} {
  return { ok, checks: checks.map(({ durationMs: _, ...rest }) => rest) };
}

/** The report as one JSON document. */
export function renderJsonReport(report: CheckReport): string {
  return `${JSON.stringify(toJsonReport(report), null, 2)}\n`;
}

/** The report for the test views of CI systems; a warning is a passed case that says something. */
export function renderJunitReport({ checks }: CheckReport): string {
  return renderJunit('sgid check', checks.map(toCase));
}

function toCase({ id, verdict, evidence, hint, code, durationMs }: CheckResult): JunitCase {
  const words = hint === undefined ? evidence : `${evidence}\nnext: ${hint}`;
  const base = { name: id, seconds: durationMs / 1000 };
  switch (verdict) {
    case 'fail':
      return { ...base, failure: { type: code ?? verdict, message: evidence, text: words } };
    case 'skip':
      return { ...base, skipped: evidence };
    case 'warn':
      return { ...base, output: `warning: ${words}` };
    case 'pass':
      return { ...base, output: words };
  }
}

/**
 * The report as the log of GitHub Actions shows it: a line for each check, and annotations for what failed or may be
 * wrong (docs.github.com, "Workflow commands for GitHub Actions"). No text can start a workflow command of its own:
 * each is on a line that begins otherwise, and is a single line.
 */
export function renderGithubReport(report: CheckReport): string {
  const lines = report.checks.flatMap((check) => [
    `${check.verdict.padEnd(4)}  ${check.id}: ${check.evidence}`,
    ...annotate(check),
  ]);
  return `${[...lines, renderCounts(report)].join('\n')}\n`;
}

function annotate({ id, verdict, evidence, hint = '' }: CheckResult): string[] {
  if (verdict !== 'fail' && verdict !== 'warn') return [];
  const kind = verdict === 'fail' ? 'error' : 'warning';
  const title = escapeProperty(`sgid check: ${id}`);
  return [`::${kind} title=${title}::${escapeData(`${evidence}\nnext: ${hint}`)}`];
}

/** As @actions/core escapes the message of a workflow command. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** As @actions/core escapes a property of a workflow command. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** The report for the file of the job summary: GitHub-flavoured Markdown in which no text of the report is markup. */
export function renderGithubSummary(report: CheckReport): string {
  const rows = report.checks.map(
    ({ id, verdict, evidence, hint = '' }) =>
      `| ${MARKS[verdict]} ${verdict} | \`${id}\` | ${escapeMarkdown(evidence)} | ${escapeMarkdown(hint)} |`,
  );
  return [
    '### sgID credentials',
    '',
    renderCounts(report),
    '',
    '| verdict | check | evidence | what to do |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '',
  ].join('\n');
}

/** The report for the file of the step's outputs: `ok`, and `report` as JSON, which is a single line. */
export function renderGithubOutputs(report: CheckReport): string {
  return `ok=${report.ok}\nreport=${JSON.stringify(toJsonReport(report))}\n`;
}

const MARKS: Readonly<Record<Verdict, string>> = { pass: '✅', fail: '❌', warn: '⚠️', skip: '⏭️' };

/** Every character that could be markup becomes an entity, which Markdown takes for text. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** How the checks came out, in a line: `11 passed, 0 failed, 2 skipped`. */
export function renderCounts(report: CheckReport): string {
  const { pass, fail, warn, skip } = countVerdicts(report);
  const counts = [`${pass} passed`, `${fail} failed`];
  if (warn > 0) counts.push(`${warn} to look at`);
  if (skip > 0) counts.push(`${skip} skipped`);
  return counts.join(', ');
}
