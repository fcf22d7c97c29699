import { join } from 'node:path';
import { decodeText } from '../keys/decode-text.ts';
import { errorCode } from '../platform/node-error.ts';
import type { PrivateFolder } from '../platform/private-folder.ts';
import { exposedFileNotice, pathForShell } from './file-errors.ts';
import type { Profile } from './profile.ts';
import {
  currentIsNoName,
  noConfigFolder,
  noSuchProfile,
  profileExists,
  profileReadError,
  profileWriteError,
} from './profile-errors.ts';
import { isProfileName, readProfileName } from './profile-name.ts';

/** A profile that was read. */
export interface StoredProfile {
  readonly profile: Profile;
  /** The path of its file. */
  readonly path: string;
  /** Warnings about its file, for people. */
  readonly notices: readonly string[];
}

/**
 * The profiles of a person, one file each, so that several programs can write at once. Every method checks the
 * names that it is given and throws SgidError `ERR_PROFILE`, or `ERR_FILE` for a file that cannot be read.
 */
export interface ProfileStore {
  /** The names of all profiles, sorted. */
  list(): Promise<readonly string[]>;
  read(name: string): Promise<StoredProfile>;
  /** Saves a profile whole or not at all, and gives the path of its file. One that exists needs `replace`. */
  save(name: string, profile: Profile, options?: { readonly replace?: boolean }): Promise<string>;
  /** Removes a profile, whatever its file holds. If it is the current one, none is current then. */
  remove(name: string): Promise<void>;
  /** The name of the current profile, which may be gone; `undefined` when none was chosen. */
  current(): Promise<string | undefined>;
  /** Makes a profile the current one; with `undefined` none is. */
  use(name: string | undefined): Promise<void>;
}

const PROFILES = 'profiles';
const EXTENSION = '.json';
/** Holds the current profile's name. */
const CURRENT = 'current-profile';

/** The profiles in this program's own folder; without one there are none, and none can be saved. */
export function createProfileStore(folder: PrivateFolder | undefined): ProfileStore {
  if (folder === undefined) return NO_PROFILES;
  const pathOf = (name: string): string => join(folder.path, name);
  const readCurrent = async (): Promise<string | undefined> => {
    const found = await reading(pathOf(CURRENT), undefined, () => folder.read(CURRENT));
    return found && decodeText(found.bytes).trim();
  };
  /** Whether it was there. */
  const remove = async (name: string): Promise<boolean> => {
    try {
      await folder.remove(name);
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw profileWriteError(error, pathOf(name));
    }
  };
  const store: ProfileStore = {
    list: async () => {
      const files = await reading(pathOf(PROFILES), [], () => folder.list(PROFILES));
      return files
        .filter((file) => file.endsWith(EXTENSION))
        .map((file) => file.slice(0, -EXTENSION.length))
        .filter(isProfileName);
    },
    read: async (name) => {
      const file = fileOf(name);
      const path = pathOf(file);
      const found = await reading(path, undefined, () => folder.read(file));
      if (found === undefined) throw noSuchProfile(name, await store.list());
      const { readProfile } = await import('./profile.ts');
      const profile = readProfile(decodeText(found.bytes), path);
      const notices = found.readableByOthers ? [exposedFileNotice(path)] : [];
      if (found.writableFolder !== undefined) notices.push(exposedFolderNotice(found.writableFolder));
      return { profile, path, notices };
    },
    save: async (name, profile, { replace = false } = {}) => {
      const file = fileOf(name);
      try {
        const { formatProfile } = await import('./profile.ts');
        await folder.write(file, formatProfile(profile), { replace });
      } catch (error) {
        if (errorCode(error) === 'EEXIST' && !replace && (await store.list()).includes(name)) {
          throw profileExists(name);
        }
        throw profileWriteError(error, pathOf(file));
      }
      return pathOf(file);
    },
    remove: async (name) => {
      if (!(await remove(fileOf(name)))) throw noSuchProfile(name, await store.list());
      if ((await readCurrent()) === name) await store.use(undefined);
    },
    current: async () => {
      const name = await readCurrent();
      if (name !== undefined && !isProfileName(name)) throw currentIsNoName(pathOf(CURRENT));
      return name;
    },
    use: async (name) => {
      if (name === undefined) {
        await remove(CURRENT);
        return;
      }
      await store.read(name);
      await folder.write(CURRENT, `${name}\n`, { replace: true }).catch((error: unknown) => {
        throw profileWriteError(error, pathOf(CURRENT));
      });
    },
  };
  return store;
}

/** Where there is no place for profiles: asking for one says why. */
const NO_PROFILES: ProfileStore = {
  list: async () => [],
  current: async () => undefined,
  read: async (name) => refuse(name),
  save: async (name) => refuse(name),
  remove: async (name) => refuse(name),
  use: async (name) => (name === undefined ? undefined : refuse(name)),
};

function refuse(name: string): never {
  readProfileName(name);
  throw noConfigFolder();
}

function fileOf(name: string): string {
  return `${PROFILES}/${readProfileName(name)}${EXTENSION}`;
}

/** Gives `absent` for what is not there. */
async function reading<T, A>(path: string, absent: A, read: () => Promise<T>): Promise<T | A> {
  try {
    return await read();
  } catch (error) {
    if (isAbsent(error)) return absent;
    throw profileReadError(error, path);
  }
}

/** `HOME` may well be something that is no folder: services have /dev/null there. */
function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
}

function exposedFolderNotice(path: string): string {
  return `other users can put profiles into ${path}; run: chmod 700 ${pathForShell(path)}`;
}
