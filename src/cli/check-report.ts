import type { CheckReport } from '../check/check.ts';
import { outputError } from '../config/file-errors.ts';
import type { CommandContext } from './command-context.ts';
import type { CheckOptions } from './commands/check.ts';
import { wantsColour } from './diagnostics.ts';
import { breakText } from './wrap-line.ts';

/** Where nobody says how wide the terminal is. */
const DEFAULT_COLUMNS = 80;

/** Renders a report in the format that was asked for. Only that format's code is loaded. */
export async function renderCheckReport(
  report: CheckReport,
  { format, out }: Pick<CheckOptions, 'format' | 'out'>,
  { platform, diagnostics }: CommandContext,
): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../check/reporters/json.ts')).renderJsonReport(report);
    case 'junit':
      return (await import('../check/reporters/checks-junit.ts')).renderJunitReport(report);
    case 'github':
      return (await import('../check/reporters/github.ts')).renderGithubReport(report);
    case 'text': {
      const { renderTextReport } = await import('../check/reporters/text.ts');
      const onTerminal = out === undefined && platform.terminal.stdoutIsTerminal;
      const colour = wantsColour(
        onTerminal,
        platform.env,
        diagnostics.lively || !platform.terminal.stderrIsTerminal,
      );
      return renderTextReport(report, {
        style: colour ? diagnostics.style : (_emphasis, text) => text,
        wrap: breakText,
        columns: (onTerminal && platform.terminal.stderrColumns) || DEFAULT_COLUMNS,
      });
    }
  }
}

/**
 * Adds the report to the job summary of GitHub Actions, where there is one.
 *
 * @throws SgidError `ERR_OUTPUT`
 */
export async function writeJobSummary(report: CheckReport, { platform }: CommandContext): Promise<void> {
  const path = platform.env['GITHUB_STEP_SUMMARY'];
  if (!path) return;
  const { renderGithubSummary } = await import('../check/reporters/github.ts');
  await platform.files.append(path, renderGithubSummary(report)).catch((error: unknown) => {
    throw outputError(error, path);
  });
}
