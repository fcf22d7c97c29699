import { pathForShell } from '../../config/file-errors.ts';
import { generatePrivateKey, type KeyBits } from '../../keys/generate-key.ts';
import { fingerprintKey } from '../../keys/public-key.ts';
import type { CommandContext } from '../command-context.ts';
import type { KeyGenerateOptions } from '../commands/key.ts';
import { checkInputs, checkOutput } from './key-options.ts';
import { outputKey } from './key-output.ts';

const BITS: Readonly<Record<KeyGenerateOptions['bits'], KeyBits>> = { 2048: 2048, 3072: 3072, 4096: 4096 };

/**
 * Runs `sgid key generate`.
 *
 * @throws SgidError of the steps `usage`, `config` and `output`.
 */
export async function runKeyGenerate(options: KeyGenerateOptions, context: CommandContext): Promise<void> {
  const { platform, diagnostics } = context;
  const { bits, out } = options;
  checkInputs(['--out-passphrase-file', options.outPassphraseFile]);
  checkOutput(options, platform.terminal);
  const key = await outputKey(options, context, () => generatePrivateKey(BITS[bits]));
  diagnostics.info(`A new key of ${bits} bits, fingerprint ${fingerprintKey(key)}.`);
  if (out !== undefined)
    diagnostics.info(
      `Register its public half in the developer portal: sgid key public ${pathForShell(out)}`,
    );
}
