import type { Command, OptionValues } from '@commander-js/extra-typings';
import { usageError } from '../errors/sgid-error.ts';
import type { Inputs } from '../settings/inputs.ts';
import { createProfileStore } from '../settings/profile-store.ts';
import type { CredentialFlags } from '../settings/sources.ts';
import { DEFAULT_HOSTNAME } from '../sgid/endpoints.ts';
import { DEFAULT_SCOPE } from '../sgid/scopes.ts';
import type { Platform } from '../system/platform.ts';
import { pathForShell } from '../text/file-errors.ts';
import { type CommandContext, GROUPS } from './context.ts';
import { readStandardInput } from './text-input.ts';

/** The options that say where values come from: flags and descriptions, in the order of the help. */
export const CREDENTIAL_OPTIONS = {
  scope: ['-s, --scope <scopes>', `what to ask for (default: "${DEFAULT_SCOPE}")`],
  clientId: ['--client-id <id>', 'the client id (or SGID_CLIENT_ID)'],
  clientSecretFile: ['--client-secret-file <path>', 'a file; - for stdin (or set SGID_CLIENT_SECRET)'],
  privateKeyFile: ['--private-key-file <path>', 'a file; - for stdin (or set SGID_PRIVATE_KEY)'],
  redirectUri: ['--redirect-uri <uri>', 'exactly as registered (or SGID_REDIRECT_URI)'],
  hostname: ['--hostname <origin>', `the provider (default: "${DEFAULT_HOSTNAME}")`],
  credentials: ['--credentials <file>', 'the file from the developer portal, JSON or .env'],
  dotenv: ['-e, --dotenv <file>', 'read variables from this file (default: "./.env")'],
  profile: ['-p, --profile <name>', 'use this profile (default: the current one)'],
} as const satisfies Record<keyof CredentialFlags, readonly [flags: string, description: string]>;

/** The options with which any command finds its values. */
const EVERYWHERE: readonly (keyof CredentialFlags)[] = ['credentials', 'dotenv', 'profile'];

/** The options for another command that is to find the same values; those that may hold a secret are not repeated. */
export function repeatSources(flags: CredentialFlags): string {
  const words = EVERYWHERE.flatMap((name) => {
    const [option = ''] = CREDENTIAL_OPTIONS[name][0].split(/[, ]/);
    return flags[name] === undefined ? [] : ` ${option} ${pathForShell(flags[name])}`;
  });
  const isMore = Object.keys(flags).filter((name) => name in CREDENTIAL_OPTIONS).length > words.length;
  return words.join('') + (isMore ? ', with the other options of this run' : '');
}

/** Declares the credential options that a command needs: all, or those named and those for all values at once. */
export function addCredentialOptions<
  Args extends unknown[],
  Opts extends OptionValues,
  Name extends keyof CredentialFlags = keyof CredentialFlags,
>(
  command: Command<Args, Opts>,
  names?: readonly Name[],
): Command<Args, Opts & Pick<CredentialFlags, Name | 'credentials' | 'dotenv' | 'profile'>> {
  command.optionsGroup(GROUPS.credentials);
  const wanted: readonly string[] | undefined = names && [...names, ...EVERYWHERE];
  for (const [name, [flags, description]] of Object.entries(CREDENTIAL_OPTIONS)) {
    if (wanted?.includes(name) !== false) command.option(flags, description);
  }
  return command;
}

/**
 * What credentials are loaded from: environment, files, profiles and the person at the terminal. Notices and details are
 * printed as they come; secrets are in no output from then on.
 *
 * @param stdinUse What else reads standard input, for example `--manual`.
 */
export function openInputs({ platform, diagnostics }: CommandContext, stdinUse?: string): Inputs {
  const { env, files, configFolder, keyring, runCommand, terminal, signal } = platform;
  const attended = isAttended(platform);
  let stdinUser = stdinUse;
  return {
    env,
    files,
    profiles: createProfileStore(configFolder),
    keyring,
    runCommand,
    signal,
    showCommandError: attended ? terminal.writeError : undefined,
    claimStdin: (origin) => {
      if (stdinUser !== undefined) {
        throw usageError(
          `${stdinUser} and ${origin} cannot both read standard input`,
          `Give ${origin} the path of a file.`,
        );
      }
      stdinUser = origin;
    },
    readStandardInput: () => readStandardInput({ what: 'a secret', hint: REDIRECT_HINT }, platform),
    ...(attended && {
      askPassphrase: async () =>
        (await terminal.askSecret('Passphrase of the private key', signal)) || undefined,
    }),
    notices: new HeardSet(diagnostics.warn),
    details: new HeardSet(diagnostics.detail),
    secrets: new HeardSet((secret) => diagnostics.hide([secret])),
    withheld: new Set(),
  };
}

const REDIRECT_HINT = 'Redirect it, for example: sgid login --client-secret-file - < secret.txt';

/** A set that reports what is added for the first time. */
class HeardSet extends Set<string> {
  readonly #report: (text: string) => void;

  constructor(report: (text: string) => void) {
    super();
    this.#report = report;
  }

  override add(text: string): this {
    if (!this.has(text)) this.#report(text);
    return super.add(text);
  }
}

/** Whether somebody is there to answer. */
export function isAttended({ terminal }: Platform): boolean {
  return terminal.stdinIsTerminal && terminal.stderrIsTerminal;
}
