import { createInterface } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

/** A line at the bottom of the terminal that the person can paste into while it is redrawn. */
export interface LinePrompt {
  redraw(text: string): void;
  printAbove(line: string): void;
  /** What the person enters, line by line; ends at the end of input and at `close`. */
  readonly lines: AsyncIterable<string>;
  /** Takes the prompt away and gives the terminal back. */
  close(): void;
}

const CLEAR_ROW = '\r\u001b[K';

/**
 * Opens a prompt. readline edits the line but draws nothing: prompt and line stay on one row, whatever their
 * length, so that no part of a pasted URL, which holds the code, is left on another.
 */
export function openLinePrompt(input: ReadStream, output: WriteStream): LinePrompt {
  const reader = createInterface({ input, terminal: true, historySize: 0 });
  let text = '';
  let drawn = 0;
  const draw = (): void => {
    if (text === '') return;
    const width = (output.columns || 80) - 1;
    drawn = Math.min(text.length + reader.line.length, width);
    output.write(drawRow(text, reader.line, reader.cursor, width));
  };
  const onResize = (): void => {
    // A terminal that got narrower has wrapped the row, the code that may be in it included.
    const above = Math.ceil(drawn / (output.columns || 80)) - 1;
    if (text !== '' && above > 0) output.write(`\u001b[${above}A\r\u001b[J`);
    draw();
  };
  // A paste is a burst of keys; one drawing is enough for those that came together.
  let drawingDue = false;
  const onKey = (): void => {
    if (drawingDue) return;
    drawingDue = true;
    setImmediate(() => {
      drawingDue = false;
      draw();
    });
  };
  output.on('resize', onResize);
  input.on('keypress', onKey);
  // In raw mode Ctrl-C is a key; with this it does what it does everywhere.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  // After Ctrl-Z and `fg`, readline waits for its owner to go on.
  reader.on('SIGCONT', () => {
    reader.resume();
    draw();
  });
  return {
    redraw: (words) => {
      text = words;
      draw();
    },
    printAbove: (line) => {
      output.write(`${text === '' ? '' : CLEAR_ROW}${line}\n`);
      draw();
    },
    lines: reader,
    close: () => {
      input.off('keypress', onKey);
      output.off('resize', onResize);
      if (text !== '') output.write(CLEAR_ROW);
      text = '';
      reader.close();
      input.unref();
    },
  };
}

/**
 * The bytes that draw prompt and line on one row of `width` columns, cursor included. Where they do not fit, the
 * end is what is seen, once there is a line.
 */
export function drawRow(text: string, line: string, cursor: number, width: number): string {
  // One column for each character, and none that the terminal would obey.
  const row = text + line.replace(/[^ -~]/g, '?');
  const cut = row.length > width;
  const shown = !cut ? row : line === '' ? `${row.slice(0, width - 1)}…` : `…${row.slice(1 - width)}`;
  const back = Math.min(line.length - cursor, shown.length);
  return `${CLEAR_ROW}${shown}${back > 0 ? `\u001b[${back}D` : ''}`;
}
