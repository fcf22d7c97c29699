import { dirname } from 'node:path';
import { SgidError } from '../errors/sgid-error.ts';
import { describeCode, errorCode } from '../system/node-error.ts';
import { isRecord } from './guards.ts';
import { isKeyText, isPlainlyPath } from './key-or-path.ts';
import { machineFault } from './machine-fault.ts';
import { toPrintable } from './printable.ts';
import { wordForShell } from './shell-words.ts';

type Sentence = readonly [reason: string, hint: string];

/**
 * Turns Node's error about reading a file into an `ERR_FILE`.
 *
 * @param what What the file is to the reader, for example `the client secret file`.
 */
export function fileError(error: unknown, what: string, path: string): SgidError {
  const [reason, hint] = readSentence(path, error);
  return new SgidError('ERR_FILE', `${what} ${toPrintable(path)} ${reason}`, { hint, cause: error });
}

/** Turns Node's error about preparing or writing an output file, whichever option names it, into an `ERR_OUTPUT`. */
export function outputError(error: unknown, path: string): SgidError {
  const [reason, hint] = writeSentence(path, error);
  const message = `the output file ${toPrintable(path)} ${reason}`;
  return new SgidError('ERR_OUTPUT', message, { hint, cause: error });
}

/** The warning for a file with secrets that its mode opens to others, with the command that closes it. */
export function exposedFileNotice(path: string): string {
  return `${toPrintable(path)} holds secrets and other users can access it; run: chmod 600 ${pathForShell(path)}`;
}

/** Why nothing in a file or folder of ours is believed, when other users have a say there; else `undefined`. */
export function distrust(error: unknown): Sentence | undefined {
  const place = isRecord(error) && typeof error['path'] === 'string' ? error['path'] : '';
  const [name, path] = [toPrintable(place), pathForShell(place)];
  const reasons: Readonly<Record<string, Sentence>> = {
    EOWNER: [
      `${name} belongs to another user, so it is not used`,
      `See whose it is: ls -ld ${path}. Run sgid as that user, or with a home folder of your own (sudo -H).`,
    ],
    EWRITABLE: [
      `other users can change ${name}, so it is not used`,
      `Check what it holds, then restrict it: chmod go-w ${path}`,
    ],
  };
  return reasons[errorCode(error) ?? ''];
}

function readSentence(path: string, error: unknown): Sentence {
  const code = describeCode(error);
  const fault = machineFault(error);
  const access = isWindows()
    ? `See who may: ${showCommand(path)}`
    : `Give yourself access: chmod u+r ${pathForShell(path)}`;
  const denied: Sentence = ['may not be read by this user', access];
  const hint = path.startsWith('~')
    ? 'Write the path out in full: only a shell knows what ~ means.'
    : 'Check the path; a relative one starts at the current folder.';
  const sentences: Readonly<Record<string, Sentence>> = {
    ENOENT: ['does not exist', hint],
    ENOTDIR: ['does not exist: a part of its path is not a folder', 'Check the path.'],
    EACCES: denied,
    EPERM: denied,
    EISDIR: ['is a folder', 'Name the file in it.'],
    ELOOP: ['is a symbolic link that leads to itself', 'Name the file itself.'],
    EFBIG: ['is larger than 1 MiB', 'Check that it is the right file.'],
    EBUSY: ['is in use by another program', 'Close it there and try again.'],
  };
  const reason = fault === undefined ? ` (${code})` : `: ${fault.reason}`;
  return sentences[code] ?? [`could not be read${reason}`, fault?.hint ?? 'Check the path and try again.'];
}

function writeSentence(path: string, error: unknown): Sentence {
  const code = describeCode(error);
  const fault = machineFault(error);
  if (fault) return [`was not written: ${fault.reason}`, fault.hint];
  const folder = dirname(path);
  const others = isWindows() ? 'Close whatever has it open, or check' : 'Check';
  const denied: Sentence = [
    'may not be written by this user',
    `${others} the folder's permissions: ${showCommand(folder)}`,
  ];
  const unread: Sentence = [
    'is a pipe or socket that nobody reads',
    'Start its reader first, or name a file.',
  ];
  const sentences: Readonly<Record<string, Sentence>> = {
    ENOENT:
      folder === '.'
        ? ['is in the current folder, which is gone', 'Change to another folder.']
        : [
            'is in a folder that does not exist',
            `Create it first: ${isWindows() ? 'mkdir' : 'mkdir -p'} ${pathForShell(folder)}`,
          ],
    ENOTDIR: ['cannot exist: a part of its path is not a folder', 'Name a file in another folder.'],
    EACCES: denied,
    EPERM: denied,
    EEXIST: ['already exists', `Name another file, or move that one away: ${moveAsideCommand(path)}`],
    EISDIR: ['is a folder', 'Name a file in it.'],
    ELOOP: ['is a symbolic link, which is not followed', 'Name the file that it points to.'],
    EROFS: ['is on a read-only file system', 'Name a file in another folder.'],
    EILSEQ: ['has a name that is not UTF-8', 'Name another file.'],
    EBUSY: ['is in use or a mount point and cannot be replaced', 'Name another file.'],
    EOWNER: ['belongs to another user', 'Name a file of your own.'],
    EPIPE: unread,
    ENXIO: unread,
  };
  return sentences[code] ?? [`could not be written (${code})`, 'Name another file.'];
}

/** The command that shows who may do what with a file or folder. */
export function showCommand(path: string): string {
  return `${isWindows() ? 'icacls' : 'ls -ld'} ${pathForShell(path)}`;
}

export function moveAsideCommand(path: string): string {
  const word = pathForShell(path);
  return `${isWindows() ? 'move' : 'mv -n'} ${word} ${word.replace(/"?$/, (end) => `.old${end}`)}`;
}

/**
 * A path as one word of a POSIX shell and of fish, or of both cmd and PowerShell; `<path>` where no quoting is safe in
 * both, and where it cannot be printed as it is.
 */
export function pathForShell(text: string): string {
  if (toPrintable(text) !== text) return '<path>';
  const path = text.replace(/^-/, './-');
  // Within single quotes a backslash escapes in fish.
  if (!isWindows() && path.includes('\\')) return '<path>';
  if (!isWindows()) return wordForShell(path);
  // cmd takes a slash for the beginning of an option.
  const written = path.replaceAll('/', '\\');
  if (/^[\w+=:.\\-]+$/.test(written)) return written;
  return /["%!$`\u201c-\u201e]/.test(written) ? '<path>' : `"${written}"`;
}

function isWindows(): boolean {
  return process.platform === 'win32';
}

/**
 * The `ERR_FILE` for a path that a flag or variable gave and that could not be read. Key text in the place of
 * the path is reported as such and not repeated.
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
  const code = describeCode(error);
  if (EXISTING.includes(code) || isPlainlyPath(path)) return fileError(error, `${origin}: the file`, path);
  return new SgidError('ERR_FILE', `${origin}: there is no such file (${code})`, {
    causes: [
      'the path is wrong: a relative path starts at the current folder',
      'it is the secret itself, which is not shown',
    ],
    hint: `Write the path with its folder, for example ./secret.txt; a secret itself goes into ${literal}.`,
  });
}

/** Error codes of paths that exist. */
const EXISTING = ['EACCES', 'EPERM', 'EISDIR', 'EFBIG', 'ELOOP'];

function textForPath(what: string, literal = 'SGID_PRIVATE_KEY'): SgidError {
  return new SgidError('ERR_FILE', `${what}: this is the text of a key or of JSON, not the path of a file`, {
    hint: `Give the path of a file that holds it. A secret itself goes into ${literal}, never on a command line.`,
  });
}
