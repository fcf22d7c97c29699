import { parseEnv } from 'node:util';
import { SgidError } from '../errors/sgid-error.ts';
import { decodeText } from '../keys/key-text.ts';
import type { Files, SecretFile } from '../system/files.ts';
import { errorCode } from '../system/node-error.ts';
import { pathError } from '../text/file-errors.ts';
import { toPrintable } from '../text/printable.ts';

/** The file that is read when `--dotenv` names none. */
const DEFAULT_ENV_FILE = '.env';

/** The most that env-shaped text may take up: Node's parser needs the square of it for some. */
export const MAX_ENV_BYTES: number = 256 * 1024;

/** A `.env` file's variables. */
export interface EnvFile {
  readonly path: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** What Node's own `--env-file` makes of it: byte order marks and unquoted keys are not understood. */
  readonly variablesToNode: Readonly<Record<string, string | undefined>>;
  readonly readableByOthers: boolean;
}

/**
 * Reads a `.env` file.
 *
 * @param path the value of `--dotenv`. Without it `./.env` is read if it is there and a regular file: what a
 *   strange folder holds under that name must not keep the program waiting.
 * @param notices Gets a warning when `./.env` is anything else.
 * @throws SgidError `ERR_FILE` when it cannot be read, or when a file named by `path` is missing.
 */
export async function readEnvFile(
  path: string | undefined,
  files: Pick<Files, 'readSecretFile'>,
  notices: Set<string>,
): Promise<EnvFile | undefined> {
  const name = path ?? DEFAULT_ENV_FILE;
  const file = await readFile(path, name, files, notices);
  if (file === undefined) return undefined;
  const { bytes, readableByOthers } = file;
  if (bytes.length > MAX_ENV_BYTES) {
    throw new SgidError('ERR_FILE', `the env file ${toPrintable(name)} is larger than 256 KiB`, {
      step: 'config',
      hint: 'Check that it is the right file.',
    });
  }
  return {
    path: name,
    variables: parseEnvText(decodeText(bytes)),
    variablesToNode: parseEnv(Buffer.from(bytes).toString('utf8')),
    readableByOthers,
  };
}

async function readFile(
  path: string | undefined,
  name: string,
  files: Pick<Files, 'readSecretFile'>,
  notices: Set<string>,
): Promise<SecretFile | undefined> {
  try {
    // Awaited here, so that a failure is caught.
    return await files.readSecretFile(name, ...(path === undefined ? (['regular'] as const) : []));
  } catch (error) {
    if (path !== undefined) throw pathError(error, 'the env file', name);
    const code = errorCode(error) ?? '';
    // A folder called .env is a Python environment, not ours.
    if (['ENOENT', 'EISDIR'].includes(code)) return undefined;
    if (code !== 'EFTYPE') throw pathError(error, 'the env file', name);
    notices.add(`${name} is not read, because it is no regular file; if it is meant, pass -e ${name}`);
    return undefined;
  }
}

/** Parses env-shaped text: `NAME=value` lines, quotes, comments, `export`; a PEM key needs no quotes. */
export function parseEnvText(text: string): Readonly<Record<string, string | undefined>> {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(BARE_PEM, '$1"$2"')
    .matchAll(ASSIGNMENT);
  return parseEnv(Array.from(lines, ([, name = '', value = '']) => `${name}=${value}\n`).join(''));
}

// Given any other line, parseEnv would lose the variable that follows it; nor does it know tabs for blanks.
const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*((?:"[^"]*"|'[^']*'|`[^`]*`)?[^\r\n]*)/gm;

// Without quotes, parseEnv would keep the first line of a key and lose the variable that follows it.
const BARE_PEM =
  /^([ \t]*(?:export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=[ \t]*)(-----BEGIN [A-Z0-9 ]+-----(?:(?!-----BEGIN )[^"'`])*?-----END [A-Z0-9 ]+-----)/gm;
