import stringWidth from 'string-width';
import { toPrintable } from '../../protocol/printable.ts';
import { readTrace } from '../../trace/read-trace.ts';
import { renderTimeline } from '../../trace/render-timeline.ts';
import type { Trace } from '../../trace/trace.ts';
import type { CommandContext } from '../command-context.ts';
import type { TraceViewOptions } from '../commands/trace.ts';
import { requireText } from '../input/check-options.ts';
import { requireSeparateFiles } from '../input/separate-files.ts';
import { readTextInput } from '../input/text-input.ts';
import { openResultOutput } from '../output/result-output.ts';
import { writeStandardOutput } from '../output/standard-output.ts';
import { layoutForStdout } from '../output/stdout-layout.ts';

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
  requireSeparateFiles(options, file);
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

function renderForReader(trace: Trace, context: CommandContext): string {
  const { env } = context.platform;
  return renderTimeline(trace, {
    ...layoutForStdout(context),
    widthOf: stringWidth,
    unicode: /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''),
  });
}
