import { openResultOutput, writeStandardOutput } from '../output/result-output.ts';
import { layoutForStdout } from '../output/table.ts';
import { toPrintable } from '../text/printable.ts';
import { renderTimeline } from '../trace/timeline.ts';
import { parseTrace, type Trace } from '../trace/trace.ts';
import type { CommandContext, DeclareCommand } from './context.ts';
import { loadText } from './text-input.ts';

const EXAMPLES = `
Examples:
  $ sgid login --trace trace.json                        write what each step did, however the login ends
  $ sgid trace view trace.json                           draw it as a timeline
  $ sgid trace view trace.json --html trace.html         write it as a page that needs no network`;

const VIEW_EXAMPLES = `
Examples:
  $ sgid trace view trace.json
  $ sgid trace view trace.json --html trace.html
  $ sgid trace view - < trace.json

Takes what --trace of another command wrote. It holds method, URL, status, duration, sizes and verdicts of each step,
and no secret, code, token or claim value: file and page are made to be attached to a support ticket.
Long waits are drawn shorter than they were, and marked.`;

export const declare: DeclareCommand = (trace, openContext) => {
  trace.addHelpText('after', EXAMPLES);
  trace
    .command('view')
    .description('draw a trace as a timeline, or write it as a page')
    .argument('<file>', 'what --trace wrote; - for standard input')
    .option(
      '--html <file>',
      'write a page with sequence diagram and waterfall to this file (mode 0600) instead',
    )
    .addHelpText('after', VIEW_EXAMPLES)
    .action(async (file, options) => {
      const context = await openContext();
      const trace = parseTrace(await loadText({ path: file, what: 'the trace' }, context));
      if (options.html !== undefined) await writePage(trace, options.html, context);
      else await writeStandardOutput(drawTimeline(trace, context), context.platform.terminal);
    });
};

async function writePage(
  trace: Trace,
  path: string,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  const { renderTracePage } = await import('../trace/page.ts');
  await using output = await openResultOutput(path, platform);
  await output.commit(renderTracePage(trace));
  diagnostics.info(`The page is in ${toPrintable(path)}; open it in any browser.`);
}

function drawTimeline(trace: Trace, context: CommandContext): string {
  const { env } = context.platform;
  return renderTimeline(trace, {
    ...layoutForStdout(context),
    unicode: /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''),
  });
}
