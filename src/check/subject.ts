import type { KeyObject } from 'node:crypto';
import { type CredentialFlags, gatherSources } from '../config/credential-sources.ts';
import { createFindings } from '../config/findings.ts';
import {
  type PartialSettings,
  resolvePartialSettings,
  type SettingName,
} from '../config/partial-settings.ts';
import type { SettingsSources } from '../config/settings.ts';
import { findPublicKeys } from '../keys/public-key.ts';
import { SgidError } from '../protocol/errors.ts';

/** A value and where it came from, or why there is none that can be used. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T; readonly origin: string }
  | { readonly ok: false; readonly error: SgidError };

/** The credentials under test: each value is read by itself, so that one that is bad hides no other. */
export interface Subject {
  readonly clientId: Reading<string>;
  /** Not read when it would go to a provider that it was not stored with. */
  readonly clientSecret: Reading<string>;
  readonly privateKey: Reading<KeyObject>;
  readonly redirectUri: Reading<string>;
  readonly hostname: Reading<string>;
  /** Names separated by single spaces. */
  readonly scope: Reading<string>;
  /** The public keys that came along with the private one, and where they stood. */
  readonly publicKeys: readonly { readonly keys: readonly KeyObject[]; readonly origin: string }[];
  /** Warnings about where the values came from. */
  readonly notices: readonly string[];
}

/**
 * Reads the credentials under test.
 *
 * @throws SgidError when a source as a whole cannot be read (`ERR_FILE`, `ERR_CREDENTIALS_FILE`, `ERR_PROFILE`), or
 *   `ERR_USAGE` when standard input is asked for twice.
 */
export async function readSubject(flags: CredentialFlags, from: SettingsSources): Promise<Subject> {
  const notices = new Set<string>();
  const findings = createFindings();
  const sources = await gatherSources(flags, from, findings);
  from.hide?.(findings.secrets);

  async function read<Name extends SettingName>(
    name: Name,
    beside: readonly SettingName[] = [],
  ): Promise<Reading<PartialSettings<Name>[Name]>> {
    try {
      const settings: PartialSettings<Name> = await resolvePartialSettings(
        { needed: [name], optional: beside },
        flags,
        from,
      );
      for (const notice of settings.notices) notices.add(notice);
      return { ok: true, value: settings[name], origin: settings.origins.get(name) ?? name };
    } catch (error) {
      if (error instanceof SgidError && error.step === 'config') return { ok: false, error };
      throw error;
    }
  }

  return {
    clientId: await read('clientId'),
    clientSecret: await read('clientSecret', ['hostname']),
    privateKey: await read('privateKey'),
    redirectUri: await read('redirectUri'),
    hostname: await read('hostname'),
    scope: await read('scope'),
    publicKeys: sources.flatMap(({ publicKey }) => {
      const keys = findPublicKeys(publicKey?.text ?? '');
      return publicKey && keys.length > 0 ? [{ keys, origin: publicKey.origin }] : [];
    }),
    notices: [...notices],
  };
}
