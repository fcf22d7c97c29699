import { printResult, type ResultFlags } from '../output/result.ts';
import type { CredentialFlags } from '../settings/sources.ts';
import { decryptUserinfo } from '../sgid/userinfo.ts';
import type { CommandContext, DeclareCommand } from './context.ts';
import { addCredentialOptions, readSettings } from './credential-options.ts';
import { requireSeparateFiles, requireText } from './option-values.ts';
import { addResultOptions, readResultFlags } from './result-options.ts';
import { readTextInput } from './text-input.ts';
import { readUserinfoReply } from './userinfo-reply.ts';

/** The options of `sgid decrypt`. */
export interface DecryptOptions extends CredentialFlags, ResultFlags {}

const EXAMPLES = `
Examples:
  $ sgid decrypt userinfo.json
  $ curl -sS -H @authorization.txt https://api.id.gov.sg/v2/oauth/userinfo \\
      | sgid decrypt
  $ sgid decrypt userinfo.json --private-key-file old.pem --field myinfo.name

Takes a reply of the userinfo endpoint as it came, {"sub","key","data"}, from a file or standard input, and prints
{"sub","data"} in the clear. Needs the private key and nothing else, no network either. It does not know whose
reply that is: compare the subject yourself.`;

/** Declares `sgid decrypt`; what it does is loaded when it runs. */
export const declare: DeclareCommand = (command, openContext) => {
  addResultOptions(
    addCredentialOptions(
      command.argument('[file]', 'a saved userinfo reply; - or nothing for standard input'),
      ['privateKeyFile'],
    ),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      const context = await openContext();
      await runDecrypt(file, options, context);
    });
};

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
