import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunOptions, type RunResult, runSgid } from './fake-platform.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

export interface KeyRunOptions extends Omit<RunOptions, 'stdin'> {
  /** The folder that `@` stands for, or what is in it. */
  readonly folder?: string | KeyFiles;
  /** What is piped in; standard input is empty without it. */
  readonly input?: string | Uint8Array;
  /** A person at a terminal, who gives these answers. */
  readonly answers?: readonly (string | undefined)[];
}

export interface KeyRun extends RunResult {
  readonly bytes: Buffer;
  readonly folder: string;
  readonly asked: readonly string[];
}

type KeyFiles = Readonly<Record<string, string | Uint8Array>>;

/** Runs `sgid key` in this process; `@` before a word of the command line makes it a file of the folder. */
export async function runKey(
  commandLine: string | readonly string[],
  options: KeyRunOptions = {},
): Promise<KeyRun> {
  const { folder: given = {}, input = '', answers, ...run } = options;
  const words = typeof commandLine === 'string' ? commandLine.split(' ').filter(Boolean) : commandLine;
  const folder = typeof given === 'string' ? given : await writeKeyFiles(given);
  const args = words.map((word) => (word.startsWith('@') ? join(folder, word.slice(1)) : word));
  const chunks: Uint8Array[] = [];
  const asked: string[] = [];
  const left = [...(answers ?? [])];
  const { exitCode, code, stderr } = await runSgid(['key', ...args], {
    ...run,
    env: { NO_COLOR: '1', ...run.env },
    terminal: {
      stdinIsTerminal: answers !== undefined,
      stderrIsTerminal: answers !== undefined,
      readInput: async () => Buffer.from(input),
      writeOut: async (content) => {
        chunks.push(Buffer.from(content));
      },
      askSecret: async (question) => {
        if (left.length === 0) throw new Error(`unexpected in this test: ${question}`);
        asked.push(question);
        return left.shift();
      },
      ...run.terminal,
    },
  });
  const bytes = Buffer.concat(chunks);
  return { exitCode, code, stderr, bytes, stdout: bytes.toString('utf8'), folder, asked };
}

/** Writes files for one test into a folder of their own, readable by their owner alone, and gives its path. */
export async function writeKeyFiles(files: KeyFiles): Promise<string> {
  const folder = await makeTemporaryFolder();
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), content, { mode: 0o600 });
  return folder;
}
