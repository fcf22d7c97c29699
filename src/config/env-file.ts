import { parseEnv } from 'node:util';
import { decodeText } from '../keys/decode-text.ts';
import type { Files } from '../platform/files.ts';
import { errorCode } from '../platform/node-error.ts';
import { fileError } from './file-errors.ts';

/** The file that is read when `--env-file` names none. */
const DEFAULT_ENV_FILE = '.env';

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
 * @param path The value of `--env-file`. Without it `./.env` is read if it is there.
 * @throws SgidError `ERR_FILE` when it cannot be read, or when a file named by `path` is missing.
 */
export async function readEnvFile(
  path: string | undefined,
  files: Pick<Files, 'readSecretFile'>,
): Promise<EnvFile | undefined> {
  const name = path ?? DEFAULT_ENV_FILE;
  try {
    const { bytes, readableByOthers } = await files.readSecretFile(name);
    return {
      path: name,
      variables: parseEnvText(decodeText(bytes)),
      variablesToNode: parseEnv(Buffer.from(bytes).toString('utf8')),
      readableByOthers,
    };
  } catch (error) {
    // A folder called .env is a Python environment, not ours.
    if (path === undefined && ['ENOENT', 'EISDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw fileError(error, 'the env file', name);
  }
}

/** Parses env-shaped text: `NAME=value` lines, quotes, comments, `export`; a PEM key needs no quotes. */
export function parseEnvText(text: string): Readonly<Record<string, string | undefined>> {
  return parseEnv(text.replace(/^\uFEFF/, '').replace(BARE_PEM, '$1"$2"'));
}

// Without quotes, parseEnv would keep the first line of a key and lose the variable that follows it.
const BARE_PEM =
  /^([ \t]*(?:export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=[ \t]*)(-----BEGIN [A-Z0-9 ]+-----[^"'`]*?-----END [A-Z0-9 ]+-----)/gm;
