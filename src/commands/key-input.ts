import type { KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { looksLikeDer } from '../keys/der.ts';
import { isJwks } from '../keys/jwk.ts';
import { decodeText } from '../keys/key-text.ts';
import { type OpenedKey, openPrivateKey } from '../keys/open-private-key.ts';
import { requireSoundKey } from '../keys/private-key.ts';
import { belongTogether, findPublicKeys } from '../keys/public-key.ts';
import { type CredentialsFile, readCredentialsFile } from '../settings/credentials-file.ts';
import { parseEnvText } from '../settings/dotenv.ts';
import { namingOrigin } from '../settings/provider-binding.ts';
import type { SecretFile } from '../system/files.ts';
import type { Platform } from '../system/platform.ts';
import { exposedFileNotice, secretPathError } from '../text/file-errors.ts';
import { isRecord, parseJson } from '../text/guards.ts';
import { isKeyText, isPlainlyPath } from '../text/key-or-path.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';
import type { KeyInputOptions } from './key.ts';
import { askPassphrase, KEY_ARGUMENT, readPassphraseFile } from './key-output.ts';
import { readStandardInput, STANDARD_INPUT } from './text-input.ts';

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

/** A private key that is one value of a file, and what stands beside it. */
export interface KeyField {
  readonly key: string;
  /** The kind of file. */
  readonly container: 'env' | 'json';
  readonly publicKey: string | undefined;
  readonly passphrase: string | undefined;
}

/**
 * Finds the private key in the text of a credentials file or `.env`; `undefined` for any other text, such as a key.
 *
 * @param name What people call the file.
 * @throws SgidError `ERR_CREDENTIALS_FILE` when the file is broken, has no key or only the path of one.
 */
export function findKeyField(text: string, name: string): KeyField | undefined {
  const container = /^\s*[[{]/.test(text) ? 'json' : 'env';
  const values = container === 'json' ? readJson(text, name) : readEnv(text, name);
  if (values === undefined) return undefined;
  const { privateKey, privateKeyFile, passphrase } = values;
  const path = privateKey === undefined ? privateKeyFile : isPlainlyPath(privateKey) ? privateKey : undefined;
  if (path !== undefined) throw keyElsewhere(name, path);
  if (!privateKey?.trim()) throw noKey(name);
  return { key: privateKey, container, publicKey: findPublicKeyField(text), passphrase };
}

type Values = CredentialsFile['values'];

function readJson(text: string, name: string): Values | undefined {
  const json = parseJson(text);
  const isJwk = isJwks(json) || (isRecord(json) && 'kty' in json);
  // A JWK that was escaped as a whole is no JSON, but a key.
  if (isJwk || /^\s*\{\s*\\/.test(text)) return undefined;
  return readCredentialsFile(text, name).values;
}

/** Names count, not looks: the attributes that openssl writes around PEM are env-shaped, too. */
function readEnv(text: string, name: string): Values | undefined {
  const values = valuesAmong(text, name);
  const holdsKey = values?.privateKey !== undefined || values?.privateKeyFile !== undefined;
  return holdsKey || !text.includes('-----BEGIN') ? values : undefined;
}

/** `undefined` for a text in which nothing is recognised, such as a key. */
function valuesAmong(text: string, name: string): Values | undefined {
  try {
    return readCredentialsFile(text, name).values;
  } catch (error) {
    if (error instanceof SgidError) return undefined;
    throw error;
  }
}

function keyElsewhere(name: string, path: string): SgidError {
  return new SgidError(
    'ERR_CREDENTIALS_FILE',
    `${name} holds the path of the private key, not the key itself`,
    {
      step: 'config',
      hint: `Run the command on that file${isPlainlyPath(path) ? `: ${toPrintable(path)}` : ''}.`,
    },
  );
}

function noKey(name: string): SgidError {
  return new SgidError('ERR_CREDENTIALS_FILE', `${name} holds no private key`, {
    step: 'config',
    hint: 'Expected is SGID_PRIVATE_KEY="..." in a .env, or the field privateKey in JSON.',
  });
}

/** How the public key may be called in a credentials file or `.env`; case, `_` and `-` do not matter. */
const NAMES = ['publickey', 'publickeypem', 'sgidpublickey'];

/** Nested objects beyond this depth are not searched. */
const MAXIMUM_DEPTH = 3;

/** The public key in the text of a credentials file or `.env`: PEM and its like, or the text of a JWK. */
export function findPublicKeyField(text: string): string | undefined {
  const value = findValue(parseJson(text) ?? parseEnvText(text), 0);
  return typeof value === 'string' || value === undefined ? value : JSON.stringify(value);
}

function findValue(node: unknown, depth: number): unknown {
  if (depth > MAXIMUM_DEPTH) return undefined;
  const entries = isRecord(node)
    ? Object.entries(node)
    : Array.isArray(node)
      ? node.map((item) => ['', item])
      : [];
  const own = entries.find(
    ([name, value]) => isPublicKeyName(name) && (typeof value === 'string' || isRecord(value)),
  );
  if (own !== undefined) return own[1];
  return entries.map(([, value]) => findValue(value, depth + 1)).find((value) => value !== undefined);
}

function isPublicKeyName(name: string): boolean {
  return NAMES.includes(name.toLowerCase().replaceAll(/[_-]/g, ''));
}

/** What people call an input. */
export function nameInput(path: string): string {
  return path === '-' ? STANDARD_INPUT : toPrintable(path);
}

/**
 * Reads a file with a key or passphrase, or standard input for `-`.
 *
 * @param origin The option or argument that the path comes from.
 * @throws SgidError `ERR_FILE` when it cannot be read or holds nothing, `ERR_USAGE` when a person would have to type it.
 */
export async function readKeyFile(origin: string, path: string, platform: Platform): Promise<SecretFile> {
  const file = path === '-' ? await readPiped(origin, platform) : await readPath(origin, path, platform);
  if (decodeText(file.bytes).trim() !== '') return file;
  throw new SgidError(
    'ERR_FILE',
    `${origin}: ${path === '-' ? '' : 'the file '}${nameInput(path)} is empty`,
    {
      step: 'config',
      hint: 'Check the command or file that it comes from.',
    },
  );
}

async function readPath(origin: string, path: string, { files }: Platform): Promise<SecretFile> {
  try {
    return await files.readSecretFile(path);
  } catch (error) {
    throw secretPathError(error, origin, path, 'a file or pipe');
  }
}

async function readPiped(origin: string, platform: Platform): Promise<SecretFile> {
  const hint = `Name a file for ${origin}, or redirect standard input: < file`;
  return { bytes: await readStandardInput({ what: origin, hint }, platform), readableByOthers: false };
}
