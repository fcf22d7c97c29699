import stringWidth from 'string-width';
import { toPrintable } from '../../protocol/printable.ts';
import { readTrace } from '../../trace/read-trace.ts';
import { renderTimeline } from '../../trace/render-timeline.ts';
import type { Trace } from '../../trace/trace.ts';
import type { CommandContext } from '../command-context.ts';
import type { TraceViewOptions } from '../commands/trace.ts';
import { requireText } from '../input/check-options.ts';
import { readTextInput } from '../input/text-input.ts';
import { wantsColour } from '../output/diagnostics.ts';
import { openResultOutput } from '../output/result-output.ts';
import { writeStandardOutput } from '../output/standard-output.ts';
import { breakText } from '../output/wrap-line.ts';

/** Where nobody says how wide the terminal is. */
const DEFAULT_COLUMNS = 80;

/**
 * Runs `sgid trace view`: draws a trace in the terminal, or writes it as a page.
 *
 * @throws SgidError `ERR_USAGE`, `ERR_FILE`, `ERR_OUTPUT`.
 */
export async function runTraceView(
  file: string,
  options: TraceViewOptions,
  context: CommandContext,
): Promise<void> {
  requireText({ '<file>': file, '--html': options.html });
  const trace = readTrace(await readTextInput({ path: file, what: 'the trace' }, context));
  if (options.html !== undefined) await writePage(trace, options.html, context);
  else await writeStandardOutput(renderForReader(trace, context), context.platform.terminal);
}

async function writePage(
  trace: Trace,
  path: string,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  const { renderTracePage } = await import('../../trace/page/render-trace-page.ts');
  const output = await openResultOutput(path, platform);
  try {
    await output.commit(renderTracePage(trace));
  } finally {
    await output.discard();
  }
  diagnostics.info(`The page is in ${toPrintable(path)}; open it in any browser.`);
}

function renderForReader(trace: Trace, { platform, diagnostics }: CommandContext): string {
  const { terminal, env } = platform;
  const { stdoutIsTerminal, stderrIsTerminal, stderrColumns } = terminal;
  const colour = wantsColour(stdoutIsTerminal, env, diagnostics.lively || !stderrIsTerminal);
  return renderTimeline(trace, {
    style: colour ? diagnostics.style : (_emphasis, text) => text,
    wrap: breakText,
    widthOf: stringWidth,
    columns: (stdoutIsTerminal && stderrColumns) || DEFAULT_COLUMNS,
    unicode: /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''),
  });
}
