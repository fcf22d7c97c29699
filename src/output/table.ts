import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';
import { toPrintable } from '../text/printable.ts';
import type { Emphasis, OutputContext } from './diagnostics.ts';

const GAP = '  ';
/** In columns; text in shorter lines cannot be read. */
const NARROWEST = 16;

/**
 * Renders rows under headings, in columns as wide as their widest cell, with a final newline. Where a terminal is too
 * narrow for that, all columns but the first share what it has.
 *
 * @param layout `widest` is how wide a cell but the last of a row is shown at most, `columns` the width of the terminal,
 *   in which cells are broken into lines.
 */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { widest = 44, columns }: { readonly widest?: number; readonly columns?: number | undefined } = {},
): string {
  const cells = rows.map((row) =>
    row
      .map((cell) => toPrintable(cell))
      .map((cell, column) => (column < row.length - 1 ? shorten(cell, widest) : cell)),
  );
  const natural = headings.map((heading, column) =>
    Math.max(...[heading, ...cells.map((row) => row[column] ?? '')].map((cell) => stringWidth(cell))),
  );
  const widths = columns === undefined ? natural : shareWidth(natural, columns);
  const total = widths.reduce((sum, width) => sum + GAP.length + width, -GAP.length);
  if (columns !== undefined && total > columns) return cells.map((row) => stackRow(row, columns)).join('');
  const rule = widths.map((width) => '-'.repeat(width));
  return [headings, rule, ...cells].map((row) => renderRow(row, widths)).join('');
}

/** Columns that need less than an equal share leave the rest to the others. */
function shareWidth(natural: readonly number[], columns: number): readonly number[] {
  const [first = 0, ...others] = natural;
  let left = columns - first - GAP.length * others.length;
  const narrowestFirst = [...others.entries()].sort(([, one], [, other]) => one - other);
  const shared = [...others];
  for (const [done, [index, width]] of narrowestFirst.entries()) {
    const share = Math.max(NARROWEST, Math.floor(left / (others.length - done)));
    shared[index] = Math.min(width, share);
    left -= shared[index];
  }
  return [first, ...shared];
}

function renderRow(row: readonly string[], widths: readonly number[]): string {
  const columns = row.map((cell, column) => {
    const width = widths[column] ?? 0;
    return { width, lines: stringWidth(cell) <= width ? [cell] : breakCell(cell, width) };
  });
  const height = Math.max(...columns.map(({ lines }) => lines.length));
  const lineAt = (at: number): string =>
    columns.map(({ lines, width }) => pad(lines[at] ?? '', width)).join(GAP);
  return Array.from({ length: height }, (_, at) => `${lineAt(at).trimEnd()}\n`).join('');
}

/** A row for a terminal that is too narrow for columns: the first cell, and the others below it. */
function stackRow([first = '', ...others]: readonly string[], columns: number): string {
  const lines = others.filter(Boolean).flatMap((cell) => breakCell(cell, columns - GAP.length));
  return `${[first, ...lines.map((line) => GAP + line)].join('\n')}\n`;
}

/** A word that is too long, such as a JSON value, is broken as well: it would run into the next line of the terminal. */
function breakCell(cell: string, width: number): readonly string[] {
  return wrapAnsi(cell, width, { hard: true }).split('\n');
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - stringWidth(cell)));
}

function shorten(cell: string, widest: number): string {
  if (stringWidth(cell) <= widest) return cell;
  let short = '';
  for (const { segment } of new Intl.Segmenter().segment(cell)) {
    if (stringWidth(short + segment) >= widest) break;
    short += segment;
  }
  return `${short}…`;
}

export interface TextLayout {
  style(emphasis: Emphasis, text: string): string;
  readonly columns: number;
}

/** For files and pipes, where lines are searched, and must be whole. */
export const PLAIN_LAYOUT: TextLayout = {
  style: (_emphasis, text) => text,
  columns: Number.POSITIVE_INFINITY,
};

/** For standard output, as its terminal is, whatever standard error is connected to. */
export function layoutForStdout({ platform, diagnostics }: OutputContext): TextLayout {
  return { style: diagnostics.styleOutput, columns: platform.terminal.stdoutColumns ?? 80 };
}

/** For a report that may be read by a person, or go into a file or pipe. */
export function layoutOfReport(context: OutputContext, out?: string): TextLayout {
  const isRead = out === undefined && context.platform.terminal.stdoutIsTerminal;
  return isRead ? layoutForStdout(context) : PLAIN_LAYOUT;
}

/**
 * Breaks a line between words so that it fits a terminal; what follows is indented by two more than the line, or to where
 * the text behind its number begins.
 *
 * @param columns The width of the terminal; `undefined` leaves the line as it is.
 */
export function wrapLine(line: string, columns: number | undefined): string {
  if (columns === undefined || stringWidth(line) <= columns) return line;
  const [start = '', indent = '', number = '  '] = line.match(/^( *)(\d+\. )?/) ?? [];
  const margin = indent + ' '.repeat(number.length);
  const wrapped = wrapAnsi(line.slice(start.length), columns - margin.length);
  return start + wrapped.split('\n').join(`\n${margin}`);
}

/** Breaks a text between words into lines of so many columns; a longer word has a line to itself. */
export function breakText(text: string, columns: number): readonly string[] {
  return wrapAnsi(text, columns).split('\n');
}
