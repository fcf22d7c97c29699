import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** The launcher of the built program. */
export const SGID_JS: string = fileURLToPath(new URL('../../bin/sgid.js', import.meta.url));

/** What a run gets of the environment of the tests: where programs are, and what Node loads into each process. */
export const OUR_ENV: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] =>
    /^(?:PATH|NODE_OPTIONS)$/.test(entry[0]),
  ),
);

/** How the built program is run. */
export interface ProcessOptions {
  /** The whole environment, beside `OUR_ENV`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The working folder; an empty one when left out. */
  readonly cwd?: string;
  /** What is piped to it, followed by the end unless `stdinOpen`; `/dev/null` when left out. */
  readonly stdin?: string;
  readonly stdinOpen?: true;
  /** A file descriptor in place of a pipe. */
  readonly stdout?: number;
  /** Files to write into the working folder first. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A run that is over. */
export interface EndedProcess {
  /** The exit status as a shell sees it: 128 and the signal's number when a signal ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built program while it runs. */
export interface SgidProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<EndedProcess>;
  /** Resolves when stderr holds the pattern; rejects when the program ends before. */
  said(pattern: RegExp): Promise<string>;
  /** The URL that it asks the person to visit. */
  authorizationUrl(): Promise<string>;
}

/** Starts the built program as a process of its own. It is killed when the test has finished. */
export async function startSgid(args: readonly string[], options: ProcessOptions = {}): Promise<SgidProcess> {
  return startProgram([process.execPath, SGID_JS, ...args], options);
}

/** Runs the built program to its end. */
export async function runBuiltSgid(args: readonly string[], options?: ProcessOptions): Promise<EndedProcess> {
  return (await startSgid(args, options)).ended;
}

/** Runs a line of POSIX shell in which `$SGID` stands for the built program. */
export async function runInShell(script: string, options: ProcessOptions = {}): Promise<EndedProcess> {
  const env = { ...options.env, SGID: `${process.execPath} ${SGID_JS}` };
  return (await startProgram(['/bin/sh', '-c', script], { ...options, env })).ended;
}

/** Runs any program to its end. */
export async function runCommand(
  command: readonly string[],
  options: ProcessOptions = {},
): Promise<EndedProcess> {
  return (await startProgram(command, options)).ended;
}

/** Starts any program. It is killed when the test has finished. */
export async function startProgram(
  command: readonly string[],
  options: ProcessOptions = {},
): Promise<SgidProcess> {
  const [program = '', ...args] = command;
  const cwd = options.cwd ?? (await makeTemporaryFolder());
  for (const [name, text] of Object.entries(options.files ?? {}))
    await writeFile(join(cwd, name), text, { mode: 0o600 });
  const stdio: StdioOptions = [
    options.stdin === undefined ? 'ignore' : 'pipe',
    options.stdout ?? 'pipe',
    'pipe',
  ];
  const child = spawn(program, args, { cwd, env: { ...OUR_ENV, ...options.env }, stdio });
  onTestFinished(() => void child.kill('SIGKILL'));
  // A program may end without having read its input.
  child.stdin?.on('error', () => {});
  child.stdin?.write(options.stdin ?? '');
  if (!options.stdinOpen) child.stdin?.end();
  const written = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  const ended = new Promise<EndedProcess>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ status: shellStatus(code, signal), ...written }));
  });
  const said = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const [found] = pattern.exec(written.stderr) ?? [];
        if (found === undefined) return;
        child.stderr?.off('data', look);
        resolve(found);
      };
      child.stderr?.on('data', look);
      look();
      const complain = (): void => reject(new Error(`${pattern} was not said, but:\n${written.stderr}`));
      ended.then(complain, reject);
    });
  return { child, ended, said, authorizationUrl: () => said(/^https?:\S+(?=\n)/m) };
}

function shellStatus(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? -1) : 128 + constants.signals[signal];
}
