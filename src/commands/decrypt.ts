import { printResult } from '../output/result.ts';
import { loadCredentials } from '../settings/credentials.ts';
import { decryptUserinfo } from '../sgid/userinfo.ts';
import type { DeclareCommand } from './context.ts';
import { addCredentialOptions, openInputs } from './credential-options.ts';
import { addResultOptions, parseExpectations } from './result-options.ts';
import { loadText } from './text-input.ts';
import { parseUserinfoReply } from './userinfo-reply.ts';

const EXAMPLES = `
Examples:
  $ sgid decrypt userinfo.json
  $ curl -sS -H @authorization.txt https://api.id.gov.sg/v2/oauth/userinfo \\
      | sgid decrypt
  $ sgid decrypt userinfo.json --private-key-file old.pem --field myinfo.name

Takes a reply of the userinfo endpoint as it came, {"sub","key","data"}, from a file or standard input, and prints
{"sub","data"} in the clear. Needs only the private key, and no network. It does not know whose
reply that is: compare the subject yourself.`;

export const declare: DeclareCommand = (command, openContext) => {
  addResultOptions(
    addCredentialOptions(
      command.argument('[file]', 'a saved userinfo reply; - or nothing for standard input'),
      ['privateKeyFile'],
    ),
  )
    .addHelpText('after', EXAMPLES)
    .action(async (path = '-', options) => {
      const context = await openContext();
      await printResult({ flags: options, expectations: parseExpectations(options) }, context, async () => {
        const reply = parseUserinfoReply(await loadText({ path, what: 'the userinfo reply' }, context));
        const stdinUse = path === '-' ? 'the userinfo reply' : undefined;
        const { privateKey } = await loadCredentials(
          { needed: ['privateKey'] },
          options,
          openInputs(context, stdinUse),
        );
        const person = decryptUserinfo(reply, privateKey);
        context.platform.signal.throwIfAborted();
        return person;
      });
    });
};
