import { dirname, posix, win32 } from 'node:path';
import { SgidError } from '../errors/sgid-error.ts';
import { decodeText } from '../keys/key-text.ts';
import { expandHome, type Files } from '../system/files.ts';
import { KEYRING_SERVICE, type Keyring } from '../system/keyring.ts';
import { errorCode } from '../system/node-error.ts';
import type { CommandEnd, CommandOutcome, RunCommand } from '../system/run-command.ts';
import { exposedFileNotice, fileError } from '../text/file-errors.ts';
import { stripControls, toPrintable } from '../text/printable.ts';
import { redact } from '../text/redact.ts';
import { splitWords } from '../text/shell-words.ts';
import { CREDENTIAL_FIELDS } from './fields.ts';
import type { SecretField } from './profile.ts';
import type { Findings } from './settings.ts';

/** A secret that a profile does not hold itself. */
export interface SecretReference {
  /** The name of the profile. */
  readonly profile: string;
  /** The path of the profile's file. */
  readonly path: string;
  readonly field: SecretField;
  readonly source: SecretSource;
}

/** What secrets are fetched with. */
export interface SecretFetchers {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Pick<Files, 'readSecretFile'>;
  readonly keyring: Keyring;
  readonly runCommand: RunCommand;
  readonly signal: AbortSignal;
  /** Shows a person at the terminal what a command says on stderr. */
  readonly showCommandError?: ((text: string) => void) | undefined;
}

/** The name under which the keyring keeps a secret of a profile. */
export function keyringAccount(profile: string, field: SecretField): string {
  return `${profile}/${field}`;
}

/**
 * Fetches a secret from where its profile says that it is, and adds it to the findings before anything else.
 *
 * @throws SgidError `ERR_SECRET_SOURCE`, or `ERR_FILE` for a file that cannot be read.
 */
export async function fetchSecret(
  reference: SecretReference,
  from: SecretFetchers,
  findings: Findings,
): Promise<Uint8Array> {
  const bytes = await fetchFrom(reference, from, findings);
  const text = decodeText(bytes).trim();
  if (text === '') throw secretError(reference, 'gave nothing', 'Check what it should give.');
  findings.secrets.add(text);
  return bytes;
}

async function fetchFrom(
  reference: SecretReference,
  from: SecretFetchers,
  findings: Findings,
): Promise<Uint8Array> {
  const { source } = reference;
  switch (source.kind) {
    case 'env':
      return readVariable(reference, source.name, from.env);
    case 'file':
      return readFile(reference, source.path, from, findings);
    case 'command':
      return runSecretCommand(
        source.words,
        dirname(reference.path),
        from,
        findings,
        (problem, hint, causes) => secretError(reference, problem, hint, causes),
      );
    case 'keyring':
      return readKeyring(reference, from.keyring);
  }
}

function readVariable(reference: SecretReference, name: string, env: SecretFetchers['env']): Uint8Array {
  const value = env[name];
  if (value) return Buffer.from(value);
  const problem = value === undefined ? 'is not set' : 'is empty';
  throw secretError(reference, problem, `Set it: export ${name}=...`);
}

async function readFile(
  reference: SecretReference,
  path: string,
  { env, files }: SecretFetchers,
  findings: Findings,
): Promise<Uint8Array> {
  const { profile, field } = reference;
  const full = expandHome(path, env);
  // From the current folder on, it would be whoever's file is there.
  if (full === undefined)
    throw secretError(reference, 'is in a home folder that no variable tells', 'Set HOME.');
  try {
    const { bytes, readableByOthers } = await files.readSecretFile(full);
    if (readableByOthers) findings.notices.add(exposedFileNotice(full));
    return bytes;
  } catch (error) {
    throw fileError(error, `profile ${profile}: the file of its ${CREDENTIAL_FIELDS[field].label}`, full);
  }
}

async function readKeyring(reference: SecretReference, keyring: Keyring): Promise<Uint8Array> {
  const account = keyringAccount(reference.profile, reference.field);
  const other = `Put the secret elsewhere, for example "source": "command:..." in ${reference.path}`;
  let secret: string | undefined;
  try {
    secret = await keyring.read(account);
  } catch (error) {
    const words = error instanceof Error ? [toPrintable(error.message, 500)] : [];
    const missing = errorCode(error) === 'ENOKEYRING';
    throw missing
      ? secretError(reference, 'cannot be reached: this machine offers none to sgid', other, words)
      : secretError(reference, 'refused to give it', 'Unlock it and try again.', words);
  }
  if (secret !== undefined) return Buffer.from(secret);
  const hint = `Store it under service ${KEYRING_SERVICE}, account ${account}: run sgid init again.`;
  throw secretError(reference, `holds nothing under service ${KEYRING_SERVICE}, account ${account}`, hint);
}

function secretError(
  { profile, field, source }: SecretReference,
  problem: string,
  hint: string,
  causes?: readonly string[],
): SgidError {
  const message = `profile ${profile}: its ${CREDENTIAL_FIELDS[field].label} comes from ${describe(source)}, which ${problem}`;
  return new SgidError('ERR_SECRET_SOURCE', message, { step: 'config', hint, causes });
}

/** A command's arguments stay out: some take secrets there. */
function describe(source: SecretSource): string {
  switch (source.kind) {
    case 'env':
      return `the variable ${source.name}`;
    case 'file':
      return `the file ${toPrintable(source.path)}`;
    case 'command':
      return `the command ${toPrintable(source.words[0], 200)}`;
    case 'keyring':
      return 'the keyring';
  }
}

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

/** Where a profile says that a secret is kept. */
export type SecretSource =
  /** A variable of the environment. */
  | { readonly kind: 'env'; readonly name: string }
  /** A file: an absolute path, or one below the home folder that begins with `~`. */
  | { readonly kind: 'file'; readonly path: string }
  /** What a program prints. */
  | { readonly kind: 'command'; readonly words: readonly [program: string, ...args: string[]] }
  /** The system's keyring, under the names of profile and field. */
  | { readonly kind: 'keyring' };

/** A source, or what is wrong with the text of one. */
export type SecretSourceReading =
  | { readonly ok: true; readonly source: SecretSource }
  | { readonly ok: false; readonly problem: string };

/** What a source looks like, for messages. */
const SOURCE_SHAPES = 'env:NAME, file:/path, command:program or keyring';

/**
 * Reads a source: `env:NAME`, `file:/path`, `file:~/path`, `command:program with arguments` or `keyring`. The text
 * itself stays out of what is wrong with it, for it may be the secret.
 */
export function readSecretSource(
  text: string,
  platform: NodeJS.Platform = process.platform,
): SecretSourceReading {
  if (text === 'keyring') return { ok: true, source: { kind: 'keyring' } };
  const [, kind, rest = ''] = /^(env|file|command):(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case 'env':
      return /^[A-Za-z_]\w*$/.test(rest)
        ? { ok: true, source: { kind, name: rest } }
        : { ok: false, problem: 'must name a variable after env:, for example env:STAGING_SECRET' };
    case 'file':
      return isFixedPath(rest, platform)
        ? { ok: true, source: { kind, path: rest } }
        : { ok: false, problem: 'must have an absolute path after file:, or one that begins with ~/' };
    case 'command': {
      const split = splitWords(rest, platform === 'win32');
      return split.ok
        ? { ok: true, source: { kind, words: split.words } }
        : { ok: false, problem: `has a command that ${split.problem}` };
    }
    default:
      return { ok: false, problem: `must be ${SOURCE_SHAPES}` };
  }
}

/** A path that starts at the current folder would be another file in each. */
function isFixedPath(path: string, platform: NodeJS.Platform): boolean {
  if (path.includes('\0')) return false;
  return /^~[\\/]./.test(path) || (platform === 'win32' ? win32 : posix).isAbsolute(path);
}
