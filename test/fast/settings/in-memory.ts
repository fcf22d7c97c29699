import { generateKeyPairSync } from 'node:crypto';
import { posix } from 'node:path';
import { expect } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { SETTING_NAMES, type SettingName } from '../../../src/settings/fields.ts';
import { openSettings, type Settings, type SettingsSources } from '../../../src/settings/settings.ts';
import type { CredentialFlags } from '../../../src/settings/sources.ts';
import type { Files } from '../../../src/system/files.ts';

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

/** Sources with these files and variables; standard input fails the test unless it is given. */
export function memorySources(
  files: Readonly<Record<string, MemoryFile>>,
  env: Readonly<Record<string, string | undefined>> = {},
  stdin?: string,
): SettingsSources {
  let isRead = false;
  return {
    env,
    files: memoryFiles(files),
    readStdin: async () => {
      if (stdin === undefined || isRead) throw new Error('standard input was not to be read');
      isRead = true;
      return new TextEncoder().encode(stdin);
    },
  };
}

/** All settings, with the names of the places that they are from and every secret that was seen. */
export interface AllSettings extends Settings<SettingName> {
  readonly origins: Readonly<Partial<Record<SettingName, string>>>;
  readonly secrets: readonly string[];
}

/** Reads all settings at once, as a login does. */
export async function readAllSettings(flags: CredentialFlags, from: SettingsSources): Promise<AllSettings> {
  const opened = await openSettings(flags, from);
  const settings = await opened.read({ needed: SETTING_NAMES });
  const origins = Object.entries(settings.found).map(([name, { origin }]) => [name, origin]);
  return { ...settings, origins: Object.fromEntries(origins), secrets: [...opened.secrets] };
}

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A key made for this test run alone. */
export const TEST_KEY: string = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The same key under the passphrase `test passphrase`. */
export const ENCRYPTED_TEST_KEY: string = pair.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'test passphrase' })
  .toString();

/** Its public half, to tell that the right key was read. */
export const TEST_PUBLIC_KEY: string = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();

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
