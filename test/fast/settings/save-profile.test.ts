import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProfileStore } from '../../../src/settings/profile-store.ts';
import { accountsOf, removeProfile, saveProfile } from '../../../src/settings/save-profile.ts';
import { withCode } from '../../../src/system/node-error.ts';
import { openPrivateFolder } from '../../../src/system/private-folder.ts';
import { memoryKeyring } from '../../helpers/profile-folder.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { failureOf, TEST_KEY } from './in-memory.ts';

const CLIENT = { clientId: 'TEST', clientSecret: { value: 'canary' }, privateKey: { source: 'file:/k.pem' } };
const IN_KEYRING = { clientId: 'TEST', clientSecret: { source: 'keyring' }, privateKey: { value: TEST_KEY } };

async function setUp(secrets: Readonly<Record<string, string>> = {}) {
  const path = await makeTemporaryFolder();
  const profiles = createProfileStore(openPrivateFolder(path));
  const warnings: string[] = [];
  const keyring = memoryKeyring(secrets);
  const places = { profiles, keyring, warn: (line: string) => void warnings.push(line) };
  const kept = () => Object.fromEntries(keyring.kept);
  return { path, places, profiles, keyring, kept, warnings };
}

const refusing = (error: unknown) => (): Promise<never> => Promise.reject(error);
const locked = new Error('locked\u001b[2J');

describe('a profile whose secrets the keyring keeps', () => {
  it('has the values there, and where they are', async () => {
    const { places, profiles, kept } = await setUp();
    await saveProfile('a', CLIENT, { replace: true, store: 'keyring' }, places);
    expect((await profiles.load('a')).profile).toEqual({ ...CLIENT, clientSecret: { source: 'keyring' } });
    expect(kept()).toEqual({ 'a/clientSecret': 'canary' });
    expect(await accountsOf('a', profiles)).toEqual(['a/clientSecret']);
  });

  it('has none there where its file keeps them', async () => {
    const { places, profiles, warnings } = await setUp();
    const refuse = refusing(locked);
    const closed = { ...places, keyring: { read: refuse, write: refuse, remove: refuse } };
    await saveProfile('a', CLIENT, { replace: false, store: 'file' }, closed);
    expect([(await profiles.load('a')).profile, warnings]).toEqual([CLIENT, []]);
    expect(await accountsOf('a', profiles)).toEqual([]);
  });

  it.each([
    ['file', {}],
    ['keyring', { 'a/clientSecret': 'canary' }],
  ] as const)('leaves behind what its successor does not use: %s', async (store, left) => {
    const { places, profiles, kept, warnings } = await setUp({
      'a/clientSecret': 'old',
      'a/passphrase': 'old',
    });
    await profiles.save('a', { ...IN_KEYRING, passphrase: { source: 'keyring' } });
    await saveProfile('a', CLIENT, { replace: true, store }, places);
    expect([kept(), warnings]).toEqual([left, []]);
  });

  it('is as before where its successor cannot be saved', async () => {
    const old = { 'a/clientSecret': 'old' };
    const { places, profiles, kept } = await setUp(old);
    await profiles.save('a', IN_KEYRING);
    const both = { ...CLIENT, privateKey: { value: TEST_KEY } };
    const error = await failureOf(() => saveProfile('a', both, { replace: false, store: 'keyring' }, places));
    expect(error.message).toBe('the profile a already exists');
    expect(kept()).toStrictEqual(old);
  });

  it.each<[unknown, string, readonly string[]]>([
    [withCode('no bus\u001b[2J', 'ENOKEYRING'), 'no keyring is available', ['no bus']],
    [locked, 'the keyring refused to keep a secret', ['locked']],
    ['no error', 'the keyring refused to keep a secret', []],
  ])('is not saved where the keyring fails: %s', async (reason, message, causes) => {
    const { places, profiles, keyring } = await setUp();
    const write = refusing(reason);
    const closed = { ...places, keyring: { ...keyring, write } };
    const error = await failureOf(() =>
      saveProfile('a', CLIENT, { replace: false, store: 'keyring' }, closed),
    );
    expect(error).toMatchObject({ code: 'ERR_SECRET_SOURCE', message, causes });
    expect(error.hint).toContain('--store keyring');
    expect(await profiles.list()).toEqual([]);
  });

  it('is removed with them, and with a warning of what the keyring does not let go', async () => {
    const { places, profiles, keyring, kept, warnings } = await setUp({
      'a/clientSecret': 'x',
      'b/clientSecret': 'y',
    });
    await profiles.save('a', IN_KEYRING);
    await removeProfile('a', ['a/clientSecret'], places);
    expect([await profiles.list(), kept(), warnings]).toEqual([[], { 'b/clientSecret': 'y' }, []]);
    for (const [error, reason] of [
      [locked, 'locked'],
      ['x', 'unknown error'],
    ] as const) {
      await profiles.save('b', IN_KEYRING);
      await removeProfile('b', ['b/clientSecret'], {
        ...places,
        keyring: { ...keyring, remove: refusing(error) },
      });
      expect(warnings.splice(0)).toEqual([
        `the keyring keeps what is under service sgid, account b/clientSecret: ${reason}`,
      ]);
    }
  });

  it('uses no account where its file is broken, and is missed where there is none', async () => {
    const { path, profiles } = await setUp();
    await profiles.save('a', CLIENT);
    await writeFile(join(path, 'profiles/a.json'), '{');
    expect(await accountsOf('a', profiles)).toEqual([]);
    expect((await failureOf(() => accountsOf('b', profiles))).message).toBe('there is no profile b');
  });
});
