import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunOptions, type RunResult, runSgid } from './fake-platform.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** How `sgid key` is run. */
export interface KeyRunOptions extends Omit<RunOptions, 'stdin' | 'terminal'> {
  /** The folder that `@` stands for, or what is in it. */
  readonly folder?: string | KeyFiles;
  /** What is piped in; standard input is empty without it. */
  readonly input?: string | Uint8Array;
  /** A person at a terminal, who gives these answers. */
  readonly answers?: readonly (string | undefined)[];
  readonly stdoutIsTerminal?: boolean;
  /** In place of what is piped in. */
  readonly readInput?: () => Promise<Uint8Array>;
  /** What a question is answered with when there are no more answers. */
  readonly interruption?: Error;
}

/** What a run of `sgid key` left behind. */
export interface KeyRun extends RunResult {
  readonly bytes: Buffer;
  /** The folder that `@` stood for. */
  readonly folder: string;
  /** The questions that the person was asked. */
  readonly asked: readonly string[];
}

type KeyFiles = Readonly<Record<string, string | Uint8Array>>;

/** Runs `sgid key` in this process; `@` before a word of the command line makes it a file of the folder. */
export async function runKey(
  commandLine: string | readonly string[],
  options: KeyRunOptions = {},
): Promise<KeyRun> {
  const { folder: given = {}, input = '', answers, stdoutIsTerminal = false, ...rest } = options;
  const { readInput = async () => Buffer.from(input), interruption, ...run } = rest;
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
      stdoutIsTerminal,
      readInput,
      writeOut: async (content) => {
        chunks.push(Buffer.from(content));
      },
      askSecret: async (question) => {
        if (left.length === 0) throw interruption ?? new Error(`unexpected in this test: ${question}`);
        asked.push(question);
        return left.shift();
      },
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

/** A public key of another pair, in PEM. */
export const OTHER_PUBLIC_KEY: string = createPublicKey(
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
)
  .export({ type: 'spki', format: 'pem' })
  .toString();
