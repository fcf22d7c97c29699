import { resolve } from 'node:path';
import { SgidError } from '../errors/sgid-error.ts';
import { publicKeyMismatch } from '../keys/key-errors.ts';
import { decodeText } from '../keys/key-text.ts';
import { loadPrivateKey } from '../keys/private-key.ts';
import { belongTogether, findPublicKeys } from '../keys/public-key.ts';
import { readCredentialsFile } from '../settings/credentials-file.ts';
import type { SettingName } from '../settings/fields.ts';
import { namingOrigin } from '../settings/provider-binding.ts';
import { readRedirectUri } from '../settings/redirect-uri.ts';
import { missingCredentials } from '../settings/settings.ts';
import { DEFAULT_HOSTNAME, isLoopbackHost, readHostname } from '../sgid/endpoints.ts';
import { DEFAULT_SCOPE, readScope } from '../sgid/scopes.ts';
import { exposedFileNotice, pathError, secretPathError } from '../text/file-errors.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';
import type { InitOptions } from './init.ts';

/** The private key of a profile in the making: its text, or a file that stays where it is. */
export type DraftKey =
  | { readonly kind: 'text'; readonly text: string; readonly origin: string }
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array };

/** A profile in the making: what is known of it so far. */
export interface Draft {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly privateKey?: DraftKey | undefined;
  readonly passphrase?: string | undefined;
  /** The person does not want the passphrase to be saved. */
  readonly forgetsPassphrase?: boolean;
  readonly redirectUri?: string | undefined;
  /** Those of the file, when it has several. */
  readonly redirectUris?: readonly string[];
  /** The public key that came with the private one. */
  readonly publicKey?: string | undefined;
  readonly hostname?: string | undefined;
  readonly scope?: string | undefined;
}

/**
 * Begins a draft with what the options name.
 *
 * @throws SgidError `ERR_FILE`, `ERR_CREDENTIALS_FILE`
 */
export async function beginDraft(options: InitOptions, context: CommandContext): Promise<Draft> {
  const imported = options.from === undefined ? {} : tell(await importFile(options.from, context), context);
  const { privateKeyFile, redirectUri, hostname, scope } = options;
  return {
    ...imported,
    ...(privateKeyFile && { privateKey: await readKeyFile(privateKeyFile, context) }),
    ...(redirectUri && { redirectUri }),
    ...(hostname && { hostname }),
    ...(scope && { scope }),
  };
}

/** What a credentials file gave. */
export interface Import {
  readonly draft: Draft;
  /** What was understood of the file and what was not, for the person. */
  readonly words: readonly string[];
}

/** Says what an import gave, and passes on the draft. */
export function tell({ draft, words }: Import, { diagnostics }: CommandContext): Draft {
  for (const line of words) diagnostics.info(line);
  return draft;
}

/**
 * Reads a credentials file.
 *
 * @throws SgidError `ERR_FILE`, `ERR_CREDENTIALS_FILE`
 */
export async function importFile(path: string, context: CommandContext): Promise<Import> {
  const { diagnostics } = context;
  const bytes = await readSecrets(path, (error) => pathError(error, 'the credentials file', path), context);
  const { values, redirectUris, publicKey, recognised, ignored } = readCredentialsFile(
    decodeText(bytes),
    path,
  );
  const { clientSecretFile, privateKey, privateKeyFile, passphrase } = values;
  const clientSecret =
    values.clientSecret ?? (clientSecretFile && (await readSecretText(clientSecretFile, context)));
  diagnostics.hide([clientSecret, privateKey, passphrase].filter((value) => value !== undefined));
  const words = [`Found in ${toPrintable(path)}: ${recognised.map(({ name }) => name).join(', ')}.`];
  if (ignored.length > 0) words.push(`Not used: ${ignored.join(', ')}.`);
  const draft = { ...values, clientSecret, redirectUris, publicKey, privateKey: undefined };
  if (privateKey)
    return { draft: { ...draft, privateKey: { kind: 'text', text: privateKey, origin: path } }, words };
  if (!privateKeyFile) return { draft, words };
  return { draft: { ...draft, privateKey: await readKeyFile(privateKeyFile, context) }, words };
}

/**
 * Reads the file of a private key, which is not parsed yet.
 *
 * @throws SgidError `ERR_FILE`
 */
export async function readKeyFile(path: string, context: CommandContext): Promise<DraftKey> {
  const fail = (error: unknown): SgidError =>
    secretPathError(error, 'the private key', path, 'SGID_PRIVATE_KEY');
  return { kind: 'file', path: resolve(path), bytes: await readSecrets(path, fail, context) };
}

async function readSecretText(path: string, context: CommandContext): Promise<string> {
  const fail = (error: unknown): SgidError =>
    secretPathError(error, 'the client secret', path, 'SGID_CLIENT_SECRET');
  return decodeText(await readSecrets(path, fail, context)).trim();
}

async function readSecrets(
  path: string,
  toError: (error: unknown) => SgidError,
  { platform, diagnostics }: CommandContext,
): Promise<Uint8Array> {
  const { bytes, readableByOthers } = await platform.files.readSecretFile(path).catch((error: unknown) => {
    throw toError(error);
  });
  if (readableByOthers) diagnostics.warn(exposedFileNotice(path));
  return bytes;
}

/** A draft that has everything, and all of it usable. */
export type CompleteDraft = Draft & {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: DraftKey;
  readonly redirectUri: string;
  readonly hostname: string;
  readonly scope: string;
};

/** How the passphrase of an encrypted key is come by, where the draft has none. */
export type AskPassphrase = () => Promise<string | undefined>;

/**
 * Judges a draft but for its private key, see {@link judgeKey}. Scope and hostname have defaults.
 *
 * @throws SgidError with step `config`, for the first thing that is missing or unusable.
 */
export function judgeDraft(draft: Draft): CompleteDraft {
  const { clientId, clientSecret, privateKey, redirectUri } = draft;
  if (!clientId || !clientSecret || !privateKey || !redirectUri) throw incomplete(draft);
  const { hostname = DEFAULT_HOSTNAME, scope = DEFAULT_SCOPE } = draft;
  readRedirectUri(redirectUri);
  readHostname(hostname);
  readScope(scope);
  return { ...draft, clientId, clientSecret, privateKey, redirectUri, hostname, scope };
}

/**
 * Judges a private key: it parses, is RSA of 2048 bits or more, and belongs to the public key that came along.
 *
 * @throws SgidError `ERR_PRIVATE_KEY` and its like.
 */
export async function judgeKey(
  key: DraftKey,
  { publicKey, passphrase }: Pick<Draft, 'publicKey' | 'passphrase'>,
  askPassphrase?: AskPassphrase,
): Promise<void> {
  const origin = toPrintable(key.kind === 'file' ? key.path : key.origin);
  const opened = await namingOrigin(origin, () =>
    loadPrivateKey(
      key.kind === 'file' ? key.bytes : key.text,
      passphrase ? { passphrase } : { askPassphrase },
    ),
  );
  const publicKeys = findPublicKeys(publicKey ?? '');
  if (publicKeys.length > 0 && !belongTogether(opened, publicKeys)) throw publicKeyMismatch(origin);
}

/** `sgid login` can take its callback. */
function leadsHere(redirectUri: string): boolean {
  return URL.canParse(redirectUri) && isLoopbackHost(new URL(redirectUri).hostname);
}

function incomplete({
  clientId,
  clientSecret,
  privateKey,
  redirectUri,
  redirectUris = [],
}: Draft): SgidError {
  const missing: SettingName[] = [];
  if (!clientId) missing.push('clientId');
  if (!clientSecret) missing.push('clientSecret');
  if (!privateKey) missing.push('privateKey');
  if (!redirectUri) missing.push('redirectUri');
  const several = toPrintable(redirectUris.join(', '));
  const isChoice = missing.length === 1 && !redirectUri && redirectUris.length > 0;
  const message = isChoice
    ? 'the file has several redirect URIs, and it is not said which to use'
    : missingCredentials(missing, []).message;
  const best = redirectUris.find(leadsHere) ?? redirectUris[0] ?? '<uri>';
  const advice = [
    ...(redirectUri ? [] : [`give the redirect URI with --redirect-uri ${best}`]),
    ...(privateKey ? [] : ['give the private key with --private-key-file <path>']),
    ...(clientId && clientSecret ? [] : ['put client id and client secret into the file of --from']),
  ].join('; ');
  return new SgidError('ERR_MISSING_CREDENTIALS', message, {
    step: 'config',
    causes: redirectUris.length > 0 ? [`the redirect URIs of the file: ${several}`] : [],
    hint: `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`,
  });
}
