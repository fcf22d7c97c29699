import { formatProfile, type Profile } from '../../../src/settings/profile.ts';
import type { ProfileAccess } from '../../../src/settings/profile-source.ts';
import { createProfileStore } from '../../../src/settings/profile-store.ts';
import type { CredentialFlags } from '../../../src/settings/sources.ts';
import type { PrivateFolder } from '../../../src/system/private-folder.ts';
import type { CommandOutcome, RunCommand } from '../../../src/system/run-command.ts';
import { type AllSettings, type MemoryFile, memorySources, readAllSettings, TEST_KEY } from './in-memory.ts';

/** What a test's profiles keep their secrets in; whatever is left out fails the test when it is asked. */
export interface ProfileWorld {
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly current?: string;
  readonly keyring?: Readonly<Record<string, string>>;
  readonly runCommand?: RunCommand;
  readonly signal?: AbortSignal;
  readonly showCommandError?: (text: string) => void;
}

/** Where the folder of a test's profiles would be. */
export const PROFILE_FOLDER = '/test/config/sgid';

/** Profiles in memory. */
export function memoryProfiles(world: ProfileWorld): ProfileAccess {
  const { keyring = {}, signal = new AbortController().signal, showCommandError } = world;
  return {
    store: createProfileStore(memoryFolder(world)),
    keyring: {
      read: async (account) => keyring[account],
      write: () => unexpected('the keyring was written'),
      remove: () => unexpected('the keyring was changed'),
    },
    runCommand: world.runCommand ?? (() => unexpected('a command was run')),
    signal,
    ...(showCommandError ? { showCommandError } : {}),
  };
}

/** The end of a command that went well. */
export function printed(stdout: string | Uint8Array, stderr = ''): CommandOutcome {
  return { end: { kind: 'exited', status: 0 }, stdout: Buffer.from(stdout), stderr };
}

/** The profile of a test client, its secrets within. */
export const STAGING: Profile = {
  clientId: 'STAGING-1a2b3c4d',
  redirectUri: 'http://localhost:5001/staging',
  scope: 'openid myinfo.email',
  hostname: 'http://localhost:5157',
  clientSecret: { value: 'staging-secret' },
  privateKey: { value: TEST_KEY },
};

/** The profiles of a test, and what else values come from. */
export interface SettingsWorld extends Partial<ProfileWorld> {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, MemoryFile>>;
  readonly askPassphrase?: () => Promise<string | undefined>;
}

/** Resolves settings from these places alone. */
export function resolveWith(flags: CredentialFlags, world: SettingsWorld = {}): Promise<AllSettings> {
  const { env = {}, files = {}, profiles = {}, askPassphrase, ...rest } = world;
  return readAllSettings(flags, {
    ...memorySources(files, env),
    profiles: memoryProfiles({ profiles, ...rest }),
    ...(askPassphrase ? { askPassphrase } : {}),
  });
}

function memoryFolder({ profiles, current }: ProfileWorld): PrivateFolder {
  const files = new Map(
    Object.entries(profiles).map(([name, profile]) => [`profiles/${name}.json`, formatProfile(profile)]),
  );
  if (current !== undefined) files.set('current-profile', `${current}\n`);
  return {
    path: PROFILE_FOLDER,
    list: async () => Object.keys(profiles).map((name) => `${name}.json`),
    read: async (name) => {
      const text = files.get(name);
      if (text === undefined) throw Object.assign(new Error('test'), { code: 'ENOENT' });
      return { bytes: Buffer.from(text), readableByOthers: false, writableFolder: undefined };
    },
    write: () => unexpected('a profile was written'),
    remove: () => unexpected('a profile was removed'),
  };
}

function unexpected(what: string): never {
  throw new Error(`unexpected in this test: ${what}`);
}
