import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { makeTwoProfiles, runProfile } from '../../helpers/profile-folder.ts';
import { savedUserinfo } from '../../helpers/saved-userinfo.ts';
import { signIdToken } from '../../helpers/sign-id-token.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const REDIRECT_URI = 'http://localhost:5001/callback';
const COMPLETE = {
  SGID_CLIENT_ID: TEST_CLIENT_ID,
  SGID_CLIENT_SECRET: TEST_CLIENT_SECRET,
  SGID_PRIVATE_KEY: TEST_PRIVATE_KEY,
  SGID_REDIRECT_URI: REDIRECT_URI,
};

/** Two profiles, and something in the place of the name of the current one. */
async function setUp(damage: (path: string) => Promise<unknown>) {
  const home = await makeTwoProfiles();
  const path = join(dirname(dirname(home.fileOf('staging'))), 'current-profile');
  await damage(path);
  const run = (words: string, env: Readonly<Record<string, string>> = {}, stdin = '') =>
    runSgid(words.split(' '), { env: { ...home.env, ...env }, stdin });
  return { home, path, run };
}

const AS_FILE: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
  ['empty', (path) => writeFile(path, '')],
  ['garbage', (path) => writeFile(path, '\u001b[31m{"profile": 1}\0', { mode: 0o600 })],
];
const AS_FOLDER = ['a folder', (path: string) => mkdir(path)] as const;

describe.each([...AS_FILE, AS_FOLDER])('where the name of the current profile is %s', (what, damage) => {
  const repair = what === 'a folder' ? 'Move it away: mv -n ' : 'sgid profile use <name>';
  const warning = (path: string) =>
    expect.stringMatching(new RegExp(`^warning: no profile is used: ${path} .*${repair}`, 'm'));

  it('a command with credentials of its own runs, with a warning', async () => {
    const { path, run } = await setUp(damage);
    expect(await run('decrypt', COMPLETE, savedUserinfo())).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('TAN AH TEST'),
      stderr: warning(path),
    });
    expect(await run('inspect', {}, await signIdToken())).toMatchObject({
      exitCode: 0,
      stderr: warning(path),
    });
    expect(await run('decrypt -p staging', {}, '{}')).toMatchObject({
      stderr: expect.not.stringContaining(path),
    });
  });

  it('a command that lacks credentials says which, after the warning', async () => {
    const { path, run } = await setUp(damage);
    const refused = await run('authorize-url');
    expectError(refused, 3, 'ERR_MISSING_CREDENTIALS', 'missing:\n    client id ');
    expect(refused.stderr).toEqual(warning(path));
  });

  it('init saves a profile and tests it', async () => {
    const { home, path, run } = await setUp(damage);
    const client = { ...COMPLETE, SGID_HOSTNAME: 'https://api.id.gov.sg' };
    const from = await writeTemporaryFile('client.json', JSON.stringify(client));
    const { exitCode, stderr } = await run(`init --from ${from} --profile new --yes`);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(new RegExp(`^warning: ${path} .*${repair}`, 'm'));
    expect(stderr).toMatch(/^pass {2}private-key(?:.*\n)*\nNext:\n {2}sgid check -p new\n$/m);
    expect(await home.store.list()).toContain('new');
  });

  it('a profile is removed all the same', async () => {
    const { home } = await setUp(damage);
    expect(await runProfile(home, 'remove staging --yes')).toMatchObject({ exitCode: 0 });
    expect(await home.store.list()).toEqual(['production']);
  });
});

it.each(AS_FILE)('sgid profile use repairs what is %s', async (_what, damage) => {
  const { home } = await setUp(damage);
  expect(await runProfile(home, 'use staging')).toMatchObject({ exitCode: 0 });
  expect(await home.store.current()).toBe('staging');
});

it.each(['use staging', 'use --none'])(
  'sgid profile %s says how to get a folder out of its way',
  async (words) => {
    const { home, path } = await setUp(AS_FOLDER[1]);
    const problem = `${path} was not written: it is not a regular file`;
    expectError(await runProfile(home, words), 3, 'ERR_PROFILE', problem, `mv -n ${path} ${path}.old`);
    await rename(path, `${path}.old`);
    expect(await runProfile(home, words)).toMatchObject({ exitCode: 0 });
  },
);

it('sgid init says how to get a folder out of the way of its profile', async () => {
  const { home, run } = await setUp(AS_FILE[0]?.[1] ?? mkdir);
  const [path, from] = [
    home.fileOf('new'),
    await writeTemporaryFile('client.json', JSON.stringify(COMPLETE)),
  ];
  await mkdir(path);
  const refused = await run(`init --from ${from} --profile new --yes --replace`);
  const problem = `${path} was not written: it is not a regular file`;
  expectError(refused, 3, 'ERR_PROFILE', problem, `mv -n ${path} ${path}.old`);
});
