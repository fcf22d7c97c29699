import type { CommandContext } from '../command-context.ts';
import type { KeyConvertOptions } from '../commands/key.ts';
import { loadKeyInput } from './key-input.ts';
import { checkInputs, checkOutput, KEY_ARGUMENT } from './key-options.ts';
import { outputKey } from './key-output.ts';

/**
 * Runs `sgid key convert`.
 *
 * @throws SgidError of the steps `usage`, `config` and `output`.
 */
export async function runKeyConvert(
  file = '-',
  options: KeyConvertOptions,
  context: CommandContext,
): Promise<void> {
  checkInputs(
    [KEY_ARGUMENT, file],
    ['--passphrase-file', options.passphraseFile],
    ['--out-passphrase-file', options.outPassphraseFile],
  );
  checkOutput(options, context.platform.terminal);
  await outputKey(options, context, () => loadKeyInput(file, options, context));
}
