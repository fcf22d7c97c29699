import type { Command, OptionValues } from '@commander-js/extra-typings';
import type { CredentialFlags } from '../../config/credential-sources.ts';

/** The options that say where values come from: flags and descriptions, in the order of the help. */
const OPTIONS: readonly (readonly [name: keyof CredentialFlags, flags: string, description: string])[] = [
  ['scope', '-s, --scope <scopes>', 'what to ask for, separated by spaces (default: "openid myinfo.name")'],
  ['clientId', '--client-id <id>', 'the client id'],
  [
    'clientSecretFile',
    '--client-secret-file <path>',
    'a file that holds the client secret; - for standard input',
  ],
  ['privateKeyFile', '--private-key-file <path>', 'a file that holds the private key; - for standard input'],
  ['redirectUri', '--redirect-uri <uri>', 'the redirect URI, exactly as registered'],
  ['hostname', '--hostname <origin>', 'the provider (default: "https://api.id.gov.sg")'],
  ['credentials', '--credentials <file>', 'the file from the developer portal, JSON or .env'],
  // Node itself takes --env-file from any command line, and stops when there is no such file; -e is ours alone.
  [
    'envFile',
    '-e, --env-file <file>',
    'read variables from here (default: "./.env"); say -e, as Node takes --env-file itself',
  ],
  ['profile', '-p, --profile <name>', 'use the credentials of this profile (default: the current one)'],
];

/** The options with which any command finds its values. */
const EVERYWHERE: readonly (keyof CredentialFlags)[] = ['credentials', 'envFile', 'profile'];

/** Declares the credential options that a command needs: those named, and those for all values at once. */
export function addCredentialOptions<
  Args extends unknown[],
  Opts extends OptionValues,
  Name extends keyof CredentialFlags,
>(
  command: Command<Args, Opts>,
  names: readonly Name[],
): Command<Args, Opts & Pick<CredentialFlags, Name | 'credentials' | 'envFile' | 'profile'>> {
  const wanted: readonly (keyof CredentialFlags)[] = [...names, ...EVERYWHERE];
  for (const [name, flags, description] of OPTIONS) {
    if (wanted.includes(name)) command.option(flags, description);
  }
  return command;
}
