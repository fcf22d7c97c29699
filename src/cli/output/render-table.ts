import stringWidth from 'string-width';

/** In columns of the terminal. */
const WIDEST_CELL = 44;

/**
 * Renders rows under headings, in columns as wide as their widest cell, with a final newline.
 *
 * @param widest No cell but the last of a row is shown wider than this, in columns of the terminal.
 */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  widest: number = WIDEST_CELL,
): string {
  const cells = rows.map((row) =>
    row.map((cell, column) => (column < row.length - 1 ? shorten(cell, widest) : cell)),
  );
  const widths = headings.map((heading, column) =>
    Math.max(...[heading, ...cells.map((row) => row[column] ?? '')].map((cell) => stringWidth(cell))),
  );
  const pad = (cell: string, column: number): string =>
    cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
  const rule = widths.map((width) => '-'.repeat(width));
  return [headings, rule, ...cells].map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('');
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
