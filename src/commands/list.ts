import { Option } from '@commander-js/extra-typings';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { renderTable } from '../output/table.ts';
import type { Platform } from '../system/platform.ts';

export type ListFormat = 'json' | 'table';

export const listFormat = () =>
  new Option('--format <format>', 'how to print it (default: a table on a terminal, else JSON)').choices([
    'json',
    'table',
  ] as const);

export interface List {
  readonly json: object;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How wide a cell is at most; by default it is shown whole, to be typed again or compared. */
  readonly widest?: number;
}

export async function printList(
  { json, headings, rows, widest = Number.POSITIVE_INFINITY }: List,
  format: ListFormat | undefined,
  { terminal }: Platform,
): Promise<void> {
  const isTable = format === undefined ? terminal.stdoutIsTerminal : format === 'table';
  const table = () => renderTable(headings, rows, { widest, columns: terminal.stdoutColumns });
  await writeStandardOutput(isTable ? table() : renderJson(json), terminal);
}
