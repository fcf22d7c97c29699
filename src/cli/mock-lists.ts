import { listFaults } from '../mock/faults.ts';
import { PERSONAS } from '../mock/personas.ts';
import type { CommandContext } from './command-context.ts';
import type { ListFormat } from './commands/mock.ts';
import { renderTable } from './render-table.ts';
import { writeStandardOutput } from './standard-output.ts';

/** Prints the built-in personas. */
export async function listPersonas(format: ListFormat, { platform }: CommandContext): Promise<void> {
  const text =
    format === 'json'
      ? toJson(PERSONAS.map(({ id, name, data }) => ({ id, name, data })))
      : renderTable(
          ['id', 'name', 'description'],
          PERSONAS.map(({ id, name, description = '' }) => [id, name, description]),
        );
  await writeStandardOutput(text, platform.terminal);
}

/** Prints the faults. */
export async function listMockFaults(format: ListFormat, { platform }: CommandContext): Promise<void> {
  const faults = listFaults();
  const text =
    format === 'json'
      ? toJson(faults)
      : renderTable(
          ['name', 'what the provider does', 'what a correct client does'],
          faults.map(({ name, effect, correctClient }) => [name, effect, correctClient]),
        );
  await writeStandardOutput(text, platform.terminal);
}

function toJson(list: readonly object[]): string {
  return `${JSON.stringify(list, null, 2)}\n`;
}
