import { SgidError } from '../errors/sgid-error.ts';
import { KEYRING_SERVICE, type Keyring } from '../system/keyring.ts';
import { errorCode } from '../system/node-error.ts';
import { toPrintable } from '../text/printable.ts';
import { type Profile, SECRET_FIELDS } from './profile.ts';
import type { ProfileStore } from './profile-store.ts';
import { keyringAccount } from './secret-source.ts';

/** Where profiles are kept, and what warns of secrets that stay behind. */
interface Places {
  readonly profiles: ProfileStore;
  readonly keyring: Keyring;
  warn(line: string): void;
}

/**
 * Saves a profile whole or not at all.
 *
 * @param profile The secrets in it are kept in the file, or moved to the keyring.
 * @returns The path of the profile's file.
 * @throws SgidError `ERR_PROFILE`, `ERR_OUTPUT`, `ERR_SECRET_SOURCE`
 */
export async function saveProfile(
  name: string,
  profile: Profile,
  { replace, store }: { readonly replace: boolean; readonly store: 'file' | 'keyring' },
  places: Places,
): Promise<string> {
  const { profiles, keyring } = places;
  const before = await accountsOf(name, profiles).catch(() => []);
  const written = new Map<string, string | undefined>();
  let saved = profile;
  try {
    for (const field of SECRET_FIELDS) {
      const secret = profile[field]?.value;
      if (secret === undefined || store === 'file') continue;
      const account = keyringAccount(name, field);
      try {
        const previous = await keyring.read(account);
        await keyring.write(account, secret);
        written.set(account, previous);
      } catch (error) {
        throw refusal(error);
      }
      saved = { ...saved, [field]: { source: 'keyring' } };
    }
    const path = await profiles.save(name, saved, { replace });
    await forget(
      before.filter((account) => !written.has(account)),
      places,
    );
    return path;
  } catch (error) {
    for (const [account, previous] of written) {
      const restored = previous === undefined ? keyring.remove(account) : keyring.write(account, previous);
      await restored.catch(() => undefined);
    }
    throw error;
  }
}

function refusal(error: unknown): SgidError {
  const message =
    errorCode(error) === 'ENOKEYRING' ? 'no keyring is available' : 'the keyring refused to keep a secret';
  const causes = error instanceof Error ? [toPrintable(error.message, 500)] : [];
  const hint = 'Omit --store keyring: the profile is a file that only you can read.';
  return new SgidError('ERR_SECRET_SOURCE', message, { causes, hint });
}

/** Removes a profile and then what the keyring has for it, so that no profile is left without its secrets. */
export async function removeProfile(
  name: string,
  accounts: readonly string[],
  places: Places,
): Promise<void> {
  await places.profiles.remove(name);
  await forget(accounts, places);
}

/**
 * The accounts of the keyring that a profile uses; none for one that is there and cannot be read.
 *
 * @throws SgidError `ERR_PROFILE` where there is none of that name.
 */
export async function accountsOf(name: string, profiles: ProfileStore): Promise<readonly string[]> {
  try {
    const { profile } = await profiles.load(name);
    return SECRET_FIELDS.filter((field) => profile[field]?.source === 'keyring').map((field) =>
      keyringAccount(name, field),
    );
  } catch (error) {
    if ((await profiles.list()).includes(name)) return [];
    throw error;
  }
}

async function forget(accounts: readonly string[], { keyring, warn }: Places): Promise<void> {
  for (const account of accounts) {
    await keyring.remove(account).catch((error: unknown) => {
      const reason = error instanceof Error ? toPrintable(error.message, 300) : 'unknown error';
      warn(`the keyring keeps what is under service ${KEYRING_SERVICE}, account ${account}: ${reason}`);
    });
  }
}
