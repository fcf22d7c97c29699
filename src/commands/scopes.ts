import { Option } from '@commander-js/extra-typings';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { renderTable } from '../output/table.ts';
import { SCOPES } from '../sgid/scopes.ts';
import { nearestName } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import type { DeclareCommand } from './context.ts';

const EXAMPLES = `
Examples:
  $ sgid scopes --format table
  $ sgid scopes marriage --format table
  $ sgid scopes pocdex | jq -r '.[].name'

A client outside the public sector gets openid and myinfo.name only. Every value is text; one that is missing is the
text NA. A scope that is not listed here is passed on all the same, with a warning.`;

export const declare: DeclareCommand = (command, openContext) => {
  command
    .argument('[filter]', 'only those with this in name or description')
    .addOption(
      new Option('--format <format>', 'how to print the list')
        .choices(['json', 'table'] as const)
        .default('json' as const),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (filter = '', { format }) => {
      const { platform, diagnostics } = await openContext();
      const wanted = filter.toLowerCase();
      const found = SCOPES.filter(({ name, description }) =>
        `${name}\n${description}`.toLowerCase().includes(wanted),
      );
      if (found.length === 0) {
        const nearest = nearestName(
          wanted,
          SCOPES.map(({ name }) => name),
        );
        const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
        const words = toPrintable(JSON.stringify(wanted), 200);
        diagnostics.info(`No scope has ${words} in its name or description.${meant}`);
      }
      const rows = found.map(({ name, description }) => [name, description]);
      const { terminal } = platform;
      const text =
        format === 'json'
          ? renderJson(found)
          : renderTable(['name', 'description'], rows, { columns: terminal.stdoutColumns });
      await writeStandardOutput(text, terminal);
    });
};
