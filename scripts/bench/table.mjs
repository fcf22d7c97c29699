// Prints a table of numbers, and verdicts on ratios.

/** Prints a row; numbers are rounded, what is unknown is left empty. */
export function printRow(name, ...cells) {
  console.log(name.padEnd(NAME_WIDTH) + cells.map((cell) => toText(cell).padStart(12)).join(''));
}

/** A number with as many digits as matter; text stays as it is. */
export function toText(cell) {
  if (typeof cell !== 'number') return cell ?? '';
  return cell.toFixed(cell < 10 ? 2 : cell < 100 ? 1 : 0);
}

/** Prints a verdict on a ratio; `false` when it is too small. */
export function atLeast(name, ratio, aim) {
  return printVerdict(name, ratio, `at least ${aim}`, ratio >= aim);
}

/** Prints a verdict on a ratio; `false` when it is too large. */
export function atMost(name, ratio, aim) {
  return printVerdict(name, ratio, `at most ${aim}`, ratio <= aim);
}

const NAME_WIDTH = 42;

function printVerdict(name, ratio, aim, ok) {
  console.log(`${name.padEnd(NAME_WIDTH)}${toText(ratio).padStart(12)}  (${aim}) ${ok ? 'ok' : 'MISSED'}`);
  return ok;
}
