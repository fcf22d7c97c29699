import type { DeclareCommand } from '../command-context.ts';

/** The options of `sgid trace view`. */
export interface TraceViewOptions {
  readonly html?: string;
}

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

/** Declares `sgid trace`; what it does is loaded when it runs. */
export const declareTrace: DeclareCommand = (trace, openContext) => {
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
      const [context, { runTraceView }] = await Promise.all([
        openContext(),
        import('../trace/run-trace-view.ts'),
      ]);
      await runTraceView(file, options, context);
    });
};
