import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './environment.ts';
import { errorCode, withCode } from './node-error.ts';
import { prepareOutput } from './output-file.ts';
import { requireOwn } from './ownership.ts';

/** The file system as this program uses it. Rejections are Node's own errors with a `code`. */
export const systemFiles = {
  readSecretFile,
  /** Reads the regular file that an output is about to replace. */
  readReplaced: async (path: string): Promise<Uint8Array> => (await readSecretFile(path, 'regular')).bytes,
  prepareOutput,
  /** Appends to a regular file, or creates it. Follows no symbolic link and opens no pipe. */
  append: async (path: string, text: string): Promise<void> => {
    const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_WRONLY } = constants;
    const descriptor = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
    try {
      if (!fstatSync(descriptor).isFile()) throw withCode(`EFTYPE: not a file '${path}'`, 'EFTYPE');
      // Unlike `writeSync`, all of it.
      writeFileSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  },
};

export type Files = typeof systemFiles;

export interface SecretFile {
  readonly bytes: Uint8Array;
  /** The file's mode gives its group or others any access. Never set for pipes, nor on Windows. */
  readonly readableByOthers: boolean;
}

/**
 * Neither opening nor reading can wait for anybody: a pipe, device or socket rejects with `EFTYPE`. With `own` a symbolic
 * link does too, with `ELOOP`, and what other users made or can change, with `EOWNER` or `EWRITABLE`.
 */
type OnlyRegular = 'regular' | 'own';

/** Reads a whole file or pipe; over 1 MiB it rejects with `EFBIG`. Looks at the mode of the very file that was opened. */
export async function readSecretFile(path: string, only?: OnlyRegular): Promise<SecretFile> {
  // A file that fails `stat` also fails to open, and that error is the one to report.
  if (only || statSync(path, { throwIfNoEntry: false })?.isFile()) return readAtOnce(path, only);
  return { bytes: await collectInput(createReadStream(path), path), readableByOthers: false };
}

/** Synchronously: handing a small file to another thread takes longer than reading it. */
function readAtOnce(path: string, only: OnlyRegular | undefined): SecretFile {
  const descriptor = openWithoutWaiting(path, only);
  try {
    const stats = fstatSync(descriptor);
    // Reading a folder fails by itself, with EISDIR.
    if (!stats.isFile() && !stats.isDirectory()) throw notRegular(path);
    if (only === 'own') requireOwn(path, stats);
    const readableByOthers = process.platform !== 'win32' && stats.isFile() && (stats.mode & 0o077) !== 0;
    return { bytes: readWhole(descriptor, path), readableByOthers };
  } finally {
    closeSync(descriptor);
  }
}

/** Opening a pipe would wait for its writer; a terminal must not become this process's own by being opened. */
function openWithoutWaiting(path: string, only: OnlyRegular | undefined): number {
  const { O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  const unlinked = only === 'own' ? O_NOFOLLOW : 0;
  try {
    // On Windows the three flags are undefined, which `|` takes for 0.
    return openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | unlinked);
  } catch (error) {
    // A socket, or a device that is not there.
    throw ['ENXIO', 'ENODEV', 'EOPNOTSUPP'].includes(errorCode(error) ?? '') ? notRegular(path) : error;
  }
}

function notRegular(path: string): Error {
  return withCode(`EFTYPE: not a regular file, read '${path}'`, 'EFTYPE');
}

/** The size is counted while reading: a file may grow, and those of /proc have none beforehand. */
function readWhole(descriptor: number, path: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const chunk = new Uint8Array(65_536);
    const length = readSync(descriptor, chunk);
    if (length === 0) return new Uint8Array(Buffer.concat(chunks));
    size += length;
    if (size > MAX_FILE_BYTES) throw tooLarge(path);
    chunks.push(chunk.subarray(0, length));
  }
}

/** No file that this program reads has a reason to be larger: 1 MiB. */
export const MAX_FILE_BYTES: number = 1024 * 1024;

function tooLarge(path: string): Error {
  return withCode(`EFBIG: file too large, read '${path}'`, 'EFBIG');
}

/** Reads a stream to its end; `name` is for the error over {@link MAX_FILE_BYTES}, `EFBIG`. */
export async function collectInput(stream: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_FILE_BYTES) throw tooLarge(name);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** A path that may begin with `~/`, in full; `undefined` where neither `HOME` nor `USERPROFILE` is set. */
export function expandHome(path: string, env: Environment): string | undefined {
  if (!/^~[\\/]/.test(path)) return path;
  const home = env['HOME'] || env['USERPROFILE'];
  return home ? join(home, path.slice(2)) : undefined;
}
