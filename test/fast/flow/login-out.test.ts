import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemFiles } from '../../../src/system/files.ts';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

describe('sgid login --out', () => {
  it('writes the result to a file that only its owner can read, and nothing to stdout', async () => {
    const flow = await startFlow();
    const folder = join(await makeTemporaryFolder(), 'with space');
    await mkdir(folder);
    const path = join(folder, 'claims.json');
    expect(await flow.login(['--out', path])).toMatchObject({ exitCode: 0, stdout: '' });
    expect(JSON.parse(await readFile(path, 'utf8')).data['myinfo.name']).toBe('TAN WEI MING');
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['claims.json']);
  });

  it('replaces an old file, whatever its mode was', async () => {
    const flow = await startFlow();
    const path = join(await makeTemporaryFolder(), 'name.txt');
    await writeFile(path, 'old', { mode: 0o644 });
    await flow.login(['--out', path, '--field', 'myinfo.name']);
    expect(await readFile(path, 'utf8')).toBe('TAN WEI MING\n');
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
  });

  it('keeps the result when an expectation fails', async () => {
    const flow = await startFlow();
    const path = join(await makeTemporaryFolder(), 'claims.json');
    expect(await flow.login(['--out', path, '--expect', 'myinfo.email'])).toMatchObject({ exitCode: 9 });
    expect(JSON.parse(await readFile(path, 'utf8')).sub).toMatch(/^u=/);
  });

  it.each([
    ['a folder that is missing', (folder: string) => join(folder, 'missing', 'x.json'), /mkdir -p .*missing/],
    ['a folder', (folder: string) => folder, /is a folder/],
    ['a name that was no UTF-8', (folder: string) => join(folder, 'a\ufffd'), /has a name that is not UTF-8/],
    ['a symbolic link', (folder: string) => join(folder, 'link'), /symbolic link, which is not followed/],
  ])('knows %s before the browser opens', async (_name, pathIn, words) => {
    const flow = await startFlow();
    const folder = await makeTemporaryFolder();
    const target = join(folder, 'target');
    await writeFile(target, 'old');
    await symlink(target, join(folder, 'link'));
    const run = await flow.login(['--out', pathIn(folder)]);
    expect(run).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringMatching(words) });
    expect(errorCodeOf(run)).toBe('ERR_OUTPUT');
    expect(flow.browser.opened).toEqual([]);
    expect(flow.provider.requests).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['link', 'target']);
    expect(await readFile(target, 'utf8')).toBe('old');
  });

  it.each([
    [5, 'the login fails', { userinfo: () => reply(500) }, []],
    [9, 'the claim of --field is missing', {}, ['--field', 'myinfo.email']],
  ])('leaves what was there, and nothing else, with exit %i: %s', async (exit, _name, provider, args) => {
    const flow = await startFlow({ provider });
    const folder = await makeTemporaryFolder();
    const path = join(folder, 'claims.json');
    expect(await flow.login(['--out', path, ...args])).toMatchObject({ exitCode: exit });
    expect(await readdir(folder)).toEqual([]);
    await writeFile(path, 'old');
    expect(await flow.login(['--out', path, ...args])).toMatchObject({ exitCode: exit });
    expect(await readdir(folder)).toEqual(['claims.json']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it('is a clear error when the disk is full, and leaves nothing', async () => {
    const flow = await startFlow();
    const folder = await makeTemporaryFolder();
    const full = Object.assign(new Error('ENOSPC: CANARY'), { code: 'ENOSPC' });
    const prepareOutput: typeof systemFiles.prepareOutput = async (path) => {
      const file = await systemFiles.prepareOutput(path);
      return { ...file, commit: () => Promise.reject(full) };
    };
    const run = await flow.login(['--out', join(folder, 'x')], { files: { prepareOutput } });
    expect(run).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('no space is left there') });
    expect(errorCodeOf(run)).toBe('ERR_OUTPUT');
    expect(run.stderr).not.toContain('CANARY');
    expect(await readdir(folder)).toEqual([]);
  });
});
