import { execFileSync } from 'node:child_process';
import { constants, promises } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  configVariable,
  findConfigFolder,
  openPrivateFolder,
  type PrivateFolder,
} from '../../../src/system/private-folder.ts';
import { giveAway } from '../../helpers/give-away.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const NEW = { replace: false };
const REPLACE = { replace: true };

/** A private folder that is not there yet, in one that is the system's. */
async function setUp(): Promise<PrivateFolder> {
  return openPrivateFolder(join(await makeTemporaryFolder(), 'config', 'sgid'));
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

async function textOf(folder: PrivateFolder, name: string): Promise<string> {
  return Buffer.from((await folder.read(name)).bytes).toString();
}

describe('a private folder', () => {
  it('is made with its first file, and only its owner can get at either', async () => {
    const folder = await setUp();
    expect(await folder.list('profiles')).toEqual([]);
    await folder.write('profiles/a.json', 'test', NEW);
    expect(await folder.list('profiles')).toEqual(['a.json']);
    expect(await textOf(folder, 'profiles/a.json')).toBe('test');
    expect(await modeOf(folder.path)).toBe(0o700);
    expect(await modeOf(join(folder.path, 'profiles'))).toBe(0o700);
    expect(await modeOf(join(folder.path, 'profiles/a.json'))).toBe(0o600);
  });

  it('keeps others out of a folder that was made by hand, and of the file that it replaces', async () => {
    const folder = await setUp();
    await mkdir(join(folder.path, 'profiles'), { recursive: true });
    await writeFile(join(folder.path, 'profiles/a.json'), 'old');
    await chmod(join(folder.path, 'profiles'), 0o755);
    await chmod(join(folder.path, 'profiles/a.json'), 0o644);
    await folder.write('profiles/a.json', 'new', REPLACE);
    expect(await modeOf(join(folder.path, 'profiles'))).toBe(0o700);
    expect(await modeOf(join(folder.path, 'profiles/a.json'))).toBe(0o600);
  });

  it('lets one of many writers make a file, and gives readers a whole one of any of them', async () => {
    const folder = await setUp();
    const texts = Array.from({ length: 20 }, (_, index) => `${index} `.repeat(20_000));
    const made = await Promise.allSettled(texts.map((text) => folder.write('a', text, NEW)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const writing = Promise.all(texts.map((text) => folder.write('a', text, REPLACE)));
    for (let round = 0; round < 20; round += 1) expect(texts).toContain(await textOf(folder, 'a'));
    await writing;
    expect(texts).toContain(await textOf(folder, 'a'));
    expect(await readdir(folder.path)).toEqual(['a']);
  });
});

describe('what a program that was killed has left', () => {
  const [abandoned, recent] = ['.sgid-0123456789abcdef.tmp', '.sgid-fedcba9876543210.tmp'];

  it.each<[string, (folder: PrivateFolder) => Promise<void>]>([
    ['written', (folder) => folder.write('profiles/b', 'test', NEW)],
    ['replaced', (folder) => folder.write('profiles/a', 'test', REPLACE)],
    ['removed', (folder) => folder.remove('profiles/c')],
  ])('is removed when a file is %s, and what another program writes now is not', async (_name, change) => {
    const folder = await setUp();
    for (const name of ['a', 'c', abandoned, recent, 'old'])
      await folder.write(`profiles/${name}`, 'test', NEW);
    // A folder of such a name stands before it.
    const odd = '.sgid-0000000000000003.tmp';
    await mkdir(join(folder.path, 'profiles', odd));
    for (const name of [odd, abandoned, 'old', 'a'])
      await utimes(join(folder.path, 'profiles', name), 1e9, 1e9);
    await change(folder);
    const names = await folder.list('profiles');
    expect(names).not.toContain(abandoned);
    expect(names).toEqual(expect.arrayContaining([recent, 'old', 'a']));
  });
});

describe('a failure', () => {
  afterEach(() => vi.restoreAllMocks());
  const failure = (code: string): Error => Object.assign(new Error(code), { code });

  it('after the file is in its place is none', async () => {
    const folder = await setUp();
    vi.spyOn(promises, 'rm').mockRejectedValue(failure('EIO'));
    vi.spyOn(promises, 'readdir').mockRejectedValue(failure('EIO'));
    const { open } = promises;
    vi.spyOn(promises, 'open').mockImplementation(async (path, flags, mode) => {
      if (flags === constants.O_RDONLY) throw failure('EMFILE');
      return open(path, flags, mode);
    });
    await folder.write('a', 'test', NEW);
    expect(await textOf(folder, 'a')).toBe('test');
  });

  it('to put it there leaves none, where there are no hard links', async () => {
    const folder = await setUp();
    vi.spyOn(promises, 'link').mockRejectedValue(failure('EPERM'));
    await folder.write('a', 'test', NEW);
    vi.spyOn(promises, 'rename').mockRejectedValueOnce(failure('EIO'));
    await expect(folder.write('b', 'test', NEW)).rejects.toMatchObject({ code: 'EIO' });
    await expect(folder.write('a', 'new', NEW)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readdir(folder.path)).toEqual(['a']);
    expect(await textOf(folder, 'a')).toBe('test');
  });
});

describe('symbolic links are not followed', () => {
  it('in place of a file', async () => {
    const folder = await setUp();
    const elsewhere = join(await makeTemporaryFolder(), 'elsewhere');
    await writeFile(elsewhere, 'old');
    await folder.write('b', 'test', NEW);
    await symlink(elsewhere, join(folder.path, 'a'));
    const link = { code: 'ELOOP', path: join(folder.path, 'a') };
    await expect(folder.read('a')).rejects.toMatchObject(link);
    await expect(folder.write('a', 'new', REPLACE)).rejects.toMatchObject(link);
    await symlink('absent', join(folder.path, 'c'));
    for (const name of ['a', 'c'])
      await expect(folder.write(name, 'new', NEW)).rejects.toMatchObject({ code: 'EEXIST' });
    await folder.remove('c');
    await folder.remove('a');
    expect(await readFile(elsewhere, 'utf8')).toBe('old');
    expect(await readdir(folder.path)).toEqual(['b']);
  });

  it.each(['.', 'profiles'])('in place of the folder %s', async (name) => {
    const folder = await setUp();
    const elsewhere = await makeTemporaryFolder();
    await mkdir(join(elsewhere, 'profiles'));
    await writeFile(join(elsewhere, 'a'), 'old');
    await writeFile(join(elsewhere, 'profiles/a'), 'old');
    const link = join(folder.path, name);
    await mkdir(join(link, '..'), { recursive: true });
    await symlink(name === '.' ? elsewhere : join(elsewhere, 'profiles'), link);
    const refusal = { code: 'ELOOP', path: link };
    await expect(folder.read('profiles/a')).rejects.toMatchObject(refusal);
    await expect(folder.list('profiles')).rejects.toMatchObject(refusal);
    await expect(folder.write('profiles/b', 'new', NEW)).rejects.toMatchObject(refusal);
    await expect(folder.remove('profiles/a')).rejects.toMatchObject(refusal);
    expect((await readdir(elsewhere)).sort()).toEqual(['a', 'profiles']);
    expect(await readdir(join(elsewhere, 'profiles'))).toEqual(['a']);
  });
});

describe('a folder that cannot be made', () => {
  it.each<[string, (path: string) => Promise<void>, code: string]>([
    ['a link that leads nowhere', (path) => symlink('missing/x', path), 'ENOENT'],
    ['a file', (path) => writeFile(path, ''), 'ENOTDIR'],
  ])('below %s says so, and does not try for ever', async (_name, make, code) => {
    const place = await makeTemporaryFolder();
    await make(join(place, 'config'));
    const folder = openPrivateFolder(join(place, 'config', 'sgid'));
    await expect(folder.write('a.json', 'test', NEW)).rejects.toMatchObject({ code });
    expect(await readdir(place)).toEqual(['config']);
  });
});

describe('what is no file', () => {
  it('neither keeps a reader waiting nor is replaced', async () => {
    const folder = await setUp();
    await folder.write('b', 'test', NEW);
    execFileSync('mkfifo', [join(folder.path, 'pipe')]);
    await mkdir(join(folder.path, 'folder'));
    await expect(folder.read('pipe')).rejects.toMatchObject({ code: 'EFTYPE' });
    await expect(folder.read('folder')).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(folder.write('pipe', 'new', REPLACE)).rejects.toMatchObject({ code: 'EFTYPE' });
    expect((await stat(join(folder.path, 'pipe'))).isFIFO()).toBe(true);
  });

  it('is no folder either', async () => {
    const folder = await setUp();
    await folder.write('profiles', 'test', NEW);
    await expect(folder.read('profiles/a')).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(folder.list('profiles')).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(folder.write('profiles/a', 'x', NEW)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

describe.runIf(process.platform !== 'win32')(
  'nothing is read or written where other users have a say:',
  () => {
    const ways: readonly (readonly [
      doing: string,
      change: (path: string) => unknown,
      code: string | null,
    ])[] = [
      ['can be read by others', (path) => chmod(path, 0o755), null],
      ['can be written by its group', (path) => chmod(path, 0o720), 'EWRITABLE'],
      ['can be written by everybody', (path) => chmod(path, 0o702), 'EWRITABLE'],
      ['belongs to another user', giveAway, 'EOWNER'],
    ];
    it.each(['.', 'profiles', 'profiles/a'].flatMap((name) => ways.map((way) => [name, ...way] as const)))(
      '%s %s',
      async (name, _doing, change, code) => {
        const folder = await setUp();
        await folder.write('profiles/a', 'test', NEW);
        const path = join(folder.path, name);
        await change(path);
        const isFile = name === 'profiles/a';
        for (const [attempt, refuses] of [
          [() => folder.read('profiles/a'), true],
          [() => folder.list('profiles'), !isFile],
          [() => folder.write('profiles/b', 'new', NEW), !isFile],
          [() => folder.remove('profiles/a'), !isFile],
        ] as const) {
          if (code !== null && refuses) await expect(attempt()).rejects.toMatchObject({ code, path });
          else await attempt();
        }
      },
    );
  },
);

describe('on Windows, which has no modes', () => {
  it('a folder and a file that all may write are used as they are', async () => {
    const folder = await setUp();
    await folder.write('profiles/a', 'test', NEW);
    await chmod(folder.path, 0o777);
    await chmod(join(folder.path, 'profiles/a'), 0o666);
    pretendPlatform('win32');
    const open = vi.spyOn(promises, 'open');
    onTestFinished(() => open.mockRestore());
    expect(await folder.read('profiles/a')).toMatchObject({ readableByOthers: false });
    await folder.write('b', 'new', NEW);
    expect(await modeOf(folder.path)).toBe(0o777);
    // Nor can a folder be opened there.
    expect(open.mock.calls.map(([path]) => path)).toEqual([expect.stringMatching(/\.tmp$/)]);
  });
});

describe('a file system without hard links', () => {
  const setUpWithout = async (): Promise<PrivateFolder> => {
    const refusal = Object.assign(new Error('EPERM'), { code: 'EPERM' });
    const link = vi.spyOn(promises, 'link').mockRejectedValue(refusal);
    onTestFinished(() => link.mockRestore());
    return setUp();
  };

  it('takes a new file, and lets one of many writers make it', async () => {
    const folder = await setUpWithout();
    const made = await Promise.allSettled(['1', '2', '3'].map((text) => folder.write('a', text, NEW)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(folder.write('a', '4', NEW)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await textOf(folder, 'a')).toMatch(/^[123]$/);
    expect(await readdir(folder.path)).toEqual(['a']);
  });
});

it.each<[NodeJS.Platform, string]>([
  ['linux', 'XDG_CONFIG_HOME'],
  ['darwin', 'HOME'],
  ['win32', 'APPDATA'],
])('on %s the variable that names it is %s', (platform, name) => {
  pretendPlatform(platform);
  expect(configVariable()).toBe(name);
});

it.each<[NodeJS.Platform, Record<string, string>, string | undefined]>([
  ['linux', { HOME: '/home/test' }, '/home/test/.config'],
  ['linux', { HOME: '/home/test', XDG_CONFIG_HOME: '/srv/config' }, '/srv/config'],
  ['linux', { HOME: '/home/test', XDG_CONFIG_HOME: '' }, '/home/test/.config'],
  ['linux', { XDG_CONFIG_HOME: './config' }, undefined],
  ['linux', { HOME: 'test' }, undefined],
  ['linux', { APPDATA: '/srv/config' }, undefined],
  ['darwin', { HOME: '/Users/x', XDG_CONFIG_HOME: '/srv' }, '/Users/x/Library/Application Support'],
  ['win32', { APPDATA: 'C:\\test\\Roaming' }, 'C:\\test\\Roaming'],
  ['win32', { APPDATA: 'AppData', USERPROFILE: 'C:\\test' }, 'C:\\test\\AppData\\Roaming'],
  ['win32', { HOME: 'C:\\test' }, undefined],
])('the folder of a person’s settings on %s with %j is %s', (platform, env, folder) => {
  pretendPlatform(platform);
  expect(findConfigFolder(env)).toBe(folder);
});
