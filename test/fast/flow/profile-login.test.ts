import { chmodSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { Profile } from '../../../src/settings/profile.ts';
import { systemBrowser } from '../../../src/system/browser.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { type RunOptions, type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { giveAway } from '../../helpers/give-away.ts';
import { startFlow } from '../../helpers/login-flow.ts';
import { makeProfileHome, type ProfileHome } from '../../helpers/profile-folder.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const COLLECTOR = 'https://collector.example.test';

/** A client at a provider, a home with its profile "test", and a login with that home and variables alone. */
async function setUp(changes: Profile = {}) {
  const flow = await startFlow();
  const { browser, provider, redirectUri } = flow;
  const secrets = { clientSecret: { value: TEST_CLIENT_SECRET }, privateKey: { value: TEST_PRIVATE_KEY } };
  const publics = { clientId: TEST_CLIENT_ID, redirectUri, hostname: provider.hostname };
  const home = await makeProfileHome({ test: { ...publics, ...secrets, ...changes } });
  const login = (args: readonly string[] = [], run: RunOptions = {}): Promise<RunResult> =>
    runSgid(['login', ...args], {
      browser: browser.open,
      ...run,
      env: { PATH: process.env['PATH'], ...home.env, ...run.env },
    });
  return { ...flow, home, login };
}

function dotEnv(text: string): Pick<RunOptions, 'files'> {
  const files = { readSecretFile: async () => ({ bytes: Buffer.from(text), readableByOthers: false }) };
  return { files };
}

const TEST = ['-p', 'test'];

describe.runIf(process.platform !== 'win32')('a program that a login starts', () => {
  /** A program that notes its variables, and prints what it is told. */
  const spy = (note: string, print = ''): string =>
    `#!/bin/sh\nenv | sed 's/=.*//' > '${note}'\ncat <<'END'\n${print}\nEND\n`;

  it('gets no secret of ours, and keeps what is its own', async () => {
    const folder = await makeTemporaryFolder();
    const [ofCommand, ofBrowser] = [join(folder, 'command'), join(folder, 'browser')];
    const command = await writeTemporaryFile('command.sh', spy(ofCommand, TEST_PRIVATE_KEY), 0o700);
    const browser = await writeTemporaryFile('browser.sh', spy(ofBrowser), 0o700);
    const {
      login,
      provider,
      browser: person,
    } = await setUp({
      clientSecret: { source: 'env:OWN_SECRET' },
      privateKey: { source: `command:${command}` },
      passphrase: { source: 'env:OWN_PASSPHRASE' },
    });
    const secrets = {
      OWN_SECRET: TEST_CLIENT_SECRET,
      OWN_PASSPHRASE: 'x',
      SGID_CLIENT_SECRET: TEST_CLIENT_SECRET,
      SGID_PRIVATE_KEY_PASSPHRASE: 'x',
      sgid_private_key: 'x',
    };
    const { exitCode, stderr } = await login(
      [...TEST, '--hostname', provider.hostname, '--browser', browser],
      {
        env: { ...secrets, OP_TOKEN: 'its own' },
        browser: async (url, ...rest) => {
          expect(await systemBrowser.open(url, ...rest)).toBeUndefined();
          return person.open(url, ...rest);
        },
      },
    );
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    for (const note of [ofCommand, ofBrowser]) {
      const names = (await readFile(note, 'utf8')).split('\n');
      expect(names).toEqual(expect.arrayContaining(['HOME', 'PATH', 'OP_TOKEN']));
      expect(names.filter((name) => Object.keys(secrets).includes(name))).toEqual([]);
    }
  });
});

describe.runIf(process.platform !== 'win32')('a folder of profiles that another user has a say in', () => {
  const places = (home: ProfileHome): Readonly<Record<string, string>> => ({
    'the file': home.fileOf('test'),
    'its folder': dirname(home.fileOf('test')),
    'the folder of settings': dirname(dirname(home.fileOf('test'))),
  });
  const doings = {
    'belongs to another user': giveAway,
    'can be changed by others': (path: string) => chmodSync(path, 0o702),
  };

  it.each(
    Object.entries(doings).flatMap(([doing, change]) =>
      ['the file', 'its folder', 'the folder of settings'].map((name) => [name, doing, change] as const),
    ),
  )('runs no command: %s %s', async (name, _doing, change) => {
    const { home, login } = await setUp({ clientSecret: { source: 'command:steal' } });
    await home.store.use('test');
    change(places(home)[name] ?? '');
    const runCommand = vi.fn<NonNullable<RunOptions['runCommand']>>();
    const refused = await login(TEST, { runCommand });
    expect(refused).toMatchObject({ exitCode: 3, code: 'ERR_PROFILE' });
    expect(refused.stderr).toContain('so it is not used');
    // Nobody asked for a profile: it counts for nothing, and what is missing without it is named.
    const unasked = await login([], { runCommand });
    expect(unasked).toMatchObject({ exitCode: 3, stdout: '' });
    expect(unasked.stderr.replaceAll(/\s+/g, ' ')).toContain('so it is not used');
    expect(runCommand).not.toHaveBeenCalled();
  });
});

describe('sgid login with a profile', () => {
  it.each<[string, readonly string[], RunOptions?]>([
    ['-p', TEST],
    ['--profile', ['--profile', 'test']],
    ['SGID_PROFILE', [], { env: { SGID_PROFILE: 'test' } }],
    ['sgid profile use', []],
  ])('that is chosen by %s', async (name, args, run) => {
    const { home, login } = await setUp();
    if (name === 'sgid profile use') await home.store.use('test');
    const { exitCode, stdout } = await login(args, run);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).data['myinfo.name']).toBe('TAN WEI MING');
  });

  it('whose secrets are in files, one of them below the home folder', async () => {
    const key = await writeTemporaryFile('key.pem', TEST_PRIVATE_KEY, 0o644);
    const secrets = { clientSecret: { source: 'file:~/secret' }, privateKey: { source: `file:${key}` } };
    const { home, login } = await setUp(secrets);
    await writeFile(join(home.env['HOME'] ?? '', 'secret'), `${TEST_CLIENT_SECRET}\n`, { mode: 0o600 });
    const { exitCode, stderr } = await login(TEST);
    expect(exitCode).toBe(0);
    expect(stderr.match(/^warning: .*$/gm)).toEqual([
      `warning: ${key} holds secrets and other users can access it; run: chmod 600 ${key}`,
    ]);
  });

  it('says with --verbose where each value is from', async () => {
    const { stderr } = await (await setUp()).login([...TEST, '-v', '--scope', 'openid']);
    expect(stderr).toMatch(/^profile test \(\/.*\/sgid\/profiles\/test\.json\), chosen by --profile$/m);
    expect(stderr).toMatch(/^clientSecret from profile test$/m);
    expect(stderr).toMatch(/^scope from --scope$/m);
  });

  it('says what overrides it when it was asked for', async () => {
    const { login } = await setUp({ scope: 'openid myinfo.name' });
    const { exitCode, stderr } = await login(TEST, { env: { SGID_SCOPE: 'openid' } });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning: SGID_SCOPE overrides the scope of profile test\n');
  });

  const noHome = { env: { HOME: undefined } };

  it.each<[string, string, RunOptions, string]>([
    ['that does not exist', 'tes', {}, 'Did you mean test? The only profile is test. List profiles with:'],
    ['whose name is none', '../test', {}, 'Did you mean test?'],
    ['and no home', 'test', noHome, 'to a folder, or give the values with SGID_CLIENT_ID'],
  ])('%s ends with 3 before anything is opened', async (_name, name, run, hint) => {
    const { browser, login } = await setUp();
    expectError(await login(['-p', name], run), 3, 'ERR_PROFILE', hint);
    expect(browser.opened).toEqual([]);
  });

  it('needs no home when no profile is asked for', async () => {
    const { env, login } = await setUp();
    expect(await login([], { env: { ...env, HOME: undefined } })).toMatchObject({ exitCode: 0 });
  });

  it('goes together with no embedded provider, which pays the current one no heed', async () => {
    const { home, login } = await setUp();
    const mock = ['--mock', '--persona', 'zoe'];
    const words = '--mock and --profile contradict each other';
    expectError(await login([...mock, ...TEST]), 2, 'ERR_USAGE', words);
    await home.store.use('test');
    await writeFile(home.fileOf('test'), 'broken');
    expect(await login(mock)).toMatchObject({ exitCode: 0 });
  });
});

describe('a profile’s secret goes to the profile’s provider alone', () => {
  const SOURCES: readonly [string, Profile][] = [
    ['a stored secret', {}],
    ['a secret of the environment', { clientSecret: { source: 'env:OWN_SECRET' } }],
    ['a secret that a command gives', { clientSecret: { source: `command:printf ${TEST_CLIENT_SECRET}` } }],
  ];
  const own = { OWN_SECRET: TEST_CLIENT_SECRET };

  it.each(SOURCES)('%s goes there, as another place may say as well', async (_name, changes) => {
    const { login, provider } = await setUp(changes);
    expect(await login(TEST, { env: own })).toMatchObject({ exitCode: 0 });
    const named = { env: { ...own, SGID_HOSTNAME: provider.hostname } };
    expect(await login(TEST, named)).toMatchObject({ exitCode: 0 });
  });

  it.each(SOURCES)('%s does not go where environment or .env say', async (_name, changes) => {
    const { browser, login } = await setUp(changes);
    for (const run of [
      { env: { ...own, SGID_HOSTNAME: COLLECTOR } },
      { env: own, ...dotEnv(`SGID_HOSTNAME=${COLLECTOR}\n`) },
    ])
      expectError(await login(TEST, run), 3, 'ERR_PROVIDER_BINDING', `pass --hostname ${COLLECTOR}`);
    expect(browser.opened).toEqual([]);
  });

  it.each<[string, RunOptions]>([
    ['the environment', { env: { SGID_CLIENT_SECRET: TEST_CLIENT_SECRET } }],
    ['.env', dotEnv(`SGID_CLIENT_SECRET=${TEST_CLIENT_SECRET}\n`)],
  ])('nor does a secret of %s go to it, unless --hostname says so', async (_name, run) => {
    const { login, provider } = await setUp();
    expectError(await login(TEST, run), 3, 'ERR_PROVIDER_BINDING');
    const confirmed = [...TEST, '--hostname', provider.hostname];
    expect(await login(confirmed, run)).toMatchObject({ exitCode: 0 });
  });

  it('--hostname lets it go elsewhere', async () => {
    const { login, provider } = await setUp({ hostname: COLLECTOR });
    expect(await login([...TEST, '--hostname', provider.hostname])).toMatchObject({ exitCode: 0 });
  });
});
