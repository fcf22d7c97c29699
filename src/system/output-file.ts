import { randomBytes } from 'node:crypto';
// Not node:fs/promises, which takes long to load: these are loaded when they are used.
import { constants, promises as fs, fstatSync, rmSync, type Stats } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { errorCode, withCode } from './node-error.ts';
import { requireOwner } from './ownership.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/**
 * A file that is ready to be written, once. Disposing of it gives up: the target stays as it was. That never rejects, so
 * that the first failure is reported, and does nothing once the file is committed.
 */
export interface OutputFile extends AsyncDisposable {
  /** Puts `content` in place at once and complete. When that fails, the old content stays and nothing is left. */
  commit(content: string | Uint8Array): Promise<void>;
}

/** Who can read an output file: its owner, or everybody. */
export type FileAccess = 'private' | 'public';

/**
 * Opens the output for `path` before there is anything to write, so that a bad folder is known early. A
 * regular or new file is written under a temporary name beside it and renamed when committed, with mode 0600, or
 * 0644 if it is public (less the umask); devices, pipes and `/dev/fd/N` are written directly. Folders are not created.
 *
 * Without `replace`, `commit` rejects with `EEXIST` for a file that somebody else made meanwhile.
 *
 * Rejects with Node's own errors: `EILSEQ` for a name that was not UTF-8, `EISDIR` for a folder, `ELOOP` for a
 * symbolic link, `EINVAL` for anything else that is not a file, `EOWNER` for what another user made, and whatever opening
 * a file there gives.
 */
export async function prepareOutput(
  path: string,
  access: FileAccess = 'private',
  replace = true,
): Promise<OutputFile> {
  if (isOpenDescriptor(path)) return openStream(path, 0);
  // Looked at before as well: opening a pipe waits for its reader.
  if (await isStream(path)) return openStream(path, O_NOFOLLOW, requireOwnStream);
  return openReplacement(path, replace ? replaceFile : placeNew, access === 'public' ? 0o644 : 0o600);
}

/** The names of files already open in this process: symbolic links, but made by the kernel. */
export function isOpenDescriptor(path: string): boolean {
  return /^(?:\/dev\/(?:stdout|stderr|fd\/\d+)|\/proc\/self\/fd\/\d+)$/.test(path);
}

/** Whether `path` is a device or pipe rather than a file to replace; rejects for what is neither. */
async function isStream(path: string): Promise<boolean> {
  if (path === '') throw failure('ENOENT', path);
  // Node has put this mark in place of bytes that are not UTF-8: the file would have another name than was asked for.
  if (path.includes('\ufffd')) throw failure('EILSEQ', path);
  if (path.endsWith('/') || path.endsWith(sep)) throw failure('EISDIR', path);
  const stats = await fs.lstat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (stats === undefined) return false;
  if (stats.isSymbolicLink()) throw failure('ELOOP', path);
  if (stats.isDirectory()) throw failure('EISDIR', path);
  if (stats.isFile()) requireOwner(path, stats);
  else requireOwnStream(path, stats);
  return !stats.isFile();
}

function requireOwnStream(path: string, stats: Stats): void {
  if (!stats.isCharacterDevice() && !stats.isFIFO()) throw failure('EINVAL', path);
  requireOwner(path, stats);
}

async function openStream(
  path: string,
  flags: number,
  inspect?: typeof requireOwnStream,
): Promise<OutputFile> {
  // Appending keeps what a shell redirection has already written.
  const handle = await fs.open(path, O_WRONLY | O_APPEND | flags);
  try {
    inspect?.(path, fstatSync(handle.fd));
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    commit: (content) => handle.writeFile(content).finally(() => handle.close()),
    [Symbol.asyncDispose]: () => handle.close().catch(() => undefined),
  };
}

/** Whether {@link openReplacement} gave a file this name, until it was committed. */
export function isTemporary(name: string): boolean {
  return /^\.sgid-[0-9a-f]{16}\.tmp$/.test(name);
}

const temporaries = new Set<string>();

/** Removes what was opened and is not in its place, for a program that cannot wait for it. */
export function removeTemporaries(): void {
  for (const temporary of temporaries) {
    try {
      rmSync(temporary);
    } catch {
      // It stays, as that of a killed program does.
    }
  }
}

/**
 * Opens a temporary file beside `path`, which takes its place when it is committed.
 *
 * @param place Moves the temporary file to `path`; by default it replaces what is there.
 */
export async function openReplacement(
  path: string,
  place: typeof replaceFile = replaceFile,
  mode = 0o600,
): Promise<OutputFile> {
  const temporary = join(dirname(path), `.sgid-${randomBytes(8).toString('hex')}.tmp`);
  const handle = await fs.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  temporaries.add(temporary);
  const discard = async (): Promise<void> => {
    if (!temporaries.delete(temporary)) return;
    await handle.close().catch(() => undefined);
    await fs.rm(temporary, { force: true }).catch(() => undefined);
  };
  return {
    commit: async (content) => {
      try {
        await handle.writeFile(content);
        await handle.sync();
        await handle.close();
        // Replaces a symbolic link that appeared meanwhile; does not follow it.
        await place(temporary, path);
        temporaries.delete(temporary);
      } catch (error) {
        await discard();
        throw error;
      }
    },
    [Symbol.asyncDispose]: discard,
  };
}

/** Fails with `EEXIST` when the name is taken: a hard link, unlike a rename, never replaces. */
export async function placeNew(temporary: string, path: string): Promise<void> {
  try {
    await fs.link(temporary, path);
  } catch (error) {
    if (!WITHOUT_LINKS.includes(errorCode(error) ?? '')) throw error;
    const { O_CREAT, O_EXCL, O_WRONLY } = constants;
    // The empty file holds the name until the whole one takes its place.
    const holder = await fs.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600);
    try {
      await holder.close();
      return await replaceFile(temporary, path);
    } catch (error) {
      await fs.rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
  }
  // The file is in place; a leftover second name does no harm.
  await fs.rm(temporary).catch(() => undefined);
}

/** What a file system without hard links answers. */
const WITHOUT_LINKS = ['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** Renames. On Windows it waits a moment for a program that has either file open, such as a virus scanner. */
export async function replaceFile(temporary: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fs.rename(temporary, path);
    } catch (error) {
      const mayBeOpen = process.platform === 'win32' && OPEN_ELSEWHERE.includes(errorCode(error) ?? '');
      if (!mayBeOpen || attempt === RENAME_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * RENAME_PAUSE_MS));
    }
  }
}

const OPEN_ELSEWHERE = ['EPERM', 'EACCES', 'EBUSY'];
/** With their pauses, about a second. */
const RENAME_ATTEMPTS = 10;
const RENAME_PAUSE_MS = 20;

function failure(code: string, path: string): Error {
  return withCode(`${code}: cannot write '${path}'`, code);
}
