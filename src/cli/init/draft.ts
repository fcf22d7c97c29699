import { resolve } from 'node:path';
import { readCredentialsFile } from '../../config/credentials-file.ts';
import { exposedFileNotice } from '../../config/file-errors.ts';
import { pathError, secretPathError } from '../../config/path-error.ts';
import { decodeText } from '../../keys/decode-text.ts';
import type { SgidError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CommandContext } from '../command-context.ts';
import type { InitOptions } from '../commands/init.ts';

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
