import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openResultOutput } from '../../../src/output/result-output.ts';
import { createFakePlatform } from '../../helpers/fake-platform.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

describe('openResultOutput to standard output', () => {
  it('writes nothing before it is told to', async () => {
    const { platform, written } = createFakePlatform();
    const output = await openResultOutput(undefined, platform);
    expect(written.stdout).toBe('');
    await output.commit('{}\n');
    await output.discard();
    expect(written.stdout).toBe('{}\n');
  });

  it.each(['::add-mask::x', 'a\n  ::error::x', 'b ##[error]x'])(
    'does not give GitHub Actions the command in %j',
    async (text) => {
      const { platform, written } = createFakePlatform({ env: { GITHUB_ACTIONS: 'true' } });
      const output = await openResultOutput(undefined, platform);
      await expect(output.commit(text)).rejects.toMatchObject({ code: 'ERR_OUTPUT', step: 'output' });
      expect(written.stdout).toBe('');
    },
  );

  it.each([
    [{}, '::add-mask::x'],
    [{ GITHUB_ACTIONS: 'true' }, 'a :: b'],
  ])('writes what is no command there, or elsewhere: %j %j', async (env, text) => {
    const { platform, written } = createFakePlatform({ env });
    await (await openResultOutput(undefined, platform)).commit(text);
    expect(written.stdout).toBe(text);
  });

  it('is a clear error when it cannot be written', async () => {
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    const { platform } = createFakePlatform({ terminal: { writeOut: () => Promise.reject(full) } });
    const output = await openResultOutput(undefined, platform);
    await expect(output.commit('x')).rejects.toMatchObject({
      code: 'ERR_OUTPUT',
      message: 'standard output was not written: no space is left there',
    });
  });
});

describe('openResultOutput to a file', () => {
  it('puts it in place when committed, and takes the preparation away when discarded', async () => {
    const folder = await makeTemporaryFolder();
    const kept = await openResultOutput(join(folder, 'kept'), createFakePlatform().platform);
    const dropped = await openResultOutput(join(folder, 'dropped'), createFakePlatform().platform);
    await kept.commit('\u001b[31mas it is\n');
    await kept.discard();
    await dropped.discard();
    expect(await readdir(folder)).toEqual(['kept']);
    expect(await readFile(join(folder, 'kept'), 'utf8')).toBe('\u001b[31mas it is\n');
  });

  it('fails at once, with advice, where no file can be', async () => {
    const path = join(await makeTemporaryFolder(), 'missing', 'x');
    await expect(openResultOutput(path, createFakePlatform().platform)).rejects.toMatchObject({
      code: 'ERR_OUTPUT',
      step: 'output',
      hint: expect.stringContaining('mkdir -p'),
    });
  });
});
