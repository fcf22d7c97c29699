import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openOwnFile } from '../../../src/system/compile-cache.ts';
import { runCommand } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const OLD = Buffer.from('old');
const NEW = Buffer.from('new');
const ANOTHER_USER = 12_345;

interface Place {
  readonly parent: string;
  readonly folder: string;
  readonly path: string;
}

async function writeOld(): Promise<Place> {
  const parent = await makeTemporaryFolder();
  const folder = join(parent, 'sgid');
  const file = openOwnFile(folder, 'x.bin');
  expect(file.makeFolder()).toBe(false);
  file.replace(() => OLD);
  return { parent, folder, path: join(folder, 'x.bin') };
}

const read = (folder: string, user?: number | null): Buffer | undefined =>
  openOwnFile(folder, 'x.bin', user).read();

const makeFolder = (folder: string, user?: number): boolean =>
  openOwnFile(folder, 'x.bin', user).makeFolder();

const replace = (folder: string, user?: number): void =>
  openOwnFile(folder, 'x.bin', user).replace(() => NEW);

describe.runIf(process.platform !== 'win32')('a file of this user alone', () => {
  it('is written with mode 0600 into a folder of mode 0700, and read again', async () => {
    const { folder, path } = await writeOld();
    expect([(await stat(folder)).mode & 0o777, (await stat(path)).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(read(folder)).toEqual(OLD);
    replace(folder);
    expect(read(folder)).toEqual(NEW);
    expect(await readdir(folder)).toEqual(['x.bin']);
  });

  it('gets two folders that are not there yet, and no third', async () => {
    const parent = await makeTemporaryFolder();
    const folder = join(parent, 'cache', 'sgid');
    expect([makeFolder(folder), makeFolder(folder)]).toEqual([false, true]);
    expect((await stat(join(parent, 'cache'))).mode & 0o777).toBe(0o700);
    replace(folder);
    expect(read(folder)).toEqual(NEW);
    expect(makeFolder(join(parent, 'a', 'b', 'sgid'))).toBe(false);
    expect(await readdir(parent)).toEqual(['cache']);
  });

  it('is not written before its folder is there', async () => {
    const parent = await makeTemporaryFolder();
    replace(join(parent, 'sgid'));
    expect(await readdir(parent)).toEqual([]);
  });

  it.each<[string, (place: Place) => Promise<unknown>]>([
    ['the file can be written by a group', ({ path }) => chmod(path, 0o620)],
    ['the file can be written by all', ({ path }) => chmod(path, 0o602)],
    ['the folder can be written by a group', ({ folder }) => chmod(folder, 0o770)],
    ['the folder can be written by all, even if it is sticky', ({ folder }) => chmod(folder, 0o1777)],
    [
      'the file is a symbolic link',
      async ({ parent, path }) => {
        await rename(path, join(parent, 'y.bin'));
        await symlink(join(parent, 'y.bin'), path);
      },
    ],
    [
      'the folder is a symbolic link',
      async ({ parent, folder }) => {
        await rename(folder, join(parent, 'elsewhere'));
        await symlink(join(parent, 'elsewhere'), folder);
      },
    ],
    [
      'the file is a folder',
      async ({ path }) => {
        await rm(path);
        await mkdir(path);
      },
    ],
    [
      'the file is a pipe that nobody writes to',
      async ({ path }) => {
        await rm(path);
        expect((await runCommand(['mkfifo', path])).status).toBe(0);
      },
    ],
    [
      'the folder is a file',
      async ({ folder }) => {
        await rm(folder, { recursive: true });
        await writeFile(folder, 'x', { mode: 0o600 });
      },
    ],
    ['it is not there', ({ path }) => rm(path)],
  ])('is not read when %s', async (_case, change) => {
    const place = await writeOld();
    expect(read(place.folder)).toEqual(OLD);
    await change(place);
    expect(read(place.folder)).toBeUndefined();
  });

  it('is not read when it belongs to somebody else', async () => {
    const { folder } = await writeOld();
    expect(read(folder, ANOTHER_USER)).toBeUndefined();
  });

  it('is not written where somebody else is at home, nor is a folder made', async () => {
    const { parent, folder, path } = await writeOld();
    replace(folder, ANOTHER_USER);
    expect(await readFile(path)).toEqual(OLD);
    expect(makeFolder(join(parent, 'new'), ANOTHER_USER)).toBe(false);
    expect(makeFolder(join(parent, 'new', 'newer'), ANOTHER_USER)).toBe(false);
    expect(await readdir(parent)).toEqual(['sgid']);
  });

  it.each<[string, (place: Place) => Promise<unknown>]>([
    ['can be written by others', ({ folder }) => chmod(folder, 0o777)],
    [
      'is a symbolic link that leads nowhere',
      async ({ parent, folder }) => {
        await rm(folder, { recursive: true });
        await symlink(join(parent, 'nowhere'), folder);
      },
    ],
    [
      'is a file',
      async ({ folder }) => {
        await rm(folder, { recursive: true });
        await writeFile(folder, '');
      },
    ],
  ])('is not written when its folder %s', async (_case, change) => {
    const place = await writeOld();
    await change(place);
    const before = await readdir(place.parent, { recursive: true });
    makeFolder(place.folder);
    const make = vi.fn(() => NEW);
    openOwnFile(place.folder, 'x.bin').replace(make);
    openOwnFile(place.folder, 'y.bin').replace(make);
    expect(make).not.toHaveBeenCalled();
    expect(await readdir(place.parent, { recursive: true })).toEqual(before);
  });

  it('stays as it was when there is nothing to put in its place', async () => {
    const { folder } = await writeOld();
    openOwnFile(folder, 'x.bin').replace(() => {
      throw new Error('no content');
    });
    expect(read(folder)).toEqual(OLD);
    expect(await readdir(folder)).toEqual(['x.bin']);
  });

  it('takes the place of a symbolic link, not of what it leads to', async () => {
    const { parent, folder, path } = await writeOld();
    await rename(path, join(parent, 'y.bin'));
    await symlink(join(parent, 'y.bin'), path);
    replace(folder);
    expect([read(folder), await readFile(join(parent, 'y.bin'))]).toEqual([NEW, OLD]);
  });

  it('is left to its folder where users have no ids', async () => {
    const { folder, path } = await writeOld();
    await Promise.all([chmod(path, 0o666), chmod(folder, 0o777)]);
    expect([read(folder), read(folder, null)]).toEqual([undefined, OLD]);
  });

  it('goes when nothing has written it for a month, and what was never renamed to be one', async () => {
    const { folder, path } = await writeOld();
    const days = (count: number): Date => new Date(Date.now() - count * 24 * 60 * 60 * 1000);
    const place = async (name: string, age: number): Promise<void> => {
      await writeFile(join(folder, name), OLD);
      await utimes(join(folder, name), days(age), days(age));
    };
    await utimes(path, days(31), days(31));
    await place('left.bin.123.456', 31);
    await place('young.bin', 29);
    await place('sgid.exe', 365);
    await place('binoculars', 365);
    openOwnFile(folder, 'new.bin').replace(() => NEW);
    expect((await readdir(folder)).sort()).toEqual(['binoculars', 'new.bin', 'sgid.exe', 'young.bin']);
  });
});
