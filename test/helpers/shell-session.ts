import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { expect, onTestFinished } from 'vitest';
import { SGID_JS } from './sgid-process.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** An interactive shell in a home folder of its own, with `sgid` on its PATH. */
export interface ShellOptions {
  /** The program and its arguments; `$HOME` stands for the home folder. */
  readonly command: readonly [program: string, ...args: string[]];
  /** Files to write first, by their paths in the home folder, such as `.bashrc`. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What answers to `sgid completion`, as a shell script; the built program when left out. */
  readonly answer?: string;
}

/** A person at an interactive shell. */
export interface ShellSession {
  readonly home: string;
  /** Types a line, TABs included, and gives the arguments that `sgid` is then run with. */
  run(keys: string): Promise<readonly string[]>;
  /** Types, and resolves when the terminal shows the pattern. */
  shows(keys: string, pattern: RegExp): Promise<void>;
  /** All that was shown, without colours and the like. */
  screen(): string;
}

/** What the prompt must be set to, so that one can tell when the shell is ready. */
export const PROMPT = 'READY> ';

/** Opens a shell. Rejects when it is not installed: nothing is skipped. */
export async function openShell({
  command,
  files = {},
  env = {},
  answer,
}: ShellOptions): Promise<ShellSession> {
  const home = await makeHome(files, answer);
  const [program, ...args] = command.map((word) => word.replaceAll('$HOME', home));
  const terminal = spawn('/usr/bin/env', [program ?? '', ...args], {
    cols: 200,
    rows: 50,
    cwd: home,
    env: {
      HOME: home,
      PATH: `${home}/bin:${process.env['PATH'] ?? ''}`,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      ...env,
    },
  });
  let shown = '';
  terminal.onData((text) => {
    shown += text;
  });
  const ended = new Promise<void>((resolve) => terminal.onExit(() => resolve()));
  onTestFinished(async () => {
    terminal.kill('SIGKILL');
    await ended;
  });
  const visible = (): string => stripVTControlCharacters(shown);
  await expect.poll(visible).toContain(PROMPT);
  return {
    home,
    screen: visible,
    run: async (keys) => {
      await rm(join(home, 'words'), { force: true });
      terminal.write(`${keys}\r`);
      const words = (): Promise<string> => readFile(join(home, 'words'), 'utf8').catch(() => '');
      await expect.poll(words).toMatch(/end$/);
      return (await words()).split('\0').slice(0, -1);
    },
    shows: async (keys, pattern) => {
      terminal.write(keys);
      await expect.poll(visible).toMatch(pattern);
    },
  };
}

/** `sgid` itself notes its arguments instead of doing anything, unless a shell asks it what to complete. */
async function makeHome(
  files: Readonly<Record<string, string>>,
  answer = '"$NODE" "$SGID_JS" "$@"',
): Promise<string> {
  const home = await makeTemporaryFolder();
  const sgid = `#!/bin/sh
NODE='${process.execPath}' SGID_JS='${SGID_JS}'
case "$1" in
completion) ${answer} ;;
*) for word; do printf '%s\\0' "$word"; done >"$HOME/words"; printf end >>"$HOME/words" ;;
esac
`;
  for (const [path, text] of Object.entries({ 'bin/sgid': sgid, ...files })) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text);
  }
  await chmod(join(home, 'bin/sgid'), 0o755);
  return home;
}
