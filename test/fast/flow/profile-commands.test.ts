import { createHash, createPublicKey } from 'node:crypto';
import { chmod, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import {
  makeProfileHome,
  memoryKeyring,
  runProfile as profile,
  STAGING,
  makeTwoProfiles as setUp,
} from '../../helpers/profile-folder.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const REAL = 'https://api.id.gov.sg';

describe('sgid profile list', () => {
  it('prints names, client ids and providers, and which one is current', async () => {
    const home = await setUp();
    await home.store.use('production');
    const { exitCode, stdout, stderr } = await profile(home, 'list');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual([
      { name: 'production', current: true, clientId: 'PRODUCTION-5e6f7a8b', hostname: REAL },
      { name: 'staging', current: false, clientId: 'STAGING-1a2b3c4d', hostname: 'http://localhost:5157' },
    ]);
    const table = (await profile(home, 'list --format table')).stdout;
    expect(table).toMatch(/^\* +production +PRODUCTION-5e6f7a8b +https:\/\/api\.id\.gov\.sg$/m);
    expect(table).toMatch(/^\s+staging +STAGING-1a2b3c4d +http:\/\/localhost:5157$/m);
  });

  it('is empty where there are none, with a home and without', async () => {
    const nothing = { exitCode: 0, stdout: '[]\n', stderr: '' };
    expect(await profile(await makeProfileHome(), 'list')).toMatchObject(nothing);
    expect(await runSgid(['profile', 'list'])).toMatchObject(nothing);
    const terminal = { stdoutIsTerminal: true };
    const begin = { exitCode: 0, stdout: '', stderr: 'There are no profiles yet. To make one: sgid init\n' };
    expect(await runSgid(['profile', 'list'], { terminal })).toMatchObject(begin);
    expect(await runSgid(['profile', 'list', '--format', 'json'], { terminal })).toMatchObject(nothing);
  });

  it('lists one that is broken all the same, with a warning, and warns of one that others can read', async () => {
    const home = await setUp();
    await writeFile(home.fileOf('staging'), '{"version": 1, "clientSecret": {"value": "canary"');
    await chmod(home.fileOf('production'), 0o644);
    const { exitCode, stdout, stderr } = await profile(home, 'list');
    expect(exitCode).toBe(0);
    const unknown = { clientId: null, hostname: null };
    expect(JSON.parse(stdout)[1]).toEqual({ name: 'staging', current: false, ...unknown });
    expect(stderr).toContain(`warning: ${home.fileOf('staging')} is not valid JSON`);
    expect(stderr).toContain(`run: chmod 600 ${home.fileOf('production')}`);
    expect(stderr).not.toContain('canary');
  });
});

describe('sgid profile use', () => {
  it('chooses the current profile, and unsets it', async () => {
    const home = await setUp();
    const chosen = await profile(home, 'use staging');
    expect(chosen).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: 'The current profile is staging now.\n',
    });
    expect(await home.store.current()).toBe('staging');
    expect(await profile(home, 'use --none')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await home.store.current()).toBeUndefined();
  });

  it('says that SGID_PROFILE overrides it', async () => {
    const env = { SGID_PROFILE: 'production' };
    const { stderr } = await profile(await setUp(), 'use staging', { env });
    expect(stderr).toContain('warning: SGID_PROFILE is set to production, which overrides it');
  });
});

it.each<[string, number, SgidErrorCode, string]>([
  ['use', 2, 'ERR_USAGE', ''],
  ['use staging --none', 2, 'ERR_USAGE', ''],
  ['use stagin', 3, 'ERR_PROFILE', ''],
  ['use ../staging', 3, 'ERR_PROFILE', ''],
  // It says so before it asks.
  ['remove stagin', 3, 'ERR_PROFILE', 'Did you mean staging?'],
  ['show', 3, 'ERR_PROFILE', 'no profile is chosen'],
  ['show staging -e x.env', 2, 'ERR_USAGE', ''],
])('sgid profile %s exits %i', async (words, exitCode, code, message) => {
  expectError(await profile(await setUp(), words), exitCode, code, message);
});

it('sgid profile show says that there are no profiles yet, and how to make one', async () => {
  const run = await profile(await makeProfileHome(), 'show');
  expectError(run, 3, 'ERR_PROFILE', 'there are no profiles yet');
  expect(run.stderr).toContain('next: Make one with: sgid init\n');
});

it('sgid profile list shows a name whole, for it is typed again', async () => {
  const name = 'a-very-long-name-of-a-profile-for-the-staging-environment-of-us';
  const home = await makeProfileHome({ [name]: {} });
  expect((await profile(home, 'list --format table')).stdout).toContain(` ${name} `);
});

describe('sgid profile remove', () => {
  const REMOVED = 'The profile staging is removed.\n';
  const KEPT = 'Nothing was removed.\n';

  it('takes the file away, what the keyring has for it, and that it is current', async () => {
    const home = await setUp();
    await home.store.use('production');
    const keyring = memoryKeyring({ 'production/clientSecret': 'canary', 'staging/clientSecret': 'stays' });
    const run = await profile(home, 'remove production --yes', { keyring });
    expect(run).toMatchObject({ exitCode: 0, stdout: '', stderr: 'The profile production is removed.\n' });
    expect(await home.store.list()).toEqual(['staging']);
    expect(await home.store.current()).toBeUndefined();
    expect([...keyring.kept.keys()]).toEqual(['staging/clientSecret']);
  });

  it('asks no keyring that it does not use, and removes what is broken', async () => {
    const home = await setUp();
    expect(await profile(home, 'remove staging -y')).toMatchObject({ exitCode: 0 });
    await home.store.save('staging', {});
    await writeFile(home.fileOf('staging'), 'broken');
    expect(await profile(home, 'remove staging --yes')).toMatchObject({ exitCode: 0 });
    await expect(stat(home.fileOf('staging'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('goes on when the keyring refuses, and says what stays in it', async () => {
    const home = await setUp();
    const remove = (): Promise<never> => Promise.reject(new Error('\u001b[31mlocked'));
    const keyring = { ...memoryKeyring({}), remove };
    const { exitCode, stderr } = await profile(home, 'remove production --yes', { keyring });
    expect(exitCode).toBe(0);
    const kept = 'the keyring keeps what is under service sgid, account production/clientSecret: locked';
    expect(stderr).toContain(`warning: ${kept}\n`);
    expect(await home.store.list()).toEqual(['staging']);
  });

  it.each([
    ['yes', true, REMOVED],
    ['no', false, KEPT],
    ['Ctrl-D', undefined, KEPT],
  ])('asks on a terminal, and does what the answer %s says', async (_name, answer, outcome) => {
    const home = await setUp();
    const asked: string[] = [];
    const confirm = async (question: string) => {
      asked.push(question);
      return answer;
    };
    const terminal = { stdinIsTerminal: true, stderrIsTerminal: true, confirm };
    const run = await profile(home, 'remove staging', { terminal });
    expect(run).toMatchObject({ exitCode: 0, stdout: '', stderr: outcome });
    expect(asked).toEqual(['Remove the profile staging']);
    expect((await home.store.list()).includes('staging')).toBe(outcome === KEPT);
  });

  it('does nothing where nobody can be asked', async () => {
    const home = await setUp();
    const run = await profile(home, 'remove staging', { stdin: 'y\n' });
    expectError(run, 2, 'ERR_USAGE', 'sgid profile remove staging --yes');
    expect(await home.store.list()).toEqual(['production', 'staging']);
  });
});

describe('sgid profile show', () => {
  it('prints each value with where it comes from, and of secrets only where they are', async () => {
    const home = await setUp();
    const { exitCode, stdout, stderr } = await profile(home, 'show staging');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const spki = createPublicKey(TEST_PUBLIC_KEY).export({ type: 'spki', format: 'der' });
    expect(JSON.parse(stdout)).toEqual({
      name: 'staging',
      path: home.fileOf('staging'),
      clientId: { value: 'STAGING-1a2b3c4d', from: 'profile' },
      redirectUri: { value: 'http://localhost:5001/callback', from: 'profile' },
      scope: { value: 'openid myinfo.name', from: 'default' },
      hostname: { value: 'http://localhost:5157', from: 'profile' },
      clientSecret: { stored: true },
      privateKey: { stored: true, fingerprint: createHash('sha256').update(spki).digest('hex') },
      passphrase: { source: 'command:get (arguments hidden)' },
    });
  });

  it('shows what is not there as null, and the default provider', async () => {
    const { stdout } = await profile(await setUp(), 'show production');
    const absent = { redirectUri: null, privateKey: null, passphrase: null };
    const known = { clientSecret: { source: 'keyring' }, hostname: { value: REAL, from: 'default' } };
    expect(JSON.parse(stdout)).toMatchObject({ ...absent, ...known });
  });

  it('without a name shows that of SGID_PROFILE, else the current one', async () => {
    const home = await setUp();
    await home.store.use('staging');
    const nameIn = async (env = {}) => JSON.parse((await profile(home, 'show', { env })).stdout).name;
    expect(await nameIn()).toBe('staging');
    expect(await nameIn({ SGID_PROFILE: 'production' })).toBe('production');
  });

  it('takes a secret out of a value where it does not belong, and all that a terminal would obey', async () => {
    const odd = { ...STAGING, clientId: '\u009b2J\u202eTEST', scope: 'openid canary-secret' };
    const { stdout } = await profile(await makeProfileHome({ odd }), 'show odd');
    expect(JSON.parse(stdout).scope.value).toBe('openid [redacted]');
    expect(stdout).not.toMatch(/[\u0080-\u009f\u202e]/);
    expect(JSON.parse(stdout).clientId.value).toBe(odd.clientId);
  });
});

describe('sgid profile show --resolved', () => {
  it('prints what a command would use, where it comes from and what that overrides, and runs nothing', async () => {
    const variables = 'SGID_SCOPE=openid\nSGID_CLIENT_SECRET=canary-in-file\n';
    const envFile = await writeTemporaryFile('own.env', variables);
    const env = { SGID_CLIENT_ID: 'ENV-1', SGID_PRIVATE_KEY_PATH: './keys/test.pem' };
    const run = await profile(await setUp(), `show staging --resolved -e ${envFile}`, { env });
    expect(run.exitCode).toBe(0);
    const [from, hidden, overrides] = ['profile staging', '(hidden)', ['profile staging']];
    const keyFile = { from: 'SGID_PRIVATE_KEY_PATH', file: './keys/test.pem' };
    expect(JSON.parse(run.stdout)).toEqual({
      name: 'staging',
      clientId: { value: 'ENV-1', from: 'SGID_CLIENT_ID', overrides },
      clientSecret: { value: hidden, from: `SGID_CLIENT_SECRET in ${envFile}`, overrides },
      privateKey: { value: hidden, ...keyFile, overrides },
      passphrase: { value: hidden, from, source: 'command:get (arguments hidden)', overrides: [] },
      redirectUri: { value: 'http://localhost:5001/callback', from, overrides: [] },
      hostname: { value: 'http://localhost:5157', from, overrides: ['default'] },
      scope: { value: 'openid', from: `SGID_SCOPE in ${envFile}`, overrides: ['default'] },
    });
    expect(run.stderr).toContain('the client secret of SGID_CLIENT_SECRET in');
    expect(run.stderr).toContain(
      'may not be for http://localhost:5157, which profile staging names, so it is not sent there',
    );
    expect(run.stderr).toContain('warning: SGID_CLIENT_ID overrides the client id of profile staging');
    expect(run.stdout + run.stderr).not.toContain('canary-');
  });

  it.each([
    ['command:"/opt/my tools/get"', 'command:/opt/my tools/get'],
    // Blanks are no disguise here.
    ['command:get \\ ', 'command:get (arguments hidden)'],
  ])('shows of %s the program: %s', async (source, shown) => {
    const home = await makeProfileHome({ test: { ...STAGING, passphrase: { source } } });
    for (const words of ['show test', 'show test --resolved'])
      expect(JSON.parse((await profile(home, words)).stdout).passphrase.source).toBe(shown);
  });

  it('works without any profile', async () => {
    const { exitCode, stdout } = await runSgid(['profile', 'show', '--resolved']);
    expect(exitCode).toBe(0);
    const clientId = { value: null, from: null, overrides: [] };
    const hostname = { value: REAL, from: 'default', overrides: [] };
    expect(JSON.parse(stdout)).toMatchObject({ name: null, clientId, hostname });
  });

  it('hides a secret in the place of another value, and what is no plain path', async () => {
    const env = { SGID_SCOPE: 'canary-secret', SGID_CLIENT_SECRET_FILE: 'Canary0123456789ABCDEFabcdef' };
    const { stdout } = await profile(await setUp(), 'show staging --resolved', { env });
    expect(JSON.parse(stdout).scope.value).toBe('[redacted]');
    expect(stdout).not.toMatch(/canary[-0]/i);
  });
});
