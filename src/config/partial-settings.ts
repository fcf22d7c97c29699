import type { KeyObject } from 'node:crypto';
import { readHostname } from '../protocol/endpoints.ts';
import { usageError } from '../protocol/errors.ts';
import { readScope, SCOPES } from '../protocol/scopes.ts';
import { type CredentialSource, type FoundValue, findValue, type SourceKind } from './credential-source.ts';
import { type CredentialFlags, gatherSources } from './credential-sources.ts';
import { createFindings, type Findings } from './findings.ts';
import { missingCredentials } from './missing-credentials.ts';
import { namingOrigin } from './name-origin.ts';
import { nearestName } from './nearest-name.ts';
import { checkProviderBinding } from './provider-binding.ts';
import { readRedirectUri } from './redirect-uri.ts';
import { isStdin, readClientSecret } from './secret-inputs.ts';
import { SETTING_FIELDS, SETTING_NAMES, type SettingName, type SettingValues } from './setting-values.ts';
import type { SettingsSources } from './settings.ts';

/** What was found out about the values on the way. */
export interface SettingFindings {
  /** Warnings for standard error. */
  readonly notices: readonly string[];
  /** What only somebody who asks for details wants to know. */
  readonly details: readonly string[];
  /** Every secret literal that was seen, used or not, to be kept out of all output. */
  readonly secrets: readonly string[];
  /** Where each value came from, for example `--client-id`, `SGID_SCOPE in .env`, `default` or a path. */
  readonly origins: ReadonlyMap<SettingName, string>;
  /** The kind of place that each value came from. */
  readonly kinds: ReadonlyMap<SettingName, SourceKind>;
}

/** The values that a command asked for. */
export type PartialSettings<Needed extends SettingName, Optional extends SettingName = never> = Pick<
  SettingValues,
  Needed
> &
  Partial<Pick<SettingValues, Optional>> &
  SettingFindings;

/** What a command asks for. Of anything else nothing is read, judged or missed. */
export interface SettingsRequest<Needed extends SettingName, Optional extends SettingName> {
  readonly needed: readonly Needed[];
  readonly optional?: readonly Optional[];
}

/**
 * Puts together the settings that one command needs, first found wins: flag, `--credentials` file, environment,
 * `.env`, profile, default. Of the secrets that a profile keeps elsewhere, those in use are fetched. Missing values
 * are reported before unusable ones. Touches neither network nor browser.
 *
 * @throws SgidError with step `config`, or `ERR_USAGE` when standard input is asked for twice.
 */
export async function resolvePartialSettings<
  Needed extends SettingName,
  Optional extends SettingName = never,
>(
  request: SettingsRequest<Needed, Optional>,
  flags: CredentialFlags,
  from: SettingsSources,
): Promise<PartialSettings<Needed, Optional>> {
  const findings = createFindings();
  try {
    const sources = await gatherSources(flags, from, findings);
    const found = findValues([...request.needed, ...(request.optional ?? [])], sources, findings);
    requireOneStdinReader(from.stdinUse, found.clientSecret, found.privateKey);
    requirePresence(request.needed, found, findings);
    const values = await readValues(found, sources, from, findings);
    if (!hasAll(values, request.needed)) throw new Error('a value was not read');
    const entries = SETTING_NAMES.flatMap((name) => {
      const value = found[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      ...values,
      notices: [...findings.notices],
      details: [...findings.details],
      secrets: [...findings.secrets],
      origins: new Map(entries.map(([name, { origin }]) => [name, origin])),
      kinds: new Map(entries.map(([name, { kind }]) => [name, kind])),
    };
  } finally {
    from.hide?.(findings.secrets);
  }
}

/** Beyond so many, the value is no list of scopes, and more notices are no help. */
const MAXIMUM_UNKNOWN_SCOPES = 20;

type FoundValues = Readonly<Partial<Record<SettingName, FoundValue>>>;

function findValues(
  names: readonly SettingName[],
  sources: readonly CredentialSource[],
  findings: Findings,
): FoundValues {
  return Object.fromEntries(
    SETTING_NAMES.filter((name) => names.includes(name)).map((name) => [
      name,
      findValue(sources, SETTING_FIELDS[name], findings),
    ]),
  );
}

/** Standard input has one end: a second reader would get nothing, or wait for ever. */
function requireOneStdinReader(
  stdinUse: string | undefined,
  ...values: readonly (FoundValue | undefined)[]
): void {
  const readers = values.flatMap((value) => (value && isStdin(value) ? [value.origin] : []));
  const [first, second] = stdinUse === undefined ? readers : [stdinUse, ...readers];
  if (first === undefined || second === undefined) return;
  throw usageError(
    `${first} and ${second} cannot both read standard input`,
    `Give ${second} the path of a file.`,
  );
}

function requirePresence(needed: readonly SettingName[], found: FoundValues, findings: Findings): void {
  const missing = needed.filter((name) => found[name] === undefined);
  if (missing.length > 0) throw missingCredentials(missing, findings.notices);
}

async function readValues(
  { clientId, clientSecret, privateKey, redirectUri, hostname, scope }: FoundValues,
  sources: readonly CredentialSource[],
  from: SettingsSources,
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

/** Keys are slow to load, and few commands need one. */
async function readKey(...input: Parameters<OpenPrivateKey>): Promise<KeyObject> {
  const { openPrivateKey } = await import('./open-private-key.ts');
  return openPrivateKey(...input);
}

type OpenPrivateKey = typeof import('./open-private-key.ts').openPrivateKey;

function hasAll<Name extends SettingName>(
  values: Partial<SettingValues>,
  names: readonly Name[],
): values is Partial<SettingValues> & Pick<SettingValues, Name> {
  return names.every((name) => values[name] !== undefined);
}

function unknownScopeNotice(name: string): string {
  const known = nearestName(
    name,
    SCOPES.map((entry) => entry.name),
  );
  const advice = known === undefined ? 'the provider may not know it either' : `did you mean ${known}?`;
  return `the scope ${name} is not in the catalogue; ${advice}`;
}
