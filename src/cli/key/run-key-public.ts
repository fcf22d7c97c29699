import { writePublicKey } from '../../keys/public-key.ts';
import type { CommandContext } from '../command-context.ts';
import type { KeyPublicOptions } from '../commands/key.ts';
import { writeStandardOutput } from '../output/standard-output.ts';
import { loadKeyInput } from './key-input.ts';
import { checkInputs, KEY_ARGUMENT } from './key-options.ts';

/**
 * Runs `sgid key public`.
 *
 * @throws SgidError of the steps `usage` and `config`.
 */
export async function runKeyPublic(
  file = '-',
  options: KeyPublicOptions,
  context: CommandContext,
): Promise<void> {
  checkInputs([KEY_ARGUMENT, file], ['--passphrase-file', options.passphraseFile]);
  const key = await loadKeyInput(file, options, context);
  await writeStandardOutput(writePublicKey(key, options.format), context.platform.terminal);
}
