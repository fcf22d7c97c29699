import type { CredentialFlags } from '../../config/credential-sources.ts';
import type { DeclareCommand } from '../command-context.ts';
import { OUT_DESCRIPTION } from '../output/result-options.ts';
import { addCredentialOptions } from '../settings/credential-options.ts';

/** The options of `sgid authorize-url`. */
export interface AuthorizeUrlOptions extends CredentialFlags {
  readonly state?: string;
  readonly nonce?: string;
  readonly codeChallenge?: string;
  readonly out?: string;
}

const EXAMPLES = `
Examples:
  $ sgid authorize-url --out transaction.json
  $ jq -r .url transaction.json                           visit it; the browser ends at the redirect URI
  $ sgid callback --transaction transaction.json "$URL" | sgid userinfo

  $ sgid authorize-url --scope "openid myinfo.name myinfo.email" | jq -r .url
  $ sgid authorize-url --code-challenge "$CHALLENGE"      the verifier stays where you made it

Prints a transaction: {"url","state","nonce","codeVerifier","codeChallenge",
"redirectUri","scope","clientId","hostname","createdAt"}. It holds secrets of this one login; "sgid callback" takes it for an hour.
Needs the client id and the redirect URI, from the same places as "sgid login"; no secret, no network.`;

/** Declares `sgid authorize-url`; what it does is loaded when it runs. */
export const declareAuthorizeUrl: DeclareCommand = (command, openContext) => {
  addCredentialOptions(command, ['scope', 'clientId', 'redirectUri', 'hostname'])
    .option('--state <value>', 'use this state instead of a random one')
    .option('--nonce <value>', 'use this nonce instead of a random one')
    .option('--code-challenge <challenge>', 'use this S256 challenge, and leave the verifier out')
    .option('--out <file>', OUT_DESCRIPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const [context, { runAuthorizeUrl }] = await Promise.all([
        openContext(),
        import('../steps/run-authorize-url.ts'),
      ]);
      await runAuthorizeUrl(options, context);
    });
};
