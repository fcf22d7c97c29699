import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { expectRefused, type Flow, logIn, startFlow } from '../../helpers/login-flow.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/keys/${name}`, import.meta.url), 'utf8');

const LOCKED_KEY = fixture('rsa-2048.pkcs8-encrypted.pem');

const writeKey = (): Promise<string> => writeTemporaryFile('key.pem', TEST_PRIVATE_KEY);
const writeSecret = (): Promise<string> => writeTemporaryFile('secret', `${TEST_CLIENT_SECRET}\n`);

const escapedKey = TEST_PRIVATE_KEY.replaceAll('\n', '\\n');

const envText = ({ env }: Flow): string =>
  Object.entries({ ...env, SGID_PRIVATE_KEY: `"${escapedKey}"` })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

const claimsOf = ({ stdout }: { readonly stdout: string }) => Object.keys(JSON.parse(stdout).data);

describe('where sgid login finds its credentials', () => {
  it.each<[string, () => Promise<string> | string, string?]>([
    ['SGID_PRIVATE_KEY as PEM text', () => TEST_PRIVATE_KEY],
    ['SGID_PRIVATE_KEY as PEM text with escaped newlines', () => escapedKey],
    ['SGID_PRIVATE_KEY as quoted PEM text with escaped newlines', () => `"${escapedKey}"`],
    ['SGID_PRIVATE_KEY as a path', writeKey],
    ['SGID_PRIVATE_KEY_PATH', writeKey, 'SGID_PRIVATE_KEY'],
    ['SGID_CLIENT_SECRET_FILE', writeSecret, 'SGID_CLIENT_SECRET'],
  ])('%s', async (name, give, instead = '') => {
    const [variable = ''] = name.split(' ');
    const env = { [instead]: undefined, [variable]: await give() };
    expect(await logIn([], { env })).toMatchObject({ exitCode: 0 });
  });

  it('options, the secret and the key in files', async () => {
    const { browser, redirectUri, provider } = await startFlow();
    const args = [
      ...['--client-id', TEST_CLIENT_ID, '--redirect-uri', redirectUri, '--hostname', provider.hostname],
      ...['--client-secret-file', await writeSecret(), '--private-key-file', await writeKey()],
    ];
    expect(await runSgid(['login', ...args], { browser: browser.open })).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['--client-secret-file', 'SGID_CLIENT_SECRET', `${TEST_CLIENT_SECRET}\n`],
    ['--private-key-file', 'SGID_PRIVATE_KEY', TEST_PRIVATE_KEY],
  ])('%s - reads standard input', async (option, variable, stdin) => {
    const flow = await startFlow();
    const args = [option, '-', '--hostname', flow.provider.hostname];
    expect(await flow.login(args, { env: { [variable]: undefined }, stdin })).toMatchObject({ exitCode: 0 });
  });

  it('--credentials with JSON, as the portal gives it', async () => {
    const { browser, redirectUri, provider } = await startFlow();
    const content = {
      id: TEST_CLIENT_ID,
      secret: TEST_CLIENT_SECRET,
      scopes: ['openid', 'myinfo.email'],
      redirectUris: [redirectUri],
      privateKey: TEST_PRIVATE_KEY,
    };
    const path = await writeTemporaryFile('client.json', JSON.stringify(content));
    const args = ['login', '--credentials', path, '--hostname', provider.hostname];
    expect(claimsOf(await runSgid(args, { browser: browser.open }))).toEqual(['myinfo.email']);
  });

  it.each(['--credentials', '--dotenv'])('%s in the shape of an env file', async (option) => {
    const flow = await startFlow();
    const path = await writeTemporaryFile('client.env', envText(flow));
    const run = await runSgid(['login', option, path], { browser: flow.browser.open });
    expect(run).toMatchObject({ exitCode: 0 });
  });

  it('./.env, which the environment overrides', async () => {
    const flow = await startFlow();
    const bytes = Buffer.from(envText(flow));
    const files = { readSecretFile: async () => ({ bytes, readableByOthers: false }) };
    const env = { SGID_SCOPE: 'openid myinfo.email' };
    const run = await runSgid(['login'], { browser: flow.browser.open, files, env });
    expect(claimsOf(run)).toEqual(['myinfo.email']);
  });

  it('asks for the passphrase of an encrypted key on a terminal, before the browser opens', async () => {
    const flow = await startFlow();
    const cipher = { cipher: 'aes-256-cbc', passphrase: 'test-passphrase' };
    const key = createPrivateKey(TEST_PRIVATE_KEY).export({ type: 'pkcs8', format: 'pem', ...cipher });
    const questions: string[] = [];
    const askSecret = async (message: string) => {
      questions.push(`${message}, browsers opened: ${flow.browser.opened.length}`);
      return 'test-passphrase';
    };
    const terminal = { stdinIsTerminal: true, stderrIsTerminal: true, askSecret };
    const env = { SGID_PRIVATE_KEY: key.toString(), CI: 'true' };
    expect(await flow.login([], { terminal, env })).toMatchObject({ exitCode: 0 });
    expect(questions).toEqual(['Passphrase of the private key, browsers opened: 0']);
  });

  it('does not send a secret to a provider that another place names', async () => {
    const envFile = await writeTemporaryFile('.env', 'SGID_HOSTNAME=https://collector.example.test\n');
    const run = await logIn(['--dotenv', envFile], { env: { SGID_HOSTNAME: undefined } });
    expectRefused(run, 3, 'ERR_PROVIDER_BINDING', '--hostname https://collector.example.test');
  });
});

describe('missing credentials', () => {
  const required = ['SGID_CLIENT_ID', 'SGID_CLIENT_SECRET', 'SGID_PRIVATE_KEY', 'SGID_REDIRECT_URI'];
  const options = ['--client-id', '--client-secret-file', '--private-key-file', '--redirect-uri'];

  it.each([
    ['missing', {}],
    ['empty', Object.fromEntries(required.map((name) => [name, '  ']))],
  ])('that are all %s are named at once, with option and variable', async (_name, env) => {
    const run = await runSgid(['login'], { env });
    expect(run).toMatchObject({ exitCode: 3, code: 'ERR_MISSING_CREDENTIALS', stdout: '' });
    for (const name of [...required, ...options, '--credentials']) expect(run.stderr).toContain(name);
  });

  it.each(required)('that lack %s name it alone, before anything is opened', async (variable) => {
    const run = await logIn([], { env: { [variable]: '' } });
    expectRefused(run, 3, 'ERR_MISSING_CREDENTIALS', `1. ${variable} is set but empty`);
    const [missing = ''] = run.stderr.split('\n  likely causes');
    expect(required.filter((name) => missing.includes(name))).toEqual([variable]);
  });
});

describe('a private key that cannot be used', () => {
  const secretPart = TEST_PRIVATE_KEY.split('\n')[3] ?? '';

  it.each([
    ['is no key', 'this is no key', 'ERR_FILE'],
    ['is a public key', fixture('public.pem'), 'ERR_PRIVATE_KEY'],
    ['is a certificate', fixture('certificate.pem'), 'ERR_PRIVATE_KEY'],
    ['is cut off', TEST_PRIVATE_KEY.slice(0, 400), 'ERR_PRIVATE_KEY'],
    ['is damaged', TEST_PRIVATE_KEY.replace(secretPart, '!!!'), 'ERR_PRIVATE_KEY'],
    ['is of an elliptic curve', fixture('ec.pem'), 'ERR_PRIVATE_KEY_TYPE'],
    ['is Ed25519', fixture('ed25519.pem'), 'ERR_PRIVATE_KEY_TYPE'],
    ['has 1024 bits', fixture('rsa-1024.pem'), 'ERR_PRIVATE_KEY_SIZE'],
    ['is encrypted', LOCKED_KEY, 'ERR_PRIVATE_KEY_PASSPHRASE'],
    ['has another passphrase', LOCKED_KEY, 'ERR_PRIVATE_KEY_PASSPHRASE', 'PASSPHRASE-CANARY'],
  ])('because it %s is exit 3, before the browser opens', async (_name, key, code, passphrase = '') => {
    const env = { SGID_PRIVATE_KEY: key, SGID_PRIVATE_KEY_PASSPHRASE: passphrase };
    const run = await logIn(['-v'], { env });
    expectRefused(run, 3, code, /^error: config: .*SGID_PRIVATE_KEY.*^ {2}next: \S/ms);
    for (const line of ['CANARY', ...key.split('\n').slice(1, -2)]) expect(run.stderr).not.toContain(line);
  });

  it('because its file holds no key is exit 3', async () => {
    const run = await logIn(['--private-key-file', await writeTemporaryFile('key.pem', 'this is no key')]);
    expectRefused(run, 3, 'ERR_PRIVATE_KEY', '--private-key-file');
    expect(run.stderr).not.toContain('this is no key');
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['is broken JSON', `{"id": "x", "secret": "${TEST_CLIENT_SECRET}",`],
    ['holds two clients', '[{"id":"a","secret":"b"},{"id":"c","secret":"d"}]'],
    ['holds nothing known', '{"colour":"blue"}'],
  ])('for --credentials because it %s is exit 3 without its values', async (_name, content) => {
    const path = await writeTemporaryFile('client.json', content);
    const run = await logIn(['--credentials', path]);
    expectRefused(run, 3, 'ERR_CREDENTIALS_FILE', path);
    expect(run.stderr).not.toContain(TEST_CLIENT_SECRET);
  });

  it.each([
    ['--credentials', {}],
    ['--dotenv', {}],
    ['--client-secret-file', {}],
    ['--private-key-file', {}],
    ['SGID_PRIVATE_KEY_PATH', { SGID_PRIVATE_KEY: '', SGID_PRIVATE_KEY_PATH: '/no/such/file' }],
  ])('for %s because it is not there is exit 3', async (name, env) => {
    const flow = await startFlow();
    const args = name.startsWith('--') ? [name, '/no/such/file'] : [];
    const run = await flow.login([...args, '--hostname', flow.provider.hostname], { env });
    expectRefused(run, 3, 'ERR_FILE', '/no/such/file does not exist');
  });
});

describe('a setting that cannot be used', () => {
  const manual = '--manual .* --listen 127\\.0\\.0\\.1:5001';

  it.each([
    ['is no URL', 'localhost', 'is not an absolute http or https URL'],
    ['lacks its scheme', 'localhost:5001/callback', 'Did you mean http://localhost:5001/callback \\?'],
    ['has a fragment', 'http://localhost:5001/cb#x', 'holds a fragment'],
    ['is of another scheme', 'myapp://callback', 'is not an absolute http or https URL'],
    ['leads elsewhere', 'http://app.example.test/cb', manual],
    ['leads elsewhere, safely', 'https://app.example.test/cb', manual],
    ['has port 0', 'http://localhost:0/cb', 'register one from 1 to 65535'],
    ['has a fragment, even with --manual', 'http://localhost:1/#x', 'holds a fragment', '--manual'],
  ])(
    'because the redirect URI %s is exit 3, before the browser opens',
    async (_name, uri, words, ...more) => {
      const run = await logIn(['--redirect-uri', uri, ...more]);
      expectRefused(run, 3, 'ERR_REDIRECT_URI', new RegExp(`^error: config: .*${words}`, 's'));
    },
  );

  it.each([
    ['has a path', 'https://api.id.gov.sg/v2', 'https://api.id.gov.sg'],
    ['has a trailing slash', 'https://api.id.gov.sg/', 'https://api.id.gov.sg'],
    ['is without https', 'http://api.id.gov.sg', 'https://api.id.gov.sg'],
    ['lacks its scheme', 'api.id.gov.sg', 'https://api.id.gov.sg'],
    ['holds a password', 'https://me:CANARY@api.id.gov.sg', 'https://api.id.gov.sg'],
    ['only begins like localhost', 'http://localhost.evil.test', 'https://localhost.evil.test'],
  ])('because the provider %s is exit 3 with the corrected value', async (_name, hostname, corrected) => {
    const run = await logIn(['--hostname', hostname]);
    expectRefused(run, 3, 'ERR_HOSTNAME', `Use ${corrected} instead.`);
    expect(run.stderr).not.toContain('CANARY');
  });

  it.each([
    ['lacks openid', 'myinfo.name', /Use the scope "openid myinfo\.name" \(--scope\)/],
    ['holds a comma and a quote', 'openid,"myinfo.name"', /Separate scope names with spaces/],
  ])('because the scope %s is exit 3', async (_name, scope, words) => {
    const run = await logIn(['--scope', scope]);
    expectRefused(run, 3, 'ERR_SCOPE', words);
  });

  it.each([
    [
      'unknown',
      'brand_new',
      'myinfo.brand_new is not in the catalogue. The provider may not know it either.',
    ],
    ['misspelt', 'nmae', 'Did you mean myinfo.name?'],
  ])('is not a scope that is %s: that is a warning', async (_name, claim, words) => {
    const scopes = ['openid', `myinfo.${claim}`];
    const run = await logIn(['--scope', scopes.join(' ')], { scopes });
    expect(run.exitCode).toBe(0);
    expect(claimsOf(run)).toEqual([scopes[1]]);
    expect(run.stderr).toMatch(/^warning: the scope /m);
    expect(run.stderr).toContain(words);
  });
});
