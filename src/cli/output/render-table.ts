import stringWidth from 'string-width';

/** No cell is shown wider than this, in columns of the terminal. */
const WIDEST_CELL = 44;

/** Renders rows under headings, in columns as wide as their widest cell, with a final newline. */
export function renderTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) =>
    row.map((cell, column) => (column < row.length - 1 ? shorten(cell) : cell)),
  );
  const widths = headings.map((heading, column) =>
    Math.max(...[heading, ...cells.map((row) => row[column] ?? '')].map((cell) => stringWidth(cell))),
  );
  const pad = (cell: string, column: number): string =>
    cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
  const rule = widths.map((width) => '-'.repeat(width));
  return [headings, rule, ...cells].map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('');
}

function shorten(cell: string): string {
  if (stringWidth(cell) <= WIDEST_CELL) return cell;
  let short = '';
  for (const { segment } of new Intl.Segmenter().segment(cell)) {
    if (stringWidth(short + segment) >= WIDEST_CELL) break;
    short += segment;
  }
  return `${short}…`;
}
