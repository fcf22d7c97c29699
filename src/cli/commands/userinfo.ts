import type { CredentialFlags } from '../../config/credential-sources.ts';
import type { DeclareCommand } from '../command-context.ts';
import { addResultOptions, type ResultFlags, SAVE_CANARY_DESCRIPTION } from '../output/result-options.ts';
import { TRACE_DESCRIPTION, withTrace } from '../reports/trace-option.ts';
import { addCredentialOptions } from '../settings/credential-options.ts';

/** The options of `sgid userinfo`. */
export interface UserinfoOptions extends CredentialFlags, ResultFlags {
  readonly token?: string;
  readonly saveCanary?: string;
  readonly httpTimeout: string;
  readonly trace?: string;
}

const EXAMPLES = `
Examples:
  $ sgid callback --transaction transaction.json "$URL" | sgid userinfo
  $ sgid userinfo --field myinfo.name < tokens.json
  $ sgid userinfo --token tokens.json --expect myinfo.email --out claims.json
  $ sgid userinfo --token - < access-token.txt             the access token alone

Takes what "sgid callback" printed from standard input, or from the file of --token, and prints {"sub","data"}.
The subject must be the one that the callback found; an access token alone has none to compare with.
Needs the private key; an access token goes only to the provider that issued it.`;

/** Declares `sgid userinfo`; what it does is loaded when it runs. */
export const declareUserinfo: DeclareCommand = (command, openContext) => {
  addResultOptions(
    addCredentialOptions(command, ['privateKeyFile', 'hostname']).option(
      '--token <file>',
      'what "sgid callback" printed, or the access token alone; - for standard input',
    ),
  )
    .option('--http-timeout <duration>', 'how long to wait for each answer of the provider', '10s')
    .option('--save-canary <file>', SAVE_CANARY_DESCRIPTION)
    .option('--trace <file>', TRACE_DESCRIPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const [context, { runUserinfo }] = await Promise.all([
        openContext(),
        import('../steps/run-userinfo.ts'),
      ]);
      await withTrace('userinfo', options, context, (traced) => runUserinfo(options, traced));
    });
};
