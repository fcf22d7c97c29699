import type { KeyObject } from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { publicKeyMismatch } from '../keys/key-errors.ts';
import { loadPrivateKey } from '../keys/private-key.ts';
import { belongTogether, findPublicKeys } from '../keys/public-key.ts';
import { errorCode } from '../system/node-error.ts';
import { fileError, namingOrigin, secretPathError } from '../text/file-errors.ts';
import { decodeText } from '../text/guards.ts';
import { endsLikeFileName, isKeyText } from '../text/key-or-path.ts';
import { toPrintable } from '../text/printable.ts';
import { type Inputs, loadSecretFile, parseSecretText } from './inputs.ts';
import { type FoundValue, findValue, type Source } from './sources.ts';

/** @throws SgidError `ERR_FILE` when its file cannot be read or is empty, `ERR_SECRET_SOURCE`. */
export async function loadClientSecret(found: FoundValue, inputs: Inputs): Promise<string> {
  const isLiteral = found.field === 'clientSecret' && !found.fetch;
  const secret = isLiteral ? found.text : parseSecretText(await loadBytes(found, inputs));
  inputs.secrets.add(secret.trim());
  if (/\s/.test(secret)) inputs.notices.add(`the client secret from ${found.origin} holds white space`);
  if (/^\s*(["'`]).*\1\s*$/s.test(secret)) {
    inputs.notices.add(`the client secret from ${found.origin} has quotes around it, which are sent with it`);
  }
  return secret;
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
  const known = passphrase && !passphrase.fetch ? { passphrase: passphrase.text } : { askPassphrase };
  return namingOrigin(found.origin, () => loadPrivateKey(input, known));
}

/** An error for each public key that came along with a private key and is not its own. */
export function findMismatches(key: KeyObject, sources: readonly Source[]): readonly SgidError[] {
  return sources.flatMap(({ values: { publicKey } }) => {
    const publicKeys = findPublicKeys(publicKey?.text ?? '');
    if (publicKey === undefined || publicKeys.length === 0 || belongTogether(key, publicKeys)) return [];
    return [publicKeyMismatch(toPrintable(publicKey.origin))];
  });
}

/** Whether a value is to be read from standard input: `-` in the place of a path. */
export function isStdin({ field, text }: FoundValue): boolean {
  return text === '-' && ['clientSecretFile', 'privateKey', 'privateKeyFile'].includes(field);
}

async function loadBytes(found: FoundValue, inputs: Inputs): Promise<Uint8Array> {
  const { field, text: path, origin, fetch } = found;
  if (fetch) return fetch(inputs);
  const bytes = isStdin(found)
    ? await inputs.readStdin().catch((error: unknown) => {
        throw errorCode(error) === 'EFBIG' ? fileError(error, `${origin}:`, 'standard input') : error;
      })
    : await loadSecretFile(path, inputs, (error) => {
        if (field === 'privateKey' && !endsLikeFileName(path)) return neitherKeyNorPath(error, origin);
        const literal = field === 'clientSecretFile' ? 'SGID_CLIENT_SECRET' : 'SGID_PRIVATE_KEY';
        return secretPathError(error, origin, path, literal);
      });
  const text = decodeText(bytes).trim();
  if (text !== '') {
    if (field !== 'clientSecretFile' && isKeyText(text)) inputs.secrets.add(text);
    return bytes;
  }
  const input = isStdin(found) ? 'standard input' : `the file ${toPrintable(path)}`;
  throw new SgidError('ERR_FILE', `${origin}: ${input} is empty`, {
    hint: 'Check the command or file that it comes from.',
  });
}

function neitherKeyNorPath(error: unknown, origin: string): SgidError {
  const message = `${origin} holds neither a private key nor the path of one (${errorCode(error) ?? 'unknown error'})`;
  return new SgidError('ERR_FILE', message, {
    causes: [
      'the key lost its BEGIN line or its line breaks',
      'the path is wrong: it starts at the current folder',
    ],
    hint: 'Put the key into double quotes, its BEGIN and END lines included, or set SGID_PRIVATE_KEY_PATH to its path.',
  });
}
