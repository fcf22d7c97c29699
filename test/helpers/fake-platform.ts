import { runProgram } from '../../src/commands/program.ts';
import type { Browser } from '../../src/system/browser.ts';
import { systemClock } from '../../src/system/clock.ts';
import { type Files, systemFiles } from '../../src/system/files.ts';
import { createHttpClient } from '../../src/system/http-client.ts';
import type { Platform } from '../../src/system/platform.ts';
import { openConfigFolder } from '../../src/system/private-folder.ts';
import { runSystemCommand } from '../../src/system/run-command.ts';

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
  /** A test that leaves it out fails when the keyring is asked. */
  readonly keyring?: Platform['keyring'];
  /** Runs the commands that give secrets; this machine's own way when left out. */
  readonly runCommand?: Platform['runCommand'];
  /** A test that leaves it out fails when `sgid mock` runs a command. */
  readonly runForeground?: Platform['runForeground'];
  readonly terminal?: Partial<Platform['terminal']>;
  readonly signal?: AbortSignal;
  readonly clock?: Platform['clock'];
  /** That of HOME when left out. */
  readonly configFolder?: Platform['configFolder'];
  /** Called with each piece that is written to standard error. */
  readonly onError?: (text: string) => void;
}

/** What a run left behind. */
export interface RunResult {
  readonly exitCode: number;
  /** The error code of a run that failed, as {@link errorCodeOf} finds it. */
  readonly code: string | undefined;
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
    // A machine with a display, on which a browser is opened.
    env: { DISPLAY: ':0', ...options.env },
    terminal: {
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      stdoutColumns: undefined,
      stderrColumns: undefined,
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
      askText: () => unexpected('a question was asked'),
      choose: () => unexpected('a choice was offered'),
      confirm: () => unexpected('a yes or no was asked for'),
      ...options.terminal,
    },
    files: { ...systemFiles, readSecretFile, ...options.files },
    // No HOME, no profiles: those of the machine are never touched.
    configFolder: options.configFolder ?? openConfigFolder(options.env ?? {}),
    keyring: options.keyring ?? NO_KEYRING,
    runCommand: options.runCommand ?? runSystemCommand,
    runForeground: options.runForeground ?? (() => unexpected('a command was run at the terminal')),
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
  return { exitCode, code: exitCode === 0 ? undefined : errorCodeOf(written), ...written };
}

/** The error code that a run ended with, in the last line of stderr; a usage error has the command's help there. */
export function errorCodeOf({ stderr }: Pick<RunResult, 'stderr'>): string | undefined {
  const last = stderr.trimEnd().split('\n').at(-1) ?? '';
  if (/^More: sgid[ a-z-]* --help$/.test(last)) return 'ERR_USAGE';
  if (/^sgid[ a-z-]+: standard input is empty/.test(last)) return 'ERR_NO_INPUT';
  return /^More: sgid explain (ERR_\w+)$/.exec(last)?.[1] ?? last;
}

async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split('\n');
}

function readSecretFile(
  ...[path, only]: Parameters<Files['readSecretFile']>
): ReturnType<Files['readSecretFile']> {
  if (path !== '.env') return systemFiles.readSecretFile(path, only);
  return Promise.reject(Object.assign(new Error('no .env in this test'), { code: 'ENOENT' }));
}

const NO_KEYRING: Platform['keyring'] = {
  read: () => unexpected('the keyring was read'),
  write: () => unexpected('the keyring was written'),
  remove: () => unexpected('the keyring was changed'),
};

function unexpected(what: string): never {
  throw new Error(`unexpected in this test: ${what}`);
}
