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
import { dirname, join } from 'node:path';
import { errorCode } from './node-error.ts';

const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants;

/** How long a file stays that nothing writes anew: it may belong to a version that is gone. */
const STALE_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * A file that this program trusts and can do without: nobody but this user can have written it. Nothing throws, and
 * nothing waits: it is read before anything else can happen, and written when the process ends.
 */
export interface OwnFile {
  /** What it holds; `undefined` when it is not there, or somebody else could have put it there. */
  read(): Buffer | undefined;
  /** Puts in place at once what `make` gives, which is asked only when the folder takes it. */
  replace(make: () => Buffer): void;
}

/**
 * The file of this name. Its folder holds nothing but its like; it is made when needed, with mode 0700, and so is the one
 * around it. What has grown old in it is removed on the way.
 *
 * @param user Who has to own both: by default the one for whom this process acts. On Windows there is none to tell, and the
 *   folders below that of a user are closed to others.
 */
export function openOwnFile(
  folder: string,
  name: string,
  user: number | undefined = process.geteuid?.(),
): OwnFile {
  const path = join(folder, name);
  const isOwn = ({ uid }: Stats): boolean => user === undefined || uid === user;
  const isTrusted = (stats: Stats): boolean =>
    isOwn(stats) && (user === undefined || (stats.mode & 0o022) === 0);
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

  /** As root in the home folder of somebody else, it would be in that person's way. */
  function makeFolder(wanted: string): void {
    if (isOwn(statSync(dirname(wanted)))) makeOne(wanted);
  }

  return {
    read: () => unlessItFails(readTrusted),
    replace: (make) =>
      unlessItFails(() => {
        const around = dirname(folder);
        if (statSync(around, { throwIfNoEntry: false }) === undefined) makeFolder(around);
        makeFolder(folder);
        if (!isTrustedFolder()) return;
        removeStale(folder);
        replaceFile(path, `${path}.${process.pid}.${Date.now()}`, make);
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

function makeOne(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

function removeStale(folder: string): void {
  const before = Date.now() - STALE_MS;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stats = lstatSync(path);
    if (stats.isFile() && stats.mtimeMs < before) rmSync(path, { force: true });
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
