import { namingOrigin, SgidError } from '../errors/sgid-error.ts';
import { looksLikeDer } from '../keys/encoding.ts';
import { isJwks } from '../keys/jwk.ts';
import { requireSoundKey, type UnlockedKey, unlockPrivateKey } from '../keys/private-key.ts';
import { findForeignClaims, findPublicKeys } from '../keys/public-key.ts';
import { type CredentialsFile, parseCredentialsFile } from '../settings/credentials-file.ts';
import { parseSecretText } from '../settings/profile-secrets.ts';
import type { SecretFile } from '../system/files.ts';
import type { Platform } from '../system/platform.ts';
import { heedSignals } from '../system/signals.ts';
import { exposedFileNotice, secretPathError } from '../text/file-errors.ts';
import { decodeText, isRecord, parseJson } from '../text/guards.ts';
import { isKeyText, isPlainlyPath } from '../text/key-or-path.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';
import { isAttended } from './credential-options.ts';
import { inputError, nameInput, readStandardInput } from './text-input.ts';

export const KEY_ARGUMENT = 'the key';

/** A private key as it was given, not yet unlocked. */
export interface KeyFile {
  /** What people call the file. */
  readonly name: string;
  readonly key: string | Uint8Array;
  /** The kind of file that the key is one value of, if it does not stand alone. */
  readonly container?: 'env' | 'json';
  /** What may hold its public half. */
  readonly publicKey: string | undefined;
  /** What stands beside the key in a credentials file. */
  readonly passphrase?: string | undefined;
  readonly readableByOthers: boolean;
}

/** Loads the key argument of a command: a key, or a credentials file or `.env` with one. */
export async function loadKeyFile(path: string, context: CommandContext): Promise<KeyFile> {
  const { bytes, readableByOthers } = await loadFile(KEY_ARGUMENT, path, context.platform);
  const name = nameInput(path);
  const text = looksLikeDer(Buffer.from(bytes)) ? '' : decodeText(bytes);
  // The other keys of a JWKS are other keys; in PEM, what stands beside a key belongs to it.
  const found = findKeyField(text, name) ?? { key: bytes, publicKey: /^\s*\{/.test(text) ? undefined : text };
  const secret = typeof found.key === 'string' ? found.key : text;
  if (isKeyText(secret)) context.diagnostics.hide([secret.trim()]);
  return { name, readableByOthers, ...found };
}

/**
 * Unlocks a key that was loaded. The passphrase comes from `--passphrase-file`, from beside the key, from
 * SGID_PRIVATE_KEY_PASSPHRASE, or from the person.
 */
export async function unlockKeyFile(
  file: KeyFile,
  passphraseFile: string | undefined,
  context: CommandContext,
): Promise<UnlockedKey> {
  const { diagnostics, platform } = context;
  const given =
    passphraseFile === undefined
      ? undefined
      : await loadPassphrase('--passphrase-file', passphraseFile, context);
  const stored = file.passphrase || platform.env['SGID_PRIVATE_KEY_PASSPHRASE'] || undefined;
  if (stored !== undefined) diagnostics.hide([stored]);
  const askPassphrase = async (): Promise<string | undefined> => {
    requireTerminal(
      context,
      'the private key is encrypted, and no passphrase was given',
      "Add --passphrase-file <path>, set SGID_PRIVATE_KEY_PASSPHRASE, or name the key's file on a terminal to be asked.",
    );
    return ask('Passphrase of the private key', context);
  };
  const unlocked = await namingOrigin(file.name, () =>
    unlockPrivateKey(file.key, { passphrase: given ?? stored, askPassphrase }),
  );
  if (given !== undefined && !unlocked.encrypted)
    diagnostics.warn('--passphrase-file is not needed: the private key is not encrypted');
  await heedSignals(platform.signal);
  return unlocked;
}

/**
 * Loads and unlocks a key that is to be used: RSA, large enough and sound. Warns of what `sgid key inspect` would
 * report of its file.
 */
export async function loadUsableKey(
  path: string,
  passphraseFile: string | undefined,
  context: CommandContext,
): Promise<UnlockedKey['key']> {
  const file = await loadKeyFile(path, context);
  if (file.readableByOthers) context.diagnostics.warn(exposedFileNotice(path));
  const { key } = await unlockKeyFile(file, passphraseFile, context);
  await namingOrigin(file.name, () => requireSoundKey(key));
  const claim = { origin: file.name, keys: findPublicKeys(file.publicKey ?? '') };
  if (findForeignClaims(key, [claim]).length > 0)
    context.diagnostics.warn(`${file.name}: the public key in it does not belong to the private key`);
  return key;
}

type KeyField = Pick<KeyFile, 'key' | 'container' | 'publicKey' | 'passphrase'>;

/** The private key in the text of a credentials file or `.env`; `undefined` for any other text, such as a key. */
function findKeyField(text: string, name: string): KeyField | undefined {
  const container = /^\s*[[{]/.test(text) ? 'json' : 'env';
  const credentials =
    container === 'json' ? parseJsonCredentials(text, name) : parseEnvCredentials(text, name);
  if (credentials === undefined) return undefined;
  const { privateKey, privateKeyFile, passphrase, publicKey } = credentials.values;
  const path = privateKey === undefined ? privateKeyFile : isPlainlyPath(privateKey) ? privateKey : undefined;
  if (path !== undefined) {
    const reason = `${name} holds the path of the private key, not the key itself`;
    const shown = isPlainlyPath(path) ? `: ${toPrintable(path)}` : '';
    throw new SgidError('ERR_CREDENTIALS_FILE', reason, { hint: `Run the command on that file${shown}.` });
  }
  if (!privateKey?.trim()) {
    const hint = 'Expected: SGID_PRIVATE_KEY="..." in a .env, or the field privateKey in JSON.';
    throw new SgidError('ERR_CREDENTIALS_FILE', `${name} holds no private key`, { hint });
  }
  return { key: privateKey, container, publicKey, passphrase };
}

function parseJsonCredentials(text: string, name: string): CredentialsFile | undefined {
  const json = parseJson(text);
  const isJwk = isJwks(json) || (isRecord(json) && 'kty' in json);
  // A JWK that was escaped as a whole is not JSON, but a key.
  return isJwk || /^\s*\{\s*\\/.test(text) ? undefined : parseCredentialsFile(text, name);
}

/** Names count, not looks: the attributes that openssl writes around PEM are env-shaped, too. */
function parseEnvCredentials(text: string, name: string): CredentialsFile | undefined {
  try {
    const credentials = parseCredentialsFile(text, name);
    const { privateKey, privateKeyFile } = credentials.values;
    const holdsKey = privateKey !== undefined || privateKeyFile !== undefined;
    return holdsKey || !text.includes('-----BEGIN') ? credentials : undefined;
  } catch (error) {
    if (error instanceof SgidError) return undefined;
    throw error;
  }
}

/**
 * Loads a file with a key or passphrase, or standard input for `-`. `origin` is the option or argument that the path
 * comes from.
 */
export async function loadFile(origin: string, path: string, platform: Platform): Promise<SecretFile> {
  const hint = `Name a file for ${origin}, or redirect standard input: < file`;
  const file =
    path === '-'
      ? { bytes: await readStandardInput({ what: origin, hint }, platform), readableByOthers: false }
      : await platform.files.readSecretFile(path).catch((error: unknown) => {
          throw secretPathError(error, origin, path, 'a file or pipe');
        });
  if (decodeText(file.bytes).trim() !== '') return file;
  const reason = `${origin}: ${path === '-' ? '' : 'the file '}${nameInput(path)} is empty`;
  throw inputError(reason, 'Check the command or file that it comes from.');
}

/** The passphrase for an encrypted output: that of a file, else asked for twice. */
export async function obtainNewPassphrase(
  path: string | undefined,
  context: CommandContext,
): Promise<string> {
  const option = '--out-passphrase-file';
  if (path !== undefined) return loadPassphrase(option, path, context);
  const hint = `Add ${option} <path>, or run the command on a terminal to be asked.`;
  requireTerminal(context, 'no passphrase was given for the encrypted output', hint);
  const passphrase = (await ask('New passphrase', context)) ?? '';
  requireUsable(passphrase, 'New passphrase');
  if ((await ask('The same again', context)) === passphrase) return passphrase;
  throw passphraseError('the two new passphrases differ', 'Run the command again, and type the same twice.');
}

async function loadPassphrase(option: string, path: string, context: CommandContext): Promise<string> {
  const { bytes, readableByOthers } = await loadFile(option, path, context.platform);
  if (readableByOthers) context.diagnostics.warn(exposedFileNotice(path));
  const passphrase = parseSecretText(bytes);
  context.diagnostics.hide([passphrase]);
  requireUsable(passphrase, option);
  return passphrase;
}

async function ask(question: string, { platform, diagnostics }: CommandContext): Promise<string | undefined> {
  const answer = (await platform.terminal.askSecret(question, platform.signal)) || undefined;
  if (answer !== undefined) diagnostics.hide([answer]);
  return answer;
}

function requireTerminal({ platform }: CommandContext, message: string, hint: string): void {
  if (!isAttended(platform)) throw passphraseError(message, hint);
}

/** OpenSSL opens nothing with a longer one, in bytes of UTF-8. */
const LONGEST_PASSPHRASE = 1024;

function requireUsable(passphrase: string, origin: string): void {
  const refuse = (reason: string, hint: string): SgidError =>
    passphraseError(`${origin}: the passphrase ${reason}`, hint);
  if (passphrase === '')
    throw refuse('is empty', 'Give one that is not, for example from: openssl rand -base64 24');
  // A wrong file, too, ends here.
  if (/\p{Cc}/u.test(passphrase))
    throw refuse('holds line breaks or other control characters', 'Put it alone on one line of the file.');
  if (Buffer.byteLength(passphrase) > LONGEST_PASSPHRASE)
    throw refuse(`is longer than ${LONGEST_PASSPHRASE} bytes`, 'Give a shorter one.');
}

function passphraseError(message: string, hint: string): SgidError {
  return new SgidError('ERR_PRIVATE_KEY_PASSPHRASE', message, { hint });
}
