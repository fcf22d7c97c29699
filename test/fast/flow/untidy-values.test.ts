import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { startChecks } from '../../helpers/check-flow.ts';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { startFlow } from '../../helpers/login-flow.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';
import { makeProfileHome, STAGING } from '../../helpers/profile-folder.ts';
import { runKey, writeKeyFiles } from '../../helpers/run-key.ts';
import { startUserinfo } from '../../helpers/step-flow.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';
import { keyText } from '../keys/key-fixtures.ts';

const BASE64_KEY = Buffer.from(TEST_PRIVATE_KEY).toString('base64');
const WRAPPED_KEY = BASE64_KEY.replace(/.{76}/g, '$&\n');

describe('values in the disguises of their surroundings', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['a key in base64, on one line', { SGID_PRIVATE_KEY: BASE64_KEY }],
    ['a key in base64, wrapped at 76', { SGID_PRIVATE_KEY: WRAPPED_KEY }],
    ['quotes that a container keeps', { SGID_CLIENT_ID: `"${TEST_CLIENT_ID}"` }],
    ['quotes around the secret', { SGID_CLIENT_SECRET: `'${TEST_CLIENT_SECRET}'` }],
    ['a byte order mark and CRLF', { SGID_CLIENT_SECRET: `\uFEFF${TEST_CLIENT_SECRET}\r\n` }],
  ])('log in: %s', async (_what, env) => {
    const flow = await startFlow();
    const { exitCode, stdout } = await flow.login([], { env });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).data['myinfo.name']).toBe('TAN WEI MING');
    expect(flow.browser.opened[0]).toContain(`client_id=${TEST_CLIENT_ID}&`);
  });

  it.each([
    ['on one line', BASE64_KEY],
    ['wrapped', WRAPPED_KEY],
  ])('are saved by init in a form that a login reads: a key in base64 %s', async (_what, key) => {
    const { provider, browser, redirectUri } = await startFlow();
    const home = await makeProfileHome();
    const portal = await writeTemporaryFile(
      'portal.env',
      `SGID_CLIENT_ID=${TEST_CLIENT_ID}\nSGID_CLIENT_SECRET=${TEST_CLIENT_SECRET}\nSGID_PRIVATE_KEY="${key}"\n` +
        `SGID_REDIRECT_URI=${redirectUri}\nSGID_HOSTNAME=${provider.hostname}\n`,
    );
    const run = (words: string): ReturnType<typeof runSgid> =>
      runSgid(words.split(' '), { env: home.env, browser: browser.open });
    expect((await run(`init --from ${portal} --profile x --yes`)).exitCode).toBe(0);
    expect((await run('login -p x')).exitCode).toBe(0);
  });
});

describe('what cannot be right is not sent', () => {
  it('a secret that the key was appended to', async () => {
    const { provider, redirectUri } = await startFlow();
    const env = (await runKey('convert --to env', { input: TEST_PRIVATE_KEY })).stdout;
    const text =
      `SGID_CLIENT_ID=${TEST_CLIENT_ID}\nSGID_REDIRECT_URI=${redirectUri}\nSGID_HOSTNAME=${provider.hostname}\n` +
      `SGID_CLIENT_SECRET=${TEST_CLIENT_SECRET}${env}`;
    const dotenv = await writeTemporaryFile('.env', text);
    const { exitCode, stdout } = await runSgid(['check', '-e', dotenv, '--format', 'json']);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('holds a PEM key or certificate: it is not sent');
    expect(provider.requests.filter(({ body }) => /BEGIN|client_secret/.test(body))).toEqual([]);
  });

  it.each([
    ['SGID_CLIENT_ID', '$SGID_ID', 'credentials'],
    ['SGID_CLIENT_SECRET', '<your-secret>', 'credentials'],
    ['SGID_PRIVATE_KEY', 'op://vault/sgid/key', 'private-key'],
    ['SGID_REDIRECT_URI', '{{ redirect_uri }}', 'redirect-uri'],
    ['SGID_HOSTNAME', '%SGID_HOST%', 'provider'],
    ['SGID_SCOPE', 'CHANGE_ME', 'scopes'],
  ])('%s as %s, which check --offline calls by its name', async (name, value, check) => {
    const { check: run } = await startChecks();
    const { exitCode, report } = await run(['--offline'], { env: { [name]: value } });
    expect(exitCode).toBe(3);
    const { evidence, code } = report.checks.find(({ id }) => id === check) ?? {};
    expect({ evidence, code }).toMatchObject({ code: 'ERR_CREDENTIAL_VALUE' });
    expect(evidence).toContain(`${name} holds `);
    expect(JSON.stringify(report)).not.toContain(value);
  });

  it.each([
    ['AWS', { ARN: 'arn', Name: 'sgid', SecretString: '{}' }, 'AWS Secrets Manager', 'SecretString'],
    ['Doppler', { SGID_CLIENT_ID: { raw: 'CANARY', computed: 'CANARY' } }, 'Doppler', 'computed'],
  ])('the reply of a secret store (%s) as --credentials', async (_name, reply, store, member) => {
    const path = await writeTemporaryFile('reply.json', JSON.stringify(reply));
    const { exitCode, stderr, code } = await runSgid(['login', '--credentials', path], { env: {} });
    expect({ exitCode, code }).toEqual({ exitCode: 3, code: 'ERR_CREDENTIALS_FILE' });
    expect(stderr).toContain(`a reply of ${store}, which has the credentials in its member ${member}`);
    expect(stderr).not.toContain('CANARY');
  });

  it('a word that is no token, and what neither callback printed nor --token names', async () => {
    const { userinfo, provider, tokens } = await startUserinfo();
    const before = provider.countTo('userinfo');
    for (const stdin of ['hello', tokens.accessToken]) {
      const { exitCode, stderr } = await userinfo([], { stdin });
      expect(exitCode).toBe(3);
      expect(stderr).toContain('add --token -');
    }
    expect(provider.countTo('userinfo')).toBe(before);
    expect((await userinfo(['--token', '-'], { stdin: tokens.accessToken })).exitCode).toBe(0);
  });
});

describe('the .env of the current folder', () => {
  const unreadable = (code: string): NonNullable<RunOptions['files']> => ({
    readSecretFile: async (path) => {
      throw Object.assign(new Error(code), { code, path });
    },
  });

  it('is a warning where it cannot be read and was not named', async () => {
    const flow = await startFlow();
    const { exitCode, stderr } = await flow.login([], { files: unreadable('EACCES') });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning: .env is ignored: the env file .env may not be read by this user');
    const named = await flow.login(['-e', '.env'], { files: unreadable('EACCES') });
    expect(named).toMatchObject({ exitCode: 3, code: 'ERR_FILE' });
  });

  const dotenv = (text: string, readableByOthers = false): NonNullable<RunOptions['files']> => ({
    readSecretFile: async () => ({ bytes: Buffer.from(text), readableByOthers }),
  });

  it('is complete without the current profile, which is of another client', async () => {
    const { env, browser } = await startFlow();
    const home = await makeProfileHome({
      mock: { ...STAGING, scope: 'openid no.such', passphrase: undefined },
    });
    await home.store.use('mock');
    const text = Object.entries(env).map(([name, value]) => `${name}='${value}'\n`);
    const run = { env: home.env, files: dotenv(text.join('')), browser: browser.open };
    expect((await runSgid(['login'], run)).exitCode).toBe(0);
    const named = await runSgid(['login', '-p', 'mock'], run);
    expect(named.stderr).toContain('no.such');
  });

  it('is not mixed with the current profile without a word', async () => {
    const { env, browser } = await startFlow();
    const key = { privateKey: { value: TEST_PRIVATE_KEY } };
    const home = await makeProfileHome({ mock: key, other: { clientId: 'OTHER-1a2b3c4d', ...key } });
    await home.store.use('mock');
    const text = Object.entries({ ...env, SGID_PRIVATE_KEY: '' }).map(
      ([name, value]) => `${name}='${value}'\n`,
    );
    const run = { env: home.env, files: dotenv(text.join('')), browser: browser.open };
    const { exitCode, stderr } = await runSgid(['login'], run);
    expect(exitCode).toBe(0);
    const words =
      'the private key from profile mock, which was not chosen for this command, and the client id from SGID_CLIENT_ID in .env';
    expect(stderr).toContain(`warning: credentials of two clients may be mixed: ${words}`);
    const shown = await runSgid(['profile', 'show', '--resolved'], run);
    expect(shown.stderr).toContain(`warning: credentials of two clients may be mixed: ${words}`);
    const checked = await runSgid(['check', '--offline', '--format', 'json'], run);
    const verdict = { id: 'credentials', verdict: 'warn', evidence: expect.stringContaining(words) };
    expect(JSON.parse(checked.stdout).checks).toContainEqual(expect.objectContaining(verdict));
    expect((await runSgid(['login', '-p', 'mock'], run)).stderr).not.toContain('mixed');
  });

  it('that others can read is a warning, and no cause of what is missing', async () => {
    const { stderr, code } = await runSgid(['login'], {
      env: { SGID_CLIENT_ID: TEST_CLIENT_ID, SGID_PRIVATE_KEY: TEST_PRIVATE_KEY, SGID_SCOPE: '' },
      files: dotenv(`SGID_CLIENT_SECRET=${TEST_CLIENT_SECRET}\n`, true),
    });
    expect(code).toBe('ERR_MISSING_CREDENTIALS');
    expect(stderr).toMatch(/^warning: \.env holds secrets .*chmod 600 \.env$/m);
    expect(stderr.slice(stderr.indexOf('error:'))).not.toMatch(/chmod|SGID_SCOPE is set but empty/);
  });

  it('says what is taken for a comment, and takes only what follows a blank', async () => {
    const { provider, redirectUri } = await startFlow();
    const env = {
      SGID_PRIVATE_KEY: TEST_PRIVATE_KEY,
      SGID_REDIRECT_URI: redirectUri,
      SGID_HOSTNAME: provider.hostname,
    };
    const files = dotenv('SGID_CLIENT_ID=TEST-1 # staging\nSGID_CLIENT_SECRET=p4ss#w0rd\nOTHER=1 # x\n');
    const { stderr } = await runSgid(['check', '--only', 'client-secret', '--hostname', provider.hostname], {
      env,
      files,
    });
    const sent = provider.requests.map(({ body }) => new URLSearchParams(body).get('client_secret'));
    expect(sent).toContain('p4ss#w0rd');
    expect(stderr).toContain('SGID_CLIENT_ID in .env: the text after " #" is read as a comment');
    expect(stderr).not.toMatch(/SGID_CLIENT_SECRET in|OTHER/);
  });

  it.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['a profile that -p names', ['-p', 'x'], {}],
    ['a profile that SGID_PROFILE names', [], { SGID_PROFILE: 'x' }],
    ['the current profile', [], {}],
    ['a client of the environment', [], { SGID_CLIENT_ID: 'TEST-1a2b3c4d' }],
    ['a client of the command line', ['--client-id', 'TEST-1a2b3c4d'], {}],
    ['a profile beside an empty -e', ['-p', 'x', '-e', ''], {}],
  ])('does not decide where the code goes of %s', async (what, args, env) => {
    const { provider } = await startFlow();
    const home = await makeProfileHome({ x: { ...STAGING, passphrase: undefined } });
    if (what === 'the current profile') await home.store.use('x');
    const text = `SGID_CLIENT_ID=a\nSGID_CLIENT_SECRET=b\nSGID_HOSTNAME=${provider.hostname}\nSGID_REDIRECT_URI=http://localhost:5001/x\n`;
    const words = ['callback', ...args, '--code', 'CANARY', '--code-verifier', 'v'.repeat(43)];
    const refused = await runSgid(words, { env: { ...home.env, ...env }, files: dotenv(text) });
    expect(refused).toMatchObject({ exitCode: 3, code: 'ERR_PROVIDER_BINDING' });
    expect(refused.stderr).toContain(`--hostname ${provider.hostname}`);
    expect(provider.requests).toEqual([]);
  });

  it('decides where the code goes of its own client', async () => {
    const { env } = await startFlow();
    const lines = Object.entries(env).map(([name, value = '']) => `${name}=${JSON.stringify(value)}\n`);
    const words = ['callback', '--code', 'unknown', '--code-verifier', 'v'.repeat(43)];
    const run = await runSgid(words, { files: dotenv(lines.join('')) });
    expect(run).toMatchObject({ exitCode: 4, code: 'ERR_TOKEN_REFUSED' });
  });

  it('is named where it overrides the profile of SGID_PROFILE', async () => {
    const home = await makeProfileHome({ x: { ...STAGING, passphrase: undefined } });
    const run = await runSgid(['authorize-url'], {
      env: { ...home.env, SGID_PROFILE: 'x' },
      files: dotenv('SGID_CLIENT_ID=OTHER-1a2b3c4d\n'),
    });
    expect(run.stderr).toContain('SGID_CLIENT_ID in .env overrides the client id of profile x');
  });
});

describe('a network path in a file, which may come from somebody else', () => {
  const unc = String.raw`\\host.test\share\key.pem`;
  it.each<[NodeJS.Platform, string, string, string | undefined]>([
    ['win32', 'SGID_PRIVATE_KEY_PATH', unc, '--private-key-file <path>'],
    ['win32', 'SGID_PRIVATE_KEY', unc, '--private-key-file <path>'],
    ['win32', 'SGID_CLIENT_SECRET_FILE', '//host.test/share/x.txt', '--client-secret-file <path>'],
    ['linux', 'SGID_PRIVATE_KEY_PATH', unc, undefined],
  ])('is not opened on %s: %s=%s', async (platform, name, path, advice) => {
    const opened: string[] = [];
    const readSecretFile = async (asked: string) => {
      if (asked === '.env') return { bytes: Buffer.from(`${name}=${path}\n`), readableByOthers: false };
      opened.push(asked);
      throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    };
    pretendPlatform(platform);
    const rest = { SGID_CLIENT_ID: TEST_CLIENT_ID, SGID_REDIRECT_URI: 'http://localhost:5001/callback' };
    const other = name.includes('KEY')
      ? { SGID_CLIENT_SECRET: TEST_CLIENT_SECRET }
      : { SGID_PRIVATE_KEY: TEST_PRIVATE_KEY };
    const run = await runSgid(['login'], { env: { ...rest, ...other }, files: { readSecretFile } });
    expect(run).toMatchObject({ exitCode: 3, code: 'ERR_FILE' });
    expect(opened).toEqual(advice === undefined ? [path] : []);
    expect(run.stderr).toContain(advice ?? 'does not exist');
    expect(run.stderr.includes('is a network path')).toBe(advice !== undefined);
  });
});

describe('sgid key convert --into', () => {
  it.each([
    ['that ends without a line break', 'SGID_CLIENT_SECRET=test-secret', '\n'],
    ['of Windows', 'A=1\r\nSGID_CLIENT_SECRET=test-secret', '\r\n'],
    ['that is whole', '# mine\nSGID_CLIENT_SECRET=test-secret\n', '\n'],
    ['that a shell goes on from', 'DIR=C:\\data\\\n', '\n\n'],
    ['that a shell goes on from, without a line break', 'A=1\r\nDIR=C:\\data\\', '\r\n\r\n'],
    ['that begins with a byte order mark', '\uFEFFSGID_CLIENT_SECRET=test-secret', '\n'],
    ['with an empty key', 'SGID_PRIVATE_KEY=\nSGID_CLIENT_SECRET=test-secret', '\n'],
  ])('sets the key in a file %s, and loses nothing', async (_what, text, lineBreak) => {
    const folder = await writeKeyFiles({ '.env': text, 'key.pem': keyText('rsa-2048.pkcs1.pem') });
    const run = await runKey('convert --to env --into @.env @key.pem', { folder });
    expect(run).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    const after = await readFile(join(folder, '.env'), 'utf8');
    expect(after.startsWith(`${text.trimEnd()}${lineBreak}SGID_PRIVATE_KEY="-----BEGIN`)).toBe(true);
    expect(after).toMatch(text.includes('\r') ? /"\r\n$/ : /"\n$/);
    expect((await runKey('convert --to pkcs1 @.env', { folder })).stdout).toBe(keyText('rsa-2048.pkcs1.pem'));
    // Twice is once.
    await runKey('convert --to env --into @.env @key.pem', { folder });
    expect(await readFile(join(folder, '.env'), 'utf8')).toBe(after);
  });

  it('makes the file, for its owner alone, and closes one that was open', async () => {
    const folder = await makeTemporaryFolder();
    const made = await runKey('generate --to env --into @new.env', { folder });
    expect(made.exitCode).toBe(0);
    expect(made.stderr).toContain(`developer portal: sgid key public ${join(folder, 'new.env')}\n`);
    expect((await stat(join(folder, 'new.env'))).mode & 0o777).toBe(0o600);
    await writeFile(join(folder, 'open.env'), 'A=1\n');
    await chmod(join(folder, 'open.env'), 0o644);
    expect((await runKey('generate --to env --into @open.env', { folder })).exitCode).toBe(0);
    expect((await stat(join(folder, 'open.env'))).mode & 0o777).toBe(0o600);
  });

  it.each<[string, string | Buffer, string, string]>([
    ['another key', `SGID_PRIVATE_KEY="${TEST_PRIVATE_KEY}"\n`, 'ERR_OUTPUT', 'already holds another'],
    ['JSON', '{"clientId": "a"}', 'ERR_USAGE', 'takes a .env'],
    ['a key alone', TEST_PRIVATE_KEY, 'ERR_USAGE', 'takes a .env'],
    ['bytes', 'A=\0', 'ERR_USAGE', 'takes a .env'],
    ['no UTF-8', Buffer.from('SGID_PRIVATE_KEY=\nA=caf\xe9\n', 'latin1'), 'ERR_USAGE', 'in UTF-8'],
    ['UTF-16', Buffer.from('\uFEFFA=1\n', 'utf16le'), 'ERR_USAGE', 'in UTF-8'],
    ['no room', `A=${'x'.repeat(256 * 1024 - 3)}\n`, 'ERR_OUTPUT', 'would be larger than 256 KiB'],
    ['a quote that is not closed', 'A="x\n', 'ERR_OUTPUT', 'a quote that is not closed'],
  ])('leaves a file with %s as it is', async (_what, text, code, words) => {
    const folder = await writeKeyFiles({ '.env': text, 'key.pem': keyText('rsa-2048.pkcs1.pem') });
    const run = await runKey('convert --to env --into @.env @key.pem', { folder });
    expect(run).toMatchObject({ code, stderr: expect.stringContaining(words) });
    expect(await readFile(join(folder, '.env'))).toEqual(Buffer.from(text));
  });

  it.each([
    ['convert --to pkcs8 --into @.env', '--into needs --to env'],
    ['convert --to env --into @.env --out @x', '--into and --out'],
  ])('refuses %s', async (line, words) => {
    const run = await runKey(line, { input: TEST_PRIVATE_KEY });
    expect(run).toMatchObject({ code: 'ERR_USAGE', stderr: expect.stringContaining(words) });
  });
});
