import { join } from 'node:path';
import { TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import type { Profile } from '../../src/settings/profile.ts';
import { createProfileStore, type ProfileStore } from '../../src/settings/profile-store.ts';
import type { Keyring } from '../../src/system/keyring.ts';
import { openConfigFolder } from '../../src/system/private-folder.ts';
import { type RunOptions, type RunResult, runSgid } from './fake-platform.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

export interface ProfileHome {
  readonly env: Readonly<Record<string, string>>;
  readonly store: ProfileStore;
  fileOf(name: string): string;
}

export async function makeProfileHome(
  profiles: Readonly<Record<string, Profile>> = {},
): Promise<ProfileHome> {
  const home = await makeTemporaryFolder();
  const env = { HOME: home };
  const folder = openConfigFolder(env);
  if (folder === undefined) throw new Error('this machine keeps settings elsewhere');
  const store = createProfileStore(folder);
  for (const [name, profile] of Object.entries(profiles)) await store.save(name, profile);
  return { env, store, fileOf: (name) => join(folder.path, 'profiles', `${name}.json`) };
}

export const STAGING: Profile = {
  clientId: 'STAGING-1a2b3c4d',
  redirectUri: 'http://localhost:5001/callback',
  hostname: 'http://localhost:5157',
  clientSecret: { value: 'canary-secret' },
  privateKey: { value: TEST_PRIVATE_KEY },
  passphrase: { source: 'command:get canary' },
};

export function makeTwoProfiles(): Promise<ProfileHome> {
  const production = { clientId: 'PRODUCTION-5e6f7a8b', clientSecret: { source: 'keyring' } };
  return makeProfileHome({ staging: STAGING, production });
}

export function runProfile({ env }: ProfileHome, words: string, run: RunOptions = {}): Promise<RunResult> {
  return runSgid(['profile', ...words.split(' ')], { ...run, env: { ...env, ...run.env } });
}

export function memoryKeyring(
  secrets: Readonly<Record<string, string>>,
): Keyring & { readonly kept: Map<string, string> } {
  const kept = new Map(Object.entries(secrets));
  return {
    kept,
    read: async (account) => kept.get(account),
    write: async (account, secret) => void kept.set(account, secret),
    remove: async (account) => kept.delete(account),
  };
}
