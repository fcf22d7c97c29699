import { isDeepStrictEqual } from 'node:util';
import { SgidError, usageError } from '../errors/sgid-error.ts';
import { MAX_DOTENV_BYTES, parseDotenv } from '../settings/dotenv.ts';
import { errorCode } from '../system/node-error.ts';
import { fileError } from '../text/file-errors.ts';
import { attempt } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';

export const KEY_VARIABLE = 'SGID_PRIVATE_KEY';

/** The text of the `.env` that a key is set in; `undefined` where there is none. */
export async function loadEnvText(path: string, { platform }: CommandContext): Promise<string | undefined> {
  const bytes = await platform.files.readReplaced(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw errorCode(error) === 'EFTYPE' ? notDotenv(path) : fileError(error, 'the env file', path);
  });
  if (bytes === undefined) return undefined;
  // What is not in UTF-8 would be written in it; a byte order mark stays.
  const text = attempt(() => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  if (text === undefined || text.includes('\0') || isKeyOrJson(text)) throw notDotenv(path);
  return text;
}

function isKeyOrJson(text: string): boolean {
  return /^\s*[{[]|-----BEGIN/.test(text) && parseDotenv(text).variables[KEY_VARIABLE] === undefined;
}

/** Refuses to put back what was loaded before: lines that were added meanwhile would be lost. */
export async function requireUnchanged(
  text: string | undefined,
  path: string,
  context: CommandContext,
): Promise<void> {
  if ((await loadEnvText(path, context)) !== text)
    throw refuse(path, 'was changed meanwhile, and stays as it is', 'Run the command again.');
}

const ELSEWHERE = 'Name another file, or write the key to a new one with --out.';

function notDotenv(path: string): SgidError {
  return usageError(`--into takes a .env file in UTF-8, and ${toPrintable(path)} is not one`, ELSEWHERE);
}

function refuse(path: string, problem: string, hint: string): SgidError {
  return new SgidError('ERR_OUTPUT', `${toPrintable(path)} ${problem}`, { hint });
}

/** Appends a line; of two, the last counts. Never replaces a private key, which may be the only copy. */
export function setInto(text: string, line: string, path: string): string {
  const before = parseDotenv(text).variables;
  const old = before[KEY_VARIABLE];
  const added = parseDotenv(line).variables[KEY_VARIABLE];
  if (old === added) return text;
  if (old) {
    const hint =
      'Keep that key elsewhere and take its lines out of the file, or name another file for --into.';
    throw refuse(path, `already holds another ${KEY_VARIABLE}`, hint);
  }
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const end = text === '' || text.endsWith('\n') ? '' : lineBreak;
  // A shell joins a line that ends in a backslash to the next.
  const gap = /\\(\r?\n)?$/.test(text) ? lineBreak : '';
  const written = `${text}${end}${gap}${line.trimEnd()}${lineBreak}`;
  if (Buffer.byteLength(written) > MAX_DOTENV_BYTES)
    throw refuse(path, 'would be larger than 256 KiB, which no command reads', ELSEWHERE);
  if (isDeepStrictEqual(parseDotenv(written).variables, { ...before, [KEY_VARIABLE]: added })) return written;
  const hint = 'Close it; otherwise the new line becomes part of that value.';
  throw refuse(path, 'has a quote that is not closed', hint);
}
