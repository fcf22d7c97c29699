import { chmod, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_PRIVATE_KEY, TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { expectError } from '../../helpers/expect-error.ts';
import { type RunOptions, type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { startFlow } from '../../helpers/login-flow.ts';
import { memoryKeyring } from '../../helpers/profile-folder.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';
import { keyText } from '../keys/key-fixtures.ts';

const SECRET = 'canary/secret+of-a-test=';

const PORTAL = {
  id: 'PORTAL-1a2b3c4d',
  secret: SECRET,
  privateKey: TEST_PRIVATE_KEY,
  redirectUri: 'http://localhost:5001/api/redirect',
};

async function setUp(credentials: string | object = PORTAL) {
  const home = await makeTemporaryFolder();
  const text = typeof credentials === 'string' ? credentials : JSON.stringify(credentials);
  await writeFile(join(home, 'client.json'), text, { mode: 0o600 });
  const run = (args: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
    runSgid(
      args.map((arg) => arg.replace('HOME', home)),
      { ...options, env: { HOME: home, ...options.env } },
    );
  const path = join(home, '.config', 'sgid', 'profiles', 'staging.json');
  return { home, path, saved: () => readFile(path, 'utf8'), run };
}

const IMPORT = ['init', '--from', 'HOME/client.json', '--profile', 'staging', '--yes'];

describe('sgid init --yes', () => {
  it('imports the file of the portal and makes the profile the current one', async () => {
    const { run, path } = await setUp();
    const { exitCode, stdout, stderr } = await run(IMPORT);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ profile: 'staging', path });
    expect(stderr).toContain('Found in');
    expect(stderr).toMatch(/pass {2}private-key/);
    expect(stderr).toMatch(/\nNext:\n {2}sgid check\n$/);
    const { stdout: list } = await run(['profile', 'list']);
    expect(JSON.parse(list)).toMatchObject([{ name: 'staging', current: true, clientId: 'PORTAL-1a2b3c4d' }]);
    const url = new URL(JSON.parse((await run(['authorize-url'])).stdout).url);
    expect(url.origin).toBe('https://api.id.gov.sg');
    expect(url.searchParams.get('client_id')).toBe('PORTAL-1a2b3c4d');
  });

  it('prints no JSON among its prose on a terminal', async () => {
    const { run } = await setUp();
    const { exitCode, stdout, stderr } = await run(IMPORT, { terminal: { stdoutIsTerminal: true } });
    expect([exitCode, stdout]).toEqual([0, '']);
    expect(stderr).not.toContain('{');
  });

  it('keeps the current profile when a second one is made, and says how to use the second', async () => {
    const { run } = await setUp();
    await run(IMPORT);
    const { stderr } = await run(IMPORT.map((arg) => (arg === 'staging' ? 'second' : arg)));
    expect(stderr).toMatch(/\nNext:\n {2}sgid check -p second\n$/);
    const { stdout } = await run(['profile', 'list']);
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'second', current: false }, { name: 'staging' }]);
  });

  it('tests what it saved, not what overrides it, and warns of that', async () => {
    const { run } = await setUp();
    const env = { SGID_CLIENT_ID: 'OTHER-99999999', SGID_REDIRECT_URI: 'http://localhost:5999/other' };
    const { exitCode, stderr } = await run(IMPORT, { env });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^pass {2}credentials +client PORTAL-1a2b3c4d, secret, private key, redirect URI, all from profile staging$/m,
    );
    expect(stderr).not.toContain('http://localhost:5999/other');
    expect(stderr).toContain('warning: SGID_CLIENT_ID overrides the client id of profile staging\n');
    expect(stderr).toContain('warning: SGID_REDIRECT_URI overrides the redirect URI of profile staging\n');
  });

  it('says that the callback goes to another machine', async () => {
    const { run } = await setUp({ ...PORTAL, redirectUri: 'https://app.example.com/cb' });
    const { stderr } = await run(IMPORT);
    expect(stderr).toMatch(/^skip {2}callback-port +\S/m);
    expect(stderr).toContain('\n  sgid check\n');
  });

  it('wants to know which of several redirect URIs, and names one that leads here', async () => {
    const redirectUris = ['https://app.example.com/cb', 'http://localhost:5001/api/redirect'];
    const { run } = await setUp({ ...PORTAL, redirectUri: undefined, redirectUris });
    const choose = `the file has several redirect URIs; choose one:\n    ${redirectUris.join('\n    ')}\n`;
    const next = 'next: Give the redirect URI with --redirect-uri http://localhost:5001/api/redirect.';
    const refused = await run(IMPORT);
    expectError(refused, 3, 'ERR_MISSING_CREDENTIALS', choose, next);
    expect(refused.stderr).not.toContain('likely causes');
  });

  it('replaces a profile only when told to', async () => {
    const { run, saved } = await setUp();
    await run(IMPORT);
    const before = await saved();
    expectError(await run([...IMPORT, '--scope', 'openid']), 3, 'ERR_PROFILE');
    expect(await saved()).toBe(before);
    expect((await run([...IMPORT, '--scope', 'openid', '--replace'])).exitCode).toBe(0);
    expect(JSON.parse(await saved())).toMatchObject({ scope: 'openid' });
  });

  it('names a key file instead of copying it', async () => {
    const { privateKey: _, ...rest } = PORTAL;
    const { run, saved } = await setUp(rest);
    const key = await writeTemporaryFile('key.pem', TEST_PRIVATE_KEY);
    expect((await run([...IMPORT, '--private-key-file', key])).exitCode).toBe(0);
    expect(JSON.parse(await saved())).toMatchObject({ privateKey: { source: `file:${key}` } });
    expect(await saved()).not.toContain('BEGIN');
  });

  it('keeps a secret of a file as login reads it: as it is, less one line break', async () => {
    const { provider, redirectUri } = await startFlow();
    const secretFile = await writeTemporaryFile('secret', ` ${SECRET}\t\n`);
    const client = { SGID_CLIENT_SECRET_FILE: secretFile, secret: undefined, redirectUri };
    const { run } = await setUp({ ...PORTAL, ...client });
    const hostname = ['--hostname', provider.hostname];
    expect((await run([...IMPORT, ...hostname])).exitCode).toBe(0);
    const code = ['--code', 'a-code', '--code-verifier', 'v'.repeat(43), '--nonce', 'a-nonce'];
    await run(['callback', ...code]);
    const own = ['--client-id', PORTAL.id, '--redirect-uri', redirectUri, ...hostname];
    await run(['callback', ...code, ...own, '--client-secret-file', secretFile]);
    const sent = provider.requests.map(({ body }) => new URLSearchParams(body).get('client_secret'));
    expect(sent).toEqual([` ${SECRET}\t`, ` ${SECRET}\t`]);
  });
});

describe('sgid init --store keyring', () => {
  const KEYRING = [...IMPORT, '--store', 'keyring'];

  it('keeps secrets in the keyring, and takes them back when the profile cannot be saved', async () => {
    const { run, home, saved } = await setUp();
    const keyring = memoryKeyring({});
    expect((await run(KEYRING, { keyring })).exitCode).toBe(0);
    expect([...keyring.kept.keys()]).toEqual(['staging/clientSecret', 'staging/privateKey']);
    expect(await saved()).not.toContain(SECRET);
    keyring.kept.clear();
    const env = { XDG_CONFIG_HOME: join(home, 'client.json') };
    expect((await run(KEYRING, { keyring, env })).exitCode).toBe(3);
    expect(keyring.kept.size).toBe(0);
  });

  it('gives the old secrets back when --replace fails half-way', async () => {
    const { run, saved } = await setUp();
    await run(KEYRING, { keyring: memoryKeyring({}) });
    const before = await saved();
    const old = { 'staging/clientSecret': 'old secret', 'staging/privateKey': 'old key' };
    const keyring = memoryKeyring(old);
    const write = (account: string, secret: string): Promise<void> =>
      account === 'staging/privateKey' ? Promise.reject(new Error('locked')) : keyring.write(account, secret);
    const failed = await run([...KEYRING, '--replace'], { keyring: { ...keyring, write } });
    expectError(failed, 3, 'ERR_SECRET_SOURCE', 'the keyring refused to keep a secret');
    expect(Object.fromEntries(keyring.kept)).toEqual(old);
    expect(await saved()).toBe(before);
  });

  it('leaves no secret in the keyring that a replaced profile no longer uses', async () => {
    const { run, saved } = await setUp();
    const keyring = memoryKeyring({ 'other/clientSecret': 'stays' });
    await run(KEYRING, { keyring });
    expect(keyring.kept.size).toBe(3);
    expect((await run([...IMPORT, '--replace'], { keyring })).exitCode).toBe(0);
    expect([...keyring.kept.keys()]).toEqual(['other/clientSecret']);
    expect(await saved()).toContain(SECRET);
  });
});

describe('sgid init refuses', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['to ask without a terminal', ['init'], /--from <file> --profile <name> --yes/],
    ['--yes without --from', ['init', '--profile', 'a', '--yes'], /--from and --profile are needed/],
    ['--yes without --profile', ['init', '--from', 'HOME/client.json', '--yes'], /--from and --profile/],
    ['a place for secrets that it does not know', [...IMPORT, '--store', 'cloud'], /Allowed choices/],
  ])('%s', async (_name, args, words) => {
    const { run, home } = await setUp();
    expectError(await run(args), 2, 'ERR_USAGE', words);
    expect(await readdir(home)).toEqual(['client.json']);
  });

  it.each<[string, string | object, readonly string[], RegExp]>([
    ['a file that is not there', PORTAL, ['--from', 'HOME/none.json'], /none\.json does not exist/],
    ['broken JSON', '{"id": ', [], /not valid JSON/],
    ['a file with nothing known', '{"a": 1}', [], /holds no credentials/],
    ['a truncated key', { ...PORTAL, privateKey: TEST_PRIVATE_KEY.slice(0, 900) }, [], /ERR_PRIVATE_KEY/],
    ['a public key for a private one', { ...PORTAL, privateKey: TEST_PUBLIC_KEY }, [], /public key/],
    [
      'a public key that is not its own',
      { ...PORTAL, publicKey: keyText('public.pem') },
      [],
      /public key of /,
    ],
    ['no secret', { ...PORTAL, secret: undefined }, [], /missing:\n {4}client secret\n/],
    ['no redirect URI', { ...PORTAL, redirectUri: undefined }, [], /--redirect-uri <uri>/],
    ['a redirect URI with a fragment', PORTAL, ['--redirect-uri', 'http://localhost:1/a#b'], /fragment/],
    ['a provider without https', PORTAL, ['--hostname', 'http://example.com'], /must use https/],
    ['a scope without openid', PORTAL, ['--scope', 'myinfo.name'], /openid/],
    ['a name with a slash', PORTAL, ['--profile', '../x'], /ERR_PROFILE/],
    ['an upper-case name', PORTAL, ['--profile', 'Staging'], /staging/],
    ['a key file that is not there', PORTAL, ['--private-key-file', 'HOME/k.pem'], /k\.pem does not exist/],
  ])('%s, and saves nothing', async (_name, credentials, args, words) => {
    const { run, home } = await setUp(credentials);
    const refused = await run([...IMPORT, ...args]);
    expect(refused).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringMatching(words) });
    expect(refused.stderr).not.toContain(SECRET);
    expect(await readdir(home)).toEqual(['client.json']);
  });

  const DER = Buffer.from(TEST_PRIVATE_KEY.replace(/-----.*-----|\s/g, ''), 'base64').toString('base64');

  const withKeyPath = (path: string) => ({ ...PORTAL, privateKey: undefined, SGID_PRIVATE_KEY_PATH: path });

  it.each<[string, string | object, readonly string[], RegExp?]>([
    ['a key where the file names its path', withKeyPath(DER), []],
    ['a word there, which may be a secret', withKeyPath(SECRET), [], /there is no such file/],
    ['a key where --private-key-file names its path', PORTAL, ['--private-key-file', DER]],
    ['credentials where --from names their path', PORTAL, ['--from', JSON.stringify({ secret: SECRET })]],
  ])('%s, and does not say it', async (_name, credentials, args, words = /not the path of a file/) => {
    const { run } = await setUp(credentials);
    const refused = await run([...IMPORT, ...args, '--json-errors']);
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(words) });
    for (const secret of [SECRET, DER]) expect(refused.stdout + refused.stderr).not.toContain(secret);
  });

  it('a file that others can read and that is broken, with a warning of the first', async () => {
    const { run, home } = await setUp({ ...PORTAL, privateKey: undefined });
    await chmod(join(home, 'client.json'), 0o644);
    const warning = /^warning: .*client\.json holds secrets and other users can access it/m;
    expectError(await run([...IMPORT, '--private-key-file', 'HOME/none.pem']), 3, 'ERR_FILE', warning);
  });

  it('to store a secret from a file that the credentials name for the provider that they name', async () => {
    const file = await writeTemporaryFile('secret', SECRET);
    const hostname = 'https://collector.example.test';
    const client = { ...PORTAL, secret: undefined, SGID_CLIENT_SECRET_FILE: file, hostname };
    const { run, home } = await setUp(client);
    expectError(await run(IMPORT), 3, 'ERR_PROVIDER_BINDING', `--hostname ${hostname}`);
    expect(await readdir(home)).toEqual(['client.json']);
  });

  it('a profiles folder that is a symbolic link', async () => {
    const { run, home } = await setUp();
    await symlink(await makeTemporaryFolder(), join(home, '.config'));
    await symlink(await makeTemporaryFolder(), join(home, '.config', 'sgid'));
    expect((await run(IMPORT)).exitCode).toBe(3);
  });

  // Where a folder answers that it is not there when one is made in it.
  it.runIf(process.platform === 'linux').each(['/proc', '/proc/x'])('a place below %s', async (place) => {
    const { run } = await setUp();
    const failed = await run(IMPORT, { env: { XDG_CONFIG_HOME: place } });
    expectError(failed, 3, 'ERR_PROFILE', 'was not written: its folder cannot be made', 'XDG_CONFIG_HOME');
  });

  it('to go on without a home folder', async () => {
    const { run } = await setUp();
    expectError(await run(IMPORT, { env: { HOME: undefined } }), 3, 'ERR_PROFILE', 'HOME');
  });
});
