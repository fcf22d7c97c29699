import { constants, type Stats } from 'node:fs';
import { appendFile, type FileHandle, open } from 'node:fs/promises';
import { MAX_FILE_BYTES, tooLarge } from './file-limit.ts';
import { errorCode, withCode } from './node-error.ts';
import { type FileAccess, type OutputFile, prepareOutput } from './output-file.ts';

/** A file that holds secrets, and whether other users of this machine could have read it. */
export interface SecretFile {
  readonly bytes: Uint8Array;
  /** The file's mode gives its group or others any access. Never set for pipes, nor on Windows. */
  readonly readableByOthers: boolean;
}

/** The file system as this program uses it. Rejections are Node's own errors with a `code`. */
export interface Files {
  /** Reads a whole file or pipe. Over {@link MAX_FILE_BYTES} it rejects with `EFBIG`. */
  read(path: string): Promise<Uint8Array>;
  /** Reads as `read` does and judges the mode of the very file that was opened. */
  readSecretFile(path: string, only?: OnlyRegular): Promise<SecretFile>;
  /** Opens an output file ahead of its content, see {@link OutputFile}; private when left out. */
  prepareOutput(path: string, access?: FileAccess): Promise<OutputFile>;
  /** Adds text to the end of a file, which is made (mode 0600) when it is not there. */
  append(path: string, text: string): Promise<void>;
}

/**
 * Neither opening nor reading can wait for anybody: a pipe, device or socket rejects with `EFTYPE`. With
 * `unlinked` a symbolic link does too, with `ELOOP`.
 */
type OnlyRegular = 'regular' | 'regular-unlinked';

/** The machine's file system. */
export const systemFiles: Files = {
  read: async (path) => (await readSecretFile(path)).bytes,
  readSecretFile,
  prepareOutput,
  append: (path, text) => appendFile(path, text, { mode: 0o600 }),
};

/** Reads a file as {@link Files} says. */
export async function readSecretFile(path: string, only?: OnlyRegular): Promise<SecretFile> {
  const handle = only ? await openWithoutWaiting(path, only) : await open(path, constants.O_RDONLY);
  try {
    const stats = await handle.stat();
    // A folder is told by reading it, EISDIR.
    if (only && !stats.isFile() && !stats.isDirectory()) throw notRegular(path);
    return { bytes: await readWhole(handle, path), readableByOthers: isReadableByOthers(stats) };
  } finally {
    await handle.close();
  }
}

/** Opening a pipe would wait for its writer; a terminal must not become this process's own by being opened. */
async function openWithoutWaiting(path: string, only: OnlyRegular): Promise<FileHandle> {
  const { O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  const unlinked = only === 'regular-unlinked' ? O_NOFOLLOW : 0;
  try {
    // Windows has none of the three flags, and `|` takes what is undefined for 0.
    return await open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | unlinked);
  } catch (error) {
    // A socket, or a device that is not there.
    throw ['ENXIO', 'ENODEV', 'EOPNOTSUPP'].includes(errorCode(error) ?? '') ? notRegular(path) : error;
  }
}

function notRegular(path: string): Error {
  return withCode(`EFTYPE: not a regular file, read '${path}'`, 'EFTYPE');
}

function isReadableByOthers(stats: Stats): boolean {
  return process.platform !== 'win32' && stats.isFile() && (stats.mode & 0o077) !== 0;
}

// The size is counted while reading: a pipe has none beforehand, and a file may grow.
async function readWhole(handle: FileHandle, path: string): Promise<Uint8Array> {
  const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
  let size = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, size, buffer.length - size, null);
    size += bytesRead;
    if (size > MAX_FILE_BYTES) {
      throw tooLarge(path);
    }
    if (bytesRead === 0) return new Uint8Array(buffer.subarray(0, size));
  }
}
