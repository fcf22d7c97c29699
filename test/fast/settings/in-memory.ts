import { createPrivateKey, createPublicKey } from 'node:crypto';
import { posix } from 'node:path';
import { expect } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { type FoundCredentials, loadFromSources } from '../../../src/settings/credentials.ts';
import { CREDENTIAL_NAMES, type CredentialName } from '../../../src/settings/fields.ts';
import type { Inputs } from '../../../src/settings/inputs.ts';
import { formatProfile, type Profile } from '../../../src/settings/profile.ts';
import { createProfileStore } from '../../../src/settings/profile-store.ts';
import { type CredentialFlags, loadSources } from '../../../src/settings/sources.ts';
import type { Files } from '../../../src/system/files.ts';
import type { PrivateFolder } from '../../../src/system/private-folder.ts';
import type { CommandOutcome, RunCommand } from '../../../src/system/run-command.ts';

/** A file for a test: its content, and whether others may read it. */
export type MemoryFile = string | Uint8Array | { readonly open: string } | { readonly fails: string };

/** A file system of these files alone. */
export function memoryFiles(files: Readonly<Record<string, MemoryFile>>): Pick<Files, 'readSecretFile'> {
  return {
    readSecretFile: async (path) => {
      const file = files[posix.normalize(path)] ?? { fails: 'ENOENT' };
      if (typeof file === 'string') return { bytes: new TextEncoder().encode(file), readableByOthers: false };
      if (file instanceof Uint8Array) return { bytes: file, readableByOthers: false };
      if ('open' in file) return { bytes: new TextEncoder().encode(file.open), readableByOthers: true };
      throw Object.assign(new Error(`${file.fails}: test failure`), { code: file.fails, path });
    },
  };
}

/** What a test's values come from; what is left out is not there, or fails the test when it is asked. */
export interface World {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly files?: Readonly<Record<string, MemoryFile>>;
  readonly stdin?: string;
  readonly profiles?: Readonly<Record<string, Profile>>;
  /** The name of the current profile. */
  readonly current?: string;
  readonly keyring?: Readonly<Record<string, string>>;
  readonly runCommand?: RunCommand;
  readonly askPassphrase?: () => Promise<string | undefined>;
}

export function memoryInputs(world: World = {}): Inputs {
  const { env = {}, files = {}, stdin, keyring = {}, askPassphrase } = world;
  return {
    env,
    files: memoryFiles(files),
    profiles: createProfileStore({
      ...memoryFolder(world),
      write: () => unexpected('a profile was written'),
      remove: () => unexpected('a profile was removed'),
    }),
    keyring: {
      read: async (account) => keyring[account],
      write: () => unexpected('the keyring was written'),
      remove: () => unexpected('the keyring was changed'),
    },
    runCommand: world.runCommand ?? (() => unexpected('a command was run')),
    signal: new AbortController().signal,
    claimStdin: () => {},
    readStandardInput: async () => new TextEncoder().encode(stdin ?? unexpected('standard input was read')),
    ...(askPassphrase && { askPassphrase }),
    notices: new Set(),
    details: new Set(),
    secrets: new Set(),
    withheld: new Set(),
  };
}

/** All credentials, with the names of the places that they are from and all that turned up. */
export interface AllCredentials extends FoundCredentials<CredentialName> {
  readonly origins: Readonly<Partial<Record<CredentialName, string>>>;
  readonly notices: readonly string[];
  readonly details: readonly string[];
  readonly secrets: readonly string[];
}

/** Loads all credentials at once, as a login does. */
export async function loadAll(flags: CredentialFlags, world: World | Inputs = {}): Promise<AllCredentials> {
  const inputs = 'notices' in world ? world : memoryInputs(world);
  const needed = CREDENTIAL_NAMES;
  const credentials = await loadFromSources({ needed }, await loadSources(flags, inputs), inputs);
  const origins = Object.entries(credentials.found).map(([name, { origin }]) => [name, origin]);
  return {
    ...credentials,
    origins: Object.fromEntries(origins),
    notices: [...inputs.notices],
    details: [...inputs.details],
    secrets: [...inputs.secrets],
  };
}

/** The error that loading all credentials ends with. */
export function failureFrom(flags: CredentialFlags, world: World = {}): Promise<SgidError> {
  return failureOf(() => loadAll(flags, world));
}

/** Where the folder of a test's profiles would be. */
export const PROFILE_FOLDER = '/test/config/sgid';

/** A folder of these profiles alone, in memory; the name of each file that is written is added to `written`. */
export function memoryFolder({ profiles = {}, current }: World, written: string[] = []): PrivateFolder {
  const files = new Map(
    Object.entries(profiles).map(([name, profile]) => [`profiles/${name}.json`, formatProfile(profile)]),
  );
  if (current !== undefined) files.set('current-profile', `${current}\n`);
  const absent = (): Error => Object.assign(new Error('test'), { code: 'ENOENT' });
  return {
    path: PROFILE_FOLDER,
    list: async (folder) =>
      [...files.keys()].filter((name) => posix.dirname(name) === folder).map((name) => posix.basename(name)),
    read: async (name) => {
      const text = files.get(name);
      if (text === undefined) throw absent();
      return { bytes: Buffer.from(text), readableByOthers: false };
    },
    write: async (name, text) => {
      written.push(name);
      files.set(name, text);
    },
    remove: async (name) => {
      if (!files.delete(name)) throw absent();
    },
  };
}

function unexpected(what: string): never {
  throw new Error(`unexpected in this test: ${what}`);
}

/** The end of a command that went well. */
export function printed(stdout: string): CommandOutcome {
  return { end: { kind: 'exited', status: 0 }, stdout: Buffer.from(stdout), stderr: '' };
}

const testKey = createPrivateKey(TEST_PRIVATE_KEY);

/** The same in every run: names of tests hold it, and the mutation run finds a test by its name. */
export const TEST_KEY: string = testKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The same key under the passphrase `test passphrase`. */
export const ENCRYPTED_TEST_KEY: string = testKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'test passphrase' })
  .toString();

/** Its public half, to tell that the right key was read. */
export const TEST_PUBLIC_KEY: string = createPublicKey(testKey)
  .export({ type: 'spki', format: 'pem' })
  .toString();

/** The profile of a test client, its secrets within. */
export const STAGING: Profile = {
  clientId: 'STAGING-1a2b3c4d',
  redirectUri: 'http://localhost:5001/staging',
  scope: 'openid myinfo.email',
  hostname: 'http://localhost:5157',
  clientSecret: { value: 'staging-secret' },
  privateKey: { value: TEST_KEY },
};

/** Variables that are all a login needs. */
export const COMPLETE = {
  SGID_CLIENT_ID: 'TEST-1a2b3c4d',
  SGID_CLIENT_SECRET: 'canary-secret',
  SGID_PRIVATE_KEY: TEST_KEY,
  SGID_REDIRECT_URI: 'http://localhost:5001/callback',
} as const;

/** The SgidError that `run` ends with. */
export async function failureOf(run: () => unknown): Promise<SgidError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof SgidError) return error;
    throw error;
  }
  return expect.fail('it did not fail');
}

/** Everything of an error that may reach a person. */
export function wordsOf(error: SgidError): string {
  const cause = error.cause instanceof Error ? `${error.cause.message} ${JSON.stringify(error.cause)}` : '';
  return [error.message, error.hint, ...error.causes, cause, error.stack].join('\n');
}
