import type { KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { DEFAULT_HOSTNAME, validateHostname } from '../sgid/endpoints.ts';
import { parseScope, SCOPES } from '../sgid/scopes.ts';
import { namingOrigin } from '../text/file-errors.ts';
import { nearestName } from '../text/nearest-name.ts';
import { CREDENTIAL_NAMES, type CredentialName, FIELDS, fieldsOf } from './fields.ts';
import type { Inputs } from './inputs.ts';
import { validateRedirectUri } from './redirect-uri.ts';
import { findMismatches, isStdin, loadClientSecret, loadKey } from './secrets.ts';
import { type FoundValue, findValue, type Source } from './sources.ts';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: KeyObject;
  readonly redirectUri: string;
  /** An origin, for example `https://api.id.gov.sg`. */
  readonly hostname: string;
  readonly scope: readonly string[];
}

export type FoundCredentials<Needed extends CredentialName, Optional extends CredentialName = never> = Pick<
  Credentials,
  Needed
> &
  Partial<Pick<Credentials, Optional>> & {
    readonly found: Readonly<Partial<Record<CredentialName, FoundValue>>>;
  };

/**
 * Finds credentials and parses them. Of all others none is looked at, and no secret fetched. What is missing is
 * reported before what is unusable; secrets come last: none is fetched where something else is wrong, or where it
 * would not be sent. Touches neither network nor browser.
 *
 * @throws SgidError with step `config`, or `ERR_USAGE` when standard input is asked for twice.
 */
export async function parseCredentials<
  Needed extends CredentialName,
  Optional extends CredentialName = never,
>(
  { needed, optional = [] }: { readonly needed: readonly Needed[]; readonly optional?: readonly Optional[] },
  sources: readonly Source[],
  inputs: Inputs,
): Promise<FoundCredentials<Needed, Optional>> {
  const { notices } = inputs;
  const found: Partial<Record<CredentialName, FoundValue>> = {};
  for (const name of CREDENTIAL_NAMES) {
    if (![...needed, ...optional].some((asked) => asked === name)) continue;
    const value = findValue(sources, name, notices);
    if (value === undefined) continue;
    found[name] = value;
    if (isStdin(value)) inputs.claimStdin(value.origin);
  }
  const missing = needed.filter((name) => found[name] === undefined);
  if (missing.length > 0) throw missingCredentials(missing, notices);
  const { clientId, clientSecret, privateKey, redirectUri, hostname, scope } = found;
  const parse = <T>({ origin, text }: FoundValue, parseText: (text: string) => T): Promise<T> =>
    namingOrigin(origin, () => parseText(text));
  const values: Partial<Credentials> = {
    ...(clientId && { clientId: clientId.text }),
    ...(redirectUri && { redirectUri: await parse(redirectUri, validateRedirectUri) }),
    ...(hostname && { hostname: await parse(hostname, validateHostname) }),
    ...(scope && { scope: await parse(scope, (text) => parseScopeWithNotices(text, notices)) }),
  };
  if (hostname && clientSecret) checkProviderBinding(hostname, clientSecret, sources);
  const all = {
    ...values,
    ...(clientSecret && { clientSecret: await loadClientSecret(clientSecret, inputs) }),
    ...(privateKey && { privateKey: await loadKey(privateKey, sources, inputs) }),
  };
  if (all.privateKey) for (const { message } of findMismatches(all.privateKey, sources)) notices.add(message);
  if (!holdsAll(all, needed)) throw new Error('a value was not parsed');
  return { ...all, found };
}

function holdsAll<Name extends CredentialName>(
  values: Partial<Credentials>,
  names: readonly Name[],
): values is Partial<Credentials> & Pick<Credentials, Name> {
  return names.every((name) => values[name] !== undefined);
}

/** Beyond so many, the value is no list of scopes, and more notices are no help. */
const MOST_UNKNOWN_SCOPES = 20;

function parseScopeWithNotices(text: string, notices: Set<string>): readonly string[] {
  const { scopes, unknown } = parseScope(text);
  const names = SCOPES.map(({ name }) => name);
  for (const scope of unknown.slice(0, MOST_UNKNOWN_SCOPES)) {
    const known = nearestName(scope, names);
    const advice = known === undefined ? 'the provider may not know it either' : `did you mean ${known}?`;
    notices.add(`the scope ${scope} is not in the catalogue; ${advice}`);
  }
  return scopes;
}

/**
 * The error that names every missing value at once, each with its flag and its variables.
 *
 * @param notices What was noticed while looking, given as likely causes.
 */
export function missingCredentials(
  missing: readonly CredentialName[],
  notices: Iterable<string> = [],
): SgidError {
  const lines = missing.map((name) => `${FIELDS[name].env?.[0]}=...`);
  return new SgidError('ERR_MISSING_CREDENTIALS', `missing: ${missing.map(describe).join('; ')}`, {
    causes: [...notices],
    hint:
      "Run sgid init, or pass --credentials <file> with the developer portal's download, " +
      `or put ${lines.join(', ')} into .env; a saved profile is named with -p. ` +
      'Without any credentials: sgid login --mock --persona wei-ming',
  });
}

function describe(name: CredentialName): string {
  const fields = fieldsOf(name).map((field) => FIELDS[field]);
  const ways = [...fields.flatMap(({ flag = [] }) => flag), ...fields.flatMap(({ env = [] }) => env)];
  return `${FIELDS[name].label} (${ways.join(', ')})`;
}

/**
 * Holds a client secret to the provider that it was stored with: both come from the same source, or the
 * provider is the real one, or the command line names it. So a `.env` in some folder cannot send elsewhere a
 * secret that is not its own. A profile's secret, wherever the profile has it from, goes to the profile's
 * provider and no other, the real one included.
 *
 * @throws SgidError `ERR_PROVIDER_BINDING`
 */
export function checkProviderBinding(
  provider: FoundValue,
  clientSecret: FoundValue,
  sources: readonly Source[],
): void {
  if (provider.kind === 'flag' || belongTogether(provider, clientSecret, sources)) return;
  const confirm = `To use that provider, pass --hostname ${provider.text}`;
  // The current profile is there unasked, beside credentials of its own kind.
  const real = `To use the real sgID, pass --hostname ${DEFAULT_HOSTNAME}, or use no profile: sgid profile use --none. `;
  throw new SgidError(
    'ERR_PROVIDER_BINDING',
    `the client secret comes from ${clientSecret.origin}, but the provider ${provider.text} from ${provider.origin}: it is not sent there`,
    { hint: provider.kind === 'profile' ? `${real}${confirm}` : confirm },
  );
}

function belongTogether(
  provider: FoundValue,
  { kind, field }: FoundValue,
  sources: readonly Source[],
): boolean {
  if (kind === 'profile') {
    const profile = sources.find((source) => source.kind === 'profile');
    return provider.text === (profile?.values.hostname?.text ?? DEFAULT_HOSTNAME);
  }
  if (provider.text === DEFAULT_HOSTNAME) return true;
  // A file that only names the secret's path does not hold it: a `.env` could name any file of this machine.
  // The environment is the person's own.
  return provider.kind === kind && (field === 'clientSecret' || kind === 'environment');
}
