import type { DeclareCommand } from '../command-context.ts';

/** The options of `sgid pkce`. */
export interface PkceOptions {
  readonly length?: string;
}

const EXAMPLES = `
Examples:
  $ sgid pkce
  $ sgid pkce --length 128 | jq -r .codeVerifier

The challenge goes into the authorization URL; the verifier stays with you until the callback (RFC 7636).
"sgid authorize-url" makes a pair by itself when it is given no challenge.`;

/** Declares `sgid pkce`; what it does is loaded when it runs. */
export const declarePkce: DeclareCommand = (command, openContext) => {
  command
    .option('--length <characters>', 'the length of the verifier, 43 to 128 (default: 43)')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const [context, { runPkce }] = await Promise.all([openContext(), import('../steps/run-pkce.ts')]);
      await runPkce(options, context);
    });
};
