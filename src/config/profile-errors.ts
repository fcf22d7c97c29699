import { dirname } from 'node:path';
import { errorCode } from '../platform/node-error.ts';
import { SgidError } from '../protocol/errors.ts';
import { toPrintable } from '../protocol/printable.ts';
import { fileError, fullDiskReason, pathForShell } from './file-errors.ts';
import { nearestName } from './nearest-name.ts';

/** What leads to the folder of profiles on this system, see `findConfigFolder`. */
const CONFIG_VARIABLE =
  process.platform === 'win32' ? 'APPDATA' : process.platform === 'darwin' ? 'HOME' : 'XDG_CONFIG_HOME';

/** The error for a profile that does not exist, with those that do. */
export function noSuchProfile(name: string, names: readonly string[]): SgidError {
  const nearest = nearestName(name, names);
  const meant = nearest === undefined ? '' : `Did you mean ${nearest}? `;
  const hint =
    names.length === 0
      ? 'There are no profiles yet; make one with: sgid init'
      : `${meant}There are: ${names.join(', ')}`;
  return profileError(`there is no profile ${name}`, hint);
}

/** The error for a new profile whose name is taken. */
export function profileExists(name: string): SgidError {
  return profileError(
    `the profile ${name} exists already, and is not overwritten unasked`,
    `Choose another name, or replace it: run the same command with --replace`,
  );
}

/** The error for a machine on which no variable tells where profiles are. */
export function noConfigFolder(): SgidError {
  return profileError(
    `there is no place for profiles: ${CONFIG_VARIABLE} is not set to an absolute path`,
    `Set ${CONFIG_VARIABLE} to a folder, or give the values with SGID_CLIENT_ID and its like.`,
  );
}

/** The error for a note of the current profile that holds something else. */
export function currentIsNoName(path: string): SgidError {
  return profileError(
    `${toPrintable(path)} does not hold the name of a profile`,
    'Choose the current profile again: sgid profile use <name>',
  );
}

/** Turns Node's error about reading or listing profiles into one of ours. */
export function profileReadError(error: unknown, path: string): SgidError {
  const code = errorCode(error);
  if (code === 'ELOOP') return symbolicLink(error, path);
  if (code === 'EFTYPE')
    return profileError(`${toPrintable(path)} is no regular file`, 'Take it away.', error);
  return fileError(error, 'the profile file', path);
}

/** Turns Node's error about writing or removing a profile into one of ours. */
export function profileWriteError(error: unknown, path: string): SgidError {
  const file = toPrintable(path);
  const folder = pathForShell(dirname(path));
  const full = fullDiskReason(error);
  if (full !== undefined) return profileError(`${file} was not written: ${full}`, 'Free some space.', error);
  switch (errorCode(error)) {
    case 'ELOOP':
      return symbolicLink(error, path);
    case 'EROFS':
      return profileError(
        `${file} was not written: it is on a read-only file system`,
        `Set ${CONFIG_VARIABLE} to a folder that can be written.`,
        error,
      );
    case 'EACCES':
    case 'EPERM':
      return profileError(
        `${file} was not written: this user may not`,
        `Check the permissions: ls -ld ${folder}`,
        error,
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return profileError(
        `${file} was not written: a part of its path is no folder`,
        `Check the path: ls -ld ${folder}`,
        error,
      );
    default:
      return profileError(
        `${file} was not written (${errorCode(error) ?? 'unknown error'})`,
        `Check the folder: ls -la ${folder}`,
        error,
      );
  }
}

function symbolicLink(error: unknown, path: string): SgidError {
  const link = typeof error === 'object' && error !== null && 'path' in error ? String(error.path) : path;
  return profileError(
    `${toPrintable(link)} is a symbolic link, and none is followed on the way to a profile`,
    `Put what it points to in its place, or set ${CONFIG_VARIABLE} to the folder that is meant.`,
    error,
  );
}

function profileError(message: string, hint: string, cause?: unknown): SgidError {
  return new SgidError('ERR_PROFILE', message, { step: 'config', hint, cause });
}
