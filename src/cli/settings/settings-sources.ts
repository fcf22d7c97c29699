import type { ProfileAccess } from '../../config/profile-source.ts';
import { createProfileStore } from '../../config/profile-store.ts';
import type { SettingsSources } from '../../config/settings.ts';
import type { Platform } from '../../platform/platform.ts';
import type { CommandContext } from '../command-context.ts';
import { readStandardInput } from '../input/standard-input.ts';

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
