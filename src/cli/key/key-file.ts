import { secretPathError } from '../../config/path-error.ts';
import { decodeText } from '../../keys/decode-text.ts';
import type { Platform } from '../../platform/platform.ts';
import type { SecretFile } from '../../platform/read-file.ts';
import { SgidError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import { readStandardInput, STANDARD_INPUT } from '../input/standard-input.ts';

/** What people call an input. */
export function nameInput(path: string): string {
  return path === '-' ? STANDARD_INPUT : toPrintable(path);
}

/**
 * Reads a file with a key or passphrase, or standard input for `-`.
 *
 * @param origin The option or argument that the path comes from.
 * @throws SgidError `ERR_FILE` when it cannot be read or holds nothing, `ERR_USAGE` when a person would have to type it.
 */
export async function readKeyFile(origin: string, path: string, platform: Platform): Promise<SecretFile> {
  const file = path === '-' ? await readPiped(origin, platform) : await readPath(origin, path, platform);
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

async function readPiped(origin: string, platform: Platform): Promise<SecretFile> {
  const hint = `Name a file for ${origin}, or redirect standard input: < file`;
  return { bytes: await readStandardInput({ what: origin, hint }, platform), readableByOthers: false };
}
