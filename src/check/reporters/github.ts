import type { CheckReport, CheckResult } from '../check.ts';
import { renderCounts } from './counts.ts';

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
