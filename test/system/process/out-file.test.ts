import { watch } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { runBuiltSgid, startSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const OLD = '{"an": "older result"}\n';
const TEMPORARY = /^\.sgid-[0-9a-f]{16}\.tmp$/;

/** A folder with an older result in it. */
async function setUpFolder(): Promise<{ folder: string; file: string }> {
  const folder = await makeTemporaryFolder();
  const file = join(folder, 'claims.json');
  await writeFile(file, OLD);
  return { folder, file };
}

describe('sgid login --out', () => {
  it('replaces the file, for its owner alone, and leaves nothing else', async () => {
    const { folder, file } = await setUpFolder();
    const args = ['login', '--mock', '--persona', 'zoe', '--out', 'claims.json'];
    expect(await runBuiltSgid(args, { cwd: folder })).toMatchObject({ status: 0, stdout: '' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ sub: expect.any(String) });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['claims.json']);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves the old file and nothing else after %s', async (signal, status) => {
    const { folder, file } = await setUpFolder();
    const run = await startSgid(['login', '--mock', '--no-browser', '--out', file]);
    await run.authorizationUrl();
    run.child.kill(signal);
    expect(await run.ended).toMatchObject({ status });
    expect(await readFile(file, 'utf8')).toBe(OLD);
    expect(await readdir(folder)).toEqual(['claims.json']);
  });

  it('leaves the old file when it is killed while it waits', async () => {
    const { folder, file } = await setUpFolder();
    const run = await startSgid(['login', '--mock', '--no-browser', '--out', file]);
    await run.authorizationUrl();
    run.child.kill('SIGKILL');
    await run.ended;
    expect(await readFile(file, 'utf8')).toBe(OLD);
    const others = (await readdir(folder)).filter((name) => name !== 'claims.json');
    expect(others).toEqual([expect.stringMatching(TEMPORARY)]);
  });

  // The folder changes several times while the result is put in place: the kill meets each.
  it.each([1, 2, 3, 4])(
    'leaves the old file or the whole result when it is killed at change %i',
    async (nth) => {
      const { folder, file } = await setUpFolder();
      const login = await setUpProcessLogin();
      const run = await login.start(['--no-browser', '--out', file]);
      const url = await run.authorizationUrl();
      let changes = 0;
      const watcher = watch(folder, () => {
        changes += 1;
        if (changes === nth) run.child.kill('SIGKILL');
      });
      await visit(url).catch(() => undefined);
      await run.ended;
      watcher.close();
      const text = await readFile(file, 'utf8');
      if (text !== OLD) expect(JSON.parse(text).data).toEqual({ 'myinfo.name': 'TAN WEI MING' });
      for (const name of await readdir(folder))
        expect(name).toMatch(/^claims\.json$|^\.sgid-[0-9a-f]{16}\.tmp$/);
    },
  );

  it('is told at once when the folder is not there', async () => {
    const { status, stderr } = await runBuiltSgid(['login', '--mock', '--out', 'none/claims.json']);
    expect(status).toBe(3);
    expect(stderr).toContain('mkdir -p none');
    expect(stderr).not.toContain('/oauth/authorize');
  });
});
