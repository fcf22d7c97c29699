import { errorCode } from '../platform/node-error.ts';
import { SgidError } from '../protocol/errors.ts';
import { fileError } from './file-errors.ts';
import { isKeyText, isPlainlyPath } from './key-or-path.ts';

/**
 * The `ERR_FILE` for a path that a flag or variable gave and that could not be read. Key text in the place of
 * the path is told as such and not repeated.
 *
 * @param what What the file is to the reader, for example `the credentials file`.
 */
export function pathError(error: unknown, what: string, path: string): SgidError {
  return isKeyText(path) ? textForPath(what) : fileError(error, what, path);
}

/**
 * The `ERR_FILE` for the path of a secret. What is not there and not plainly a path may be the secret itself, so
 * it is not repeated, nor is Node's error, which quotes it.
 *
 * @param origin The flag or variable, for example `SGID_PRIVATE_KEY_PATH`.
 * @param literal The variable that takes the secret itself.
 */
export function secretPathError(error: unknown, origin: string, path: string, literal: string): SgidError {
  if (isKeyText(path)) return textForPath(origin, literal);
  const code = errorCode(error) ?? 'unknown error';
  if (EXISTING.includes(code) || isPlainlyPath(path)) return fileError(error, `${origin}: the file`, path);
  return new SgidError('ERR_FILE', `${origin} does not hold the path of a file (${code})`, {
    step: 'config',
    causes: ['the path is wrong: it starts at the current folder', 'it is the secret itself'],
    hint: `Write the path with its folder, for example ./secret.txt; a secret itself goes into ${literal}.`,
  });
}

/** Codes that only a path gets at whose end there is something. */
const EXISTING = ['EACCES', 'EPERM', 'EISDIR', 'EFBIG', 'ELOOP'];

function textForPath(what: string, literal = 'SGID_PRIVATE_KEY'): SgidError {
  return new SgidError('ERR_FILE', `${what}: this is the text of a key or of JSON, not the path of a file`, {
    step: 'config',
    hint: `Give the path of a file that holds it. A secret itself goes into ${literal}, never on a command line.`,
  });
}
