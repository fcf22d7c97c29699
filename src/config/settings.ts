import type { CredentialSource } from './credential-source.ts';
import { type CredentialFlags, gatherSources, type SourcePlaces } from './credential-sources.ts';
import { type FoundSettings, findSettings, requireOneStdinReader } from './find-settings.ts';
import { createFindings } from './findings.ts';
import { judgeSettings } from './judge-settings.ts';
import { missingCredentials } from './missing-credentials.ts';
import type { KeyInputs } from './open-private-key.ts';
import type { SettingName, SettingValues } from './setting-values.ts';

/** What settings can be read from. */
export interface SettingsSources extends KeyInputs, SourcePlaces {
  /** What else reads standard input, for example `--manual`; no value can then come from there. */
  readonly stdinUse?: string | undefined;
  /** Keeps secrets out of all output. Called whether the settings turn out well or not. */
  hide?(secrets: Iterable<string>): void;
}

/** The settings that a command asks for. Of all others none is judged or missed, and no secret fetched. */
export interface SettingsRequest<Needed extends SettingName, Optional extends SettingName = never> {
  readonly needed: readonly Needed[];
  readonly optional?: readonly Optional[];
}

/** The settings that a command asked for, judged, and what was found out about them on the way. */
export type Settings<Needed extends SettingName, Optional extends SettingName = never> = Pick<
  SettingValues,
  Needed
> &
  Partial<Pick<SettingValues, Optional>> & {
    /** Where each came from. */
    readonly found: FoundSettings;
    /** Warnings for standard error, those about the sources included. */
    readonly notices: readonly string[];
    /** What only somebody who asks for details wants to know. */
    readonly details: readonly string[];
  };

/** All sources of settings, each of which was read once. */
export interface OpenSettings {
  /** The one that wins first. */
  readonly sources: readonly CredentialSource[];
  /** Warnings about the sources. */
  readonly notices: ReadonlySet<string>;
  /** Every secret literal that was seen so far, used or not. */
  readonly secrets: ReadonlySet<string>;
  /**
   * Finds and judges settings. Of the secrets that a profile keeps elsewhere, those in use are fetched. Missing
   * settings are reported before unusable ones. Touches neither network nor browser.
   *
   * @throws SgidError with step `config`, or `ERR_USAGE` when standard input is asked for twice.
   */
  read<Needed extends SettingName, Optional extends SettingName = never>(
    request: SettingsRequest<Needed, Optional>,
  ): Promise<Settings<Needed, Optional>>;
}

/**
 * Reads all sources: flags, `--credentials` file, environment, `.env`, profile, defaults. The first that has a setting
 * wins.
 *
 * @throws SgidError `ERR_FILE`, `ERR_CREDENTIALS_FILE`, `ERR_PROFILE`
 */
export async function openSettings(flags: CredentialFlags, from: SettingsSources): Promise<OpenSettings> {
  const opening = createFindings();
  const { notices, secrets } = opening;
  const hide = (): void => from.hide?.(secrets);
  const sources = await gatherSources(flags, from, opening).finally(hide);
  let { stdinUse } = from;
  return {
    sources,
    notices,
    secrets,
    async read({ needed, optional = [] }) {
      const findings = { notices: new Set(notices), details: new Set(opening.details), secrets };
      try {
        const found = findSettings([...needed, ...optional], sources, findings);
        stdinUse = requireOneStdinReader(stdinUse, found);
        const missing = needed.filter((name) => found[name] === undefined);
        if (missing.length > 0) throw missingCredentials(missing, findings.notices);
        const values = await judgeSettings(found, sources, from, findings);
        if (!hasAll(values, needed)) throw new Error('a value was not read');
        return { ...values, found, notices: [...findings.notices], details: [...findings.details] };
      } finally {
        hide();
      }
    },
  };
}

function hasAll<Name extends SettingName>(
  values: Partial<SettingValues>,
  names: readonly Name[],
): values is Partial<SettingValues> & Pick<SettingValues, Name> {
  return names.every((name) => values[name] !== undefined);
}
