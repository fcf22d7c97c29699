import type { CommandEnd, CommandOutcome } from '../platform/run-command.ts';
import type { SgidError } from '../protocol/errors.ts';
import { stripControls, toPrintable } from '../protocol/printable.ts';
import { redact } from '../protocol/redact.ts';
import type { SecretFetchers } from './fetch-secret.ts';
import type { Findings } from './findings.ts';

/** How long a command may take to give a secret. */
const TIMEOUT_SECONDS = 30;
const MAX_BYTES = 1024 * 1024;

/**
 * Runs the command that gives a secret and returns what it printed. It never starts in the current folder, which
 * may be a stranger's. When it fails, what it said on stderr is told, what it printed is not.
 *
 * @param fail Makes the error, from what the command did and what to do next.
 */
export async function runSecretCommand(
  words: readonly [program: string, ...args: string[]],
  folder: string,
  { env, runCommand, signal, showCommandError }: SecretFetchers,
  findings: Findings,
  fail: (problem: string, hint: string, causes?: readonly string[]) => SgidError,
  platform: NodeJS.Platform = process.platform,
): Promise<Uint8Array> {
  const outcome = await runCommand(words, {
    env,
    folder,
    timeoutMs: TIMEOUT_SECONDS * 1000,
    maxBytes: MAX_BYTES,
    signal,
    onError: showCommandError && ((text) => showCommandError(toTerminalText(redact(text, findings.secrets)))),
  });
  const { end, stdout } = outcome;
  if (end.kind === 'exited' && end.status === 0) return stdout;
  // It may have printed the secret, or a part, before it failed.
  for (const line of Buffer.from(stdout).toString().split(/\r?\n/)) findings.secrets.add(line.trim());
  const [problem, hint] = describeEnd(end, platform);
  throw fail(problem, hint, wordsOf(outcome, findings));
}

function describeEnd(end: CommandEnd, platform: NodeJS.Platform): readonly [problem: string, hint: string] {
  const runIt = 'Run the command yourself to see what it wants; it may be locked or not signed in.';
  switch (end.kind) {
    case 'exited':
      return [`exited with status ${end.status}`, runIt];
    case 'signalled':
      return [`was ended by ${end.signal}`, runIt];
    case 'timed-out':
      return [`gave nothing within ${TIMEOUT_SECONDS} seconds and was ended`, runIt];
    case 'too-long':
      return ['printed more than 1 MiB and was ended', 'Let it print the secret alone.'];
    case 'not-started':
      return describeStart(end.code, platform);
  }
}

function describeStart(code: string, platform: NodeJS.Platform): readonly [problem: string, hint: string] {
  if (code === 'ENOENT' && platform === 'win32')
    return [
      'was not found',
      'Install it, or write its path in full. For a .cmd file, write command:cmd /c name.',
    ];
  if (code === 'ENOENT') return ['was not found', 'Install it, or write its path in full.'];
  if (code === 'EACCES') return ['may not be run by this user', 'Check the permissions of the program.'];
  return [`could not be started (${code})`, 'Check the command.'];
}

function wordsOf({ stderr }: CommandOutcome, { secrets }: Findings): readonly string[] {
  // Cut last: half a secret would not be known for one.
  const words = toPrintable(redact(stderr, secrets));
  return words === '' ? [] : [`it said: ${words}`];
}

/** Line by line, for a prompt at the end of which nothing more comes yet. */
function toTerminalText(text: string): string {
  return text.split(/\r?\n/).map(stripControls).join('\n');
}
