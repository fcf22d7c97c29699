import { listFaults } from '../../mock/faults.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CommandContext } from '../command-context.ts';
import type { ListFormat } from '../commands/mock.ts';
import { renderJson } from '../output/render-json.ts';
import { renderTable } from '../output/render-table.ts';
import { writeStandardOutput } from '../output/standard-output.ts';
import { readMockPersonas } from './mock-files.ts';

/**
 * Prints the personas that can log in.
 *
 * @param personasPath The file of `--personas`; the built-in ones alone without it.
 * @throws SgidError `ERR_FILE`.
 */
export async function listPersonas(
  format: ListFormat,
  context: CommandContext,
  personasPath?: string,
): Promise<void> {
  const personas = await readMockPersonas(personasPath, context);
  const text =
    format === 'json'
      ? renderJson(personas.map(({ id, name, data }) => ({ id, name, data })))
      : renderTable(
          ['id', 'name', 'description'],
          personas.map(({ id, name, description = '' }) => [id, toPrintable(name), toPrintable(description)]),
          { columns: context.platform.terminal.stdoutColumns },
        );
  await writeStandardOutput(text, context.platform.terminal);
}

/** Prints the faults. */
export async function listMockFaults(format: ListFormat, { platform }: CommandContext): Promise<void> {
  const faults = listFaults();
  const text =
    format === 'json'
      ? renderJson(faults)
      : renderTable(
          ['name', 'what the provider does', 'what a correct client does'],
          faults.map(({ name, effect, correctClient }) => [name, effect, correctClient]),
          // Our own words, of which none may be missing.
          { widest: Number.POSITIVE_INFINITY, columns: platform.terminal.stdoutColumns },
        );
  await writeStandardOutput(text, platform.terminal);
}
