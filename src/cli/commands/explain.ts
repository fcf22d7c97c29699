import { Option } from '@commander-js/extra-typings';
import type { DeclareCommand } from '../command-context.ts';

/** The options of `sgid explain`, as the command line gives them. */
export interface ExplainOptions {
  readonly format: 'text' | 'json';
}

const EXAMPLES = `
Examples:
  $ sgid explain ERR_STATE_MISMATCH
  $ sgid explain state-mismatch                          the same
  $ sgid explain                                         every code in a line
  $ sgid explain --format json | jq -r '.[] | select(.exitCode == 7).code'

A code is what the last line of an error says. Its explanation: what it means, the likely causes, the likeliest
first, and for each how to confirm it and how to mend it.`;

/** Declares `sgid explain`; what it does is loaded when it runs. */
export const declareExplain: DeclareCommand = (command, openContext) => {
  command
    .argument('[code]', 'the code, in any case and with or without ERR_ (default: list all)')
    .addOption(
      new Option('--format <format>', 'how to print it')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (code, options) => {
      const [context, { runExplain }] = await Promise.all([
        openContext(),
        import('../explain/run-explain.ts'),
      ]);
      await runExplain(code, options, context);
    });
};
