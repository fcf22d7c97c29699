import { spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';
import { createScreen } from './screen.ts';
import { PATH_ONLY, SGID_JS } from './sgid-process.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

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
    env: { ...PATH_ONLY, TERM: 'xterm-256color', NODE: process.execPath, SGID_JS, ...env },
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
