import { dirname, join } from 'node:path';
import { SgidError } from '../errors/sgid-error.ts';
import { describeCode, errorCode, withCode } from '../system/node-error.ts';
import { configVariable, type PrivateFolder } from '../system/private-folder.ts';
import {
  distrust,
  exposedFileNotice,
  fileError,
  moveAsideCommand,
  showCommand,
} from '../text/file-errors.ts';
import { decodeText, isRecord } from '../text/guards.ts';
import { machineFault } from '../text/machine-fault.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { toPrintable } from '../text/printable.ts';
import type { Profile } from './profile.ts';
import { isProfileName, validateProfileName } from './profile-name.ts';

const PROFILES = 'profiles';
const EXTENSION = '.json';
const CURRENT = 'current-profile';

export type ProfileStore = ReturnType<typeof createProfileStore>;

/**
 * The profiles of a person, one file each, so that several programs can write at once. Without a folder there are none,
 * and none can be saved. Every method validates the names that it is given and throws SgidError `ERR_PROFILE`, or
 * `ERR_FILE` for a file that cannot be read.
 */
export function createProfileStore(folder: PrivateFolder = NOWHERE) {
  const pathOf = (name: string): string => join(folder.path, name);
  const fileOf = (name: string): string => {
    const file = `${PROFILES}/${validateProfileName(name)}${EXTENSION}`;
    if (folder !== NOWHERE) return file;
    throw profileError(
      `there is no place for profiles: ${configVariable()} is not set to an absolute path`,
      `Set ${configVariable()} to a folder, or give the values with SGID_CLIENT_ID and so on.`,
    );
  };
  const readCurrent = async (): Promise<string | undefined> => {
    const found = await reading(pathOf(CURRENT), undefined, () => folder.read(CURRENT));
    return found && decodeText(found.bytes).trim();
  };
  const removeFile = async (name: string): Promise<boolean> => {
    try {
      await folder.remove(name);
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw profileWriteError(error, pathOf(name));
    }
  };
  const list = async (): Promise<readonly string[]> => {
    const files = await reading(pathOf(PROFILES), [], () => folder.list(PROFILES));
    return files
      .filter((file) => file.endsWith(EXTENSION))
      .map((file) => file.slice(0, -EXTENSION.length))
      .filter(isProfileName);
  };
  const load = async (name: string) => {
    const file = fileOf(name);
    const path = pathOf(file);
    const found = await reading(path, undefined, () => folder.read(file));
    if (found === undefined) throw noSuchProfile(name, await list());
    // Loaded when there is such a file: valibot takes longer to load than most commands take.
    const { parseProfile } = await import('./profile.ts');
    const profile = parseProfile(decodeText(found.bytes), path);
    const notices = found.readableByOthers ? [exposedFileNotice(path)] : [];
    return { profile, path, notices };
  };
  /** Saves a profile whole or not at all, and gives the path of its file. One that exists needs `replace`. */
  const save = async (
    name: string,
    profile: Profile,
    { replace = false }: { readonly replace?: boolean } = {},
  ): Promise<string> => {
    const path = pathOf(fileOf(name));
    const { formatProfile } = await import('./profile.ts');
    try {
      await folder.write(fileOf(name), formatProfile(profile), { replace });
      return path;
    } catch (error) {
      if (errorCode(error) === 'EEXIST' && !replace && (await list()).includes(name))
        throw profileExists(name);
      throw profileWriteError(error, path);
    }
  };
  const use = async (name: string | undefined): Promise<void> => {
    if (name === undefined) {
      await removeFile(CURRENT);
      return;
    }
    await load(name);
    await folder.write(CURRENT, `${name}\n`, { replace: true }).catch((error: unknown) => {
      throw profileWriteError(error, pathOf(CURRENT));
    });
  };
  /**
   * Removes a profile, whatever its file holds. If it is current, clears that first, so that the current profile is never a
   * missing one.
   */
  const remove = async (name: string): Promise<void> => {
    const file = fileOf(name);
    // What is not a file is not a profile.
    const current = await readCurrent().catch(unlessDamaged);
    if (current === name) await use(undefined);
    if (!(await removeFile(file))) throw noSuchProfile(name, await list());
  };
  /** The name of the current profile, which may be gone; `undefined` when none was chosen. */
  const current = async (): Promise<string | undefined> => {
    const name = await readCurrent();
    if (name === undefined || isProfileName(name)) return name;
    throw profileError(
      `${toPrintable(pathOf(CURRENT))} does not hold the name of a profile`,
      'Choose the current profile again: sgid profile use <name>',
    );
  };
  return { list, load, save, remove, current, use };
}

/** Gives nothing where `current-profile` is damaged, so that it names no profile; rethrows other failures. */
function unlessDamaged(error: unknown): undefined {
  if (errorCode(error) !== 'ERR_PROFILE') throw error;
}

const rejectAbsent = (): Promise<never> => Promise.reject(withCode('no folder', 'ENOENT'));

const NOWHERE: PrivateFolder = {
  path: '',
  list: rejectAbsent,
  read: rejectAbsent,
  write: rejectAbsent,
  remove: rejectAbsent,
};

/** Gives `absent` for what is not there. */
async function reading<T, A>(path: string, absent: A, read: () => Promise<T>): Promise<T | A> {
  try {
    return await read();
  } catch (error) {
    if (isAbsent(error)) return absent;
    throw profileReadError(error, path);
  }
}

/** `HOME` may well be something that is not a folder: services have /dev/null there. */
function isAbsent(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function noSuchProfile(name: string, names: readonly string[]): SgidError {
  const meant = didYouMean(name, names);
  return profileError(
    `there is no profile ${name}`,
    names.length === 0
      ? 'There are no profiles yet; make one with: sgid init'
      : `${meant ? `${meant} ` : ''}The ${names.length === 1 ? 'only profile is' : 'profiles are'} ${names.join(', ')}. List profiles with: sgid profile list`,
  );
}

export function profileExists(name: string): SgidError {
  return profileError(
    `the profile ${name} already exists`,
    'Choose another name, or replace it: run the same command with --replace',
  );
}

/** What reading, replacing and removing say of a folder, a pipe and so on in the place of a file. */
const NO_FILE: readonly string[] = ['EFTYPE', 'EISDIR'];

function moveAway(path: string): string {
  return `Move it away: ${moveAsideCommand(path)}`;
}

function profileReadError(error: unknown, path: string): SgidError {
  const code = errorCode(error);
  const reason = distrust(error);
  if (reason !== undefined) return profileError(...reason, error);
  if (code === 'ELOOP') return symbolicLink(error, path);
  if (NO_FILE.includes(code ?? ''))
    return profileError(`${toPrintable(path)} is not a regular file`, moveAway(path), error);
  return fileError(error, 'the profile file', path);
}

function profileWriteError(error: unknown, path: string): SgidError {
  const code = describeCode(error);
  const others = distrust(error);
  if (others !== undefined) return profileError(...others, error);
  if (code === 'ELOOP') return symbolicLink(error, path);
  const file = toPrintable(path);
  const show = showCommand(dirname(path));
  const fault = machineFault(error);
  if (fault !== undefined) return profileError(`${file} was not written: ${fault.reason}`, fault.hint, error);
  if (NO_FILE.includes(code))
    return profileError(`${file} was not written: it is not a regular file`, moveAway(path), error);
  const permissions = ['permission denied', `Check the permissions: ${show}`] as const;
  const noFolder = ['a part of its path is not a folder', `Check the path: ${show}`] as const;
  const elsewhere = `Set ${configVariable()} to a folder that can be written.`;
  const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
    EROFS: ['it is on a read-only file system', elsewhere],
    ENOENT: ['its folder cannot be made', elsewhere],
    EACCES: permissions,
    EPERM: permissions,
    ENOTDIR: noFolder,
    EEXIST: noFolder,
  };
  const [reason, hint] = reasons[code] ?? [code, `Check the folder: ${show}`];
  return profileError(`${file} was not written: ${reason}`, hint, error);
}

function symbolicLink(error: unknown, path: string): SgidError {
  const link = (isRecord(error) && error['path']) || path;
  return profileError(
    `${toPrintable(String(link))} is a symbolic link, which is not followed`,
    `Replace it with the folder that it points to, or set ${configVariable()} to that folder.`,
    error,
  );
}

function profileError(message: string, hint: string, cause?: unknown): SgidError {
  return new SgidError('ERR_PROFILE', message, { hint, cause });
}
