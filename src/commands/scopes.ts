import { Option } from '@commander-js/extra-typings';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { renderTable } from '../output/table.ts';
import { SCOPES } from '../sgid/scopes.ts';
import { nearestName } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext, DeclareCommand } from './context.ts';

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
export const declare: DeclareCommand = (command, openContext) => {
  command
    .argument('[filter]', 'only those with this in name or description')
    .addOption(
      new Option('--format <format>', 'how to print the list')
        .choices(['json', 'table'] as const)
        .default('json' as const),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (filter, options) => {
      const context = await openContext();
      await runScopes(filter, options, context);
    });
};

/**
 * Prints the catalogue of scopes, or the part of it whose names or descriptions hold `filter` in any case. That there
 * is none is no failure, but said on stderr.
 */
export async function runScopes(
  filter: string | undefined,
  { format }: ScopesOptions,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  const wanted = filter?.toLowerCase() ?? '';
  const found = SCOPES.filter(({ name, description }) =>
    `${name}\n${description}`.toLowerCase().includes(wanted),
  );
  if (found.length === 0) diagnostics.info(noneFound(wanted));
  await writeStandardOutput(
    format === 'json'
      ? renderJson(found)
      : renderTable(
          ['name', 'description'],
          found.map(({ name, description }) => [name, description]),
          { columns: platform.terminal.stdoutColumns },
        ),
    platform.terminal,
  );
}

function noneFound(filter: string): string {
  const nearest = nearestName(
    filter,
    SCOPES.map(({ name }) => name),
  );
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return `No scope has ${toPrintable(JSON.stringify(filter), 200)} in its name or description.${meant}`;
}
