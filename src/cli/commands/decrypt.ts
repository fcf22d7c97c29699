import type { CredentialFlags } from '../../config/credential-sources.ts';
import type { DeclareCommand } from '../command-context.ts';
import { addResultOptions, type ResultFlags } from '../output/result-options.ts';
import { addCredentialOptions } from '../settings/credential-options.ts';

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
export const declareDecrypt: DeclareCommand = (command, openContext) => {
  addResultOptions(
    addCredentialOptions(
      command.argument('[file]', 'a saved userinfo reply; - or nothing for standard input'),
      ['privateKeyFile'],
    ),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      const [context, { runDecrypt }] = await Promise.all([openContext(), import('../steps/run-decrypt.ts')]);
      await runDecrypt(file, options, context);
    });
};
