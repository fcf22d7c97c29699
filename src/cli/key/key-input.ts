import type { KeyObject } from 'node:crypto';
import { exposedFileNotice } from '../../config/file-errors.ts';
import { isKeyText } from '../../config/key-or-path.ts';
import { namingOrigin } from '../../config/name-origin.ts';
import { decodeText } from '../../keys/decode-text.ts';
import { looksLikeDer } from '../../keys/der.ts';
import { type OpenedKey, openPrivateKey } from '../../keys/open-private-key.ts';
import { requireSoundKey } from '../../keys/private-key.ts';
import { belongTogether, findPublicKeys } from '../../keys/public-key.ts';
import type { CommandContext } from '../command-context.ts';
import type { KeyInputOptions } from '../commands/key.ts';
import { findKeyField, type KeyField } from './key-field.ts';
import { nameInput, readKeyFile } from './key-file.ts';
import { KEY_ARGUMENT } from './key-options.ts';
import { askPassphrase, readPassphraseFile } from './key-passphrase.ts';

/** A private key as it was given, not yet opened. */
export interface KeyInput {
  readonly path: string;
  /** What people call the input. */
  readonly name: string;
  readonly key: string | Uint8Array;
  /** The kind of file that the key is one value of, if it does not stand alone. */
  readonly container?: KeyField['container'];
  /** What may hold its public half: the value of that name, else all of the input. */
  readonly publicKey: string | undefined;
  /** What stands beside the key in a credentials file. */
  readonly passphrase?: string | undefined;
  readonly readableByOthers: boolean;
}

/** Reads the key argument of a command: a key, or a credentials file or `.env` with one. */
export async function readKeyInput(path: string, context: CommandContext): Promise<KeyInput> {
  const { bytes, readableByOthers } = await readKeyFile(KEY_ARGUMENT, path, context.platform);
  const name = nameInput(path);
  const text = looksLikeDer(Buffer.from(bytes)) ? '' : decodeText(bytes);
  // The other keys of a JWKS are other keys; in PEM, what stands beside a key belongs to it.
  const found = findKeyField(text, name) ?? { key: bytes, publicKey: /^\s*\{/.test(text) ? undefined : text };
  const secret = typeof found.key === 'string' ? found.key : text;
  if (isKeyText(secret)) context.diagnostics.hide([secret.trim()]);
  return { path, name, readableByOthers, ...found };
}

/**
 * Opens a key that was read. The passphrase comes from `--passphrase-file`, from beside the key, from
 * SGID_PRIVATE_KEY_PASSPHRASE, or from the person.
 *
 * @throws SgidError `ERR_FILE`, `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`, `ERR_PRIVATE_KEY_PASSPHRASE`.
 */
export async function openKeyInput(
  input: KeyInput,
  { passphraseFile }: KeyInputOptions,
  context: CommandContext,
): Promise<OpenedKey> {
  const given =
    passphraseFile === undefined
      ? undefined
      : await readPassphraseFile('--passphrase-file', passphraseFile, context);
  const stored = input.passphrase || context.platform.env['SGID_PRIVATE_KEY_PASSPHRASE'] || undefined;
  if (stored !== undefined) context.diagnostics.hide([stored]);
  const opened = await namingOrigin(input.name, () =>
    openPrivateKey(input.key, {
      passphrase: given ?? stored,
      askPassphrase: () => askPassphrase(context),
    }),
  );
  if (given !== undefined && !opened.encrypted)
    context.diagnostics.warn('--passphrase-file was not needed: the private key is not encrypted');
  return opened;
}

/**
 * Reads and opens a key that is to be used: RSA, large enough and sound. Warns of what `sgid key inspect` would
 * tell about its file.
 *
 * @throws SgidError as `readKeyInput` and `openKeyInput` do, and `ERR_PRIVATE_KEY_SIZE`.
 */
export async function loadKeyInput(
  path: string,
  options: KeyInputOptions,
  context: CommandContext,
): Promise<KeyObject> {
  const input = await readKeyInput(path, context);
  if (input.readableByOthers) context.diagnostics.warn(exposedFileNotice(path));
  const { key } = await openKeyInput(input, options, context);
  await namingOrigin(input.name, () => requireSoundKey(key));
  const publicKeys = input.publicKey === undefined ? [] : findPublicKeys(input.publicKey);
  if (publicKeys.length > 0 && !belongTogether(key, publicKeys))
    context.diagnostics.warn(`${input.name}: the public key in it does not belong to the private key`);
  return key;
}
