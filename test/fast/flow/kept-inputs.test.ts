import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { makeProfileHome, type ProfileHome } from '../../helpers/profile-folder.ts';
import { savedUserinfo } from '../../helpers/saved-userinfo.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { sampleTrace } from '../trace/sample-trace.ts';

const CLIENT = { clientId: 'APP', redirectUri: 'http://localhost:5001/cb', hostname: 'http://localhost:9' };
const DOTENV = 'SGID_PRIVATE_KEY_PATH=@k.pem\n';

/** A folder of files that somebody may have one copy of, and a profile `own` of which all but the secret is there. */
async function makeFiles(folder: string): Promise<ProfileHome> {
  const files = {
    'k.pem': TEST_PRIVATE_KEY,
    's.txt': 'the-secret',
    'own.env': DOTENV.replace('@', `${folder}/`),
    '.env': 'SGID_CLIENT_SECRET=the-secret\n',
    'ui.json': savedUserinfo(),
    'tr.json': JSON.stringify(sampleTrace()),
  };
  await mkdir(join(folder, 'real'));
  for (const [name, text] of Object.entries({ ...files, 'real/k.pem': TEST_PRIVATE_KEY }))
    await writeFile(join(folder, name), text, { mode: 0o600 });
  await mkdir(join(folder, 'real/below'));
  await symlink('real', join(folder, 'link'));
  await symlink('real/below', join(folder, 'below'));
  await symlink('tr.json', join(folder, 'l.json'));
  const source = { source: `file:${folder}/k.pem` };
  return makeProfileHome({ own: { ...CLIENT, privateKey: source, clientSecret: { value: 'the-secret' } } });
}

function workIn(folder: string): void {
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
}

/** All that is in a folder, by name. */
async function contentOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')])),
  );
}

const BY_PATH = { SGID_PRIVATE_KEY_PATH: '@k.pem' };
const LOGIN = {
  ...BY_PATH,
  SGID_CLIENT_ID: 'A',
  SGID_CLIENT_SECRET: 'the-secret',
  SGID_REDIRECT_URI: 'http://localhost:5001/',
};

it.each<[string, string, Readonly<Record<string, string>>?]>([
  ['decrypt @ui.json --out @k.pem', 'k.pem', BY_PATH],
  ['decrypt @ui.json --out @k.pem', 'k.pem', { SGID_PRIVATE_KEY: '@k.pem' }],
  ['decrypt @ui.json --out @below/../k.pem', 'k.pem', { SGID_PRIVATE_KEY_PATH: '@real/k.pem' }],
  ['decrypt @ui.json -e @own.env --out @k.pem', 'k.pem'],
  ['decrypt @ui.json -p own --out @k.pem', 'k.pem'],
  ['authorize-url -p own --out PROFILE', 'PROFILE'],
  [
    'check --offline --out @s.txt',
    's.txt',
    { ...LOGIN, SGID_CLIENT_SECRET_FILE: '@s.txt', SGID_CLIENT_SECRET: '' },
  ],
  // Opened before the key is read: neither a browser is opened, nor a request sent, nor anything else written.
  ['check --out @report.txt --trace @k.pem', 'k.pem', { ...LOGIN, SGID_HOSTNAME: 'http://localhost:9' }],
  ['login --trace @k.pem --junit @new.xml --out @new.json', 'k.pem', LOGIN],
  ['login --out @k.pem', 'k.pem', LOGIN],
  [
    'userinfo --token @s.txt --save-canary @k.pem',
    'k.pem',
    { ...LOGIN, SGID_HOSTNAME: 'http://localhost:9' },
  ],
])('an output does not replace what the command has read: sgid %s, %s', async (line, file, env = {}) => {
  const folder = await makeTemporaryFolder();
  const home = await makeFiles(folder);
  const inFolder = (word: string): string =>
    word.replace('@', `${folder}/`).replace('PROFILE', home.fileOf('own'));
  const before = [await contentOf(folder), await contentOf(home.env['HOME'] ?? '')];
  const variables = Object.entries(env).map(([name, value]) => [name, inFolder(value)]);
  const run = await runSgid(line.split(' ').map(inFolder), {
    env: { ...home.env, ...Object.fromEntries(variables) },
  });
  expect(run).toMatchObject({ exitCode: 2, code: 'ERR_USAGE', stdout: '' });
  expect(run.stderr).toMatch(/\S is an input of this command, and is not overwritten\n/);
  expect(run.stderr).toContain(file === 'PROFILE' ? home.fileOf('own') : file);
  expect([await contentOf(folder), await contentOf(home.env['HOME'] ?? '')]).toEqual(before);
});

it.each([
  ['decrypt @ui.json --private-key-file @real/k.pem --out @link/k.pem', '--private-key-file and --out'],
  ['trace view @l.json --html @tr.json', 'the input and --html'],
  ['trace view @tr.json --html @l.json', 'the input and --html'],
  ['login --mock --persona zoe --out @real/new --trace @link/new', '--out and --trace'],
  ['login --mock --persona zoe --out @real/new --trace @below/../new', '--out and --trace'],
  // The default of every command that takes credentials, whether or not this one reads it.
  ['authorize-url --client-id A --redirect-uri http://localhost/ --out @.env', './.env and --out'],
  [
    'authorize-url --client-id A --redirect-uri http://localhost/ -e @own.env --out @.env',
    './.env and --out',
  ],
  ['login --mock --persona zoe --format env --out @.env', './.env and --out'],
  ['login --mock --persona zoe --trace @.env', './.env and --trace'],
  ['check --offline --only scopes --out @.env', './.env and --out'],
  ['trace view @tr.json --html @.env', './.env and --html'],
])('an output is no other file of the command line: sgid %s', async (line, words) => {
  const folder = await makeTemporaryFolder();
  await makeFiles(folder);
  workIn(folder);
  const before = await contentOf(folder);
  const run = await runSgid(line.split(' ').map((word) => word.replace('@', `${folder}/`)));
  expect(run).toMatchObject({ exitCode: 2, code: 'ERR_USAGE', stdout: '' });
  expect(run.stderr).toContain(`${words} name the same file`);
  expect(await contentOf(folder)).toEqual(before);
});

it.runIf(process.platform === 'linux')('a file below /dev is no device', async () => {
  const file = `/dev/shm/sgid-test-${process.pid}.pem`;
  onTestFinished(() => rm(file));
  await writeFile(file, TEST_PRIVATE_KEY, { mode: 0o600 });
  const run = await runSgid(['decrypt', '--private-key-file', file, '--out', file], {
    stdin: savedUserinfo(),
  });
  expect(run.stderr).toContain('--private-key-file and --out name the same file');
  expect(await readFile(file, 'utf8')).toBe(TEST_PRIVATE_KEY);
});

it.each([
  ['an earlier output', 'decrypt @ui.json --private-key-file @k.pem --out @old.json'],
  ['a device that two of them name', 'login --mock --persona zoe --out /dev/null --trace /dev/null'],
  ['a new .env', 'login --mock --persona zoe --format env --out @new/.env'],
])('but an output goes to %s', async (_name, line) => {
  const folder = await makeTemporaryFolder();
  await makeFiles(folder);
  await mkdir(join(folder, 'new'));
  workIn(join(folder, 'new'));
  const words = line.split(' ').map((word) => word.replace('@', `${folder}/`));
  for (const _time of line.includes('.env') ? ['once'] : ['once', 'again'])
    expect(await runSgid(words)).toMatchObject({ exitCode: 0, stdout: '' });
});
