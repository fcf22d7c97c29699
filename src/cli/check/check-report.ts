import type { CheckReport } from '../../check/check.ts';
import { outputError } from '../../config/file-errors.ts';
import type { Platform } from '../../platform/platform.ts';
import type { CommandContext } from '../command-context.ts';
import type { CheckOptions } from '../commands/check.ts';
import { openResultOutput, type ResultOutput } from '../output/result-output.ts';
import { writeStandardOutput } from '../output/standard-output.ts';
import { layoutForStdout, PLAIN_LAYOUT } from '../output/stdout-layout.ts';

/** Renders a report in the format that was asked for. Only that format's code is loaded. */
export async function renderCheckReport(
  report: CheckReport,
  { format, out }: Pick<CheckOptions, 'format' | 'out'>,
  context: CommandContext,
): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../../check/reporters/json.ts')).renderJsonReport(report);
    case 'junit':
      return (await import('../../check/reporters/checks-junit.ts')).renderJunitReport(report);
    case 'github':
      return (await import('../../check/reporters/github.ts')).renderGithubReport(report);
    case 'text': {
      const { renderTextReport } = await import('../../check/reporters/text.ts');
      const isRead = out === undefined && context.platform.terminal.stdoutIsTerminal;
      // Elsewhere a line is searched for, and must hold all of its check.
      const whole = { ...PLAIN_LAYOUT, columns: Number.POSITIVE_INFINITY };
      return renderTextReport(report, isRead ? layoutForStdout(context) : whole);
    }
  }
}

/**
 * Opens what the report is written to. No text of a report can be a command to GitHub Actions but those that are
 * meant to be, so that standard output takes them all.
 *
 * @throws SgidError `ERR_OUTPUT`
 */
export async function openReportOutput(path: string | undefined, platform: Platform): Promise<ResultOutput> {
  if (path !== undefined && path !== '-') return openResultOutput(path, platform);
  return {
    commit: (content) => writeStandardOutput(content, platform.terminal),
    discard: async () => {},
  };
}

/**
 * Adds the report to the job summary of GitHub Actions, and sets the step's outputs `ok` and `report`, where these
 * are. A failure is told and no more: the report has been written, and what it says counts.
 */
export async function publishToGithub(
  report: CheckReport,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  const { renderGithubOutputs, renderGithubSummary } = await import('../../check/reporters/github-files.ts');
  const append = async (variable: string, text: string): Promise<void> => {
    const path = platform.env[variable];
    if (!path) return;
    await platform.files.append(path, text).catch((error: unknown) => {
      diagnostics.warn(`${variable}: ${outputError(error, path).message}`);
    });
  };
  await append('GITHUB_STEP_SUMMARY', renderGithubSummary(report));
  await append('GITHUB_OUTPUT', renderGithubOutputs(report));
}
