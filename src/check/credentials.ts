import type { KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { findPublicKeys } from '../keys/public-key.ts';
import type { SettingName } from '../settings/fields.ts';
import { openSettings, type Settings, type SettingsSources } from '../settings/settings.ts';
import type { CredentialFlags } from '../settings/sources.ts';

/** A value and where it came from, or why there is none that can be used. */
export type Loaded<T> =
  | { readonly ok: true; readonly value: T; readonly origin: string }
  | { readonly ok: false; readonly error: SgidError };

/** The credentials under test: each is loaded by itself, so that a bad one hides no other. */
export interface TestedCredentials {
  readonly clientId: Loaded<string>;
  /** Not loaded when it would go to a provider that it was not stored with. */
  readonly clientSecret: Loaded<string>;
  readonly privateKey: Loaded<KeyObject>;
  readonly redirectUri: Loaded<string>;
  readonly hostname: Loaded<string>;
  /** Names separated by single spaces. */
  readonly scope: Loaded<string>;
  /** The public keys that came along with the private one, and where they stood. */
  readonly publicKeys: readonly { readonly keys: readonly KeyObject[]; readonly origin: string }[];
  /** Warnings about where the values came from. */
  readonly notices: readonly string[];
  /** Every secret that was seen, used or not. */
  readonly secrets: readonly string[];
}

/**
 * Loads the credentials under test.
 *
 * @throws SgidError of step `config` when a source as a whole cannot be read (`ERR_FILE`, `ERR_CREDENTIALS_FILE`,
 *   `ERR_PROFILE`), or `ERR_USAGE` when standard input is asked for twice.
 */
export async function loadCredentials(
  flags: CredentialFlags,
  from: SettingsSources,
): Promise<TestedCredentials> {
  const settings = await openSettings(flags, from);
  const notices = new Set<string>();

  function load<Name extends SettingName>(
    name: Name,
    beside: readonly SettingName[] = [],
  ): Promise<Loaded<Settings<Name>[Name]>> {
    return tryLoad(async () => {
      const values: Settings<Name> = await settings.read({ needed: [name], optional: beside });
      // What there is to notice about a scope is what its check says.
      if (name !== 'scope') for (const notice of values.notices) notices.add(notice);
      return { value: values[name], origin: values.found[name]?.origin ?? name };
    });
  }

  const hostname = await load('hostname');
  return {
    hostname,
    clientId: await load('clientId'),
    // A provider that is none has a check of its own, and is sent nothing.
    clientSecret: await load('clientSecret', hostname.ok ? ['hostname'] : []),
    privateKey: await load('privateKey'),
    redirectUri: await load('redirectUri'),
    scope: await load('scope'),
    publicKeys: settings.sources.flatMap(({ publicKey }) => {
      const keys = findPublicKeys(publicKey?.text ?? '');
      return publicKey && keys.length > 0 ? [{ keys, origin: publicKey.origin }] : [];
    }),
    notices: [...notices],
    secrets: [...settings.secrets],
  };
}

/**
 * Loads a value.
 *
 * @throws Whatever `load` rejects with that is no fault of the configuration.
 */
export async function tryLoad<T>(
  load: () => Promise<{ readonly value: T; readonly origin: string }>,
): Promise<Loaded<T>> {
  try {
    const { value, origin } = await load();
    return { ok: true, value, origin };
  } catch (error) {
    if (error instanceof SgidError && error.step === 'config') return { ok: false, error };
    throw error;
  }
}
