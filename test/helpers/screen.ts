/** What a terminal shows, scrolled-off rows included. */
export interface Screen {
  /** Takes in what a program wrote. */
  write(text: string): void;
  /** The rows as a person sees them, without blanks at their ends. */
  text(): string;
}

/** Control sequences that change nothing but colours and the look of the cursor. */
const LOOKS_ONLY = /^\[(?:[\d;]*m|\?25[lh])/;

/** An escape sequence that moves or erases. */
const CONTROL_SEQUENCE = /^\[(\d*)(?:;\d*)?([A-HJK])/;

/** A terminal of the given width: just enough of one for our prompts. Throws on what it does not know. */
export function createScreen(columns: number): Screen {
  const rows: string[][] = [[]];
  let row = 0;
  let column = 0;

  const rowAt = (index: number): string[] => {
    while (rows.length <= index) rows.push([]);
    return rows[index] ?? [];
  };
  const put = (character: string): void => {
    if (column === columns) {
      row += 1;
      column = 0;
    }
    const cells = rowAt(row);
    while (cells.length < column) cells.push(' ');
    cells[column] = character;
    column += 1;
  };
  const eraseRow = (mode: number): void => {
    if (mode === 0) rowAt(row).splice(column);
    else if (mode === 2) rowAt(row).splice(0);
    else throw new Error(`this screen does not know how to erase a row in mode ${mode}`);
  };
  const obey = (count: string, command: string): void => {
    const steps = Number(count || 1);
    if (command === 'A') row = Math.max(0, row - steps);
    else if (command === 'B') row += steps;
    else if (command === 'C') column = Math.min(columns - 1, column + steps);
    else if (command === 'D') column = Math.max(0, column - steps);
    else if (command === 'G') column = steps - 1;
    else if (command === 'K') eraseRow(Number(count || 0));
    else if (command === 'J' && !count) {
      eraseRow(0);
      rows.splice(row + 1);
    } else throw new Error(`this screen does not know the sequence [${count}${command}`);
  };
  const obeyEscape = (rest: string): number => {
    const [looks] = LOOKS_ONLY.exec(rest) ?? [];
    if (looks !== undefined) return looks.length;
    const [sequence, count = '', command = ''] = CONTROL_SEQUENCE.exec(rest) ?? [];
    if (sequence === undefined) throw new Error(`an unknown sequence: ${JSON.stringify(rest.slice(0, 10))}`);
    obey(count, command);
    return sequence.length;
  };

  let unfinished = '';
  return {
    write(text) {
      const all = unfinished + text;
      // A sequence may come in two pieces.
      const last = all.lastIndexOf('\u001b');
      const end = last !== -1 && /^(?:\[[?\d;]*)?$/.test(all.slice(last + 1)) ? last : all.length;
      const whole = all.slice(0, end);
      unfinished = all.slice(end);
      for (let index = 0; index < whole.length; index += 1) {
        const character = whole.charAt(index);
        if (character === '\u001b') index += obeyEscape(whole.slice(index + 1));
        else if (character === '\r') column = 0;
        else if (character === '\n') row += 1;
        else if (character === '\b') column = Math.max(0, column - 1);
        else if (character !== '\u0007') put(character);
      }
      rowAt(row);
    },
    text: () =>
      rows
        .map((cells) =>
          Array.from(cells, (cell) => cell ?? ' ')
            .join('')
            .trimEnd(),
        )
        .join('\n'),
  };
}
