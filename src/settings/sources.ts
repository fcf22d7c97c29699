import { namingOrigin, SgidError } from '../errors/sgid-error.ts';
import type { Environment } from '../system/environment.ts';
import { errorCode } from '../system/node-error.ts';
import { unwrapValue } from '../text/credential-value.ts';
import { exposedFileNotice, pathError } from '../text/file-errors.ts';
import { decodeText } from '../text/guards.ts';
import { isKeyText } from '../text/key-or-path.ts';
import { toPrintable } from '../text/printable.ts';
import type { CredentialsFile } from './credentials-file.ts';
import { loadDotenv } from './dotenv.ts';
import { type CredentialName, FIELD_NAMES, FIELDS, type FieldName, fieldsOf } from './fields.ts';
import type { Inputs } from './inputs.ts';
import type { Profile } from './profile.ts';
import { fetchSecret } from './profile-secrets.ts';

export type SourceKind = 'flag' | 'credentials-file' | 'environment' | 'dotenv' | 'profile' | 'default';

/** One place that values come from. A value that is empty there is kept, so that it can be warned of. */
export interface Source {
  readonly kind: SourceKind;
  readonly values: Readonly<Partial<Record<FieldName, SourceValue>>>;
  readonly profile?: string;
  /** Variables whose names begin as ours do and are not ours. */
  readonly unknownVariables?: readonly UnknownVariable[];
  /** The current profile, which nobody named for this run. */
  readonly isUnnamed?: boolean;
}

interface UnknownVariable {
  readonly name: string;
  /** What people call its place, for example `SGID_SCOPES in .env`. */
  readonly origin: string;
}

/** A value, unwrapped unless it is a passphrase, and what people call its place, for example `SGID_SCOPE in .env`. */
export interface SourceValue {
  readonly text: string;
  readonly origin: string;
  /** Fetches a secret that is kept elsewhere; `text` is then where, for example `env:STAGING_SECRET`. */
  readonly fetch?: (inputs: Inputs) => Promise<Uint8Array>;
}

export interface FoundValue extends SourceValue {
  readonly field: FieldName;
  readonly kind: SourceKind;
}

/**
 * Values from the command line. A secret never comes as a flag's literal value, only as a path or `-`. The values of
 * `credentials` and `dotenv` are paths, that of `profile` is a name.
 */
export type CredentialFlags = Readonly<
  Partial<Record<Exclude<CredentialName, 'clientSecret' | 'privateKey'> | FlagName, string>>
>;

type FlagName = 'clientSecretFile' | 'privateKeyFile' | 'credentials' | 'dotenv' | 'profile';

/**
 * Loads every source, the one that wins first: flags, `--credentials`, environment, `.env`, profile, defaults. What a
 * profile keeps elsewhere is not fetched yet.
 */
export async function loadSources(flags: CredentialFlags, inputs: Inputs): Promise<readonly Source[]> {
  const { env, notices, details } = inputs;
  const sources = [collectFlags(flags, inputs)];
  const { credentials: path } = flags;
  if (path === '') notices.add('--credentials is set but empty');
  if (path) {
    const { source, redirectUris, recognised, ignored } = await loadCredentialsFile(path, inputs);
    const name = toPrintable(path);
    const understood = recognised.map((entry) => `${entry.name} as ${entry.field}`);
    details.add(`${name}: understood ${understood.join(', ')}`);
    if (ignored.length > 0) details.add(`${name}: ignored ${listNames(ignored)}`);
    if (redirectUris.length > 0 && !flags.redirectUri) {
      notices.add(
        `${name} holds several redirect URIs: ${toPrintable(redirectUris.join(', '))}; pass the one to use with --redirect-uri`,
      );
    }
    sources.push(source);
  }
  sources.push(collectVariables('environment', env, '', inputs));
  if (flags.dotenv === '') notices.add('--dotenv is set but empty');
  const dotenv = await loadDotenv(flags.dotenv || undefined, inputs.files, notices);
  if (dotenv !== undefined) {
    const source = collectVariables('dotenv', dotenv.variables, ` in ${toPrintable(dotenv.path)}`, inputs);
    for (const [name, why] of dotenv.doubts)
      if (isOurVariable(name)) notices.add(`${name} in ${toPrintable(dotenv.path)}: ${why}`);
    if (dotenv.readableByOthers && secretsOf(source).length > 0) notices.add(exposedFileNotice(dotenv.path));
    sources.push(source);
  }
  const chosen = await chooseProfile(flags.profile, inputs);
  const isUnnamed = chosen?.by === 'sgid profile use';
  if (chosen !== undefined && !(isUnnamed && holdClient(sources))) {
    sources.push({ ...(await loadProfile(chosen, inputs)), isUnnamed });
    if (!isUnnamed) noteOverrides(sources, chosen, notices);
  }
  return [...sources, DEFAULTS];
}

/** Whether sources are complete without a profile that nobody named: credentials of two places do not mix. */
function holdClient(sources: readonly Source[]): boolean {
  return (['clientId', 'clientSecret', 'privateKey'] as const).every(
    (name) => rankValues(sources, name).length > 0,
  );
}

export function collectFlags(flags: CredentialFlags, inputs: Pick<Inputs, 'secrets'>): Source {
  const texts: Readonly<Partial<Record<FieldName | keyof CredentialFlags, string>>> = flags;
  return collectValues('flag', inputs, (field) => {
    const { flag } = FIELDS[field];
    const text = texts[field];
    return flag === undefined || text === undefined ? [] : [{ text, origin: flag }];
  });
}

/** Makes a source: of the candidates for a field, the first that is not empty counts, or an empty one where all are. */
function collectValues(
  kind: SourceKind,
  { secrets }: Pick<Inputs, 'secrets'>,
  candidatesOf: (field: FieldName) => readonly SourceValue[],
): Source {
  const values: Partial<Record<FieldName, SourceValue>> = {};
  for (const field of FIELD_NAMES) {
    // White space may be part of a passphrase, and an empty one means that the key has none. A profile holds a secret
    // as its file had it.
    const isExact = field === 'passphrase' || (kind === 'profile' && field === 'clientSecret');
    const candidates = candidatesOf(field)
      .filter(({ text }) => field !== 'passphrase' || text !== '')
      .map((value) => (isExact || value.fetch ? value : { ...value, text: unwrapValue(value.text) }));
    const value = candidates.find(({ text }) => text !== '') ?? candidates[0];
    if (value !== undefined) values[field] = value;
  }
  const source = { kind, values };
  for (const secret of secretsOf(source)) secrets.add(secret);
  return source;
}

function secretsOf({ values }: Source): readonly string[] {
  const { clientSecret, passphrase, privateKey, privateKeyFile, clientSecretFile } = values;
  // A key may stand where its path belongs.
  const keys = [privateKey, privateKeyFile, clientSecretFile].filter(
    (value) => value && isKeyText(value.text),
  );
  return [clientSecret, passphrase, ...keys].flatMap((value) =>
    value?.text && value.fetch === undefined ? [value.text] : [],
  );
}

function collectVariables(kind: SourceKind, variables: Environment, place: string, inputs: Inputs): Source {
  const source = collectValues(kind, inputs, (field) =>
    FIELDS[field].env.flatMap((name) => {
      const text = variables[name];
      return text === undefined ? [] : [{ text, origin: `${name}${place}` }];
    }),
  );
  const unknownVariables = Object.keys(variables)
    .filter((name) => /^SGID_/i.test(name) && !isOurVariable(name))
    .map((name) => ({ name, origin: `${toPrintable(name, 100)}${place}` }));
  return { ...source, unknownVariables };
}

function isOurVariable(name: string): boolean {
  return FIELD_NAMES.some((field) => FIELDS[field].env.includes(name));
}

export const DEFAULTS: Source = collectValues('default', { secrets: new Set() }, (field) => {
  const text = FIELDS[field].default;
  return text === undefined ? [] : [{ text, origin: 'default' }];
});

export async function loadCredentialsFile(
  path: string,
  inputs: Inputs,
): Promise<CredentialsFile & { readonly source: Source }> {
  const { bytes, readableByOthers } = await inputs.files.readSecretFile(path).catch((error: unknown) => {
    throw pathError(error, 'the credentials file', path);
  });
  // Loaded when there is such a file: valibot takes longer to load than most commands take.
  const { parseCredentialsFile } = await import('./credentials-file.ts');
  const file = parseCredentialsFile(decodeText(bytes), path);
  const source = collectValues('credentials-file', inputs, (field) => {
    const text = file.values[field];
    return text === undefined ? [] : [{ text, origin: toPrintable(path) }];
  });
  if (readableByOthers && secretsOf(source).length > 0) inputs.notices.add(exposedFileNotice(path));
  for (const [name, why] of file.doubts) inputs.notices.add(`${name} in ${toPrintable(path)}: ${why}`);
  return { ...file, source };
}

const MOST_NAMES = 20;

export function listNames(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return [...names.slice(0, MOST_NAMES), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

interface ChosenProfile {
  readonly name: string;
  readonly by: '--profile' | 'SGID_PROFILE' | 'sgid profile use';
}

/** Chooses a profile. Of variables, those of the environment count: a `.env` in some folder chooses none. */
export async function chooseProfile(
  asked: string | undefined,
  { env, profiles, notices }: Inputs,
): Promise<ChosenProfile | undefined> {
  const variable = env['SGID_PROFILE'];
  if (asked === '') notices.add('--profile is set but empty');
  if (asked) return { name: asked, by: '--profile' };
  if (variable === '') notices.add('SGID_PROFILE is set but empty');
  if (variable) return { name: variable, by: 'SGID_PROFILE' };
  try {
    const current = await profiles.current();
    return current === undefined ? undefined : { name: current, by: 'sgid profile use' };
  } catch (error) {
    // What is damaged, unreadable or not trusted fails only a command that names a profile.
    const isUseless = error instanceof SgidError && (error.code === 'ERR_PROFILE' || isDenied(error.cause));
    if (!isUseless) throw error;
    notices.add(`no profile is used: ${[error.message, error.hint].join('. ')}`);
    return undefined;
  }
}

function isDenied(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes(errorCode(error) ?? '');
}

/** Loads the values of a profile. Its secrets that are kept elsewhere are fetched when they are needed. */
export async function loadProfile({ name, by }: ChosenProfile, inputs: Inputs): Promise<Source> {
  const { profile, path, notices } = await namingOrigin(by, () => inputs.profiles.load(name));
  for (const notice of notices) inputs.notices.add(notice);
  inputs.details.add(`profile ${name} (${path}), chosen by ${by}`);
  return profileSource(name, profile, path, inputs);
}

/** The values of a profile as a source. */
export function profileSource(
  name: string,
  profile: Profile,
  path: string,
  inputs: Pick<Inputs, 'secrets' | 'withheld'>,
): Source {
  const origin = `profile ${name}`;
  const kept: Readonly<Partial<Record<FieldName, Profile[keyof Profile]>>> = profile;
  const source = collectValues('profile', inputs, (field) => {
    const value = kept[field];
    const [literal, text] = typeof value === 'object' ? [value.value, value.source] : [value];
    if (literal !== undefined) return [{ text: literal, origin }];
    if (text === undefined) return [];
    const variable = /^env:(.*)/.exec(text)?.[1];
    if (variable !== undefined) inputs.withheld.add(variable);
    return [{ text, origin, fetch: (now) => fetchSecret({ profile: name, path, field, text }, now) }];
  });
  return { ...source, profile: name };
}

/** Notes what overrides the values of a profile that was asked for by name, the command line apart. */
function noteOverrides(
  sources: readonly Source[],
  { name: profile, by }: ChosenProfile,
  notices: Set<string>,
): void {
  for (const field of FIELD_NAMES) {
    const [winner, ...others] = rankValues(sources, field);
    const own = others.find(({ kind }) => kind === 'profile');
    if (winner === undefined || own === undefined || winner.text === own.text) continue;
    // Who names the profile in the environment sees what else is there.
    if (winner.kind === 'dotenv' || (winner.kind === 'environment' && by === '--profile'))
      notices.add(`${winner.origin} overrides the ${FIELDS[field].label} of profile ${profile}`);
  }
}

/** The values of a field in all sources, the one that wins first. Empty ones do not count. */
export function rankValues(sources: readonly Source[], name: FieldName): readonly FoundValue[] {
  return sources.flatMap(({ kind, values }) =>
    fieldsOf(name).flatMap((field) => {
      const value = values[field];
      return value?.text ? [{ ...value, field, kind }] : [];
    }),
  );
}

/**
 * The value of a field in the first source that has one; there a secret overrides the path of one. Notes empty
 * values on the way, and what the found one supersedes.
 */
export function findValue(
  sources: readonly Source[],
  name: FieldName,
  notices: Set<string>,
): FoundValue | undefined {
  for (const source of sources) {
    for (const field of fieldsOf(name)) {
      const value = source.values[field];
      if (value?.text === '') notices.add(`${value.origin} is set but empty`);
    }
    const [found, superseded] = rankValues([source], name);
    if (found === undefined) continue;
    if (superseded !== undefined)
      notices.add(`${superseded.origin} is ignored, because ${found.origin} is set as well`);
    return found;
  }
  return undefined;
}
