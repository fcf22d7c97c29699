import { type CredentialField, FIELD_IDS } from './credential-fields.ts';
import type { Findings } from './findings.ts';
import { isKeyText } from './key-or-path.ts';

/** The kinds of places that values come from. */
export type SourceKind = 'flag' | 'credentials-file' | 'environment' | 'env-file' | 'profile' | 'default';

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
