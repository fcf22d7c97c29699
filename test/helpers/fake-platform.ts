import { runProgram } from '../../src/cli/program.ts';
import type { Browser } from '../../src/platform/browser.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { type Files, systemFiles } from '../../src/platform/files.ts';
import { createHttpClient } from '../../src/platform/http-client.ts';
import type { Platform } from '../../src/platform/platform.ts';

/** What a run of the program is given; everything else is a recorder or the real loopback network. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Opens the authorization URL; a test that leaves it out fails when a browser is opened. */
  readonly browser?: Browser['open'];
  /** Standard input, which is not a terminal. It ends after its last line. */
  readonly stdin?: string;
  /** Standard input line by line, for a test that decides when each one comes. */
  readonly lines?: AsyncIterable<string>;
  readonly files?: Partial<Files>;
  readonly terminal?: Partial<Platform['terminal']>;
  readonly signal?: AbortSignal;
  readonly clock?: Platform['clock'];
  /** Called with each piece that is written to standard error. */
  readonly onError?: (text: string) => void;
}

/** What a run left behind. */
export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A platform and what was written to it. */
export interface FakePlatform {
  readonly platform: Platform;
  readonly written: { stdout: string; stderr: string };
}

/** A platform with recorders for terminal and browser. No `.env` of the machine is read. */
export function createFakePlatform(options: RunOptions = {}): FakePlatform {
  const written = { stdout: '', stderr: '' };
  const platform: Platform = {
    env: options.env ?? {},
    terminal: {
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      stdinIsTerminal: false,
      writeOut: async (text) => {
        written.stdout += text;
      },
      writeError: (text) => {
        written.stderr += text;
        options.onError?.(text);
      },
      readInput: async () => Buffer.from(options.stdin ?? ''),
      inputLines: () => options.lines ?? linesOf(options.stdin ?? ''),
      openPrompt: () => unexpected('a prompt was opened'),
      askSecret: () => unexpected('a secret was asked for'),
      ...options.terminal,
    },
    files: { ...systemFiles, readSecretFile, ...options.files },
    browser: { open: options.browser ?? (() => unexpected('a browser was opened')) },
    clock: options.clock ?? systemClock,
    createHttpClient,
    signal: options.signal ?? new AbortController().signal,
  };
  return { platform, written };
}

/** Runs a command line in this process, on a fake platform. */
export async function runSgid(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { platform, written } = createFakePlatform(options);
  const { env, terminal } = platform;
  const exitCode = await runProgram(args, { env, streams: terminal, openPlatform: async () => platform });
  return { exitCode, ...written };
}

async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split('\n');
}

function readSecretFile(path: string): ReturnType<Files['readSecretFile']> {
  if (path !== '.env') return systemFiles.readSecretFile(path);
  return Promise.reject(Object.assign(new Error('no .env in this test'), { code: 'ENOENT' }));
}

function unexpected(what: string): never {
  throw new Error(`unexpected in this test: ${what}`);
}
