import type { KeyObject } from 'node:crypto';
import { namingOrigin, SgidError } from '../errors/sgid-error.ts';
import { publicKeyMismatch } from '../keys/key-errors.ts';
import { loadPrivateKey } from '../keys/private-key.ts';
import { findForeignClaims, findPublicKeys, type PublicKeyClaim } from '../keys/public-key.ts';
import { validateHostname } from '../sgid/endpoints.ts';
import { validateRedirectUri } from '../sgid/redirect-uri.ts';
import { findUnknownScopes, parseScope, SCOPE_NAMES } from '../sgid/scopes.ts';
import { errorCode } from '../system/node-error.ts';
import {
  describeNonClientId,
  describeNonPublic,
  describeNonSecret,
  describeNonValue,
  unwrapValue,
} from '../text/credential-value.ts';
import { exposedFileNotice, secretPathError } from '../text/file-errors.ts';
import { decodeText } from '../text/guards.ts';
import { endsLikeFileName, isKeyText } from '../text/key-or-path.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import { missingCredentials, neitherKeyNorPath, notASecret, notAValue } from './credential-errors.ts';
import { CREDENTIAL_NAMES, type CredentialName, FIELDS, fieldsOf } from './fields.ts';
import type { Inputs } from './inputs.ts';
import { parseSecretText } from './profile-secrets.ts';
import { checkProviderBinding } from './provider-binding.ts';
import { type CredentialFlags, type FoundValue, findValue, loadSources, type Source } from './sources.ts';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: KeyObject;
  readonly redirectUri: string;
  /** An origin, for example `https://api.id.gov.sg`. */
  readonly hostname: string;
  readonly scope: readonly string[];
}

/**
 * Loads the credentials that a command needs.
 *
 * @throws SgidError with step `config`, or `ERR_USAGE` when standard input is asked for twice.
 */
export async function loadCredentials<Needed extends CredentialName, Optional extends CredentialName = never>(
  request: CredentialRequest<Needed, Optional>,
  flags: CredentialFlags,
  inputs: Inputs,
): Promise<FoundCredentials<Needed, Optional>> {
  const credentials = await loadFromSources(request, await loadSources(flags, inputs), inputs);
  for (const [name, { origin }] of Object.entries(credentials.found))
    inputs.details.add(`${name} from ${origin}`);
  return credentials;
}

export interface CredentialRequest<Needed extends CredentialName, Optional extends CredentialName = never> {
  readonly needed: readonly Needed[];
  readonly optional?: readonly Optional[];
}

export type FoundCredentials<Needed extends CredentialName, Optional extends CredentialName = never> = Pick<
  Credentials,
  Needed
> &
  Partial<Pick<Credentials, Optional>> & {
    readonly found: Readonly<Partial<Record<CredentialName, FoundValue>>>;
    /** Whether values could come from a profile. */
    readonly hasProfile: boolean;
  };

/**
 * Finds the credentials that are asked for, and parses them; no other is parsed or fetched. What is missing is
 * reported before what is unusable; secrets come last: none is fetched where something else is wrong, or where it
 * would not be sent. Touches neither network nor browser.
 *
 * @throws SgidError with step `config`, or `ERR_USAGE` when standard input is asked for twice.
 */
export async function loadFromSources<Needed extends CredentialName, Optional extends CredentialName = never>(
  { needed, optional }: CredentialRequest<Needed, Optional>,
  sources: readonly Source[],
  inputs: Inputs,
): Promise<FoundCredentials<Needed, Optional>> {
  const { notices } = inputs;
  const found: Partial<Record<CredentialName, FoundValue>> = {};
  const causes: string[] = [];
  const asked: readonly CredentialName[] = [...needed, ...(optional ?? [])];
  for (const name of CREDENTIAL_NAMES.filter((name) => asked.includes(name))) {
    const noted = new Set<string>();
    const value = findValue(sources, name, noted);
    if (value === undefined) causes.push(...noted);
    else for (const notice of noted) notices.add(notice);
    if (value === undefined) continue;
    found[name] = value;
    if (isStdin(value)) inputs.claimStdin(value.origin);
  }
  // A key that was appended to the secret's line is missing for that reason.
  if (found.clientSecret?.field === 'clientSecret')
    requireSecret(found.clientSecret.text, found.clientSecret.origin);
  const missing = needed.filter((name) => found[name] === undefined);
  if (missing.length > 0)
    throw missingCredentials(missing, [...causes, ...describeNearMisses(missing, sources)]);
  for (const value of Object.values(found)) requireValue(value);
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
  const mixture = describeMixture(found, sources);
  if (mixture !== undefined) notices.add(mixture);
  const hasProfile = sources.some(({ kind }) => kind === 'profile');
  // What is needed was found, and what was found is parsed.
  return { ...all, found, hasProfile } as FoundCredentials<Needed, Optional>;
}

const MOST_NEAR_MISSES = 5;

/** Variables whose names are nearly those of missing values. */
function describeNearMisses(
  missing: readonly CredentialName[],
  sources: readonly Source[],
): readonly string[] {
  const names = missing.flatMap((name) => fieldsOf(name)).flatMap((field) => FIELDS[field].env);
  const unknown = sources.flatMap(({ unknownVariables = [] }) => unknownVariables);
  const causes = unknown.flatMap(({ name, origin }) => {
    // Most of a name is the same in all of them: only a slip of the keys counts.
    const meant = didYouMean(name, names, 2);
    return meant === undefined ? [] : `${origin} is not read. ${meant}`;
  });
  return causes.slice(0, MOST_NEAR_MISSES);
}

/** Describes a client of which one part comes from the current profile and another does not. */
export function describeMixture(
  found: FoundCredentials<never>['found'],
  sources: readonly Source[],
): string | undefined {
  if (!sources.some(({ isUnnamed }) => isUnnamed)) return undefined;
  const parts = (['clientId', 'clientSecret', 'privateKey'] as const).flatMap((name) => found[name] ?? []);
  const describe = (own: boolean): string =>
    parts
      .filter(({ kind }) => (kind === 'profile') === own)
      .map(({ field, origin }) => `the ${FIELDS[field].label} from ${origin}`)
      .join(', ');
  const [own, others] = [describe(true), describe(false)];
  if (own === '' || others === '') return undefined;
  return `credentials of two clients may be mixed: ${own}, which was not chosen for this command, and ${others}`;
}

/** Refuses what cannot be a value, so that it is sent nowhere. What a profile holds of a secret, `init` read as it is. */
function requireValue({ field, kind, text, origin }: FoundValue): void {
  if (kind === 'profile' && FIELDS[field].secret) return;
  const isPublic = !FIELDS[field].secret && FIELDS[field].fileOf === undefined;
  const describe =
    field === 'clientId' ? describeNonClientId : isPublic ? describeNonPublic : describeNonValue;
  const what = describe(text);
  if (what !== undefined) throw notAValue(field, origin, what);
}

/** With more than these the value is not a list of scopes, and further notices do not help. */
const MOST_UNKNOWN_SCOPES = 20;

function parseScopeWithNotices(text: string, notices: Set<string>): readonly string[] {
  const scopes = parseScope(text);
  const unknown = findUnknownScopes(scopes);
  for (const scope of unknown.slice(0, MOST_UNKNOWN_SCOPES)) {
    const advice = didYouMean(scope, SCOPE_NAMES) ?? 'The provider may not know it either.';
    notices.add(`the scope ${scope} is not in the catalogue. ${advice}`);
  }
  const more = unknown.length - MOST_UNKNOWN_SCOPES;
  if (more > 0) notices.add(`${more} more scopes are not in the catalogue`);
  return scopes;
}

/** @throws SgidError `ERR_FILE` when its file cannot be read or is empty, `ERR_SECRET_SOURCE`. */
async function loadClientSecret(found: FoundValue, inputs: Inputs): Promise<string> {
  const isLiteral = found.field === 'clientSecret' && !found.fetch;
  const secret = isLiteral ? found.text : parseSecretText(await loadBytes(found, inputs));
  inputs.secrets.add(secret.trim());
  requireSecret(secret, found.origin);
  if (/\s/.test(secret)) inputs.notices.add(`the client secret from ${found.origin} holds white space`);
  if (/^\s*(["'`]).*\1\s*$/s.test(secret)) {
    inputs.notices.add(`the client secret from ${found.origin} has quotes around it, which are sent with it`);
  }
  return secret;
}

function requireSecret(secret: string, origin: string): void {
  const what = describeNonSecret(secret);
  if (what !== undefined) throw notASecret(origin, what);
}

/**
 * Loads the private key that was found, with the passphrase that goes with it.
 *
 * @throws SgidError `ERR_PRIVATE_KEY*`, `ERR_FILE`, `ERR_SECRET_SOURCE`
 */
export async function loadKey(
  found: FoundValue,
  sources: readonly Source[],
  inputs: Inputs,
): Promise<KeyObject> {
  const { notices, secrets } = inputs;
  const isLiteral = found.field === 'privateKey' && !found.fetch && isKeyText(found.text);
  const input = isLiteral ? found.text : await loadBytes(found, inputs);
  // The passphrase of a profile is that of its own key.
  const places = sources.filter(({ kind }) => kind !== 'profile' || found.kind === 'profile');
  const passphrase = findValue(places, 'passphrase', notices);
  const askPassphrase = async (): Promise<string | undefined> => {
    const answer = passphrase?.fetch
      ? parseSecretText(await passphrase.fetch(inputs))
      : await inputs.askPassphrase?.();
    if (answer) secrets.add(answer);
    return answer;
  };
  if (passphrase === undefined || passphrase.fetch)
    return namingOrigin(found.origin, () => loadPrivateKey(input, { askPassphrase }));
  // Quotes around it may be its own.
  let refusal: unknown;
  for (const text of new Set([passphrase.text, unwrapValue(passphrase.text)])) {
    secrets.add(text);
    try {
      return await namingOrigin(found.origin, () => loadPrivateKey(input, { passphrase: text }));
    } catch (error) {
      if (errorCode(error) !== 'ERR_PRIVATE_KEY_PASSPHRASE') throw error;
      refusal = error;
    }
  }
  throw refusal;
}

/** An error for each public key that came along with a private key and is not its own. */
export function findMismatches(key: KeyObject, sources: readonly Source[]): readonly SgidError[] {
  return findForeignClaims(key, publicKeysOf(sources)).map(({ origin }) => publicKeyMismatch(origin));
}

/** The public keys that came along. */
export function publicKeysOf(sources: readonly Source[]): readonly PublicKeyClaim[] {
  return sources.flatMap(({ values: { publicKey } }) =>
    publicKey ? [{ origin: publicKey.origin, keys: findPublicKeys(publicKey.text) }] : [],
  );
}

/**
 * Windows sends the user's credentials to the host of a UNC path, and a `.env` or credentials file may come from somebody
 * else.
 */
function refuseNetworkPath({ kind, field, text, origin }: FoundValue): void {
  const isNamedByFile = kind === 'dotenv' || kind === 'credentials-file';
  if (process.platform !== 'win32' || !isNamedByFile || !/^[\\/]{2}/.test(text)) return;
  const message = `${origin}: ${toPrintable(text)} is a network path, which is not opened from a file`;
  throw new SgidError('ERR_FILE', message, {
    hint: `If you trust that machine, name the file yourself: ${FIELDS[field].flag ?? '--private-key-file'} <path>`,
  });
}

/** Whether a value is to be read from standard input: `-` in the place of a path. */
function isStdin({ field, text }: FoundValue): boolean {
  return text === '-' && ['clientSecretFile', 'privateKey', 'privateKeyFile'].includes(field);
}

async function loadBytes(found: FoundValue, inputs: Inputs): Promise<Uint8Array> {
  const { field, text: path, origin, fetch } = found;
  if (fetch) return fetch(inputs);
  refuseNetworkPath(found);
  const { bytes, readableByOthers = false } = isStdin(found)
    ? { bytes: await inputs.readStandardInput() }
    : await inputs.files.readSecretFile(path).catch((error: unknown) => {
        if (field === 'privateKey' && !endsLikeFileName(path)) throw neitherKeyNorPath(error, origin);
        const literal = field === 'clientSecretFile' ? 'SGID_CLIENT_SECRET' : 'SGID_PRIVATE_KEY';
        throw secretPathError(error, origin, path, literal);
      });
  if (readableByOthers) inputs.notices.add(exposedFileNotice(path));
  const text = decodeText(bytes).trim();
  if (text !== '') {
    if (isKeyText(text)) inputs.secrets.add(text);
    return bytes;
  }
  const input = isStdin(found) ? 'standard input' : `the file ${toPrintable(path)}`;
  throw new SgidError('ERR_FILE', `${origin}: ${input} is empty`, {
    hint: 'Check the command or file that it comes from.',
  });
}
