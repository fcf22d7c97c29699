import { outputError } from '../config/file-errors.ts';
import type { Platform } from '../platform/platform.ts';
import { stripControls } from '../protocol/printable.ts';
import { writeStandardOutput } from './standard-output.ts';

/** Where the result of a command goes. */
export interface ResultOutput {
  /** Writes the result, whole or not at all. Throws SgidError `ERR_OUTPUT`. */
  commit(text: string): Promise<void>;
  /** Takes away what was prepared; does nothing after `commit`. */
  discard(): Promise<void>;
}

/**
 * Opens the output before anything else is done, so that a login is not lost to a folder that is not there.
 *
 * @param path A file, or standard output when `undefined`.
 * @throws SgidError `ERR_OUTPUT`.
 */
export async function openResultOutput(path: string | undefined, platform: Platform): Promise<ResultOutput> {
  if (path === undefined) return { commit: (text) => writeOut(text, platform), discard: async () => {} };
  const file = await platform.files.prepareOutput(path).catch((error: unknown) => {
    throw outputError(error, path);
  });
  return {
    commit: async (text) => {
      await file.commit(text).catch((error: unknown) => {
        throw outputError(error, path);
      });
    },
    discard: () => file.discard(),
  };
}

function writeOut(text: string, { terminal }: Platform): Promise<void> {
  return writeStandardOutput(terminal.stdoutIsTerminal ? printableLines(text) : text, terminal);
}

/** A terminal obeys control characters, so they go; a file or a pipe gets them. */
function printableLines(text: string): string {
  return text.split('\n').map(stripControls).join('\n');
}
