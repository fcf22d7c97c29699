import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunOptions, runSgid } from './fake-platform.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** How `sgid key` is run. */
export interface KeyRunOptions extends Omit<RunOptions, 'stdin' | 'terminal'> {
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
export interface KeyRun {
  readonly exitCode: number;
  readonly bytes: Buffer;
  readonly stdout: string;
  readonly stderr: string;
  /** The questions that the person was asked. */
  readonly asked: readonly string[];
}

/** Runs `sgid key` in this process. */
export async function runKey(args: readonly string[], options: KeyRunOptions = {}): Promise<KeyRun> {
  const { input = '', answers, stdoutIsTerminal = false, readInput, interruption, ...run } = options;
  const chunks: Uint8Array[] = [];
  const asked: string[] = [];
  const left = [...(answers ?? [])];
  const { exitCode, stderr } = await runSgid(['key', ...args], {
    ...run,
    env: { NO_COLOR: '1', ...run.env },
    terminal: {
      stdinIsTerminal: answers !== undefined,
      stderrIsTerminal: answers !== undefined,
      stdoutIsTerminal,
      readInput: readInput ?? (async () => Buffer.from(input)),
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
  return { exitCode, stderr, bytes, stdout: bytes.toString('utf8'), asked };
}

/** Writes files for one test into a folder of their own, readable by their owner alone, and gives its path. */
export async function writeKeyFiles(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
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
