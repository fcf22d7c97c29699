import { Option } from '@commander-js/extra-typings';
import type { CredentialFlags } from '../../config/credential-sources.ts';
import type { DeclareCommand } from '../command-context.ts';
import { TRACE_DESCRIPTION, withTrace } from '../reports/trace-option.ts';
import { addCredentialOptions } from '../settings/credential-options.ts';

/** The options of `sgid check`, as the command line gives them. */
export interface CheckOptions extends CredentialFlags {
  readonly offline?: true;
  readonly only?: readonly string[];
  readonly format: 'text' | 'json' | 'junit' | 'github';
  readonly canary?: string;
  readonly out?: string;
  readonly httpTimeout: string;
  readonly trace?: string;
}

const EXAMPLES = `
Examples:
  $ sgid check                                           everything, with the credentials of a login
  $ sgid check --offline                                 without a request to the provider
  $ sgid check --only client-secret,redirect-uri-registered
  $ sgid check --format junit --out sgid.xml             for the test view of a CI system
  $ sgid check --format github                           annotations and a job summary
  $ sgid check --canary canary.txt                       the private key still opens what sgID encrypts

What the checks are: credentials, provider, private-key, public-key, redirect-uri, callback-port, scopes, canary;
online also discovery, jwks, clock, redirect-uri-registered, client-secret. The last two compare the provider's
answer with that to a changed value, in four requests, one of them with a wrong client secret. No login begins.

The exit code is 0 when nothing failed, else that of the first failure: 3 configuration, 4 refused, 5 unavailable,
7 verification, 8 decryption. A warning is no failure.`;

/** Declares `sgid check`; what it does is loaded when it runs. */
export const declareCheck: DeclareCommand = (command, openContext) => {
  addCredentialOptions(command, [
    'scope',
    'clientId',
    'clientSecretFile',
    'privateKeyFile',
    'redirectUri',
    'hostname',
  ])
    .option('--offline', 'ask the provider nothing')
    .option(
      '--only <ids>',
      'run these checks alone, separated by commas; repeatable',
      (value: string, previous: readonly string[] = []) => [...previous, ...value.split(',')],
    )
    .addOption(
      new Option('--format <format>', 'how to print the report')
        .choices(['text', 'json', 'junit', 'github'] as const)
        .default('text' as const),
    )
    .option('--canary <file>', 'what "sgid login --save-canary" wrote; - for standard input')
    .option('--out <file>', 'write the report to this file (mode 0600) instead of standard output')
    .option('--http-timeout <duration>', 'how long to wait for each answer of the provider', '10s')
    .option('--trace <file>', TRACE_DESCRIPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const [context, { runCheck }] = await Promise.all([openContext(), import('../check/run-check.ts')]);
      await withTrace('check', options, context, (traced) => runCheck(options, traced));
    });
};
