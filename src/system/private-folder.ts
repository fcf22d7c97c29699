// Not node:fs/promises, which takes long to load: these are loaded when they are used.
import { constants, promises as fs, type Stats } from 'node:fs';
import { dirname, join, posix, win32 } from 'node:path';
import type { Environment } from './environment.ts';
import { readSecretFile, type SecretFile } from './files.ts';
import { errorCode, withCode } from './node-error.ts';
import { isTemporary, openReplacement, placeNew, replaceFile } from './output-file.ts';
import { requireOwn } from './ownership.ts';

export type PrivateFolder = ReturnType<typeof openPrivateFolder>;

/**
 * A folder of this program alone, for secrets: mode 0700, its files 0600. No symbolic link is followed, neither for
 * the folder, nor for one below it, nor for a file (`ELOOP`), and where another user has a say nothing is read or written
 * (`EOWNER`, `EWRITABLE`); what is above the folder is not looked at. Names are relative and use `/`. Other rejections are
 * Node's own errors with a `code`. The folder is made when the first file is written.
 */
export function openPrivateFolder(path: string) {
  const foldersTo = (folder: string): readonly string[] => [...new Set([path, join(path, folder)])];
  return {
    path,
    /** The names of what is in a folder below, sorted; none when it is not there. */
    list: async (folder: string): Promise<readonly string[]> => {
      try {
        for (const own of foldersTo(folder)) await requireFolder(own);
        return (await fs.readdir(join(path, folder))).sort();
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return [];
        throw error;
      }
    },
    /** Anything but a regular file rejects with `EFTYPE` or `EISDIR`. */
    read: async (name: string): Promise<SecretFile> => {
      for (const own of foldersTo(dirname(name))) await requireFolder(own);
      const file = join(path, name);
      await requireNoLink(file);
      return readSecretFile(file, 'own');
    },
    /** Without `replace` a file that is there rejects with `EEXIST`, whoever made it meanwhile. */
    write: async (name: string, text: string, { replace }: { readonly replace: boolean }): Promise<void> => {
      for (const own of foldersTo(dirname(name))) await makeFolder(own);
      const file = join(path, name);
      if (replace) await requireReplaceable(file);
      const output = await openReplacement(file, replace ? replaceFile : placeNew);
      await output.commit(text);
      await tidyFolder(dirname(file));
    },
    remove: async (name: string): Promise<void> => {
      for (const own of foldersTo(dirname(name))) await requireFolder(own);
      const file = join(path, name);
      // Systems differ in what they say of one.
      if ((await fs.lstat(file)).isDirectory()) throw withCode(`EISDIR: a folder '${file}'`, 'EISDIR');
      await fs.unlink(file);
      await tidyFolder(dirname(file));
    },
  };
}

async function requireFolder(path: string): Promise<Stats> {
  const stats = await requireNoLink(path);
  if (!stats.isDirectory()) throw withCode(`ENOTDIR: not a folder '${path}'`, 'ENOTDIR');
  requireOwn(path, stats);
  return stats;
}

async function requireNoLink(path: string): Promise<Stats> {
  const stats = await fs.lstat(path);
  if (!stats.isSymbolicLink()) return stats;
  throw Object.assign(withCode(`ELOOP: a symbolic link is not followed '${path}'`, 'ELOOP'), { path });
}

async function requireReplaceable(path: string): Promise<void> {
  try {
    if (!(await requireNoLink(path)).isFile()) throw withCode(`EFTYPE: not a file '${path}'`, 'EFTYPE');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    const { mode } = await requireFolder(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) await fs.chmod(path, 0o700);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    await makeWithParents(path);
    await requireFolder(path);
  }
}

/** Node's own `recursive` tries for ever where a parent is there and nothing can be made in it (`ENOENT`), as in /proc. */
async function makeWithParents(path: string): Promise<void> {
  const make = (): Promise<unknown> =>
    fs.mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
  try {
    await make();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeWithParents(dirname(path));
    await make();
  }
}

/** Longer than any program needs between the two names of a file. */
const ABANDONED_MS = 60 * 60 * 1000;

/** Ignores failures: the file is already in place. */
async function tidyFolder(path: string): Promise<void> {
  await removeAbandoned(path).catch(() => undefined);
  await syncFolder(path).catch(() => undefined);
}

/** Removes temporary files of killed programs, which may hold secrets. */
async function removeAbandoned(path: string): Promise<void> {
  // One that cannot be removed, such as a folder of that name, keeps no other.
  for (const name of (await fs.readdir(path)).filter(isTemporary))
    await removeIfAbandoned(join(path, name)).catch(() => undefined);
}

async function removeIfAbandoned(file: string): Promise<void> {
  const { mtimeMs } = await fs.lstat(file);
  if (mtimeMs < Date.now() - ABANDONED_MS) await fs.unlink(file);
}

/** A new name lasts through a power cut when its folder was written as well. Windows does so by itself. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.open(path, constants.O_RDONLY);
  await handle.sync().finally(() => handle.close());
}

export function openConfigFolder(env: Environment): PrivateFolder | undefined {
  const folder = findConfigFolder(env);
  return folder === undefined ? undefined : openPrivateFolder(join(folder, 'sgid'));
}

/**
 * The folder in which programs keep a person's settings: `$XDG_CONFIG_HOME` or `~/.config` (XDG Base Directory
 * Specification), `~/Library/Application Support` on macOS, `%APPDATA%` on Windows. Relative paths do not count, as
 * that specification says. `undefined` where no variable names one.
 */
export function findConfigFolder(env: Environment): string | undefined {
  const { platform } = process;
  const { isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const folderIn = (name: string, ...below: readonly string[]): string | undefined => {
    const folder = env[name];
    return folder !== undefined && isAbsolute(folder) ? join(folder, ...below) : undefined;
  };
  if (platform === 'win32') return folderIn('APPDATA') ?? folderIn('USERPROFILE', 'AppData', 'Roaming');
  if (platform === 'darwin') return folderIn('HOME', 'Library', 'Application Support');
  return folderIn('XDG_CONFIG_HOME') ?? folderIn('HOME', '.config');
}

/** The first variable that `findConfigFolder` looks at here. */
export function configVariable(): string {
  const { platform } = process;
  if (platform === 'win32') return 'APPDATA';
  return platform === 'darwin' ? 'HOME' : 'XDG_CONFIG_HOME';
}
