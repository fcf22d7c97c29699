import { Option } from '@commander-js/extra-typings';
import type { DeclareCommand } from '../command-context.ts';

/** The options of `sgid init`, as the command line gives them. */
export interface InitOptions {
  readonly from?: string;
  readonly profile?: string;
  readonly yes?: true;
  readonly replace?: true;
  readonly store: 'file' | 'keyring';
  readonly privateKeyFile?: string;
  readonly redirectUri?: string;
  readonly hostname?: string;
  readonly scope?: string;
}

const EXAMPLES = `
Examples:
  $ sgid init                                            asks for everything
  $ sgid init --from client.json                         the file from the developer portal; asks for the rest
  $ sgid init --from client.json --profile staging --yes
  $ sgid init --from client.json --profile staging --yes \\
      --redirect-uri http://localhost:5001/api/redirect

Nothing is saved that cannot be used, and what was saved is tested; Ctrl-C leaves nothing behind. The profile is a file that only you
can read; with --store keyring its secrets are kept in the system's keyring instead. A private key that is given as a
file stays where it is, and the profile names it.`;

/** Declares `sgid init`; what it does is loaded when it runs. */
export const declareInit: DeclareCommand = (command, openContext) => {
  command
    .option('--from <file>', 'import this credentials file, JSON or .env')
    .option('-p, --profile <name>', 'save the credentials under this name')
    .option('-y, --yes', 'ask nothing; needs --from and --profile')
    .option('--replace', 'replace a profile of that name')
    .addOption(
      new Option('--store <where>', 'where the secrets are kept')
        .choices(['file', 'keyring'] as const)
        .default('file' as const),
    )
    .option('--private-key-file <path>', 'the private key, where the file has none')
    .option('--redirect-uri <uri>', 'the redirect URI, exactly as registered')
    .option('--hostname <origin>', 'the provider (default: "https://api.id.gov.sg")')
    .option('-s, --scope <scopes>', 'what to ask for (default: "openid myinfo.name")')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const [context, { runInit }] = await Promise.all([openContext(), import('../init/run-init.ts')]);
      await runInit(options, context);
    });
};
