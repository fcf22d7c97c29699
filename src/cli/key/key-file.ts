import { fileError } from '../../config/file-errors.ts';
import { secretPathError } from '../../config/path-error.ts';
import { decodeText } from '../../keys/decode-text.ts';
import type { SecretFile } from '../../platform/files.ts';
import { errorCode } from '../../platform/node-error.ts';
import type { Platform } from '../../platform/platform.ts';
import { SgidError, usageError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';

/** What people call an input. */
export function nameInput(path: string): string {
  return path === '-' ? 'standard input' : toPrintable(path);
}

/**
 * Reads a file with a key or passphrase, or standard input for `-`.
 *
 * @param origin The option or argument that the path comes from.
 * @throws SgidError `ERR_FILE` when it cannot be read or holds nothing, `ERR_USAGE` when a person would have to type it.
 */
export async function readKeyFile(origin: string, path: string, platform: Platform): Promise<SecretFile> {
  const file =
    path === '-' ? await readStandardInput(origin, platform) : await readPath(origin, path, platform);
  if (decodeText(file.bytes).trim() !== '') return file;
  throw new SgidError(
    'ERR_FILE',
    `${origin}: ${path === '-' ? '' : 'the file '}${nameInput(path)} is empty`,
    {
      step: 'config',
      hint: 'Check the command or file that it comes from.',
    },
  );
}

async function readPath(origin: string, path: string, { files }: Platform): Promise<SecretFile> {
  try {
    return await files.readSecretFile(path);
  } catch (error) {
    throw secretPathError(error, origin, path, 'a file or pipe');
  }
}

async function readStandardInput(origin: string, { terminal, signal }: Platform): Promise<SecretFile> {
  // Nobody types a key, and a secret that is typed here would be seen.
  if (terminal.stdinIsTerminal) {
    throw usageError(
      `${origin} is to be read from standard input, which is a terminal`,
      `Name a file for ${origin}, or redirect standard input: < file`,
    );
  }
  try {
    return { bytes: await terminal.readInput(signal), readableByOthers: false };
  } catch (error) {
    if (errorCode(error) !== 'EFBIG') throw error;
    throw fileError(error, `${origin}:`, 'standard input');
  }
}
