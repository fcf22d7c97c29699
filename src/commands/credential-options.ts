import type { Command, OptionValues } from '@commander-js/extra-typings';
import type { SettingName } from '../settings/fields.ts';
import type { ProfileAccess } from '../settings/profile-source.ts';
import { createProfileStore } from '../settings/profile-store.ts';
import {
  openSettings,
  type Settings,
  type SettingsRequest,
  type SettingsSources,
} from '../settings/settings.ts';
import type { CredentialFlags } from '../settings/sources.ts';
import type { Platform } from '../system/platform.ts';
import { type CommandContext, GROUPS } from './context.ts';
import { readStandardInput } from './text-input.ts';

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
  ['dotenv', '-e, --dotenv <file>', 'read variables from this file (default: "./.env")'],
  ['profile', '-p, --profile <name>', 'use the credentials of this profile (default: the current one)'],
];

/** The options with which any command finds its values. */
const EVERYWHERE: readonly (keyof CredentialFlags)[] = ['credentials', 'dotenv', 'profile'];

/** Declares the credential options that a command needs: those named, and those for all values at once. */
export function addCredentialOptions<
  Args extends unknown[],
  Opts extends OptionValues,
  Name extends keyof CredentialFlags,
>(
  command: Command<Args, Opts>,
  names: readonly Name[],
): Command<Args, Opts & Pick<CredentialFlags, Name | 'credentials' | 'dotenv' | 'profile'>> {
  command.optionsGroup(GROUPS.credentials);
  const wanted: readonly (keyof CredentialFlags)[] = [...names, ...EVERYWHERE];
  for (const [name, flags, description] of OPTIONS) {
    if (wanted.includes(name)) command.option(flags, description);
  }
  return command;
}

/**
 * Reads the settings that a command needs, and says what there is to say about them.
 *
 * @param stdinUse What else reads standard input, for example `--transaction`.
 * @throws SgidError with step `config`, or `ERR_USAGE` when standard input is asked for twice.
 */
export async function readSettings<Needed extends SettingName, Optional extends SettingName = never>(
  request: SettingsRequest<Needed, Optional>,
  flags: CredentialFlags,
  context: CommandContext,
  stdinUse?: string,
): Promise<Settings<Needed, Optional>> {
  const opened = await openSettings(flags, openSettingsSources(context, stdinUse));
  const settings: Settings<Needed, Optional> = await opened.read(request);
  const { diagnostics } = context;
  for (const detail of settings.details) diagnostics.detail(detail);
  for (const [name, { origin }] of Object.entries(settings.found))
    diagnostics.detail(`${name} from ${origin}`);
  for (const notice of settings.notices) diagnostics.warn(notice);
  return settings;
}

/**
 * What a command reads its settings from: environment, files, profiles and the person at the terminal.
 *
 * @param stdinUse What else reads standard input, for example `--manual`.
 */
export function openSettingsSources(
  { platform, diagnostics }: CommandContext,
  stdinUse?: string,
): SettingsSources {
  const { env, files, terminal, signal } = platform;
  return {
    env,
    files,
    profiles: openProfiles(platform),
    readStdin: () => readStandardInput({ what: 'a secret', hint: REDIRECT_HINT }, platform),
    stdinUse,
    hide: diagnostics.hide,
    ...(isAttended(platform)
      ? { askPassphrase: () => terminal.askSecret('Passphrase of the private key', signal) }
      : {}),
  };
}

const REDIRECT_HINT = 'Redirect it, for example: sgid login --client-secret-file - < secret.txt';

/** The person's profiles, and what their secrets are fetched with. */
export function openProfiles(platform: Platform): ProfileAccess {
  const { configFolder, keyring, runCommand, signal, terminal } = platform;
  return {
    store: createProfileStore(configFolder),
    keyring,
    runCommand,
    signal,
    ...(isAttended(platform) ? { showCommandError: terminal.writeError } : {}),
  };
}

/** Whether somebody is there to answer. */
export function isAttended({ terminal }: Platform): boolean {
  return terminal.stdinIsTerminal && terminal.stderrIsTerminal;
}
