import { dirname } from 'node:path';
import { decodeText } from '../keys/decode-text.ts';
import type { Files } from '../platform/files.ts';
import { expandHome } from '../platform/home-folder.ts';
import { KEYRING_SERVICE, type Keyring } from '../platform/keyring.ts';
import { errorCode } from '../platform/node-error.ts';
import type { RunCommand } from '../platform/run-command.ts';
import { SgidError } from '../protocol/errors.ts';
import { toPrintable } from '../protocol/printable.ts';
import { CREDENTIAL_FIELDS } from './credential-fields.ts';
import { exposedFileNotice, fileError } from './file-errors.ts';
import type { Findings } from './findings.ts';
import type { SecretField } from './profile.ts';
import { runSecretCommand } from './secret-command.ts';
import type { SecretSource } from './secret-source.ts';

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
