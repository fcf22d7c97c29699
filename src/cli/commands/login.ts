import type { CredentialFlags } from '../../config/credential-sources.ts';
import type { DeclareCommand } from '../command-context.ts';
import { addResultOptions, type ResultFlags, SAVE_CANARY_DESCRIPTION } from '../output/result-options.ts';
import { JUNIT_DESCRIPTION, withJunit } from '../reports/junit-option.ts';
import { TRACE_DESCRIPTION, withTrace } from '../reports/trace-option.ts';
import { addCredentialOptions } from '../settings/credential-options.ts';

/** The options of `sgid login`, as the command line gives them. */
export interface LoginOptions extends CredentialFlags, ResultFlags {
  /** `false` for --no-browser. */
  readonly browser?: string | boolean | undefined;
  readonly manual?: true;
  readonly listen?: string;
  readonly listenPublic?: true;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly timeout: string;
  readonly httpTimeout: string;
  readonly state?: string;
  readonly nonce?: string;
  readonly includeTokens?: true;
  readonly mock?: true;
  readonly persona?: string;
  readonly trace?: string;
  readonly saveCanary?: string;
  readonly junit?: string;
}

const EXAMPLES = `
Examples:
  $ sgid login --mock --persona wei-ming
  $ sgid login --scope "openid myinfo.name"
  $ sgid login --credentials client.json \\
      --redirect-uri http://localhost:5001/api/redirect
  $ sgid login -p staging                                with the credentials of a profile
  $ sgid login --manual --no-browser                     the browser is on another machine
  $ sgid login --field myinfo.name                       one value as plain text
  $ env=$(sgid login --format env) && eval "$env"        MYINFO_NAME and its like as shell variables
  $ sgid login --expect myinfo.email --out claims.json

Credentials, the first found wins: option, --credentials file, environment (SGID_CLIENT_ID,
SGID_CLIENT_SECRET, SGID_PRIVATE_KEY, SGID_REDIRECT_URI, SGID_HOSTNAME, SGID_SCOPE), ./.env, profile.
The profile is that of -p, else of SGID_PROFILE, else the one chosen with "sgid profile use".
No secret is taken as an option's value, because other users of the machine could read it.`;

/** Declares `sgid login`; what it does is loaded when it runs. */
export const declareLogin: DeclareCommand = (command, openContext) => {
  addResultOptions(
    addCredentialOptions(command, [
      'scope',
      'clientId',
      'clientSecretFile',
      'privateKeyFile',
      'redirectUri',
      'hostname',
    ])
      .option('--no-browser', 'only print the URL')
      .option(
        '--browser <command>',
        'open the URL with this command (default: $BROWSER, else the system browser)',
      )
      .option('--manual', 'do not listen; read the redirected URL from the prompt or standard input')
      .option('--listen <host:port>', 'listen here although the redirect URI says otherwise')
      .option('--listen-public', 'let --listen take an address that other machines reach')
      .option(
        '--tls-cert <file>',
        'the certificate for a redirect URI with https (default: a self-signed one)',
      )
      .option('--tls-key <file>', 'the private key of --tls-cert')
      .option('--timeout <duration>', 'how long to wait for the callback', '5m')
      .option('--http-timeout <duration>', 'how long to wait for each answer of the provider', '10s')
      .option('--state <value>', 'use this state instead of a random one')
      .option('--nonce <value>', 'use this nonce instead of a random one'),
  )
    .option('--include-tokens', 'add accessToken, idToken and its claims')
    .option('--mock', 'log in at the embedded provider, with a test client')
    .option('--persona <id>', 'with --mock: log this invented person in, without a browser')
    .option('--trace <file>', TRACE_DESCRIPTION)
    .option('--junit <file>', JUNIT_DESCRIPTION)
    .option('--save-canary <file>', SAVE_CANARY_DESCRIPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const [context, { runLogin }] = await Promise.all([openContext(), import('../login/run-login.ts')]);
      await withTrace('login', options, context, (traced) =>
        withJunit(options, traced, (reported, onJudged) => runLogin(options, reported, onJudged)),
      );
    });
};
