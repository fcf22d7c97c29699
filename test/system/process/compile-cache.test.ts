import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { type EndedProcess, runBuiltSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const LOGIN = ['login', '-q', '--mock', '--persona', 'zoe'];

/** What the program says where it has no home, and so no cache. */
async function runUncached(): Promise<EndedProcess> {
  const uncached = await runBuiltSgid(LOGIN);
  expect(uncached).toMatchObject({ status: 0, stderr: '' });
  return uncached;
}

/** A home in which the program has run before, so that it keeps what it compiles. */
async function makeHome(): Promise<string> {
  const home = await makeTemporaryFolder();
  await mkdir(join(home, '.cache/sgid'), { recursive: true, mode: 0o700 });
  return home;
}

async function inCache(home: string): Promise<readonly string[]> {
  return (await readdir(home, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

describe.runIf(process.platform === 'linux')('what is compiled', () => {
  it('is kept below HOME from the second run on, for the user alone, and written once', async () => {
    const HOME = await makeTemporaryFolder();
    const uncached = await runUncached();
    expect(await runBuiltSgid(LOGIN, { env: { HOME } })).toEqual(uncached);
    expect(await inCache(HOME)).toEqual([]);
    expect(await runBuiltSgid(LOGIN, { env: { HOME } })).toEqual(uncached);
    const [file = '', ...others] = await inCache(HOME);
    expect(others).toEqual([]);
    expect(file).toMatch(
      new RegExp(`^${HOME}/\\.cache/sgid/[0-9a-f]{16}-v[\\d.]+-\\w+(-[0-9a-f]+)?\\.v8cache$`),
    );
    const before = await stat(file, { bigint: true });
    expect(before.mode & 0o777n).toBe(0o600n);
    expect(await runBuiltSgid(LOGIN, { env: { HOME } })).toEqual(uncached);
    expect((await stat(file, { bigint: true })).mtimeNs).toBe(before.mtimeNs);
  });

  it('is added to by another command', async () => {
    const HOME = await makeHome();
    await runBuiltSgid(['pkce'], { env: { HOME } });
    const [file = ''] = await inCache(HOME);
    const { size } = await stat(file);
    await runBuiltSgid(LOGIN, { env: { HOME } });
    expect((await stat(file)).size).toBeGreaterThan(size * 2);
    expect(await inCache(HOME)).toEqual([file]);
  });

  it('is kept apart for other flags of the engine', async () => {
    const HOME = await makeHome();
    const flagged = { HOME, NODE_OPTIONS: '--stack-trace-limit=50' };
    const changes = async (): Promise<readonly bigint[]> =>
      Promise.all((await inCache(HOME)).map(async (file) => (await stat(file, { bigint: true })).mtimeNs));
    for (const env of [{ HOME }, flagged]) await runBuiltSgid(LOGIN, { env });
    const written = await changes();
    expect(written).toHaveLength(2);
    for (const env of [{ HOME }, flagged]) await runBuiltSgid(LOGIN, { env });
    expect(await changes()).toEqual(written);
  });

  it('is not worth a word when it is damaged: it is compiled again', async () => {
    const HOME = await makeHome();
    await runBuiltSgid(LOGIN, { env: { HOME } });
    const [file = ''] = await inCache(HOME);
    const whole = await readFile(file);
    const uncached = await runUncached();
    const damaged = Buffer.from(whole).fill(0, whole.length >> 1, (whole.length >> 1) + 4096);
    await writeFile(file, damaged);
    expect(await runBuiltSgid(LOGIN, { env: { HOME } })).toEqual(uncached);
    expect((await readFile(file)).equals(damaged)).toBe(false);
    expect(await runBuiltSgid(LOGIN, { env: { HOME } })).toEqual(uncached);
  });

  it.each<[string, Record<string, string>]>([
    ['with NODE_DISABLE_COMPILE_CACHE', { NODE_DISABLE_COMPILE_CACHE: '1' }],
    ['where XDG_CACHE_HOME cannot be written', { XDG_CACHE_HOME: '/proc/cache' }],
    ['where XDG_CACHE_HOME is a device', { XDG_CACHE_HOME: '/dev/full' }],
  ])('is kept nowhere %s, and all works', async (_case, env) => {
    const HOME = await makeHome();
    expect(await runBuiltSgid(LOGIN, { env: { HOME, ...env } })).toEqual(await runUncached());
    expect(await inCache(HOME)).toEqual([]);
  });

  it('is neither read nor written for --version and --help', async () => {
    const HOME = await makeHome();
    for (const option of ['--version', '--help']) await runBuiltSgid([option], { env: { HOME } });
    expect(await inCache(HOME)).toEqual([]);
  });

  it('holds nothing of the person or the client', async () => {
    const HOME = await makeHome();
    const login = await (await setUpProcessLogin()).start(['--no-browser'], { env: { HOME } });
    const url = await login.authorizationUrl();
    await visit(url);
    const { status, stdout } = await login.ended;
    expect(status).toBe(0);
    const [file = ''] = await inCache(HOME);
    const kept = await readFile(file);
    const { sub } = JSON.parse(stdout);
    const { state, nonce, code_challenge } = Object.fromEntries(new URL(url).searchParams);
    const secrets = [TEST_CLIENT_SECRET, TEST_PRIVATE_KEY.split('\n')[1], sub, state, nonce, code_challenge];
    for (const secret of secrets) {
      expect(secret).toMatch(/\S{16}/);
      // V8 keeps texts in one byte a letter where it can, in two otherwise.
      for (const encoding of ['latin1', 'utf16le'] as const)
        expect(kept.includes(Buffer.from(String(secret), encoding))).toBe(false);
    }
  });
});
