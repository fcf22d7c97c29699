import { SgidError } from '../errors/sgid-error.ts';
import type { Environment } from '../system/environment.ts';
import type { Files } from '../system/files.ts';
import { errorCode } from '../system/node-error.ts';
import { pathError } from '../text/file-errors.ts';
import { decodeText } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';

/** A larger file is not a `.env`. */
export const MAX_DOTENV_BYTES: number = 256 * 1024;

/**
 * Loads the file that `--dotenv` names. Without it `./.env` is loaded if it is there and can be, and must be a regular
 * file: in a strange folder, a file of that name neither ends nor blocks the program.
 */
export async function loadDotenv(
  named: string | undefined,
  files: Pick<Files, 'readSecretFile'>,
  notices: Set<string>,
): Promise<(ParsedDotenv & { path: string; readableByOthers: boolean }) | undefined> {
  const path = named ?? '.env';
  try {
    const { bytes, readableByOthers } = await (named === undefined
      ? files.readSecretFile(path, 'regular')
      : files.readSecretFile(path));
    if (bytes.length > MAX_DOTENV_BYTES) throw tooLarge(path);
    return { path, ...parseDotenv(decodeText(bytes)), readableByOthers };
  } catch (error) {
    const code = errorCode(error);
    // A folder called .env is a Python environment, not ours.
    if (named === undefined && (code === 'ENOENT' || code === 'EISDIR')) return undefined;
    const refusal = error instanceof SgidError ? error : pathError(error, 'the env file', path);
    if (named !== undefined) throw refusal;
    const reason =
      code === 'EFTYPE' ? `it is not a regular file; to read it, pass -e ${path}` : refusal.message;
    notices.add(`${path} is ignored: ${reason}`);
    return undefined;
  }
}

function tooLarge(path: string): SgidError {
  const message = `the env file ${toPrintable(path)} is larger than 256 KiB`;
  return new SgidError('ERR_FILE', message, { hint: 'Check that it is the right file.' });
}

interface ParsedDotenv {
  readonly variables: Environment;
  readonly doubts: readonly Doubt[];
}

/** The name of a variable that may be meant otherwise than it is read, and why. */
export type Doubt = readonly [name: string, why: string];

/**
 * Parses `NAME=value` lines with quotes, comments and `export`; a PEM key needs no quotes. Only a blank before `#` begins
 * a comment: many a password holds one.
 */
export function parseDotenv(text: string): ParsedDotenv {
  const doubts: Doubt[] = [];
  const lines = text.replace(/^\uFEFF/, '').matchAll(ASSIGNMENT);
  const assignments = Array.from(lines, ({ groups = {} }) => {
    const { name = '', pem, double = pem, single, back, plain = '' } = groups;
    const quoted = double === undefined ? (single ?? back) : undoEscapes(double);
    // Other readers drop \r in quoted values, too.
    if (quoted !== undefined) {
      const why = `it is inside the quotes of ${toPrintable(name, LONGEST_NAME)}; close them before it`;
      for (const [, taken = ''] of quoted.matchAll(LATER_NAME)) doubts.push([taken, why]);
      return [name, quoted.replaceAll('\r', '')] as const;
    }
    const kept = plain.replace(/[ \t]#.*/s, '');
    if (kept !== plain && kept.trim() !== '') doubts.push([name, COMMENT]);
    return [name, kept.trim()] as const;
  });
  return { variables: Object.fromEntries(assignments), doubts };
}

/** In a Windows path, \n is not an escape: C:\new. */
function undoEscapes(text: string): string {
  return /^(?:[A-Za-z]:\\|\\\\\w)[^\r\n]*$/.test(text) ? text : text.replaceAll('\\n', '\n');
}

const LONGEST_NAME = 80;
const COMMENT = 'the text after " #" is read as a comment; if it is part of the value, quote the value';
/** Not the last line of a PEM, which may end in `=`. */
const LATER_NAME = /(?<=[\r\n])[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:[^ \t\r\n=]|$)/g;

const PEM = /-----BEGIN [A-Z0-9 ]+-----(?:(?!-----BEGIN )[^"'`])*?-----END [A-Z0-9 ]+-----/.source;
const VALUE = `(?:[ \\t]*(?:(?<pem>${PEM})|"(?<double>[^"]*)"|'(?<single>[^']*)'|\`(?<back>[^\`]*)\`)[^\\r\\n]*|(?<plain>[^\\r\\n]*))`;
// Not ^ with the flag m: a line would begin behind U+2028, too.
const ASSIGNMENT = new RegExp(
  `(?<![^\\r\\n])[ \\t]*(?:export[ \\t]+)?(?<name>[A-Za-z_][\\w.-]*)[ \\t]*=${VALUE}`,
  'g',
);
