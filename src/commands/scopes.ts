import { SCOPE_NAMES, SCOPES } from '../sgid/scopes.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { quoteValue } from '../text/printable.ts';
import type { DeclareCommand } from './context.ts';
import { listFormat, printList } from './list.ts';

const EXAMPLES = `
Examples:
  $ sgid scopes
  $ sgid scopes marriage
  $ sgid scopes pocdex | jq -r '.[].name'

A client outside the public sector gets openid and myinfo.name only. Every value is text; one that is missing is the
text NA. A scope that is not listed here is passed on all the same, with a warning.`;

export const declare: DeclareCommand = (command, openContext) => {
  command
    .argument('[filter]', 'only those with this in name or description')
    .addOption(listFormat())
    .addHelpText('after', EXAMPLES)
    .action(async (filter = '', { format }) => {
      const { platform, diagnostics } = await openContext();
      const wanted = filter.toLowerCase();
      const found = SCOPES.filter(({ name, description }) =>
        `${name}\n${description}`.toLowerCase().includes(wanted),
      );
      if (found.length === 0) {
        const meant = didYouMean(wanted, SCOPE_NAMES) ?? '';
        diagnostics.info(`No scope has ${quoteValue(wanted)} in its name or description. ${meant}`.trimEnd());
      }
      const rows = found.map(({ name, description }) => [name, description]);
      await printList({ json: found, headings: ['name', 'description'], rows }, format, platform);
    });
};
