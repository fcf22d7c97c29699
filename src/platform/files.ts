import type { FileAccess, OutputFile } from './output-file.ts';
import { type OnlyRegular, readSecretFile, type SecretFile } from './read-file.ts';

/** The file system as this program uses it. Rejections are Node's own errors with a `code`. */
export interface Files {
  /** Reads a whole file or pipe. Over 1 MiB it rejects with `EFBIG`. */
  read(path: string): Promise<Uint8Array>;
  /** Reads as `read` does and judges the mode of the very file that was opened. */
  readSecretFile(path: string, only?: OnlyRegular): Promise<SecretFile>;
  /** Opens an output file ahead of its content, see {@link OutputFile}; private when left out. */
  prepareOutput(path: string, access?: FileAccess): Promise<OutputFile>;
  /** Adds text to the end of a file, which is made (mode 0600) when it is not there. */
  append(path: string, text: string): Promise<void>;
}

/** The machine's file system. */
export const systemFiles: Files = {
  read: async (path) => (await readSecretFile(path)).bytes,
  readSecretFile,
  prepareOutput: async (...args) => (await import('./output-file.ts')).prepareOutput(...args),
  append: async (path, text) => {
    const { appendFile } = process.getBuiltinModule('node:fs/promises');
    await appendFile(path, text, { mode: 0o600 });
  },
};
