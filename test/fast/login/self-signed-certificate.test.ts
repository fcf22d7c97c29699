import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createSelfSignedCertificate,
  findCertificateFault,
  fingerprintOf,
} from '../../../src/keys/certificate.ts';
import { type CallbackCertificate, openCallbackCertificate } from '../../../src/login/certificate.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { systemFiles } from '../../../src/system/files.ts';
import { openPrivateFolder, type PrivateFolder } from '../../../src/system/private-folder.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const DAY_MS = 24 * 60 * 60 * 1000;
const later = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);

async function makeFolder(): Promise<PrivateFolder> {
  return openPrivateFolder(join(await makeTemporaryFolder(), 'sgid'));
}

const open = (
  configFolder: PrivateFolder | undefined,
  now = NOW,
  hostname = 'localhost',
): Promise<CallbackCertificate> =>
  openCallbackCertificate(hostname, undefined, {
    files: systemFiles,
    configFolder,
    clock: { ...systemClock, now: () => now.getTime() },
  });

const importPath = (folder: PrivateFolder): string => join(folder.path, 'callback.crt');

describe('a self-signed certificate that is kept', () => {
  it('makes a certificate once, and keeps it with its key in a file of this person alone', async () => {
    const folder = await makeFolder();
    const made = await open(folder);
    expect(made.instructions).toContain(`import ${importPath(folder)} as a trusted certificate`);
    expect(made.instructions).toContain(`  ${fingerprintOf(made.tls.certificate)}\n`);
    expect(made.warnings).toEqual([]);
    for (const host of ['localhost', '127.0.0.1', '::1'])
      expect(findCertificateFault(made.tls, host, NOW)).toBeUndefined();
    expect(await open(folder, later(1), '[::1]')).toEqual(made);
    expect((await readdir(folder.path)).sort()).toEqual(['callback.crt', 'callback.pem']);
    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder.path, 'callback.pem'))).mode & 0o777).toBe(0o600);
  });

  it('is kept for a login that took the time a second before the one that made it', async () => {
    const folder = await makeFolder();
    const made = await open(folder, new Date(NOW.getTime() + 1_000));
    expect(await open(folder)).toEqual(made);
  });

  it('gives the certificate without its key to import', async () => {
    const folder = await makeFolder();
    const { tls } = await open(folder);
    const path = importPath(folder);
    const text = await readFile(path, 'utf8');
    expect(text).toBe(tls.certificate);
    expect(text).not.toContain('PRIVATE KEY');
  });

  it('puts the certificate to import back, where it is gone or another one', async () => {
    const folder = await makeFolder();
    const { tls } = await open(folder);
    const path = importPath(folder);
    await writeFile(path, 'another');
    expect(await open(folder)).toMatchObject({ tls, instructions: expect.stringContaining(path) });
    expect(await readFile(path, 'utf8')).toBe(tls.certificate);
  });

  it.each([
    [366, true],
    [368, false],
    [398, false],
    [-1, false],
  ])('uses a certificate of 397 days %d days later: %s', async (days, same) => {
    const folder = await makeFolder();
    const first = await open(folder);
    const second = await open(folder, later(days));
    expect(second.tls.certificate === first.tls.certificate).toBe(same);
    expect(findCertificateFault(second.tls, 'localhost', later(days))).toBeUndefined();
    expect(await open(folder, later(days))).toEqual(second);
  });

  it.each<[string, (pem: string) => Promise<string> | string]>([
    ['is empty', () => ''],
    ['is no PEM', () => 'nonsense'],
    ['is cut short', (pem) => pem.slice(0, -200)],
    ['lacks its key', (pem) => pem.slice(pem.indexOf('-----BEGIN CERTIFICATE'))],
    [
      'has the key of another one',
      async (pem) => {
        const { privateKey } = await createSelfSignedCertificate([], NOW);
        return privateKey + pem.slice(pem.indexOf('-----BEGIN CERTIFICATE'));
      },
    ],
  ])('replaces a file that %s', async (_name, damage) => {
    const folder = await makeFolder();
    const first = await open(folder);
    const file = join(folder.path, 'callback.pem');
    await writeFile(file, await damage(await readFile(file, 'utf8')));
    const second = await open(folder);
    expect(second.tls.certificate).not.toBe(first.tls.certificate);
    expect(second.warnings).toEqual([]);
    expect(await open(folder)).toEqual(second);
  });

  it.each<[string, (folder: string) => Promise<void>]>([
    ['others can read', (folder) => chmod(join(folder, 'callback.pem'), 0o644)],
    ['others could have put there', (folder) => chmod(folder, 0o770)],
  ])('replaces a file that %s', async (_name, open_) => {
    const folder = await makeFolder();
    const first = await open(folder);
    await open_(folder.path);
    const second = await open(folder);
    expect(second.tls.certificate).not.toBe(first.tls.certificate);
    expect((await stat(join(folder.path, 'callback.pem'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
    expect(await open(folder)).toEqual(second);
  });

  it('ends in one working pair for all of several that make it at once', async () => {
    const folder = await makeFolder();
    const made = await Promise.all(Array.from({ length: 6 }, () => open(folder)));
    for (const { tls } of made) expect(findCertificateFault(tls, 'localhost', NOW)).toBeUndefined();
    expect(new Set(made.map(({ tls }) => tls.certificate)).size).toBe(1);
    expect(await open(folder)).toEqual(made[0]);
    expect((await readdir(folder.path)).sort()).toEqual(['callback.crt', 'callback.pem']);
  });
});

describe('a certificate for one run', () => {
  it('is made where there is no folder, with a warning', async () => {
    const made = await open(undefined);
    expect(made.warnings.join()).toMatch(/for this run only: .*HOME is not set/);
    expect(made.instructions).not.toContain('import');
    expect(findCertificateFault(made.tls, 'localhost', NOW)).toBeUndefined();
  });

  it.each<[string, (folder: string) => Promise<unknown>, RegExp]>([
    ['the folder’s place is taken by a file', (folder) => writeFile(folder, ''), /ENOTDIR/],
    ['the folder is a symbolic link', (folder) => symlink('/tmp', folder), /ELOOP/],
    [
      'the file is a symbolic link',
      async (folder) => {
        await mkdir(folder, { mode: 0o700 });
        await symlink(join(folder, '..', 'target'), join(folder, 'callback.pem'));
      },
      /ELOOP/,
    ],
    [
      'the file’s place is taken by a folder',
      (folder) => mkdir(join(folder, 'callback.pem'), { recursive: true }),
      /EFTYPE/,
    ],
  ])('is made where %s, with a warning', async (_name, spoil, reason) => {
    const folder = await makeFolder();
    await spoil(folder.path);
    const made = await open(folder);
    expect(made.warnings.join()).toMatch(reason);
    expect(made.warnings.join()).toContain(folder.path);
    expect(made.instructions).not.toContain('import');
    expect(findCertificateFault(made.tls, 'localhost', NOW)).toBeUndefined();
    expect(await readdir(join(folder.path, '..'))).toEqual(['sgid']);
  });

  it('is made for an address that no certificate is kept for', async () => {
    const folder = await makeFolder();
    const made = await open(folder, NOW, '127.9.8.7');
    expect(findCertificateFault(made.tls, '127.9.8.7', NOW)).toBeUndefined();
    expect(made.instructions).not.toContain('import');
    await expect(readdir(folder.path)).rejects.toThrow('ENOENT');
  });
});
