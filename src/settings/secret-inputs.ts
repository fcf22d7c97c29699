import type { KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { publicKeyMismatch } from '../keys/key-errors.ts';
import { decodeText } from '../keys/key-text.ts';
import { loadPrivateKey } from '../keys/private-key.ts';
import { belongTogether, findPublicKeys } from '../keys/public-key.ts';
import type { Files } from '../system/files.ts';
import { errorCode } from '../system/node-error.ts';
import { exposedFileNotice, fileError, secretPathError } from '../text/file-errors.ts';
import { endsLikeFileName, isKeyText } from '../text/key-or-path.ts';
import { toPrintable } from '../text/printable.ts';
import { namingOrigin } from './provider-binding.ts';
import type { Findings } from './settings.ts';
import { type CredentialSource, type FoundValue, findValue } from './sources.ts';

/** Where secrets that are not literals are read from. */
export interface SecretInputs {
  readonly files: Pick<Files, 'readSecretFile'>;
  /** Reads standard input to its end; asked at most once. */
  readStdin(): Promise<Uint8Array>;
}

const STDIN = '-';

/** Whether a value is to be read from standard input: `-` in the place of a path. */
export function isStdin({ field, text }: FoundValue): boolean {
  return text === STDIN && field !== 'clientSecret';
}

/**
 * The client secret itself. What comes from a file or from elsewhere loses one trailing newline and a byte order
 * mark, nothing else.
 *
 * @throws SgidError `ERR_FILE` when its file cannot be read or is empty, `ERR_SECRET_SOURCE`.
 */
export async function readClientSecret(
  found: FoundValue,
  inputs: SecretInputs,
  findings: Findings,
): Promise<string> {
  const secret = await readText(found, inputs, findings);
  if (secret.trim() === '') throw emptyInput(found);
  findings.secrets.add(secret.trim());
  if (/\s/.test(secret)) findings.notices.add(`the client secret from ${found.origin} holds white space`);
  if (/^\s*(["'`]).*\1\s*$/s.test(secret)) {
    findings.notices.add(
      `the client secret from ${found.origin} has quotes around it, which are sent with it`,
    );
  }
  return secret;
}

/**
 * The passphrase itself, less the trailing newline where it comes from elsewhere.
 *
 * @throws SgidError `ERR_SECRET_SOURCE`, `ERR_FILE`
 */
export async function readPassphrase({ text, fetch }: FoundValue, findings: Findings): Promise<string> {
  return fetch ? withoutNewline(await fetch(findings)) : text;
}

/**
 * The private key as it was given, not yet parsed: its text, or the bytes of its file.
 *
 * @throws SgidError `ERR_FILE` when its file cannot be read or is empty, `ERR_SECRET_SOURCE`.
 */
export async function readKeyInput(
  found: FoundValue,
  inputs: SecretInputs,
  findings: Findings,
): Promise<string | Uint8Array> {
  if (found.fetch) return found.fetch(findings);
  if (found.field === 'privateKey' && isKeyText(found.text)) return found.text;
  const bytes = await readInput(found, inputs, findings);
  const text = decodeText(bytes).trim();
  if (text === '') throw emptyInput(found);
  if (isKeyText(text)) findings.secrets.add(text);
  return bytes;
}

async function readText(found: FoundValue, inputs: SecretInputs, findings: Findings): Promise<string> {
  if (found.fetch) return withoutNewline(await found.fetch(findings));
  return found.field === 'clientSecretFile'
    ? withoutNewline(await readInput(found, inputs, findings))
    : found.text;
}

function withoutNewline(bytes: Uint8Array): string {
  return decodeText(bytes).replace(/\r?\n$/, '');
}

async function readInput(found: FoundValue, inputs: SecretInputs, findings: Findings): Promise<Uint8Array> {
  const { field, text: path, origin } = found;
  if (isStdin(found)) return readStdin(origin, inputs);
  try {
    const { bytes, readableByOthers } = await inputs.files.readSecretFile(path);
    if (readableByOthers) findings.notices.add(exposedFileNotice(path));
    return bytes;
  } catch (error) {
    if (field === 'privateKey' && !endsLikeFileName(path)) throw neitherKeyNorPath(error, origin);
    const literal = field === 'clientSecretFile' ? 'SGID_CLIENT_SECRET' : 'SGID_PRIVATE_KEY';
    throw secretPathError(error, origin, path, literal);
  }
}

async function readStdin(origin: string, inputs: SecretInputs): Promise<Uint8Array> {
  try {
    return await inputs.readStdin();
  } catch (error) {
    if (errorCode(error) !== 'EFBIG') throw error;
    throw fileError(error, `${origin}:`, 'standard input');
  }
}

function neitherKeyNorPath(error: unknown, origin: string): SgidError {
  return new SgidError(
    'ERR_FILE',
    `${origin} holds neither a private key nor the path of one (${errorCode(error) ?? 'unknown error'})`,
    {
      step: 'config',
      causes: [
        'the key lost its BEGIN line or its line breaks',
        'the path is wrong: it starts at the current folder',
      ],
      hint: 'Put the key into double quotes, its BEGIN and END lines included, or set SGID_PRIVATE_KEY_PATH to its path.',
    },
  );
}

function emptyInput(found: FoundValue): SgidError {
  const input = isStdin(found) ? 'standard input' : `the file ${toPrintable(found.text)}`;
  return new SgidError('ERR_FILE', `${found.origin}: ${input} is empty`, {
    step: 'config',
    hint: 'Check the command or file that it comes from.',
  });
}

/** What a key is read with. */
export interface KeyInputs extends SecretInputs {
  /** Asks for the passphrase of an encrypted key. Present on a terminal only. */
  askPassphrase?(): Promise<string | undefined>;
}

/**
 * Reads the private key that was found, with the passphrase that goes with it. Notes when a public key came along
 * that is not its own.
 *
 * @throws SgidError `ERR_PRIVATE_KEY*`, `ERR_FILE`, `ERR_SECRET_SOURCE`
 */
export async function openPrivateKey(
  found: FoundValue,
  sources: readonly CredentialSource[],
  from: KeyInputs,
  findings: Findings,
): Promise<KeyObject> {
  const input = await readKeyInput(found, from, findings);
  // The passphrase of a profile is that of its own key.
  const places = sources.filter(({ kind }) => kind !== 'profile' || found.kind === 'profile');
  const passphrase = findValue(places, ['passphrase'], findings);
  const askPassphrase = async (): Promise<string | undefined> => {
    const answer = passphrase ? await readPassphrase(passphrase, findings) : await from.askPassphrase?.();
    if (answer) findings.secrets.add(answer);
    return answer;
  };
  const key = await namingOrigin(found.origin, () =>
    loadPrivateKey(
      input,
      passphrase && !passphrase.fetch ? { passphrase: passphrase.text } : { askPassphrase },
    ),
  );
  for (const { publicKey } of sources) {
    const publicKeys = findPublicKeys(publicKey?.text ?? '');
    if (publicKey === undefined || publicKeys.length === 0 || belongTogether(key, publicKeys)) continue;
    findings.notices.add(publicKeyMismatch(toPrintable(publicKey.origin)).message);
  }
  return key;
}
