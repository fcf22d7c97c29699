import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { errorCode } from './node-error.ts';

const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants;

/** How long a file is kept that nobody writes: it may belong to a version that is gone. */
const STALE_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * A file of this program's own that it can do without, such as a cache. It is read only if nobody but this user can have
 * written it. No method throws. They are synchronous, because one of them is called as the process ends.
 */
export interface OwnFile {
  /** What the file holds; `undefined` when it is not there, or when somebody else could have put it there. */
  read(): Buffer | undefined;
  /** Makes the folder if it is not there. Returns whether it was. */
  makeFolder(): boolean;
  /** Replaces the file at once and whole. `make` gives the content, and is called only if the folder can be written. */
  replace(make: () => Buffer): void;
}

/**
 * Opens the file `name` in a folder that is kept for files of this kind. The folder is made with mode 0700, and so is the
 * one around it. When a file is written, others with its extension that nobody has written for a month are removed.
 *
 * @param user The id of the user who must own file and folder; by default that of this process. `null` where there are no
 *   such ids, as on Windows: who can write there is left to the folder, see docs/security.md.
 */
export function openOwnFile(
  folder: string,
  name: string,
  user: number | null = process.geteuid?.() ?? null,
): OwnFile {
  const path = join(folder, name);
  const isOwn = ({ uid }: Stats): boolean => user === null || uid === user;
  const isTrusted = (stats: Stats): boolean => isOwn(stats) && (user === null || (stats.mode & 0o022) === 0);
  const isTrustedFolder = (): boolean => {
    const stats = lstatSync(folder);
    return stats.isDirectory() && isTrusted(stats);
  };

  function readTrusted(): Buffer | undefined {
    if (!isTrustedFolder()) return undefined;
    const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      return stats.isFile() && isTrusted(stats) ? readFileSync(descriptor) : undefined;
    } finally {
      closeSync(descriptor);
    }
  }

  /** Not in the home of another user: a folder of root's would be in that user's way. */
  function makeIn(around: string, wanted: string): void {
    if (isOwn(statSync(around))) makeOne(wanted);
  }

  return {
    read: () => unlessItFails(readTrusted),
    makeFolder: () =>
      unlessItFails(() => {
        if (isThere(folder)) return true;
        const around = dirname(folder);
        if (!isThere(around)) makeIn(dirname(around), around);
        makeIn(around, folder);
        return false;
      }) ?? false,
    replace: (make) =>
      unlessItFails(() => {
        if (!isTrustedFolder()) return;
        replaceFile(path, `${path}.${process.pid}.${Date.now()}`, make);
        removeStale(folder, extname(name));
      }),
  };
}

function unlessItFails<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Removes old files of a kind, and what was never renamed to be one. */
function removeStale(folder: string, extension: string): void {
  const before = Date.now() - STALE_MS;
  for (const name of readdirSync(folder)) {
    if (!`${name}.`.includes(`${extension}.`)) continue;
    // One that another run removes meanwhile, or that is open on Windows, is no reason to leave the rest.
    unlessItFails(() => {
      const path = join(folder, name);
      const stats = lstatSync(path);
      if (stats.isFile() && stats.mtimeMs < before) rmSync(path, { force: true });
    });
  }
}

function replaceFile(path: string, temporary: string, make: () => Buffer): void {
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    try {
      writeFileSync(descriptor, make());
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
