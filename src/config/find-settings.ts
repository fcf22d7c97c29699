import { usageError } from '../protocol/errors.ts';
import { type CredentialSource, type FoundValue, findValue } from './credential-source.ts';
import type { Findings } from './findings.ts';
import { isStdin } from './secret-inputs.ts';
import { SETTING_FIELDS, SETTING_NAMES, type SettingName } from './setting-values.ts';

/** What the sources have of the settings, not judged yet: a secret may be only the path of one. */
export type FoundSettings = Readonly<Partial<Record<SettingName, FoundValue>>>;

/** Looks for settings, of each of which the first source that has it counts. */
export function findSettings(
  names: readonly SettingName[],
  sources: readonly CredentialSource[],
  findings: Findings,
): FoundSettings {
  const found: Partial<Record<SettingName, FoundValue>> = {};
  for (const name of SETTING_NAMES.filter((known) => names.includes(known))) {
    const value = findValue(sources, SETTING_FIELDS[name], findings);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/**
 * Standard input has one end: a second reader would get nothing, or wait for ever.
 *
 * @param user What reads it already.
 * @returns What reads it now.
 * @throws SgidError `ERR_USAGE`
 */
export function requireOneStdinReader(
  user: string | undefined,
  { clientSecret, privateKey }: FoundSettings,
): string | undefined {
  const readers = [clientSecret, privateKey].flatMap((value) =>
    value && isStdin(value) ? [value.origin] : [],
  );
  const [first, second] = user === undefined ? readers : [user, ...readers];
  if (first === undefined || second === undefined) return first;
  throw usageError(
    `${first} and ${second} cannot both read standard input`,
    `Give ${second} the path of a file.`,
  );
}
