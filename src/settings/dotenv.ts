import { parseEnv } from 'node:util';
import { SgidError } from '../errors/sgid-error.ts';
import type { Files, SecretFile } from '../system/files.ts';
import { errorCode } from '../system/node-error.ts';
import { pathError } from '../text/file-errors.ts';
import { decodeText } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** Node's parser needs the square of the size for some texts. */
export const MAX_DOTENV_BYTES: number = 256 * 1024;

/**
 * Loads the file that `--dotenv` names. Without it `./.env` is loaded if it is there and a regular file: what a
 * strange folder holds under that name must not keep the program waiting.
 */
export async function loadDotenv(
  named: string | undefined,
  files: Pick<Files, 'readSecretFile'>,
  notices: Set<string>,
): Promise<{ path: string; variables: Variables; readableByOthers: boolean } | undefined> {
  const path = named ?? '.env';
  let file: SecretFile;
  try {
    file = await (named === undefined ? files.readSecretFile(path, 'regular') : files.readSecretFile(path));
  } catch (error) {
    const code = named === undefined ? errorCode(error) : '';
    // A folder called .env is a Python environment, not ours.
    if (code === 'ENOENT' || code === 'EISDIR') return undefined;
    if (code !== 'EFTYPE') throw pathError(error, 'the env file', path);
    notices.add(`${path} is ignored, because it is not a regular file; to read it, pass -e ${path}`);
    return undefined;
  }
  const { bytes, readableByOthers } = file;
  if (bytes.length > MAX_DOTENV_BYTES) {
    const message = `the env file ${toPrintable(path)} is larger than 256 KiB`;
    throw new SgidError('ERR_FILE', message, { hint: 'Check that it is the right file.' });
  }
  return { path, variables: parseDotenv(decodeText(bytes)), readableByOthers };
}

/** Parses `NAME=value` lines with quotes, comments and `export`; a PEM key needs no quotes. */
export function parseDotenv(text: string): Variables {
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
