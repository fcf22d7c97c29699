import { SgidError } from '../errors/sgid-error.ts';
import type { Files } from '../system/files.ts';
import { errorCode } from '../system/node-error.ts';
import { CREDENTIAL_FIELDS, type CredentialField, SETTING_FIELDS } from './fields.ts';
import { type Profile, SECRET_FIELDS, type SecretField } from './profile.ts';
import type { ProfileStore } from './profile-store.ts';
import { namingOrigin } from './provider-binding.ts';
import { fetchSecret, readSecretSource, type SecretFetchers } from './secrets.ts';
import type { Findings } from './settings.ts';
import { type CredentialSource, collectValues, rankValues, type SourceValue } from './sources.ts';

/** The profiles, and what their secrets are fetched with beside environment and files. */
export interface ProfileAccess extends Omit<SecretFetchers, 'env' | 'files'> {
  readonly store: ProfileStore;
}

/**
 * The values of a profile. Its secrets that are kept elsewhere are fetched when they are needed.
 *
 * @throws SgidError `ERR_PROFILE`, `ERR_FILE`
 */
export async function readProfileSource(
  { name, by }: ChosenProfile,
  from: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly files: Pick<Files, 'readSecretFile'>;
    readonly profiles: ProfileAccess;
  },
  findings: Findings,
): Promise<CredentialSource> {
  const { profile, path, notices } = await namingOrigin(by, () => from.profiles.store.read(name));
  for (const notice of notices) findings.notices.add(notice);
  findings.details.add(`profile ${name} (${path}), chosen by ${by}`);
  const fetchers: SecretFetchers = { ...from.profiles, env: from.env, files: from.files };
  const origin = `profile ${name}`;
  const source = collectValues('profile', (field) => {
    if (!isSecretField(field)) return textOf(profile, field, origin);
    const secret = profile[field];
    if (secret === undefined) return [];
    if ('value' in secret) return [{ text: secret.value, origin }];
    const reading = readSecretSource(secret.source);
    if (!reading.ok) return [];
    const reference = { profile: name, path, field, source: reading.source };
    return [{ text: secret.source, origin, fetch: (seen) => fetchSecret(reference, fetchers, seen) }];
  });
  return { ...source, profile: name };
}

/** Notes what goes before the values of a profile that was asked for by name, the command line apart. */
export function noteOverrides(
  sources: readonly CredentialSource[],
  { name }: ChosenProfile,
  findings: Findings,
): void {
  for (const fields of Object.values(SETTING_FIELDS)) {
    const [winner, ...others] = rankValues(sources, fields);
    const [field] = fields;
    const own = others.find(({ kind }) => kind === 'profile');
    if (winner === undefined || own === undefined || winner.text === own.text) continue;
    if (winner.kind === 'environment' || winner.kind === 'dotenv') {
      findings.notices.add(
        `${winner.origin} goes before the ${CREDENTIAL_FIELDS[field].label} of profile ${name}`,
      );
    }
  }
}

function textOf(profile: Profile, field: CredentialField, origin: string): readonly SourceValue[] {
  if (!(field in profile)) return [];
  const text = profile[field as keyof Profile];
  return typeof text === 'string' ? [{ text, origin }] : [];
}

function isSecretField(field: CredentialField): field is SecretField {
  return SECRET_FIELDS.some((secret) => secret === field);
}

/** What a profile is chosen by. */
export type ProfileChooser = '--profile' | 'SGID_PROFILE' | 'sgid profile use';

/** The profile in use. */
export interface ChosenProfile {
  readonly name: string;
  readonly by: ProfileChooser;
}

/**
 * Chooses a profile: the one that is asked for by name, else that of `SGID_PROFILE`, else the current one.
 *
 * @param env The environment alone: a `.env` in some folder chooses no profile.
 * @throws SgidError `ERR_PROFILE`, `ERR_FILE`
 */
export async function chooseProfile(
  asked: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  store: ProfileStore,
  findings: Findings,
): Promise<ChosenProfile | undefined> {
  const variable = env['SGID_PROFILE'];
  if (asked === '') findings.notices.add('--profile is set but empty');
  if (asked) return { name: asked, by: '--profile' };
  if (variable === '') findings.notices.add('SGID_PROFILE is set but empty');
  if (variable) return { name: variable, by: 'SGID_PROFILE' };
  const current = await readCurrent(store, findings);
  return current === undefined ? undefined : { name: current, by: 'sgid profile use' };
}

/** A folder that may not be read is a failure only for somebody who asks for what is in it. */
async function readCurrent(store: ProfileStore, findings: Findings): Promise<string | undefined> {
  try {
    return await store.current();
  } catch (error) {
    const denied = error instanceof SgidError && ['EACCES', 'EPERM'].includes(errorCode(error.cause) ?? '');
    if (!denied) throw error;
    findings.notices.add(`no profile is used: ${error.message}`);
    return undefined;
  }
}
