import type { KeyObject } from 'node:crypto';
import { SgidError, usageError } from '../errors/sgid-error.ts';
import { readHostname } from '../sgid/endpoints.ts';
import { readScope, SCOPES } from '../sgid/scopes.ts';
import { nearestName } from '../text/nearest-name.ts';
import {
  CREDENTIAL_FIELDS,
  SETTING_FIELDS,
  SETTING_NAMES,
  type SettingName,
  type SettingValues,
} from './fields.ts';
import { checkProviderBinding, namingOrigin } from './provider-binding.ts';
import { readRedirectUri } from './redirect-uri.ts';
import { isStdin, type KeyInputs, readClientSecret } from './secret-inputs.ts';
import {
  type CredentialFlags,
  type CredentialSource,
  type FoundValue,
  findValue,
  gatherSources,
  type SourcePlaces,
} from './sources.ts';

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

/**
 * Judges the settings that were found, and reads the secrets among them. The secrets come last: none is fetched where
 * something else is wrong, or where it would not be sent.
 *
 * @param sources Those that they were found in.
 * @throws SgidError with step `config`.
 */
export async function judgeSettings(
  { clientId, clientSecret, privateKey, redirectUri, hostname, scope }: FoundSettings,
  sources: readonly CredentialSource[],
  from: KeyInputs,
  findings: Findings,
): Promise<Partial<SettingValues>> {
  if (redirectUri) await namingOrigin(redirectUri.origin, () => readRedirectUri(redirectUri.text));
  if (hostname) await namingOrigin(hostname.origin, () => readHostname(hostname.text));
  const scopes = scope && (await namingOrigin(scope.origin, () => readScope(scope.text)));
  for (const name of scopes?.unknown.slice(0, MAXIMUM_UNKNOWN_SCOPES) ?? [])
    findings.notices.add(unknownScopeNotice(name));
  if (hostname && clientSecret) checkProviderBinding(hostname, clientSecret, sources);
  return {
    ...(clientId && { clientId: clientId.text }),
    ...(redirectUri && { redirectUri: redirectUri.text }),
    ...(hostname && { hostname: hostname.text }),
    ...(scopes && { scope: scopes.scopes.join(' ') }),
    ...(clientSecret && { clientSecret: await readClientSecret(clientSecret, from, findings) }),
    ...(privateKey && { privateKey: await readKey(privateKey, sources, from, findings) }),
  };
}

/** Beyond so many, the value is no list of scopes, and more notices are no help. */
const MAXIMUM_UNKNOWN_SCOPES = 20;

function unknownScopeNotice(name: string): string {
  const known = nearestName(
    name,
    SCOPES.map((entry) => entry.name),
  );
  const advice = known === undefined ? 'the provider may not know it either' : `did you mean ${known}?`;
  return `the scope ${name} is not in the catalogue; ${advice}`;
}

/** Keys are slow to load, and few commands need one. */
async function readKey(...input: Parameters<OpenPrivateKey>): Promise<KeyObject> {
  const { openPrivateKey } = await import('./secret-inputs.ts');
  return openPrivateKey(...input);
}

type OpenPrivateKey = typeof import('./secret-inputs.ts').openPrivateKey;

/**
 * The error that names every missing value at once, each with its flag and its variables.
 *
 * @param notices What was noticed while looking, given as likely causes.
 */
export function missingCredentials(missing: readonly SettingName[], notices: Iterable<string>): SgidError {
  const lines = missing.map((name) => `${CREDENTIAL_FIELDS[name].variables[0]}=...`);
  return new SgidError('ERR_MISSING_CREDENTIALS', `missing: ${missing.map(describe).join('; ')}`, {
    step: 'config',
    causes: [...notices],
    hint:
      "Run sgid init, or pass --credentials <file> with the developer portal's download, " +
      `or put ${lines.join(', ')} into .env; a saved profile is named with -p. ` +
      'Without any credentials: sgid login --mock --persona wei-ming',
  });
}

function describe(name: SettingName): string {
  const fields = SETTING_FIELDS[name].map((field) => CREDENTIAL_FIELDS[field]);
  const ways = [
    ...fields.flatMap(({ flag }) => (flag === undefined ? [] : [flag])),
    ...fields.flatMap(({ variables }) => variables),
  ];
  return `${CREDENTIAL_FIELDS[name].label} (${ways.join(', ')})`;
}

/** What turns up while values are looked for: words for people, and literals that no output may hold. */
export interface Findings {
  /** Warnings. */
  readonly notices: Set<string>;
  /** What only somebody who asks for details wants to know. */
  readonly details: Set<string>;
  readonly secrets: Set<string>;
}

/** Findings with nothing in them yet. */
export function createFindings(): Findings {
  return { notices: new Set(), details: new Set(), secrets: new Set() };
}
