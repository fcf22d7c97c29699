import type { CheckReport, Verdict } from '../check.ts';
import { renderCounts } from './counts.ts';
import { toJsonReport } from './json.ts';

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
