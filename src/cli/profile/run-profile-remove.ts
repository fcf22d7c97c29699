import { keyringAccount } from '../../config/fetch-secret.ts';
import { SECRET_FIELDS, type SecretField } from '../../config/profile.ts';
import { createProfileStore, type ProfileStore } from '../../config/profile-store.ts';
import { KEYRING_SERVICE } from '../../platform/keyring.ts';
import type { Platform } from '../../platform/platform.ts';
import { usageError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CommandContext } from '../command-context.ts';
import type { ProfileRemoveOptions } from '../commands/profile.ts';
import { isAttended } from '../settings/settings-sources.ts';

/**
 * Removes a profile, once somebody has agreed.
 *
 * @throws SgidError `ERR_PROFILE`; `ERR_USAGE` where nobody can be asked and `--yes` is missing.
 */
export async function runProfileRemove(
  name: string,
  { yes }: ProfileRemoveOptions,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  const store = createProfileStore(platform.configFolder);
  const inKeyring = await findInKeyring(name, store);
  if (!yes && !(await isAgreed(name, platform))) {
    diagnostics.info('Nothing was removed.');
    return;
  }
  for (const field of inKeyring) {
    const account = keyringAccount(name, field);
    await platform.keyring.remove(account).catch((error: unknown) => {
      const reason = error instanceof Error ? toPrintable(error.message, 300) : 'unknown error';
      diagnostics.warn(
        `the keyring keeps what is under service ${KEYRING_SERVICE}, account ${account}: ${reason}`,
      );
    });
  }
  await store.remove(name);
  diagnostics.info(`The profile ${name} is removed.`);
}

/** The secrets that the keyring keeps for it. A profile that is there and cannot be read can be removed as well. */
async function findInKeyring(name: string, store: ProfileStore): Promise<readonly SecretField[]> {
  try {
    const { profile } = await store.read(name);
    return SECRET_FIELDS.filter((field) => {
      const secret = profile[field];
      return secret !== undefined && 'source' in secret && secret.source === 'keyring';
    });
  } catch (error) {
    if ((await store.list()).includes(name)) return [];
    throw error;
  }
}

async function isAgreed(name: string, platform: Platform): Promise<boolean> {
  const { terminal, signal } = platform;
  if (!isAttended(platform)) {
    throw usageError(
      `nobody can be asked whether to remove the profile ${name}`,
      `If it is meant: sgid profile remove ${name} --yes`,
    );
  }
  const prompt = terminal.openPrompt();
  signal.addEventListener('abort', prompt.close, { once: true });
  try {
    prompt.redraw(`Remove the profile ${name}? [y/N] `);
    for await (const answer of prompt.lines) return /^y(?:es)?$/i.test(answer.trim());
    signal.throwIfAborted();
    return false;
  } finally {
    signal.removeEventListener('abort', prompt.close);
    prompt.close();
  }
}
