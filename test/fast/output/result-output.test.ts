import { describe, expect, it } from 'vitest';
import { openResultOutput } from '../../../src/output/result-output.ts';
import { createFakePlatform } from '../../helpers/fake-platform.ts';
import { expectLinearTime } from '../../helpers/growth.ts';

describe('openResultOutput to standard output', () => {
  it.each([
    ...['::add-mask::x', 'a\n  ::error::x', 'b ##[error]x'],
    ...['\u0085::error::x', 'a\n\u{e0041}\u3164 ::error::x', 'a\r::error::x'],
  ])('does not give GitHub Actions the command in %j', async (text) => {
    const { platform, written } = createFakePlatform({ env: { GITHUB_ACTIONS: 'true' } });
    const output = await openResultOutput(undefined, platform);
    await expect(output.commit(text)).rejects.toMatchObject({ code: 'ERR_OUTPUT', step: 'output' });
    expect(written.stdout).toBe('');
  });

  it.each(['/dev/stdout', '/dev/stderr', '/dev/fd/1', '/proc/self/fd/2'])(
    'does not give GitHub Actions a command through %s',
    async (path) => {
      const written: unknown[] = [];
      const prepareOutput = async () => ({
        commit: async (content: unknown) => void written.push(content),
        [Symbol.asyncDispose]: async () => {},
      });
      const { platform } = createFakePlatform({ env: { GITHUB_ACTIONS: 'true' }, files: { prepareOutput } });
      const output = await openResultOutput(path, platform);
      await expect(output.commit('::error::x')).rejects.toMatchObject({ code: 'ERR_OUTPUT' });
      await output.commit('harmless');
      expect(written).toEqual(['harmless']);
    },
  );

  it.each(['TF_BUILD', 'TEAMCITY_VERSION'])(
    'gives no command to the CI system that sets %s',
    async (name) => {
      const { platform, written } = createFakePlatform({ env: { [name]: 'True' } });
      const output = await openResultOutput(undefined, platform);
      for (const command of ['##vso[task.prependpath]/x', "a ##teamcity[buildStatus text='x']"])
        await expect(output.commit(command)).rejects.toMatchObject({ code: 'ERR_OUTPUT' });
      expect(written.stdout).toBe('');
    },
  );

  it('looks for a command in linear time', async () => {
    const { platform } = createFakePlatform({ env: { GITHUB_ACTIONS: 'true' } });
    for (const piece of [' ', '\n', '\r', ': ', '\u2800', '##a'])
      await expectLinearTime(100_000, async (size) => {
        await (await openResultOutput(undefined, platform)).commit(`${piece.repeat(size)}x`);
      });
  });

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
