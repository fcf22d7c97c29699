import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../src/settings/profile.ts';
import { createProfileStore, type ProfileStore } from '../../../src/settings/profile-store.ts';
import { removeProfile } from '../../../src/settings/save-profile.ts';
import { withCode } from '../../../src/system/node-error.ts';
import { openPrivateFolder, type PrivateFolder } from '../../../src/system/private-folder.ts';
import { memoryKeyring } from '../../helpers/profile-folder.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { failureOf, wordsOf } from './in-memory.ts';

const STAGING: Profile = { clientId: 'STAGING-1a2b3c4d', clientSecret: { value: 'canary' } };
const PRODUCTION: Profile = { clientId: 'PRODUCTION-5e6f7a8b', clientSecret: { source: 'keyring' } };

async function setUp(): Promise<{ readonly path: string; readonly store: ProfileStore }> {
  const path = join(await makeTemporaryFolder(), 'sgid');
  return { path, store: createProfileStore(openPrivateFolder(path)) };
}

/** A store with two profiles. */
async function setUpTwo(): ReturnType<typeof setUp> {
  const { path, store } = await setUp();
  await store.save('staging', STAGING);
  await store.save('production', PRODUCTION);
  return { path, store };
}

/** A folder on which one method fails as the system would. */
function failing(method: keyof PrivateFolder, code?: string, names: readonly string[] = []): ProfileStore {
  const folder = { ...openPrivateFolder('/test/config/sgid'), list: async () => names };
  const fail = (): Promise<never> => Promise.reject(Object.assign(new Error('test'), { code }));
  return createProfileStore({ ...folder, [method]: fail });
}

describe('a store of profiles', () => {
  it('removes none where it cannot read which is current', async () => {
    const { remove } = failing('read', 'EIO');
    expect(await failureOf(() => remove('staging'))).toMatchObject({ code: 'ERR_FILE' });
  });

  it('is empty where nothing was saved', async () => {
    const { path, store } = await setUp();
    expect(await store.list()).toEqual([]);
    expect(await store.current()).toBeUndefined();
    await store.use(undefined);
    const error = await failureOf(() => store.load('staging'));
    expect(error).toMatchObject({ code: 'ERR_PROFILE', message: 'there is no profile staging' });
    expect(error.hint).toContain('sgid init');
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('gives back what was saved, each in a file of its own that only its owner can read', async () => {
    const { path, store } = await setUpTwo();
    expect(await store.list()).toEqual(['production', 'staging']);
    const file = join(path, 'profiles', 'staging.json');
    expect(await store.load('staging')).toEqual({ profile: STAGING, path: file, notices: [] });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await store.load('production')).toMatchObject({ profile: PRODUCTION });
  });

  it('lists profiles alone', async () => {
    const { path, store } = await setUpTwo();
    for (const name of ['.sgid-1.tmp', 'notes.txt', 'Upper.json', '.json', 'staging.json~'])
      await writeFile(join(path, 'profiles', name), '{}');
    expect(await store.list()).toEqual(['production', 'staging']);
  });

  it('does not overwrite a profile unless it is told to', async () => {
    const { store } = await setUpTwo();
    const error = await failureOf(() => store.save('staging', PRODUCTION));
    expect(error.code).toBe('ERR_PROFILE');
    expect(error.message).toBe('the profile staging already exists');
    expect(await store.load('staging')).toMatchObject({ profile: STAGING });
    await store.save('staging', PRODUCTION, { replace: true });
    expect(await store.load('staging')).toMatchObject({ profile: PRODUCTION });
  });

  it('names those that there are, and the nearest, for one that there is not', async () => {
    const list = 'List profiles with: sgid profile list';
    const { store } = await setUpTwo();
    for (const ask of [store.load, store.remove, store.use]) {
      const error = await failureOf(() => ask('stagin'));
      expect(error).toMatchObject({ code: 'ERR_PROFILE', message: 'there is no profile stagin' });
      expect(error.hint).toBe(`Did you mean staging? The profiles are production, staging. ${list}`);
    }
    expect((await failureOf(() => store.load('zzzzzz'))).hint).toBe(
      `The profiles are production, staging. ${list}`,
    );
    await store.remove('production');
    expect((await failureOf(() => store.load('zzzzzz'))).hint).toBe(`The only profile is staging. ${list}`);
  });

  it('keeps which one is current, until it is removed or unset', async () => {
    const { path, store } = await setUpTwo();
    await store.use('staging');
    expect(await store.current()).toBe('staging');
    expect((await stat(join(path, 'current-profile'))).mode & 0o777).toBe(0o600);
    await store.use('production');
    expect(await store.current()).toBe('production');
    await store.remove('staging');
    expect(await store.current()).toBe('production');
    await store.remove('production');
    expect(await store.current()).toBeUndefined();
    await store.save('staging', STAGING);
    await store.use('staging');
    await store.use(undefined);
    expect(await store.current()).toBeUndefined();
    expect(await store.list()).toEqual(['staging']);
  });

  it.each(['../staging', 'Staging', '', 'a/b', 'nul'])('refuses the name %j everywhere', async (name) => {
    const { path, store } = await setUpTwo();
    for (const ask of [store.load, store.remove, store.use, (own: string) => store.save(own, STAGING)])
      expect(await failureOf(() => ask(name))).toMatchObject({ code: 'ERR_PROFILE', step: 'config' });
    expect(await readdir(join(path, '..'))).toEqual(['sgid']);
    expect((await readdir(join(path, 'profiles'))).sort()).toEqual(['production.json', 'staging.json']);
  });

  it('refuses a note of the current profile that holds something else', async () => {
    const { path, store } = await setUpTwo();
    await store.use('staging');
    for (const text of ['', '../staging', 'x'.repeat(5000)]) {
      await writeFile(join(path, 'current-profile'), text);
      const error = await failureOf(() => store.current());
      expect(error).toMatchObject({ code: 'ERR_PROFILE', hint: expect.stringContaining('sgid profile use') });
      expect(error.message).toContain(`${join(path, 'current-profile')} does not hold the name`);
    }
    await store.use('production');
    expect(await store.current()).toBe('production');
  });
});

describe('where a profile cannot be trusted or had', () => {
  it('warns of a file that others can read, with the command that closes it', async () => {
    const { path, store } = await setUpTwo();
    const file = join(path, 'profiles', 'staging.json');
    await chmod(file, 0o644);
    const notice = `${file} holds secrets and other users can access it; run: chmod 600 ${file}`;
    expect((await store.load('staging')).notices).toEqual([notice]);
  });

  it.each(['profiles/staging.json', 'profiles', '.'])(
    'believes nothing where others can write %s',
    async (name) => {
      const { path, store } = await setUpTwo();
      const open = join(path, name);
      await chmod(open, 0o722);
      const refusal = {
        code: 'ERR_PROFILE',
        message: `other users can change ${open}, so it is not used`,
        hint: `Check what it holds, then restrict it: chmod go-w ${open}`,
      };
      expect(await failureOf(() => store.load('staging'))).toMatchObject(refusal);
      if (name === 'profiles/staging.json') return;
      expect(await failureOf(() => store.save('staging', STAGING, { replace: true }))).toMatchObject(refusal);
      expect(await failureOf(() => store.remove('staging'))).toMatchObject(refusal);
    },
  );

  it.each(['profiles/staging.json', 'profiles', '.'])(
    'follows no symbolic link in place of %s',
    async (name) => {
      const { path, store } = await setUp();
      const real = join(await makeTemporaryFolder(), 'real');
      const elsewhere = createProfileStore(openPrivateFolder(real));
      await elsewhere.save('staging', STAGING);
      await mkdir(join(path, name, '..'), { recursive: true });
      await symlink(join(real, name), join(path, name));
      const error = await failureOf(() => store.load('staging'));
      expect(error.code).toBe('ERR_PROFILE');
      expect(error.message).toContain(`${join(path, name)} is a symbolic link`);
      const before = await readFile(join(real, 'profiles/staging.json'), 'utf8');
      expect((await failureOf(() => store.save('staging', {}, { replace: true }))).code).toBe('ERR_PROFILE');
      expect(await readFile(join(real, 'profiles/staging.json'), 'utf8')).toBe(before);
    },
  );

  it.each(['read', 'write'] as const)('names the path where what it cannot %s has none', async (method) => {
    const store = failing(method, 'ELOOP');
    const run = method === 'read' ? () => store.load('staging') : () => store.save('staging', STAGING);
    expect(await failureOf(run)).toMatchObject({
      code: 'ERR_PROFILE',
      message: '/test/config/sgid/profiles/staging.json is a symbolic link, which is not followed',
      hint: expect.stringContaining('Replace it with the folder'),
    });
  });

  it('does not wait for a pipe', async () => {
    const { path, store } = await setUpTwo();
    execFileSync('mkfifo', [join(path, 'profiles', 'pipe.json')]);
    const error = await failureOf(() => store.load('pipe'));
    expect(error).toMatchObject({
      code: 'ERR_PROFILE',
      message: expect.stringContaining('is not a regular file'),
    });
  });

  it.each([
    ['EROFS', 'is on a read-only file system', 'to a folder that can be written'],
    ['ENOENT', 'its folder cannot be made', 'to a folder that can be written'],
    ['EACCES', 'permission denied', 'ls -ld /test/config/sgid/profiles'],
    ['EPERM', 'permission denied', 'ls -ld'],
    ['ENOSPC', 'no space is left there', 'Free some space'],
    ['EDQUOT', 'no space is left there', 'Free some space'],
    ['ENOTDIR', 'a part of its path is not a folder', 'ls -ld'],
    ['EEXIST', 'a part of its path is not a folder', 'ls -ld'],
    ['ENOTSUP', 'ENOTSUP', 'ls -ld'],
    ['EIO', 'the device failed', 'Check the disk'],
    ['EMFILE', 'too many files are open', 'ulimit -n'],
  ])('says why it cannot write: %s', async (code, reason, hint) => {
    for (const run of [
      () => failing('write', code).save('staging', STAGING),
      () => failing('write', code, ['staging.json']).save('staging', STAGING, { replace: true }),
      () => failing('write', code, code === 'EEXIST' ? [] : ['staging.json']).save('staging', STAGING),
    ]) {
      const error = await failureOf(run);
      expect(error).toMatchObject({ code: 'ERR_PROFILE', step: 'config' });
      expect(error.message).toContain('/test/config/sgid/profiles/staging.json was not written');
      expect(error.message).toContain(reason);
      expect(error.hint).toContain(hint);
      expect(wordsOf(error)).not.toContain('canary');
    }
  });

  it('says why it cannot write, though the system has no name for it', async () => {
    const { message } = await failureOf(() => failing('write').save('staging', STAGING));
    expect(message).toBe('/test/config/sgid/profiles/staging.json was not written: unknown error');
  });

  it('says why it cannot make one current', async () => {
    const { path, store } = await setUpTwo();
    const write = (): Promise<never> => Promise.reject(withCode('test', 'EROFS'));
    const error = await failureOf(() =>
      createProfileStore({ ...openPrivateFolder(path), write }).use('staging'),
    );
    expect(error.message).toBe(
      `${join(path, 'current-profile')} was not written: it is on a read-only file system`,
    );
    expect(await store.current()).toBeUndefined();
  });

  it('is not the current one any more before it is removed', async () => {
    const { path, store } = await setUpTwo();
    await store.use('staging');
    const folder = openPrivateFolder(path);
    const removed: string[] = [];
    const remove = (name: string): Promise<void> => {
      removed.push(name);
      return folder.remove(name);
    };
    await createProfileStore({ ...folder, remove }).remove('staging');
    expect(removed).toEqual(['current-profile', 'profiles/staging.json']);
  });

  it('says why it cannot remove', async () => {
    const error = await failureOf(() => failing('remove', 'EROFS').remove('staging'));
    expect(error.message).toContain('read-only file system');
  });

  it('leaves a profile that cannot be removed its secrets in the keyring', async () => {
    const keyring = memoryKeyring({ 'staging/clientSecret': 'canary' });
    const places = { profiles: failing('remove', 'EROFS'), keyring, warn: () => {} };
    const error = await failureOf(() => removeProfile('staging', ['staging/clientSecret'], places));
    expect(error.code).toBe('ERR_PROFILE');
    expect([...keyring.kept.keys()]).toEqual(['staging/clientSecret']);
  });

  it.each(['read', 'list'] as const)('says why it cannot %s', async (method) => {
    const store = failing(method, 'EACCES');
    const error = await failureOf(() => (method === 'read' ? store.load('staging') : store.list()));
    expect(error).toMatchObject({ code: 'ERR_FILE', message: expect.stringContaining('may not be read') });
  });

  it('takes a home that is no folder for one without profiles', async () => {
    const store = createProfileStore(openPrivateFolder('/dev/null/.config/sgid'));
    expect(await store.current()).toBeUndefined();
    expect(await store.list()).toEqual([]);
    expect((await failureOf(() => store.load('staging'))).message).toBe('there is no profile staging');
    const error = await failureOf(() => store.save('staging', STAGING));
    expect(error.message).toContain('a part of its path is not a folder');
  });

  it('needs no place for profiles until one is asked for', async () => {
    const store = createProfileStore(undefined);
    expect(await store.current()).toBeUndefined();
    expect(await store.list()).toEqual([]);
    await store.use(undefined);
    for (const ask of [store.load, store.remove, store.use, (name: string) => store.save(name, STAGING)]) {
      const error = await failureOf(() => ask('staging'));
      expect(error.code).toBe('ERR_PROFILE');
      expect(error.message).toMatch(/(XDG_CONFIG_HOME|HOME|APPDATA) is not set to an absolute path$/);
      expect((await failureOf(() => ask('Staging'))).message).toContain("cannot be a profile's name");
    }
  });
});
