import type { KeyObject } from 'node:crypto';
import { findPublicKeys } from '../keys/public-key.ts';
import type { SettingName } from '../settings/fields.ts';
import { openSettings, type Settings, type SettingsSources } from '../settings/settings.ts';
import type { CredentialFlags } from '../settings/sources.ts';
import { type Reading, toReading } from './check.ts';

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
  /** Every secret that was seen, used or not. */
  readonly secrets: readonly string[];
}

/**
 * Reads the credentials under test.
 *
 * @throws SgidError of step `config` when a source as a whole cannot be read (`ERR_FILE`, `ERR_CREDENTIALS_FILE`,
 *   `ERR_PROFILE`), or `ERR_USAGE` when standard input is asked for twice.
 */
export async function readSubject(flags: CredentialFlags, from: SettingsSources): Promise<Subject> {
  const settings = await openSettings(flags, from);
  const notices = new Set<string>();

  function read<Name extends SettingName>(
    name: Name,
    beside: readonly SettingName[] = [],
  ): Promise<Reading<Settings<Name>[Name]>> {
    return toReading(async () => {
      const values: Settings<Name> = await settings.read({ needed: [name], optional: beside });
      // What there is to notice about a scope is what its check says.
      if (name !== 'scope') for (const notice of values.notices) notices.add(notice);
      return { value: values[name], origin: values.found[name]?.origin ?? name };
    });
  }

  const hostname = await read('hostname');
  return {
    hostname,
    clientId: await read('clientId'),
    // A provider that is none has a check of its own, and is sent nothing.
    clientSecret: await read('clientSecret', hostname.ok ? ['hostname'] : []),
    privateKey: await read('privateKey'),
    redirectUri: await read('redirectUri'),
    scope: await read('scope'),
    publicKeys: settings.sources.flatMap(({ publicKey }) => {
      const keys = findPublicKeys(publicKey?.text ?? '');
      return publicKey && keys.length > 0 ? [{ keys, origin: publicKey.origin }] : [];
    }),
    notices: [...notices],
    secrets: [...settings.secrets],
  };
}
