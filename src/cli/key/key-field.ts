import { type CredentialsFile, readCredentialsFile } from '../../config/credentials-file.ts';
import { isPlainlyPath } from '../../config/key-or-path.ts';
import { isJwks } from '../../keys/jwk.ts';
import { SgidError } from '../../protocol/errors.ts';
import { isRecord, parseJson } from '../../protocol/guards.ts';
import { toPrintable } from '../../protocol/printable.ts';
import { findPublicKeyField } from './public-key-field.ts';

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
