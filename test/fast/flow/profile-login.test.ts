import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { Profile } from '../../../src/settings/profile.ts';
import { type RunOptions, type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf, type Flow, startFlow } from '../../helpers/login-flow.ts';
import { makeProfileHome, type ProfileHome } from '../../helpers/profile-folder.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const COLLECTOR = 'https://collector.example.test';

/** A client at a provider, and a home with its profile "test". */
async function setUp(changes: Profile = {}): Promise<{ readonly flow: Flow; readonly home: ProfileHome }> {
  const flow = await startFlow();
  const home = await makeProfileHome({
    test: {
      clientId: TEST_CLIENT_ID,
      redirectUri: flow.redirectUri,
      hostname: flow.provider.hostname,
      clientSecret: { value: TEST_CLIENT_SECRET },
      privateKey: { value: TEST_PRIVATE_KEY },
      ...changes,
    },
  });
  return { flow, home };
}

/** Logs in with these options, the home and these variables alone. */
function loginWith(
  { flow, home }: Awaited<ReturnType<typeof setUp>>,
  args: readonly string[],
  run: RunOptions = {},
): Promise<RunResult> {
  return runSgid(['login', ...args], {
    browser: flow.browser.open,
    ...run,
    env: { PATH: process.env['PATH'], ...home.env, ...run.env },
  });
}

function dotEnv(text: string): Pick<RunOptions, 'files'> {
  const files = { readSecretFile: async () => ({ bytes: Buffer.from(text), readableByOthers: false }) };
  return { files };
}

describe('sgid login with a profile', () => {
  it.each<[string, readonly string[], RunOptions, string | undefined]>([
    ['-p', ['-p', 'test'], {}, undefined],
    ['--profile', ['--profile', 'test'], {}, undefined],
    ['SGID_PROFILE', [], { env: { SGID_PROFILE: 'test' } }, undefined],
    ['sgid profile use', [], {}, 'test'],
  ])('that is chosen by %s', async (_name, args, run, current) => {
    const world = await setUp();
    if (current) await world.home.store.use(current);
    const { exitCode, stdout } = await loginWith(world, args, run);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).data['myinfo.name']).toBe('TAN WEI MING');
  });

  it('whose secrets are in files, one of them below the home folder', async () => {
    const key = await writeTemporaryFile('key.pem', TEST_PRIVATE_KEY, 0o644);
    const world = await setUp({
      clientSecret: { source: 'file:~/secret' },
      privateKey: { source: `file:${key}` },
    });
    await writeFile(join(world.home.env['HOME'] ?? '', 'secret'), `${TEST_CLIENT_SECRET}\n`, { mode: 0o600 });
    const { exitCode, stderr } = await loginWith(world, ['-p', 'test']);
    expect(exitCode).toBe(0);
    expect(stderr.match(/^warning: .*$/gm)).toEqual([
      `warning: ${key} holds secrets and other users can access it; run: chmod 600 ${key}`,
    ]);
  });

  it('says with --verbose where each value is from', async () => {
    const { stderr } = await loginWith(await setUp(), ['-p', 'test', '-v', '--scope', 'openid']);
    expect(stderr).toMatch(/^profile test \(\/.*\/sgid\/profiles\/test\.json\), chosen by --profile$/m);
    expect(stderr).toMatch(/^clientSecret from profile test$/m);
    expect(stderr).toMatch(/^scope from --scope$/m);
  });

  it('says what overrides it when it was asked for', async () => {
    const world = await setUp({ scope: 'openid myinfo.name' });
    const { exitCode, stderr } = await loginWith(world, ['-p', 'test'], { env: { SGID_SCOPE: 'openid' } });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning: SGID_SCOPE overrides the scope of profile test\n');
  });

  it.each<[string, readonly string[], RunOptions, string]>([
    ['that does not exist', ['-p', 'tes'], {}, 'Did you mean test? The profiles are test'],
    ['whose name is none', ['-p', '../test'], {}, 'Did you mean test?'],
    [
      'and no home',
      ['-p', 'test'],
      { env: { HOME: undefined } },
      'to a folder, or give the values with SGID_CLIENT_ID',
    ],
  ])('%s ends with 3 before anything is opened', async (_name, args, run, hint) => {
    const world = await setUp();
    const ended = await loginWith(world, args, run);
    expect(ended).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(ended)).toBe('ERR_PROFILE');
    expect(ended.stderr).toContain(hint);
    expect(world.flow.browser.opened).toEqual([]);
  });

  it('needs no home when no profile is asked for', async () => {
    const world = await setUp();
    const env = { ...world.flow.env, HOME: undefined };
    expect(await loginWith(world, [], { env })).toMatchObject({ exitCode: 0 });
  });

  it('goes together with no embedded provider, which pays the current one no heed', async () => {
    const world = await setUp();
    const refused = await loginWith(world, ['--mock', '--persona', 'zoe', '-p', 'test']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('--mock and --profile contradict each other');
    await world.home.store.use('test');
    await writeFile(world.home.fileOf('test'), 'broken');
    expect(await loginWith(world, ['--mock', '--persona', 'zoe'])).toMatchObject({ exitCode: 0 });
  });
});

describe('a profile’s secret goes to the profile’s provider alone', () => {
  const SOURCES: readonly [string, Profile][] = [
    ['a stored secret', {}],
    ['a secret of the environment', { clientSecret: { source: 'env:OWN_SECRET' } }],
    ['a secret that a command gives', { clientSecret: { source: `command:printf ${TEST_CLIENT_SECRET}` } }],
  ];
  const own = { OWN_SECRET: TEST_CLIENT_SECRET };

  it.each(SOURCES)('%s goes there', async (_name, changes) => {
    expect(await loginWith(await setUp(changes), ['-p', 'test'], { env: own })).toMatchObject({
      exitCode: 0,
    });
  });

  it.each(
    SOURCES.flatMap(([name, changes]) => [
      [name, 'the environment', changes, { env: { ...own, SGID_HOSTNAME: COLLECTOR } }] as const,
      [name, '.env', changes, { env: own, ...dotEnv(`SGID_HOSTNAME=${COLLECTOR}\n`) }] as const,
    ]),
  )('%s does not go where %s says', async (_name, _place, changes, run) => {
    const world = await setUp(changes);
    const ended = await loginWith(world, ['-p', 'test'], run);
    expect(ended).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(ended)).toBe('ERR_PROVIDER_BINDING');
    expect(ended.stderr).toContain(`pass --hostname ${COLLECTOR}`);
    expect(world.flow.browser.opened).toEqual([]);
  });

  it.each<[string, RunOptions]>([
    ['the environment', { env: { SGID_CLIENT_SECRET: TEST_CLIENT_SECRET } }],
    ['.env', dotEnv(`SGID_CLIENT_SECRET=${TEST_CLIENT_SECRET}\n`)],
  ])('nor does a secret of %s go to it, unless --hostname says so', async (_name, run) => {
    const world = await setUp();
    const refused = await loginWith(world, ['-p', 'test'], run);
    expect(errorCodeOf(refused)).toBe('ERR_PROVIDER_BINDING');
    expect(refused.exitCode).toBe(3);
    const confirmed = ['-p', 'test', '--hostname', world.flow.provider.hostname];
    expect(await loginWith(world, confirmed, run)).toMatchObject({ exitCode: 0 });
  });

  it('--hostname lets it go elsewhere', async () => {
    const world = await setUp({ hostname: COLLECTOR });
    const args = ['-p', 'test', '--hostname', world.flow.provider.hostname];
    expect(await loginWith(world, args)).toMatchObject({ exitCode: 0 });
  });

  it('a provider that another place names as well is the same provider', async () => {
    const world = await setUp();
    const run = { env: { SGID_HOSTNAME: world.flow.provider.hostname } };
    expect(await loginWith(world, ['-p', 'test'], run)).toMatchObject({ exitCode: 0 });
  });
});
