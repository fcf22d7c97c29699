import type { CredentialFlags, SourcePlaces } from './credential-sources.ts';
import type { KeyInputs } from './open-private-key.ts';
import { resolvePartialSettings, type SettingFindings } from './partial-settings.ts';
import { SETTING_NAMES, type SettingName, type SettingValues } from './setting-values.ts';

/** What the values can be read from. */
export interface SettingsSources extends KeyInputs, SourcePlaces {
  /** What else reads standard input, for example `--manual`; no value can then come from there. */
  readonly stdinUse?: string | undefined;
  /** Keeps secrets out of all output. Called whether the settings turn out well or not. */
  hide?(secrets: Iterable<string>): void;
}

/** Everything that a login needs, read and judged. */
export interface Settings extends SettingValues, Pick<SettingFindings, 'notices' | 'details' | 'secrets'> {
  /** Where each value came from, for example `--client-id`, `SGID_SCOPE in .env`, `default` or a path. */
  readonly origins: Readonly<Record<SettingName, string>>;
}

/**
 * Puts the settings of a login together: all that {@link resolvePartialSettings} can find.
 *
 * @throws SgidError with step `config`, or `ERR_USAGE` when standard input is asked for twice.
 */
export async function resolveSettings(flags: CredentialFlags, from: SettingsSources): Promise<Settings> {
  const {
    origins,
    kinds: _,
    ...settings
  } = await resolvePartialSettings({ needed: SETTING_NAMES }, flags, from);
  const originOf = (name: SettingName): string => origins.get(name) ?? '';
  return {
    ...settings,
    origins: {
      clientId: originOf('clientId'),
      clientSecret: originOf('clientSecret'),
      privateKey: originOf('privateKey'),
      redirectUri: originOf('redirectUri'),
      hostname: originOf('hostname'),
      scope: originOf('scope'),
    },
  };
}
