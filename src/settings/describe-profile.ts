import { SgidError } from '../errors/sgid-error.ts';
import { loadPrivateKey } from '../keys/private-key.ts';
import { fingerprintKey } from '../keys/public-key.ts';
import { isPlainlyPath } from '../text/key-or-path.ts';
import { redact } from '../text/redact.ts';
import { FIELD_NAMES, FIELDS } from './fields.ts';
import { type Profile, PUBLIC_FIELDS, SECRET_FIELDS } from './profile.ts';
import { rankValues, type Source } from './sources.ts';

/** Describes a profile for people. Fetches nothing; a secret that stands in a public field is taken out. */
export async function describeProfile(profile: Profile): Promise<Readonly<Record<string, object | null>>> {
  const secrets = SECRET_FIELDS.flatMap((field) => profile[field]?.value ?? []);
  const publics = PUBLIC_FIELDS.map((field) => {
    const [own, preset] = [profile[field], FIELDS[field].default];
    if (own !== undefined) return [field, { value: redact(own, secrets), from: 'profile' }];
    return [field, preset === undefined ? null : { value: preset, from: 'default' }];
  });
  const hidden = SECRET_FIELDS.map((field) => {
    const secret = profile[field];
    if (secret === undefined) return [field, null];
    return [field, secret.source === undefined ? { stored: true } : { source: secret.source }];
  });
  const described = Object.fromEntries([...publics, ...hidden]);
  const fingerprint = await fingerprintOf(profile);
  return fingerprint === undefined ? described : { ...described, privateKey: { stored: true, fingerprint } };
}

/** The SHA-256 of the SPKI in hex, for a key that is in the profile and can be opened. */
async function fingerprintOf({ privateKey, passphrase }: Profile): Promise<string | undefined> {
  if (privateKey?.value === undefined) return undefined;
  try {
    return fingerprintKey(await loadPrivateKey(privateKey.value, { passphrase: passphrase?.value }));
  } catch (error) {
    if (error instanceof SgidError) return undefined;
    throw error;
  }
}

/** What a command would use, and where it comes from. Fetches nothing and shows no secret, wherever it stands. */
export function explainSources(sources: readonly Source[], secrets: Iterable<string>): object {
  const names = FIELD_NAMES.filter((name) => FIELDS[name].fileOf === undefined && name !== 'publicKey');
  return Object.fromEntries(
    names.map((name) => {
      const [winner, ...others] = rankValues(sources, name);
      const overrides = others.map(({ origin }) => origin);
      if (winner === undefined) return [name, { value: null, from: null, overrides }];
      const { text, origin: from, fetch, field } = winner;
      if (!FIELDS[name].secret) return [name, { value: redact(text, secrets), from, overrides }];
      const hidden = { value: '(hidden)', from };
      if (fetch) return [name, { ...hidden, source: text, overrides }];
      const isFile = FIELDS[field].fileOf !== undefined || field === 'privateKey';
      return [name, { ...hidden, ...(isFile && isPlainlyPath(text) && { file: text }), overrides }];
    }),
  );
}
