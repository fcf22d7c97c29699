import { type CheckReport, type CheckResult, countVerdicts, type Verdict } from '../check.ts';

/**
 * The report as GitHub Actions shows it: a line for each check, and annotations for what failed or may be wrong
 * (docs.github.com, "Workflow commands for GitHub Actions"). No text can start a workflow command of its own.
 */
export function renderGithubReport(report: CheckReport): string {
  const lines = report.checks.flatMap((check) => [
    `${check.verdict.padEnd(4)}  ${check.id}: ${oneLine(check.evidence)}`,
    ...annotate(check),
  ]);
  return `${[...lines, summarise(report)].join('\n')}\n`;
}

/** The job summary, GitHub-flavoured Markdown in which no text of the report is markup. */
export function renderGithubSummary(report: CheckReport): string {
  const rows = report.checks.map(
    ({ id, verdict, evidence, hint }) =>
      `| ${MARKS[verdict]} ${verdict} | \`${id}\` | ${escapeMarkdown(evidence)} | ${escapeMarkdown(hint ?? '')} |`,
  );
  return [
    '### sgID credentials',
    '',
    summarise(report),
    '',
    '| verdict | check | evidence | what to do |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const MARKS: Readonly<Record<Verdict, string>> = { pass: '✅', fail: '❌', warn: '⚠️', skip: '⏭️' };

function summarise(report: CheckReport): string {
  const { pass, fail, warn, skip } = countVerdicts(report);
  return `${pass} passed, ${fail} failed, ${warn} to look at, ${skip} skipped`;
}

function annotate({ id, verdict, evidence, hint }: CheckResult): string[] {
  if (verdict !== 'fail' && verdict !== 'warn') return [];
  const kind = verdict === 'fail' ? 'error' : 'warning';
  const title = escapeProperty(`sgid check: ${id}`);
  return [`::${kind} title=${title}::${escapeData(`${evidence}\n${hint}`)}`];
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}

/** As @actions/core escapes the message of a workflow command. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** As @actions/core escapes a property of a workflow command. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Every character that could be markup becomes an entity, which Markdown takes for text. */
function escapeMarkdown(text: string): string {
  return oneLine(text).replaceAll(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}
