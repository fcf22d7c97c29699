import { nearestName } from '../../config/nearest-name.ts';
import { toPrintable } from '../../protocol/printable.ts';
import { SCOPES } from '../../protocol/scopes.ts';
import type { CommandContext } from '../command-context.ts';
import type { ScopesOptions } from '../commands/scopes.ts';
import { renderJson } from '../output/render-json.ts';
import { renderTable } from '../output/render-table.ts';
import { writeStandardOutput } from '../output/standard-output.ts';

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
