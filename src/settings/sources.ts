import { decodeText } from '../keys/key-text.ts';
import type { Files } from '../system/files.ts';
import { exposedFileNotice, pathError } from '../text/file-errors.ts';
import { isKeyText } from '../text/key-or-path.ts';
import { toPrintable } from '../text/printable.ts';
import { type EnvFile, readEnvFile } from './dotenv.ts';
import { CREDENTIAL_FIELDS, type CredentialField, DEFAULTS, FIELD_IDS } from './fields.ts';
import { chooseProfile, type ProfileAccess } from './profile-source.ts';
import type { Findings } from './settings.ts';

/** The kinds of places that values come from. */
export type SourceKind = 'flag' | 'credentials-file' | 'environment' | 'dotenv' | 'profile' | 'default';

/** One place that values come from. A value that is empty there is kept, so that it can be warned of. */
export interface CredentialSource {
  readonly kind: SourceKind;
  readonly values: Readonly<Partial<Record<CredentialField, SourceValue>>>;
  /** The name of a profile. */
  readonly profile?: string;
  /** The public key that comes along in a credentials file. */
  readonly publicKey?: SourceValue;
}

/** A value, trimmed unless it is a passphrase, and what people call the place that it comes from, for example `SGID_SCOPE in .env`. */
export interface SourceValue {
  readonly text: string;
  readonly origin: string;
  /** Gets a secret that is kept elsewhere; `text` is then where, for example `env:STAGING_SECRET`. */
  readonly fetch?: (findings: Findings) => Promise<Uint8Array>;
}

/** A value in use. */
export interface FoundValue extends SourceValue {
  readonly field: CredentialField;
  readonly kind: SourceKind;
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

/** Every value that one of `fields` has, the one that wins first. Empty ones do not count. */
export function rankValues(
  sources: readonly CredentialSource[],
  fields: readonly CredentialField[],
): readonly FoundValue[] {
  return sources.flatMap(({ kind, values }) =>
    fields.flatMap((field) => {
      const value = values[field];
      return value?.text ? [{ ...value, field, kind }] : [];
    }),
  );
}

/** Makes a source: of the candidates for a field, the first that is not empty counts, or an empty one where all are. */
export function collectValues(
  kind: SourceKind,
  candidatesOf: (field: CredentialField) => readonly SourceValue[],
): CredentialSource {
  const values: Partial<Record<CredentialField, SourceValue>> = {};
  for (const field of FIELD_IDS) {
    // White space may be part of a passphrase, and an empty one means that the key has none.
    const candidates =
      field === 'passphrase'
        ? candidatesOf(field).filter(({ text }) => text !== '')
        : candidatesOf(field).map((value) => ({ ...value, text: value.text.trim() }));
    const value = candidates.find(({ text }) => text !== '') ?? candidates[0];
    if (value !== undefined) values[field] = value;
  }
  return { kind, values };
}

/** The secrets that a source itself holds, used or not. */
export function secretsOf({
  values: { clientSecret, passphrase, privateKey, privateKeyFile, clientSecretFile },
}: CredentialSource): readonly string[] {
  // A key may stand where its path belongs.
  const keys = [privateKey, privateKeyFile, clientSecretFile].filter(
    (value) => value !== undefined && isKeyText(value.text),
  );
  return [clientSecret, passphrase, ...keys].flatMap((value) =>
    value?.text && value.fetch === undefined ? [value.text] : [],
  );
}

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
  readonly dotenv?: string;
  /** The name of a profile. */
  readonly profile?: string;
}

/** What the sources are read from. */
export interface SourcePlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Pick<Files, 'readSecretFile'>;
  /** Without it no profile is used. */
  readonly profiles?: ProfileAccess | undefined;
  /** Reads the profile that a flag names, and nothing that may go before it. */
  readonly profileOnly?: boolean;
}

/**
 * Reads every source, the one that wins first: flags, `--credentials`, environment, `.env`, profile, defaults.
 * Adds all their secrets to the findings, those that lose as well; what a profile keeps elsewhere is not fetched yet.
 *
 * @throws SgidError `ERR_FILE`, `ERR_CREDENTIALS_FILE`, `ERR_PROFILE`
 */
export async function gatherSources(
  flags: CredentialFlags,
  from: SourcePlaces,
  findings: Findings,
): Promise<readonly CredentialSource[]> {
  if (from.profileOnly) return [...(await gatherProfile(flags, {}, from, [], findings)), fromDefaults()];
  const keep = (source: CredentialSource): CredentialSource => {
    for (const secret of secretsOf(source)) findings.secrets.add(secret);
    return source;
  };
  const credentialsFile = keep(await fromCredentialsFile(flags, from.files, findings));
  if (flags.dotenv === '') findings.notices.add('--dotenv is set but empty');
  const dotenv = await readEnvFile(flags.dotenv || undefined, from.files, findings.notices);
  const environment = flags.dotenv && dotenv ? withoutFileValues(from.env, dotenv) : from.env;
  const sources = [
    keep(fromFlags(flags)),
    credentialsFile,
    keep(fromVariables('environment', environment)),
    keep(fromEnvFile(dotenv, findings)),
  ];
  return [...(await gatherProfile(flags, environment, from, sources, findings)), fromDefaults()];
}

/** The sources so far, and the profile in use. */
async function gatherProfile(
  { profile }: CredentialFlags,
  environment: SourcePlaces['env'],
  from: SourcePlaces,
  sources: readonly CredentialSource[],
  findings: Findings,
): Promise<readonly CredentialSource[]> {
  const { profiles } = from;
  const chosen = profiles && (await chooseProfile(profile, environment, profiles.store, findings));
  if (!profiles || !chosen) return sources;
  const { noteOverrides, readProfileSource } = await import('./profile-source.ts');
  const all = [...sources, await readProfileSource(chosen, { ...from, profiles }, findings)];
  for (const secret of all.flatMap(secretsOf)) findings.secrets.add(secret);
  if (chosen.by === '--profile') noteOverrides(all, chosen, findings);
  return all;
}

function fromFlags(flags: CredentialFlags): CredentialSource {
  return collectValues('flag', (field) => {
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
  const { readCredentialsFile } = await import('./credentials-file.ts');
  const { values, redirectUris, publicKey, recognised, ignored } = readCredentialsFile(
    decodeText(bytes),
    path,
  );
  findings.details.add(
    `${toPrintable(path)}: understood ${recognised.map(({ field, name }) => `${name} as ${field}`).join(', ')}`,
  );
  if (ignored.length > 0) findings.details.add(`${toPrintable(path)}: ignored ${listNames(ignored)}`);
  if (redirectUris.length > 0 && !redirectUri) {
    findings.notices.add(
      `${toPrintable(path)} holds several redirect URIs: ${toPrintable(redirectUris.join(', '))}; pass the one to use with --redirect-uri`,
    );
  }
  const source = collectValues('credentials-file', (field) => {
    const text = values[field];
    return text === undefined ? [] : [{ text, origin: path }];
  });
  if (readableByOthers && secretsOf(source).length > 0) findings.notices.add(exposedFileNotice(path));
  return publicKey === undefined ? source : { ...source, publicKey: { text: publicKey, origin: path } };
}

function listNames(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return [...names.slice(0, MOST_NAMES), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** Beyond so many, a list of names is no help. */
const MOST_NAMES = 20;

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
  if (file === undefined) return { kind: 'dotenv', values: {} };
  const source = fromVariables('dotenv', file.variables, ` in ${file.path}`);
  if (file.readableByOthers && secretsOf(source).length > 0)
    findings.notices.add(exposedFileNotice(file.path));
  return source;
}

function fromVariables(
  kind: SourceKind,
  variables: Readonly<Record<string, string | undefined>>,
  place = '',
): CredentialSource {
  return collectValues(kind, (field) =>
    CREDENTIAL_FIELDS[field].variables.flatMap((name) => {
      const text = variables[name];
      return text === undefined ? [] : [{ text, origin: `${name}${place}` }];
    }),
  );
}

function fromDefaults(): CredentialSource {
  return collectValues('default', (field) => {
    const text = DEFAULTS[field];
    return text === undefined ? [] : [{ text, origin: 'default' }];
  });
}
