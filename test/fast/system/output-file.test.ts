import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  promises,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemFiles } from '../../../src/system/files.ts';
import { bundleProgram } from '../../helpers/bundle-program.ts';
import { giveAway } from '../../helpers/give-away.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const { prepareOutput } = systemFiles;
const onPosix = process.platform !== 'win32';
let folder: string;
let target: string;

beforeEach(async () => {
  folder = await makeTemporaryFolder();
  target = join(folder, 'result.json');
});

afterEach(() => vi.restoreAllMocks());

/** Runs a program of its own, under a shell's limits, whose lines use the `output` for a path; gives what it prints. */
async function runUnder(command: string, path: string, lines: string): Promise<string> {
  const code = `import { prepareOutput } from './src/system/output-file.ts';
const output = await prepareOutput(process.argv[2]);
${lines}`;
  const script = await bundleProgram(join(folder, 'write.mjs'), code);
  const args = ['-c', command, process.execPath, script, path];
  return execFileSync('sh', args, { cwd: folder, encoding: 'utf8' });
}

describe('prepareOutput', () => {
  it('touches nothing but a private temporary file until it commits', async () => {
    writeFileSync(target, 'old');
    const output = await prepareOutput(target);
    const [temporary = ''] = readdirSync(folder).filter((name) => name !== 'result.json');
    expect(temporary).toMatch(/^\.sgid-[0-9a-f]{16}\.tmp$/);
    if (onPosix) expect(statSync(join(folder, temporary)).mode & 0o777).toBe(0o600);
    expect(readFileSync(target, 'utf8')).toBe('old');
    await output.commit('new');
    expect(readFileSync(target, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['result.json']);
  });

  it.each([
    ['a file as folder', 'file/result.json', 'ENOTDIR'],
    ['a name that ends in a slash', 'new/', 'EISDIR'],
  ])('refuses %s at once', async (_, name, code) => {
    writeFileSync(join(folder, 'file'), '');
    await expect(prepareOutput(`${folder}/${name}`)).rejects.toMatchObject({ code });
    await expect(prepareOutput('')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it.runIf(onPosix).each(['elsewhere', 'absent', '/dev/null'])('refuses a link to %s', async (to) => {
    writeFileSync(join(folder, 'elsewhere'), 'old');
    symlinkSync(to, target);
    await expect(prepareOutput(target)).rejects.toMatchObject({ code: 'ELOOP' });
    expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('old');
  });

  it.runIf(onPosix)('replaces a link that appears later and does not follow it', async () => {
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'old');
    const output = await prepareOutput(target);
    symlinkSync(elsewhere, target);
    await output.commit('new');
    expect(lstatSync(target).isSymbolicLink()).toBe(false);
    expect(readFileSync(elsewhere, 'utf8')).toBe('old');
  });

  it.runIf(onPosix)('refuses a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(target, resolve));
    await expect(prepareOutput(target)).rejects.toMatchObject({ code: 'EINVAL' });
    await new Promise((resolve) => server.close(resolve));
  });

  it('leaves nothing behind when the rename fails', async () => {
    const output = await prepareOutput(target);
    mkdirSync(target);
    await expect(output.commit('text')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(readdirSync(folder)).toEqual(['result.json']);
    expect(existsSync(join(target, 'text'))).toBe(false);
  });

  it.each(['commit', 'discard'] as const)('does not fail for what fails at the end of a %s', async (end) => {
    const { open } = promises;
    vi.spyOn(promises, 'open').mockImplementationOnce(async (...args) => {
      const handle = await open(...args);
      vi.spyOn(handle, 'sync').mockRejectedValue(new Error('the first failure'));
      const close = handle.close.bind(handle);
      vi.spyOn(handle, 'close').mockImplementation(() =>
        close().then(() => Promise.reject(new Error('EIO'))),
      );
      return handle;
    });
    const output = await prepareOutput(target);
    if (end === 'commit') await expect(output.commit('text')).rejects.toThrow('the first failure');
    await output[Symbol.asyncDispose]();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(onPosix)('leaves the old file and nothing else when space runs out half-way', async () => {
    writeFileSync(target, 'old');
    const lines = `await output.commit('x'.repeat(100_000)).catch((error) => console.log(error.code));`;
    expect(await runUnder('ulimit -f 8; exec "$0" "$1" "$2"', target, lines)).toBe('EFBIG\n');
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(readdirSync(folder).toSorted()).toEqual(['result.json', 'write.mjs']);
  });
});

describe('a file that another program has open', () => {
  it.each([
    ['win32', 'EPERM', 9, undefined],
    ['win32', 'EACCES', 9, undefined],
    ['win32', 'EBUSY', 10, 'EBUSY'],
    ['win32', 'ENOSPC', 1, 'ENOSPC'],
    ['linux', 'EPERM', 1, 'EPERM'],
  ] as const)('on %s, %s when it is replaced, %d times', async (platform, code, times, failure) => {
    pretendPlatform(platform);
    vi.spyOn(globalThis, 'setTimeout').mockImplementation((run) => setImmediate(run) as never);
    const rename = vi.spyOn(promises, 'rename');
    for (let time = 0; time < times; time += 1)
      rename.mockRejectedValueOnce(Object.assign(new Error(code), { code }));
    writeFileSync(target, 'old');
    const writing = (await prepareOutput(target)).commit('new');
    await (failure === undefined ? writing : expect(writing).rejects.toMatchObject({ code: failure }));
    expect(readFileSync(target, 'utf8')).toBe(failure === undefined ? 'new' : 'old');
    expect(readdirSync(folder)).toEqual(['result.json']);
  });
});

describe.runIf(onPosix)('prepareOutput for what is no file', () => {
  it('writes to devices and leaves them there', async () => {
    await (await prepareOutput('/dev/null')).commit('text');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.runIf(existsSync('/dev/full'))('passes on that a device is full', async () => {
    const output = await prepareOutput('/dev/full');
    await expect(output.commit('text')).rejects.toMatchObject({ code: 'ENOSPC' });
  });

  it('writes to a pipe', async () => {
    execFileSync('mkfifo', [target]);
    const reading = readFile(target, 'utf8');
    const output = await prepareOutput(target);
    await output.commit('text');
    await output[Symbol.asyncDispose]();
    expect(await reading).toBe('text');
    expect(lstatSync(target).isFIFO()).toBe(true);
  });

  it.each(['file', 'pipe'])('refuses a %s that another user made, and does not wait for it', async (kind) => {
    if (kind === 'pipe') execFileSync('mkfifo', [target]);
    else writeFileSync(target, 'old');
    giveAway(target);
    await expect(prepareOutput(target)).rejects.toMatchObject({ code: 'EOWNER' });
    expect(readdirSync(folder)).toEqual(['result.json']);
  });

  it.each([
    ['file', 'EINVAL'],
    ['pipe', 'EOWNER'],
  ])('refuses a %s that another user has put in the place of a pipe of one’s own', async (kind, code) => {
    const own = join(folder, 'own');
    execFileSync('mkfifo', [own]);
    if (kind === 'pipe') execFileSync('mkfifo', [target]);
    else writeFileSync(target, 'old');
    giveAway(target);
    vi.spyOn(promises, 'lstat').mockResolvedValueOnce(await promises.lstat(own));
    const reading = readFile(target, 'utf8');
    await expect(prepareOutput(target)).rejects.toMatchObject({ code });
    expect(await reading).toBe(kind === 'pipe' ? '' : 'old');
  });

  it('appends to a descriptor that a shell has opened', async () => {
    const command = '{ echo first; exec "$0" "$1" "$2"; } > result.json';
    await runUnder(
      command,
      '/dev/stdout',
      `await output.commit('second'); await output[Symbol.asyncDispose]();`,
    );
    expect(readFileSync(target, 'utf8')).toBe('first\nsecond');
  });
});
