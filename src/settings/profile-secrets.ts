import { dirname } from 'node:path';
import { SgidError } from '../errors/sgid-error.ts';
import { expandHome, MAX_FILE_BYTES } from '../system/files.ts';
import { KEYRING_SERVICE } from '../system/keyring.ts';
import { errorCode } from '../system/node-error.ts';
import type { CommandEnd } from '../system/run-command.ts';
import { exposedFileNotice, fileError } from '../text/file-errors.ts';
import { decodeText } from '../text/guards.ts';
import { startFault } from '../text/machine-fault.ts';
import { stripLines, toPrintable } from '../text/printable.ts';
import { quoteReply, redact } from '../text/redact.ts';
import { withoutSecrets } from './child-environment.ts';
import { FIELDS, type FieldName } from './fields.ts';
import type { Inputs } from './inputs.ts';
import { keyringAccount, requireSecretSource } from './secret-source.ts';

interface SecretReference {
  readonly profile: string;
  readonly path: string;
  readonly field: FieldName;
  /** See {@link requireSecretSource}. */
  readonly text: string;
}

/**
 * Fetches a secret from where its profile keeps it.
 *
 * @throws SgidError `ERR_SECRET_SOURCE`, or `ERR_FILE` for a file that cannot be read.
 */
export async function fetchSecret(reference: SecretReference, inputs: Inputs): Promise<Uint8Array> {
  const { profile, path, field, text } = reference;
  const { kind, words } = requireSecretSource(text);
  // A command's arguments stay out: some take secrets there.
  const place = kind === 'keyring' ? 'the keyring' : `the ${NOUNS[kind]} ${toPrintable(words[0], 200)}`;
  const label = FIELDS[field].label;
  const fail: Fail = (problem, hint, causes) => {
    const message = `profile ${profile}: its ${label} comes from ${place}, which ${problem}`;
    return new SgidError('ERR_SECRET_SOURCE', message, { hint, causes });
  };
  const fetchFrom = async (): Promise<Uint8Array> => {
    if (kind === 'command') return runSecretCommand(words, dirname(path), inputs, fail);
    if (kind === 'keyring') return readKeyring(reference, inputs, fail);
    if (kind === 'env') {
      const value = inputs.env[words[0]];
      if (value) return Buffer.from(value);
      throw fail(
        value === undefined ? 'is not set' : 'is empty',
        `Set ${words[0]} in the environment of sgid.`,
      );
    }
    const file = expandHome(words[0], inputs.env);
    // A relative path would name a file of the current folder, which may be a stranger's.
    if (file === undefined) throw fail('is in the home folder, and HOME is not set', 'Set HOME.');
    const what = `profile ${profile}: the file of its ${label}`;
    const { bytes, readableByOthers } = await inputs.files.readSecretFile(file).catch((error: unknown) => {
      throw fileError(error, what, file);
    });
    if (readableByOthers) inputs.notices.add(exposedFileNotice(file));
    return bytes;
  };
  const bytes = await fetchFrom();
  const secret = decodeText(bytes).trim();
  if (secret === '')
    throw fail(kind === 'command' ? 'printed nothing' : 'is empty', 'Check that it gives the secret.');
  inputs.secrets.add(secret);
  return bytes;
}

/** The text of a secret that has a file, a command or a keyring entry for itself: less one line break, as it is. */
export function parseSecretText(bytes: Uint8Array): string {
  return decodeText(bytes).replace(/\r?\n$/, '');
}

type Fail = (problem: string, hint: string, causes?: readonly string[]) => SgidError;

const NOUNS = { env: 'variable', file: 'file', command: 'command' };

async function readKeyring(
  { profile, path, field }: SecretReference,
  { keyring }: Inputs,
  fail: Fail,
): Promise<Uint8Array> {
  const account = keyringAccount(profile, field);
  let secret: string | undefined;
  try {
    secret = await keyring.read(account);
  } catch (error) {
    const words = error instanceof Error ? [toPrintable(error.message, 500)] : [];
    if (errorCode(error) !== 'ENOKEYRING')
      throw fail('refused to give it', 'Unlock it and try again.', words);
    const other = `Put the secret elsewhere, for example "source": "command:..." in ${path}`;
    throw fail('is not available', other, words);
  }
  if (secret !== undefined) return Buffer.from(secret);
  const place = `under service ${KEYRING_SERVICE}, account ${account}`;
  throw fail(`holds nothing ${place}`, `Store it ${place}: run sgid init again.`);
}

const TIMEOUT_SECONDS = 30;

/**
 * Runs the command that gives a secret and returns what it printed. It never starts in the current folder, which
 * may be a stranger's, and gets no secret of ours. When it fails, its stderr is reported and its stdout is not.
 */
async function runSecretCommand(
  words: readonly [program: string, ...args: string[]],
  folder: string,
  { env, withheld, runCommand, signal, showCommandError, secrets }: Inputs,
  fail: Fail,
): Promise<Uint8Array> {
  const { end, stdout, stderr } = await runCommand(words, {
    env: withoutSecrets(env, withheld),
    folder,
    timeoutMs: TIMEOUT_SECONDS * 1000,
    maxBytes: MAX_FILE_BYTES,
    signal,
    onError: showCommandError && ((text) => showCommandError(redact(stripLines(text), secrets))),
  });
  if (end.kind === 'exited' && end.status === 0) return stdout;
  // It may have printed the secret, or a part, before it failed: a key has fewer lines than this.
  for (const line of Buffer.from(stdout).toString().split(/\r?\n/, 200)) secrets.add(line.trim());
  const [problem, hint] = adviseOnEnd(end);
  const said = quoteReply(stderr, [...secrets]);
  throw fail(problem, hint, said === '' ? [] : [`it said: ${said}`]);
}

export function adviseOnEnd(end: CommandEnd): readonly [problem: string, hint: string] {
  const runIt = 'Run the command yourself to see what it wants; it may be locked or not logged in.';
  if (end.kind === 'exited') return [`exited with status ${end.status}`, runIt];
  if (end.kind === 'signalled') return [`was ended by ${end.signal}`, runIt];
  if (end.kind === 'timed-out')
    return [`printed nothing within ${TIMEOUT_SECONDS} seconds and was ended`, runIt];
  if (end.kind === 'too-long')
    return ['printed more than 1 MiB and was ended', 'Let it print the secret alone.'];
  if (end.code === 'EACCES') return ['may not be run by this user', 'Check the permissions of the program.'];
  const fault = startFault(end);
  if (fault !== undefined) return [`could not be started: ${fault.reason}`, fault.hint];
  const ofWindows = process.platform === 'win32' ? ' For a .cmd file, write command:cmd /c name.' : '';
  if (end.code !== 'ENOENT') return [`could not be started (${end.code})`, `Check the command.${ofWindows}`];
  return ['was not found', `Install it, or write its path in full.${ofWindows}`];
}
