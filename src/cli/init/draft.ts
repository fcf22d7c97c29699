import { resolve } from 'node:path';
import { readCredentialsFile } from '../../config/credentials-file.ts';
import { exposedFileNotice, fileError } from '../../config/file-errors.ts';
import { decodeText } from '../../keys/decode-text.ts';
import type { Platform } from '../../platform/platform.ts';
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
  const bytes = await readSecrets(path, 'the credentials file', context);
  const { values, redirectUris, publicKey, recognised, ignored } = readCredentialsFile(
    decodeText(bytes),
    path,
  );
  const { clientSecret, privateKey, privateKeyFile, passphrase } = values;
  diagnostics.hide([clientSecret, privateKey, passphrase].filter((value) => value !== undefined));
  const words = [`Found in ${toPrintable(path)}: ${recognised.map(({ name }) => name).join(', ')}.`];
  if (ignored.length > 0) words.push(`Not used: ${ignored.join(', ')}.`);
  const draft = { ...values, redirectUris, publicKey, privateKey: undefined };
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
  return { kind: 'file', path: resolve(path), bytes: await readSecrets(path, 'the private key', context) };
}

async function readSecrets(
  path: string,
  what: string,
  {
    platform,
    diagnostics,
  }: { platform: Pick<Platform, 'files'>; diagnostics: CommandContext['diagnostics'] },
): Promise<Uint8Array> {
  const { bytes, readableByOthers } = await platform.files.readSecretFile(path).catch((error: unknown) => {
    throw fileError(error, what, path);
  });
  if (readableByOthers) diagnostics.warn(exposedFileNotice(path));
  return bytes;
}
