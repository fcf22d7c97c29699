import { SgidError } from '../errors/sgid-error.ts';
import { loadPrivateKey } from '../keys/private-key.ts';
import { fingerprintKey } from '../keys/public-key.ts';
import { isPlainlyPath } from '../text/key-or-path.ts';
import { redact } from '../text/redact.ts';
import { DEFAULTS, SETTING_FIELDS } from './fields.ts';
import { type Profile, type ProfileSecret, type PUBLIC_FIELDS, SECRET_FIELDS } from './profile.ts';
import type { OpenSettings } from './settings.ts';
import { type FoundValue, rankValues } from './sources.ts';

/** A value of a profile that anybody may see: its own, or the default in its place. */
export interface DescribedValue {
  readonly value: string;
  readonly from: 'profile' | 'default';
}

/** A secret of a profile, of which only where it is may be seen. */
export type DescribedSecret =
  | { readonly source: string }
  /** With the SHA-256 of the SPKI in hex for a private key that can be opened. */
  | { readonly stored: true; readonly fingerprint?: string };

/** A profile without its secrets; `null` for what it does not have. */
export type DescribedProfile = Readonly<
  Record<(typeof PUBLIC_FIELDS)[number], DescribedValue | null> &
    Record<(typeof SECRET_FIELDS)[number], DescribedSecret | null>
>;

/** Describes a profile for people. Fetches nothing; a secret that stands in a public field is taken out. */
export async function describeProfile(profile: Profile): Promise<DescribedProfile> {
  const secrets = SECRET_FIELDS.flatMap((field) => storedIn(profile[field]) ?? []);
  const describe = (field: (typeof PUBLIC_FIELDS)[number]): DescribedValue | null => {
    const own = profile[field];
    if (own !== undefined) return { value: redact(own, secrets), from: 'profile' };
    const value = DEFAULTS[field];
    return value === undefined ? null : { value, from: 'default' };
  };
  return {
    clientId: describe('clientId'),
    redirectUri: describe('redirectUri'),
    scope: describe('scope'),
    hostname: describe('hostname'),
    clientSecret: describeSecret(profile.clientSecret),
    privateKey: await describeKey(profile),
    passphrase: describeSecret(profile.passphrase),
  };
}

function describeSecret(secret: ProfileSecret | undefined): DescribedSecret | null {
  if (secret === undefined) return null;
  return 'source' in secret ? { source: secret.source } : { stored: true };
}

async function describeKey({ privateKey, passphrase }: Profile): Promise<DescribedSecret | null> {
  const text = storedIn(privateKey);
  if (text === undefined) return describeSecret(privateKey);
  try {
    const key = await loadPrivateKey(text, { passphrase: storedIn(passphrase) });
    return { stored: true, fingerprint: fingerprintKey(key) };
  } catch (error) {
    if (error instanceof SgidError) return { stored: true };
    throw error;
  }
}

function storedIn(secret: ProfileSecret | undefined): string | undefined {
  return secret !== undefined && 'value' in secret ? secret.value : undefined;
}

/** A value that a command would use, and where it comes from. */
export interface ExplainedValue {
  /** `(hidden)` for a secret, `null` when there is none. */
  readonly value: string | null;
  /** What the value comes from, for example `SGID_SCOPE in .env`. */
  readonly from: string | null;
  /** Where a profile has the secret from, for example `env:STAGING_SECRET`. */
  readonly source?: string;
  /** The file that holds the secret. */
  readonly file?: string;
  /** What else has a value, which is not used. */
  readonly overrides: readonly string[];
}

/** The values that a command uses. */
export type ExplainedField = keyof typeof SETTING_FIELDS;

/** Explains every setting by its sources. Fetches nothing and shows no secret, wherever it stands. */
export function explainSettings({
  sources,
  secrets,
}: Pick<OpenSettings, 'sources' | 'secrets'>): Readonly<Record<ExplainedField, ExplainedValue>> {
  const explain = (name: ExplainedField): ExplainedValue => {
    const [winner, ...others] = rankValues(sources, SETTING_FIELDS[name]);
    const overrides = others.map(({ origin }) => origin);
    if (winner === undefined) return { value: null, from: null, overrides };
    const from = winner.origin;
    return SECRET_FIELDS.some((secret) => secret === name)
      ? { value: HIDDEN, from, ...whereabouts(winner), overrides }
      : { value: redact(winner.text, secrets), from, overrides };
  };
  return {
    clientId: explain('clientId'),
    clientSecret: explain('clientSecret'),
    privateKey: explain('privateKey'),
    passphrase: explain('passphrase'),
    redirectUri: explain('redirectUri'),
    hostname: explain('hostname'),
    scope: explain('scope'),
  };
}

const HIDDEN = '(hidden)';

function whereabouts({ fetch, field, text }: FoundValue): Pick<ExplainedValue, 'source' | 'file'> {
  if (fetch) return { source: text };
  const isFile = field.endsWith('File') || field === 'privateKey';
  return isFile && isPlainlyPath(text) ? { file: text } : {};
}
