import { keyringAccount } from '../../config/fetch-secret.ts';
import type { Profile, ProfileSecret, SecretField } from '../../config/profile.ts';
import type { ProfileStore } from '../../config/profile-store.ts';
import { errorCode } from '../../platform/node-error.ts';
import type { Platform } from '../../platform/platform.ts';
import { SgidError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CompleteDraft } from './judge-draft.ts';

/** Where a profile goes, and how. */
export interface SaveOptions {
  readonly name: string;
  readonly replace: boolean;
  /** Where secrets are kept: in the profile's file, or in the system's keyring. */
  readonly store: 'file' | 'keyring';
}

/**
 * Saves a draft as a profile. When the profile cannot be written, what was put into the keyring is taken out again.
 *
 * @returns The path of the profile's file.
 * @throws SgidError `ERR_PROFILE`, `ERR_OUTPUT`, `ERR_SECRET_SOURCE`
 */
export async function saveDraft(
  draft: CompleteDraft,
  { name, replace, store }: SaveOptions,
  profiles: ProfileStore,
  { keyring }: Pick<Platform, 'keyring'>,
): Promise<string> {
  const kept: string[] = [];
  const keep = async (field: SecretField, value: string): Promise<ProfileSecret> => {
    if (store === 'file') return { value };
    const account = keyringAccount(name, field);
    await keyring.write(account, value).catch((error: unknown) => {
      throw keyringError(error);
    });
    kept.push(account);
    return { source: 'keyring' };
  };
  try {
    const { clientId, redirectUri, scope, hostname, clientSecret, privateKey } = draft;
    const passphrase = draft.forgetsPassphrase ? undefined : draft.passphrase;
    const profile: Profile = {
      clientId,
      redirectUri,
      scope,
      hostname,
      clientSecret: await keep('clientSecret', clientSecret),
      privateKey:
        privateKey.kind === 'file'
          ? { source: `file:${privateKey.path}` }
          : await keep('privateKey', privateKey.text),
      ...(passphrase && { passphrase: await keep('passphrase', passphrase) }),
    };
    return await profiles.save(name, profile, { replace });
  } catch (error) {
    for (const account of kept) await keyring.remove(account).catch(() => undefined);
    throw error;
  }
}

function keyringError(error: unknown): SgidError {
  const words = error instanceof Error ? [toPrintable(error.message, 500)] : [];
  return new SgidError(
    'ERR_SECRET_SOURCE',
    errorCode(error) === 'ENOKEYRING'
      ? 'this machine offers no keyring to sgid'
      : 'the keyring refused to keep a secret',
    {
      step: 'config',
      causes: words,
      hint: 'Leave --store keyring out: the profile is a file that only you can read.',
    },
  );
}
