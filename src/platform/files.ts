import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { withCode } from './node-error.ts';
import { type OutputFile, prepareOutput } from './output-file.ts';

/** No file that this program reads has a reason to be larger: 1 MiB. */
export const MAX_FILE_BYTES: number = 1024 * 1024;

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
  readSecretFile(path: string): Promise<SecretFile>;
  /** Opens an output file ahead of its content, see {@link OutputFile}. */
  prepareOutput(path: string): Promise<OutputFile>;
}

/** The machine's file system. */
export const systemFiles: Files = {
  read: async (path) => (await readSecretFile(path)).bytes,
  readSecretFile,
  prepareOutput,
};

async function readSecretFile(path: string): Promise<SecretFile> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    const readableByOthers = isReadableByOthers(await handle.stat());
    return { bytes: await readWhole(handle, path), readableByOthers };
  } finally {
    await handle.close();
  }
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
      throw withCode(`EFBIG: file too large, read '${path}'`, 'EFBIG');
    }
    if (bytesRead === 0) return new Uint8Array(buffer.subarray(0, size));
  }
}
