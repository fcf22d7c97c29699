import type { CredentialFlags } from '../../config/credential-sources.ts';
import type { DeclareCommand } from '../command-context.ts';
import { OUT_DESCRIPTION } from '../output/result-options.ts';
import { TRACE_DESCRIPTION, withTrace } from '../reports/trace-option.ts';
import { addCredentialOptions } from '../settings/credential-options.ts';

/** The options of `sgid callback`. */
export interface CallbackOptions extends CredentialFlags {
  readonly transaction?: string;
  readonly code?: string;
  readonly codeVerifier?: string;
  readonly nonce?: string;
  readonly state?: string;
  readonly out?: string;
  readonly httpTimeout: string;
  readonly trace?: string;
}

const EXAMPLES = `
Examples:
  $ sgid callback --transaction transaction.json "$URL" | sgid userinfo       the rest of a login
  $ sgid callback --transaction transaction.json < url.txt                    the URL from standard input
  $ printf %s "$TRANSACTION" | sgid callback --transaction - "$URL"
  $ sgid callback "$URL" --state "$STATE" --nonce "$NONCE" \\
      --code-verifier "$VERIFIER"
  $ sgid callback --code "$CODE" --nonce "$NONCE" --code-verifier "$VERIFIER"

The URL is the one that the browser was redirected to; the part from the "?" is enough. It is judged before anything
is sent: no parameter twice, then iss, then state, then error or code. The code is sent once and never again.
Prints {"sub","accessToken","idToken","claims"}; the ID token is verified. These are secrets: pipe them, or use --out.
Needs the client id and secret; the redirect URI as well when there is no transaction. Other users of this machine
can see options while the command runs, so that --transaction is better than --code and --code-verifier.
With --code nothing is compared with --state; compare it yourself.`;

/** Declares `sgid callback`; what it does is loaded when it runs. */
export const declareCallback: DeclareCommand = (command, openContext) => {
  addCredentialOptions(command.argument('[callback-url]', 'the URL that the browser was redirected to'), [
    'clientId',
    'clientSecretFile',
    'redirectUri',
    'hostname',
  ])
    .option('--transaction <file>', 'what "sgid authorize-url" printed; - for standard input')
    .option('--code <code>', 'the authorization code, in place of the URL')
    .option('--code-verifier <verifier>', 'the verifier of the code challenge that was sent')
    .option('--nonce <value>', 'the nonce that was sent')
    .option('--state <value>', 'the state that was sent')
    .option('--out <file>', OUT_DESCRIPTION)
    .option('--http-timeout <duration>', 'how long to wait for each answer of the provider', '10s')
    .option('--trace <file>', TRACE_DESCRIPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (url, options) => {
      const [context, { runCallback }] = await Promise.all([
        openContext(),
        import('../steps/run-callback.ts'),
      ]);
      await withTrace('callback', options, context, (traced) => runCallback(url, options, traced));
    });
};
