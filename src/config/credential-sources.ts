import { decodeText } from '../keys/decode-text.ts';
import type { Files } from '../platform/files.ts';
import { toPrintable } from '../protocol/printable.ts';
import { CREDENTIAL_FIELDS, type CredentialField, FIELD_IDS } from './credential-fields.ts';
import { readCredentialsFile } from './credentials-file.ts';
import { type EnvFile, readEnvFile } from './env-file.ts';
import { exposedFileNotice } from './file-errors.ts';
import { isKeyText } from './key-or-path.ts';
import { pathError } from './path-error.ts';

/** Values from the command line. A secret never comes as a flag's literal value, only as a path or `-`. */
export interface CredentialFlags {
  readonly clientId?: string;
  readonly clientSecretFile?: string;
  readonly privateKeyFile?: string;
  readonly redirectUri?: string;
  readonly hostname?: string;
  readonly scope?: string;
  /** The path of a credentials file. */
  readonly credentials?: string;
  /** The path of a `.env` file; without it `./.env` is read if it is there. */
  readonly envFile?: string;
}

/** The kinds of places that values come from. */
export type SourceKind = 'flag' | 'credentials-file' | 'environment' | 'env-file' | 'default';

/** One place that values come from. A value that is empty there is kept as such. */
export interface CredentialSource {
  readonly kind: SourceKind;
  readonly values: Readonly<Partial<Record<CredentialField, SourceValue>>>;
}

/** A trimmed value and what people call the place that it comes from, for example `SGID_SCOPE in .env`. */
export interface SourceValue {
  readonly text: string;
  readonly origin: string;
}

/** A value in use. */
export interface FoundValue extends SourceValue {
  readonly field: CredentialField;
  readonly kind: SourceKind;
}

/** What turns up on the way: warnings for people, and literals that no output may hold. */
export interface Findings {
  readonly notices: Set<string>;
  readonly secrets: Set<string>;
}

/**
 * Reads every source, the one that wins first: flags, `--credentials`, environment, `.env`. Adds all their
 * secrets to the findings, those that lose as well.
 *
 * @throws SgidError `ERR_FILE`, `ERR_CREDENTIALS_FILE`
 */
export async function gatherSources(
  flags: CredentialFlags,
  from: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly files: Pick<Files, 'readSecretFile'>;
  },
  findings: Findings,
): Promise<readonly CredentialSource[]> {
  const credentialsFile = await fromCredentialsFile(flags, from.files, findings);
  if (flags.envFile === '') findings.notices.add('--env-file is set but empty');
  const envFile = await readEnvFile(flags.envFile || undefined, from.files, findings.notices);
  const environment = flags.envFile && envFile ? withoutFileValues(from.env, envFile) : from.env;
  const sources = [
    fromFlags(flags),
    credentialsFile,
    fromVariables('environment', environment),
    fromEnvFile(envFile, findings),
  ];
  for (const source of sources) for (const secret of secretsOf(source)) findings.secrets.add(secret);
  return sources;
}

/**
 * The first value that one of `fields` has, going through the sources in order; within a source the first
 * field wins. Notes empty values on the way and fields that the found one supersedes.
 */
export function findValue(
  sources: readonly CredentialSource[],
  fields: readonly CredentialField[],
  findings: Findings,
): FoundValue | undefined {
  for (const { kind, values } of sources) {
    const present: FoundValue[] = [];
    for (const field of fields) {
      const value = values[field];
      if (value?.text === '') findings.notices.add(`${value.origin} is set but empty`);
      else if (value !== undefined) present.push({ ...value, field, kind });
    }
    const [found, superseded] = present;
    if (found === undefined) continue;
    if (superseded !== undefined) {
      findings.notices.add(`${superseded.origin} is ignored, because ${found.origin} is set as well`);
    }
    return found;
  }
  return undefined;
}

function fromFlags(flags: CredentialFlags): CredentialSource {
  return collect('flag', (field) => {
    const { flag } = CREDENTIAL_FIELDS[field];
    const text = isFlagged(field) ? flags[field] : undefined;
    return flag === undefined || text === undefined ? [] : [{ text, origin: flag }];
  });
}

function isFlagged(field: CredentialField): field is CredentialField & keyof CredentialFlags {
  return CREDENTIAL_FIELDS[field].flag !== undefined;
}

async function fromCredentialsFile(
  { credentials: path, redirectUri }: CredentialFlags,
  files: Pick<Files, 'readSecretFile'>,
  findings: Findings,
): Promise<CredentialSource> {
  if (path === '') findings.notices.add('--credentials is set but empty');
  if (path === undefined || path === '') return { kind: 'credentials-file', values: {} };
  const { bytes, readableByOthers } = await files.readSecretFile(path).catch((error: unknown) => {
    throw pathError(error, 'the credentials file', path);
  });
  const { values, redirectUris } = readCredentialsFile(decodeText(bytes), path);
  if (redirectUris.length > 0 && !redirectUri) {
    findings.notices.add(
      `${toPrintable(path)} holds several redirect URIs: ${toPrintable(redirectUris.join(', '))}; pass the one to use with --redirect-uri`,
    );
  }
  const source = collect('credentials-file', (field) => {
    const text = values[field];
    return text === undefined ? [] : [{ text, origin: path }];
  });
  if (readableByOthers && secretsOf(source).length > 0) findings.notices.add(exposedFileNotice(path));
  return source;
}

/**
 * Node has an `--env-file` of its own, which may have put the file's variables into the environment before this
 * program started. Left there they would pass for the person's own, and a secret of the environment could go to
 * a provider that the file names. So what equals the file's value, before any trimming, is the file's: as Node
 * reads it or as we do.
 */
function withoutFileValues(
  env: Readonly<Record<string, string | undefined>>,
  { variables, variablesToNode }: EnvFile,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name, value]) => value !== variables[name] && value !== variablesToNode[name],
    ),
  );
}

function fromEnvFile(file: EnvFile | undefined, findings: Findings): CredentialSource {
  if (file === undefined) return { kind: 'env-file', values: {} };
  const source = fromVariables('env-file', file.variables, ` in ${file.path}`);
  if (file.readableByOthers && secretsOf(source).length > 0)
    findings.notices.add(exposedFileNotice(file.path));
  return source;
}

function fromVariables(
  kind: SourceKind,
  variables: Readonly<Record<string, string | undefined>>,
  place = '',
): CredentialSource {
  return collect(kind, (field) =>
    CREDENTIAL_FIELDS[field].variables.flatMap((name) => {
      const text = variables[name];
      return text === undefined ? [] : [{ text, origin: `${name}${place}` }];
    }),
  );
}

/** Takes each field's first candidate that is not empty, else its first. */
function collect(
  kind: SourceKind,
  candidatesOf: (field: CredentialField) => readonly SourceValue[],
): CredentialSource {
  const values: Partial<Record<CredentialField, SourceValue>> = {};
  for (const field of FIELD_IDS) {
    // White space may be part of a passphrase, and an empty one means that the key has none.
    const candidates =
      field === 'passphrase'
        ? candidatesOf(field).filter(({ text }) => text !== '')
        : candidatesOf(field).map(({ text, origin }) => ({ text: text.trim(), origin }));
    const value = candidates.find(({ text }) => text !== '') ?? candidates[0];
    if (value !== undefined) values[field] = value;
  }
  return { kind, values };
}

function secretsOf({
  values: { clientSecret, passphrase, privateKey, privateKeyFile, clientSecretFile },
}: CredentialSource): readonly string[] {
  // A key may stand where its path belongs.
  const keys = [privateKey, privateKeyFile, clientSecretFile].filter(
    (value) => value !== undefined && isKeyText(value.text),
  );
  return [clientSecret, passphrase, ...keys].flatMap((value) => (value?.text ? [value.text] : []));
}
