import { Option } from '@commander-js/extra-typings';
import type { DeclareCommand } from '../command-context.ts';

/** The options of `sgid scopes`, as the command line gives them. */
export interface ScopesOptions {
  readonly format: 'json' | 'table';
}

const EXAMPLES = `
Examples:
  $ sgid scopes --format table
  $ sgid scopes marriage --format table
  $ sgid scopes pocdex | jq -r '.[].name'

A client outside the public sector gets openid and myinfo.name only. Every value is text; one that is missing is the
text NA. A scope that is not listed here is passed on all the same, with a warning.`;

/** Declares `sgid scopes`; what it does is loaded when it runs. */
export const declareScopes: DeclareCommand = (command, openContext) => {
  command
    .argument('[filter]', 'only those with this in name or description')
    .addOption(
      new Option('--format <format>', 'how to print the list')
        .choices(['json', 'table'] as const)
        .default('json' as const),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (filter, options) => {
      const [context, { runScopes }] = await Promise.all([openContext(), import('../scopes/run-scopes.ts')]);
      await runScopes(filter, options, context);
    });
};
