import { decryptUserinfo } from '../../protocol/fetch-data.ts';
import type { CommandContext } from '../command-context.ts';
import type { DecryptOptions } from '../commands/decrypt.ts';
import { requireText } from '../input/check-options.ts';
import { requireSeparateFiles } from '../input/separate-files.ts';
import { readTextInput } from '../input/text-input.ts';
import { printResult, readResultFlags } from '../output/print-result.ts';
import { readSettings } from '../settings/read-settings.ts';
import { readUserinfoReply } from './userinfo-reply.ts';

/**
 * Runs `sgid decrypt`: prints a saved userinfo reply in the clear. Touches no network.
 *
 * @throws SgidError of the steps `usage`, `config`, `userinfo`, `decrypt` and `output`.
 */
export async function runDecrypt(
  file: string | undefined,
  options: DecryptOptions,
  context: CommandContext,
): Promise<void> {
  const path = file ?? '-';
  requireText({ '[file]': file });
  requireSeparateFiles(options, file);
  await printResult({ flags: options, expectations: readResultFlags(options) }, context, async () => {
    const reply = readUserinfoReply(await readTextInput({ path, what: 'the userinfo reply' }, context));
    const stdinUse = path === '-' ? 'the userinfo reply' : undefined;
    const { privateKey } = await readSettings({ needed: ['privateKey'] }, options, context, stdinUse);
    const person = await decryptUserinfo(reply, privateKey);
    context.platform.signal.throwIfAborted();
    return person;
  });
}
