import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const fixture = (name: string): Promise<string> =>
  readFile(new URL(`../../fixtures/keys/${name}`, import.meta.url), 'utf8');

const REQUIRED = ['SGID_CLIENT_ID', 'SGID_CLIENT_SECRET', 'SGID_PRIVATE_KEY', 'SGID_REDIRECT_URI'];

describe('missing credentials', () => {
  it.each([
    ['missing', {}],
    ['empty', Object.fromEntries(REQUIRED.map((name) => [name, '  ']))],
  ])('that are all %s are named at once, with option and variable', async (_name, env) => {
    const run = await runSgid(['login'], { env });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_MISSING_CREDENTIALS');
    for (const variable of REQUIRED) expect(run.stderr).toContain(variable);
    for (const option of ['--client-id', '--client-secret-file', '--private-key-file', '--redirect-uri'])
      expect(run.stderr).toContain(option);
    expect(run.stderr).toContain('--credentials');
  });

  it.each(REQUIRED)('that lack %s name it alone, before anything is opened', async (variable) => {
    const flow = await startFlow();
    const run = await flow.login([], { env: { [variable]: '' } });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    const [first = ''] = run.stderr.split('\n');
    expect(REQUIRED.filter((name) => first.includes(name))).toEqual([variable]);
    expect(run.stderr).toContain(`1. ${variable} is set but empty`);
    expect(flow.browser.opened).toEqual([]);
    expect(flow.provider.requests).toEqual([]);
  });
});

describe('a private key that cannot be used', () => {
  const secretPart = TEST_PRIVATE_KEY.split('\n')[3] ?? '';

  it.each([
    ['is no key', () => 'this is no key', 'ERR_FILE'],
    ['is a public key', () => fixture('public.pem'), 'ERR_PRIVATE_KEY'],
    ['is a certificate', () => fixture('certificate.pem'), 'ERR_PRIVATE_KEY'],
    ['is cut off', () => TEST_PRIVATE_KEY.slice(0, 400), 'ERR_PRIVATE_KEY'],
    ['is damaged', () => TEST_PRIVATE_KEY.replace(secretPart, '!!!'), 'ERR_PRIVATE_KEY'],
    ['is of an elliptic curve', () => fixture('ec.pem'), 'ERR_PRIVATE_KEY_TYPE'],
    ['is Ed25519', () => fixture('ed25519.pem'), 'ERR_PRIVATE_KEY_TYPE'],
    ['has 1024 bits', () => fixture('rsa-1024.pem'), 'ERR_PRIVATE_KEY_SIZE'],
    ['is encrypted', () => fixture('rsa-2048.pkcs8-encrypted.pem'), 'ERR_PRIVATE_KEY_PASSPHRASE'],
  ])('because it %s is exit 3, before the browser opens', async (_name, keyOf, code) => {
    const flow = await startFlow();
    const key = await keyOf();
    const run = await flow.login([], { env: { SGID_PRIVATE_KEY: key } });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(run)).toBe(code);
    expect(run.stderr).toMatch(/^error: config: /);
    expect(run.stderr).toContain('SGID_PRIVATE_KEY');
    expect(run.stderr).toMatch(/^ {2}next: \S/m);
    for (const line of key.split('\n').slice(1, -2)) expect(run.stderr).not.toContain(line);
    expect(flow.browser.opened).toEqual([]);
    expect(flow.provider.requests).toEqual([]);
  });

  it('because its file holds no key is exit 3', async () => {
    const flow = await startFlow();
    const path = await writeTemporaryFile('key.pem', 'this is no key');
    const run = await flow.login(['--private-key-file', path]);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_PRIVATE_KEY');
    expect(run.stderr).toContain('--private-key-file');
    expect(run.stderr).not.toContain('this is no key');
  });

  it('because the passphrase is wrong is exit 3 and does not repeat it', async () => {
    const flow = await startFlow();
    const env = {
      SGID_PRIVATE_KEY: await fixture('rsa-2048.pkcs8-encrypted.pem'),
      SGID_PRIVATE_KEY_PASSPHRASE: 'PASSPHRASE-CANARY',
    };
    const run = await flow.login(['-v'], { env });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_PRIVATE_KEY_PASSPHRASE');
    expect(run.stderr).not.toContain('CANARY');
  });
});

describe('a credentials file that cannot be used', () => {
  it.each([
    ['is broken JSON', `{"id": "x", "secret": "${TEST_CLIENT_SECRET}",`],
    [
      'holds two clients',
      JSON.stringify([
        { id: 'a', secret: 'b' },
        { id: 'c', secret: 'd' },
      ]),
    ],
    ['holds nothing known', '{"colour":"blue"}'],
  ])('because it %s is exit 3 without its values', async (_name, content) => {
    const flow = await startFlow();
    const path = await writeTemporaryFile('client.json', content);
    const run = await flow.login(['--credentials', path]);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_CREDENTIALS_FILE');
    expect(run.stderr).toContain(path);
    expect(run.stderr).not.toContain(TEST_CLIENT_SECRET);
    expect(flow.browser.opened).toEqual([]);
  });
});

it.each([
  ['--credentials', {}],
  ['--dotenv', {}],
  ['--client-secret-file', {}],
  ['--private-key-file', {}],
  ['SGID_PRIVATE_KEY_PATH', { SGID_PRIVATE_KEY: '', SGID_PRIVATE_KEY_PATH: '/no/such/file' }],
])('a file of %s that is not there is exit 3', async (name, env) => {
  const flow = await startFlow();
  const args = name.startsWith('--') ? [name, '/no/such/file'] : [];
  const run = await flow.login([...args, '--hostname', flow.provider.hostname], { env });
  expect(run).toMatchObject({ exitCode: 3, stdout: '' });
  expect(errorCodeOf(run)).toBe('ERR_FILE');
  expect(run.stderr).toContain('/no/such/file does not exist');
});
