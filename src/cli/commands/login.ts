import { Option } from '@commander-js/extra-typings';
import type { CredentialFlags } from '../../config/credential-sources.ts';
import type { DeclareCommand } from '../command-context.ts';

/** The options of `sgid login`, as the command line gives them. */
export interface LoginOptions extends CredentialFlags {
  /** `false` for --no-browser. */
  readonly browser?: string | boolean | undefined;
  readonly manual?: true;
  readonly listen?: string;
  readonly listenPublic?: true;
  readonly timeout: string;
  readonly httpTimeout: string;
  readonly state?: string;
  readonly nonce?: string;
  readonly field?: string;
  readonly format?: 'json' | 'env';
  readonly raw?: true;
  readonly out?: string;
  readonly includeTokens?: true;
  readonly expect?: readonly string[];
  readonly mock?: true;
  readonly persona?: string;
}

const EXAMPLES = `
Examples:
  $ sgid login --mock --persona wei-ming
  $ sgid login --scope "openid myinfo.name"
  $ sgid login --credentials client.json --redirect-uri http://localhost:5001/callback
  $ sgid login --manual --no-browser                     the browser is on another machine
  $ sgid login --field myinfo.name                       one value as plain text
  $ env=$(sgid login --format env) && eval "$env"        MYINFO_NAME and its like as shell variables
  $ sgid login --expect myinfo.email --out claims.json

Credentials, the first found wins: option, --credentials file, environment (SGID_CLIENT_ID,
SGID_CLIENT_SECRET, SGID_PRIVATE_KEY, SGID_REDIRECT_URI, SGID_HOSTNAME, SGID_SCOPE), ./.env.
No secret is taken as an option's value, because other users of the machine could read it.`;

/** Declares `sgid login`; what it does is loaded when it runs. */
export const declareLogin: DeclareCommand = (command, openContext) => {
  command
    .option('-s, --scope <scopes>', 'what to ask for, separated by spaces (default: "openid myinfo.name")')
    .option('--client-id <id>', 'the client id')
    .option('--client-secret-file <path>', 'a file that holds the client secret; - for standard input')
    .option('--private-key-file <path>', 'a file that holds the private key; - for standard input')
    .option('--redirect-uri <uri>', 'the redirect URI, exactly as registered')
    .option('--hostname <origin>', 'the provider (default: "https://api.id.gov.sg")')
    .option('--credentials <file>', 'the file from the developer portal, JSON or .env')
    // Node itself takes --env-file from any command line, and stops when there is no such file; -e is ours alone.
    .option('-e, --env-file <file>', 'read variables from here (default: "./.env")')
    .option('--no-browser', 'only print the URL')
    .option(
      '--browser <command>',
      'open the URL with this command (default: $BROWSER, else the system browser)',
    )
    .option('--manual', 'do not listen; read the redirected URL from the prompt or standard input')
    .option('--listen <host:port>', 'listen here although the redirect URI says otherwise')
    .option('--listen-public', 'let --listen take an address that other machines reach')
    .option('--timeout <duration>', 'how long to wait for the callback', '5m')
    .option('--http-timeout <duration>', 'how long to wait for each answer of the provider', '10s')
    .option('--state <value>', 'use this state instead of a random one')
    .option('--nonce <value>', 'use this nonce instead of a random one')
    .option('--field <claim>', 'print this one value as plain text')
    .addOption(
      new Option('--format <format>', 'how to print the result (default: "json")').choices([
        'json',
        'env',
      ] as const),
    )
    .option('--raw', 'keep claims that hold JSON as text')
    .option('--out <file>', 'write the result to this file (mode 0600) instead of standard output')
    .option('--include-tokens', 'add accessToken, idToken and its claims')
    .option(
      '--expect <expectation>',
      'fail unless <claim>, <claim>=<value> or <claim>~<regex> holds; repeatable',
      (value: string, previous: readonly string[] = []) => [...previous, value],
    )
    .option('--mock', 'log in at the embedded provider, with a test client')
    .option('--persona <id>', 'with --mock: log this invented person in, without a browser')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const [context, { runLogin }] = await Promise.all([openContext(), import('../run-login.ts')]);
      await runLogin(options, context);
    });
};
