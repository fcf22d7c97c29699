// Prints the rows, for people and for docs/performance.md.
const HEAD = ['measure', 'sgid', 'beside', '', 'ratio', 'middle half', 'aim', ''];

/** The rows as a table of aligned columns. */
export function renderTable(rows) {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_head, column) => Math.max(...cells.map((row) => row[column].length)));
  const isNumber = (column) => [1, 3, 4].includes(column);
  const line = (row) =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  return `${cells.map(line).join('\n')}\n`;
}

/** The same in Markdown. */
export function renderMarkdown(rows) {
  const line = (row) => `| ${row.join(' | ')} |`;
  return `${[line(HEAD), line(HEAD.map(() => '---')), ...rows.map((row) => line(cellsOf(row)))].join('\n')}\n`;
}

function cellsOf({ name, unit, own, against = '', other, ratio, aim, reached }) {
  const spread = ratio ?? own;
  return [
    name,
    `${toText(own.median)} ${unit}`,
    against,
    other === undefined ? '' : `${toText(other.median)} ${unit}`,
    ratio === undefined ? '' : ratio.median.toFixed(2),
    spread.count > 1 ? `${spread.low.toFixed(2)} to ${spread.high.toFixed(2)}` : '',
    aim === undefined ? '' : 'atMost' in aim ? `<= ${aim.atMost}` : `>= ${aim.atLeast}`,
    aim === undefined ? '' : reached ? 'ok' : 'missed',
  ];
}

/** A number with as many digits as matter. */
function toText(number) {
  return number.toFixed(number < 10 ? 2 : number < 100 ? 1 : 0);
}
