import { Help } from '@commander-js/extra-typings';

/**
 * Breaks a line between words so that it fits a terminal; what follows is indented by two more than the line.
 *
 * @param columns The width of the terminal; `undefined` leaves the line as it is.
 */
export function wrapLine(line: string, columns: number | undefined): string {
  // commander wraps its help with this, and knows that escape sequences have no width.
  const help = new Help();
  if (columns === undefined || help.displayWidth(line) <= columns) return line;
  const indent = line.match(/^ */)?.[0] ?? '';
  const wrapped = help.boxWrap(line.slice(indent.length), columns - indent.length - 2);
  return indent + wrapped.split('\n').join(`\n${indent}  `);
}

/** Breaks a text between words into lines of so many columns; a longer word has a line to itself. */
export function breakText(text: string, columns: number): readonly string[] {
  const help = new Help();
  help.minWidthToWrap = 1;
  return help.boxWrap(text, columns).split('\n');
}
