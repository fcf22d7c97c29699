import { spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';
import { OUR_ENV, SGID_JS } from './sgid-process.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** What a terminal shows, scrolled-off rows included. */
interface Screen {
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
function createScreen(columns: number): Screen {
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

/** How long something may take to appear. */
const PATIENCE_MS = 100_000;

const ROWS = 24;

/** How a terminal is opened. */
export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** 80 when left out. */
  readonly columns?: number;
  /** What runs in place of the built program. */
  readonly program?: string;
}

/** The built program in a group that is told to go on all the time, as by `fg` after Ctrl-Z. */
export const RESUMED = '(while kill -CONT 0; do sleep 0.2; done) & "$NODE" "$SGID_JS"';

/** A person at a terminal in which a script runs. */
export interface TerminalSession {
  /** Presses keys. */
  type(keys: string): void;
  /** Makes the window narrower or wider. What is on the screen stays as it is. */
  resize(columns: number): void;
  /** Every byte that was written to the terminal. */
  bytes(): string;
  /** Resolves with the screen when it shows the pattern; rejects when it does not come. */
  shows(pattern: RegExp): Promise<string>;
  /** Resolves with the screen when the script is over. */
  readonly ended: Promise<string>;
}

/**
 * Runs `sgid` with arguments in a pseudo-terminal, then says its exit status and whether the terminal echoes:
 * the screen ends in `status 0, echo`.
 */
export async function openTerminal(args: string, options: TerminalOptions = {}): Promise<TerminalSession> {
  const { env, columns = 80, program } = options;
  // The shell must outlive the Ctrl-C that it gets as well.
  const script = `trap : INT; ${program ?? '"$NODE" "$SGID_JS"'} ${args}; echo "status $?, $(stty -a | grep -ow -e -echo -e echo)"`;
  const terminal = spawn('/bin/sh', ['-c', script], {
    cols: columns,
    rows: ROWS,
    cwd: await makeTemporaryFolder(),
    env: { ...OUR_ENV, TERM: 'xterm-256color', NODE: process.execPath, SGID_JS, ...env },
  });
  const screen = createScreen(columns);
  const watchers = new Set<() => void>();
  let bytes = '';
  terminal.onData((text) => {
    bytes += text;
    screen.write(text);
    for (const watcher of watchers) watcher();
  });
  const ended = new Promise<string>((resolve) => terminal.onExit(() => resolve(screen.text())));
  onTestFinished(async () => {
    terminal.kill('SIGKILL');
    await ended;
  });
  return {
    type: (keys) => terminal.write(keys),
    resize: (width) => terminal.resize(width, ROWS),
    bytes: () => bytes,
    ended,
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const fail = (): void => {
          clearTimeout(timer);
          reject(new Error(`${pattern} was not shown, but:\n${screen.text()}`));
        };
        const timer = setTimeout(fail, PATIENCE_MS);
        const look = (): void => {
          if (!pattern.test(screen.text())) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(screen.text());
        };
        watchers.add(look);
        look();
        void ended.then(fail);
      }),
  };
}

/** The URL that was printed, which the screen has in several rows. */
export function urlOn(terminal: TerminalSession): string {
  const [url] = /https?:\S+/.exec(terminal.bytes()) ?? [];
  if (url === undefined) throw new Error('there is no URL on the screen');
  return url;
}
