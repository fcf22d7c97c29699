import { loadPrivateKey } from '../keys/load-private-key.ts';
import { fingerprintKey } from '../keys/public-key.ts';
import { SgidError } from '../protocol/errors.ts';
import { redact } from '../protocol/redact.ts';
import { type Profile, type ProfileSecret, type PUBLIC_FIELDS, SECRET_FIELDS } from './profile.ts';
import { DEFAULTS } from './setting-values.ts';

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
