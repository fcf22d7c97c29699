import type { KeyObject } from 'node:crypto';
import { pathForShell } from '../../config/file-errors.ts';
import { isEncryptedTarget } from '../../keys/key-target.ts';
import { writeEncryptedKey, writePlainKey } from '../../keys/write-key.ts';
import { errorCode } from '../../platform/node-error.ts';
import type { Platform } from '../../platform/platform.ts';
import { SgidError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CommandContext } from '../command-context.ts';
import type { KeyOutputOptions } from '../commands/key.ts';
import { openResultOutput } from '../output/result-output.ts';
import { obtainNewPassphrase } from './key-passphrase.ts';

/**
 * Obtains a private key and writes it as the options say. The output is opened first, so that nothing is asked or
 * computed for a folder that is not there. Returns the key.
 *
 * @throws SgidError `ERR_OUTPUT`, `ERR_FILE`, `ERR_PRIVATE_KEY_PASSPHRASE`; or whatever `obtainKey` rejects with.
 */
export async function outputKey(
  { to, out, outPassphraseFile }: KeyOutputOptions,
  context: CommandContext,
  obtainKey: () => Promise<KeyObject>,
): Promise<KeyObject> {
  if (out !== undefined && out !== '-') await requireNewFile(out, context.platform);
  const output = await openResultOutput(out, context.platform);
  try {
    const key = await obtainKey();
    const content = isEncryptedTarget(to)
      ? writeEncryptedKey(key, to, await obtainNewPassphrase(outPassphraseFile, context))
      : writePlainKey(key, to);
    context.platform.signal.throwIfAborted();
    await output.commit(content);
    return key;
  } finally {
    await output.discard();
  }
}

/** Another key that is written over is lost for good, and so is the rest of a `.env`. */
async function requireNewFile(path: string, { files }: Platform): Promise<void> {
  const size = await files.readSecretFile(path, 'regular').then(
    ({ bytes }) => bytes.length,
    (error: unknown) => (['EFBIG', 'EACCES'].includes(errorCode(error) ?? '') ? 1 : 0),
  );
  if (size === 0) return;
  const word = pathForShell(path);
  throw new SgidError('ERR_OUTPUT', `the output file ${toPrintable(path)} exists already`, {
    step: 'output',
    hint: `Name another file, or move that one away: mv ${word} ${word}.old`,
  });
}
