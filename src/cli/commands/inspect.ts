import type { CredentialFlags } from '../../config/credential-sources.ts';
import type { DeclareCommand } from '../command-context.ts';
import { addCredentialOptions } from '../settings/credential-options.ts';

/** The options of `sgid inspect`. */
export interface InspectOptions extends CredentialFlags {
  readonly nonce?: string;
  readonly verify?: true;
  readonly httpTimeout: string;
}

const EXAMPLES = `
Examples:
  $ sgid inspect id-token.txt
  $ sgid inspect --verify --client-id MYAPP-1a2b3c4d --nonce "$NONCE" \\
      id-token.txt
  $ sgid callback --transaction transaction.json "$URL" | sgid inspect --verify
  $ sgid inspect userinfo.json | jq '.verdicts[] | select(.verdict == "fail")'

Takes an ID token, a JWE, a userinfo reply, or what "sgid callback" printed, and says what each check of a login finds.
Nothing is decrypted, and nothing is sent but, with --verify, a request for the provider's keys.
Every verdict has "check", "verdict" (pass, fail, or skip where there is nothing to compare with), "evidence" and, when
it is fail, the "code" that a login would end with. Whatever fails is printed all the same; then the command ends with
7 for an ID token, one that has only expired included, and with 8 for the algorithms of a JWE.`;

/** Declares `sgid inspect`; what it does is loaded when it runs. */
export const declareInspect: DeclareCommand = (command, openContext) => {
  addCredentialOptions(command.argument('[file]', 'what to inspect; - or nothing for standard input'), [
    'clientId',
    'hostname',
  ])
    .option('--nonce <value>', 'the nonce that the ID token must carry')
    .option('--verify', "check the ID token's signature with the provider's keys")
    .option('--http-timeout <duration>', 'how long to wait for each answer of the provider', '10s')
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      const [context, { runInspect }] = await Promise.all([openContext(), import('../steps/run-inspect.ts')]);
      await runInspect(file, options, context);
    });
};
