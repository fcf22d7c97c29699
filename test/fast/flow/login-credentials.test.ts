import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { type RunOptions, type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { errorCodeOf, type Flow, startFlow } from '../../helpers/login-flow.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

/** Logs in with these options and variables alone. */
const loginWith = (flow: Flow, args: readonly string[], run: RunOptions = {}): Promise<RunResult> =>
  runSgid(['login', ...args], { browser: flow.browser.open, ...run });

/** The flow's variables, some of them replaced or, with `undefined`, taken out. */
const envWithout = (flow: Flow, changes: Record<string, string | undefined>) => ({ ...flow.env, ...changes });

const escapedKey = TEST_PRIVATE_KEY.replaceAll('\n', '\\n');

const envText = (flow: Flow): string =>
  Object.entries({ ...flow.env, SGID_PRIVATE_KEY: `"${escapedKey}"` })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

describe('where sgid login finds its credentials', () => {
  it.each([
    ['PEM text', () => TEST_PRIVATE_KEY],
    ['PEM text with escaped newlines', () => escapedKey],
    ['quoted PEM text with escaped newlines', () => `"${escapedKey}"`],
    ['a path', () => writeTemporaryFile('key.pem', TEST_PRIVATE_KEY)],
  ])('SGID_PRIVATE_KEY as %s', async (_name, keyOf) => {
    const flow = await startFlow();
    expect(await flow.login([], { env: { SGID_PRIVATE_KEY: await keyOf() } })).toMatchObject({ exitCode: 0 });
  });

  it('SGID_PRIVATE_KEY_PATH and SGID_CLIENT_SECRET_FILE', async () => {
    const flow = await startFlow();
    const env = envWithout(flow, {
      SGID_PRIVATE_KEY: undefined,
      SGID_PRIVATE_KEY_PATH: await writeTemporaryFile('key.pem', TEST_PRIVATE_KEY),
      SGID_CLIENT_SECRET: undefined,
      SGID_CLIENT_SECRET_FILE: await writeTemporaryFile('secret', `${TEST_CLIENT_SECRET}\n`),
    });
    expect(await loginWith(flow, [], { env })).toMatchObject({ exitCode: 0 });
  });

  it('options, the secret and the key in files', async () => {
    const flow = await startFlow();
    const run = await loginWith(flow, [
      ...['--client-id', TEST_CLIENT_ID, '--redirect-uri', flow.redirectUri],
      ...['--hostname', flow.provider.hostname, '--scope', 'openid'],
      ...['--client-secret-file', await writeTemporaryFile('secret', `${TEST_CLIENT_SECRET}\n`)],
      ...['--private-key-file', await writeTemporaryFile('key.pem', TEST_PRIVATE_KEY)],
    ]);
    expect(run).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['--client-secret-file', 'SGID_CLIENT_SECRET', `${TEST_CLIENT_SECRET}\n`],
    ['--private-key-file', 'SGID_PRIVATE_KEY', TEST_PRIVATE_KEY],
  ])('%s - reads standard input', async (option, variable, stdin) => {
    const flow = await startFlow();
    const env = envWithout(flow, { [variable]: undefined });
    const hostname = ['--hostname', flow.provider.hostname];
    expect(await loginWith(flow, [option, '-', ...hostname], { env, stdin })).toMatchObject({ exitCode: 0 });
  });

  it('--credentials with JSON, as the portal gives it', async () => {
    const flow = await startFlow();
    const content = {
      id: TEST_CLIENT_ID,
      secret: TEST_CLIENT_SECRET,
      scopes: ['openid', 'myinfo.email'],
      redirectUris: [flow.redirectUri],
      privateKey: TEST_PRIVATE_KEY,
    };
    const path = await writeTemporaryFile('client.json', JSON.stringify(content));
    const run = await loginWith(flow, ['--credentials', path, '--hostname', flow.provider.hostname]);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(Object.keys(JSON.parse(run.stdout).data)).toEqual(['myinfo.email']);
  });

  it.each(['--credentials', '--dotenv'])('%s in the shape of an env file', async (option) => {
    const flow = await startFlow();
    const path = await writeTemporaryFile('client.env', envText(flow));
    expect(await loginWith(flow, [option, path])).toMatchObject({ exitCode: 0 });
  });

  it('./.env, which the environment overrides', async () => {
    const flow = await startFlow();
    const bytes = Buffer.from(envText(flow));
    const files = { readSecretFile: async () => ({ bytes, readableByOthers: false }) };
    const env = { SGID_SCOPE: 'openid myinfo.email' };
    const run = await loginWith(flow, [], { files, env });
    expect(Object.keys(JSON.parse(run.stdout).data)).toEqual(['myinfo.email']);
  });

  it('asks for the passphrase of an encrypted key on a terminal, before the browser opens', async () => {
    const flow = await startFlow();
    const cipher = { cipher: 'aes-256-cbc', passphrase: 'test-passphrase' };
    const key = createPrivateKey(TEST_PRIVATE_KEY).export({ type: 'pkcs8', format: 'pem', ...cipher });
    const questions: string[] = [];
    const terminal = {
      stdinIsTerminal: true,
      stderrIsTerminal: true,
      askSecret: async (message: string) => {
        questions.push(`${message}, browsers opened: ${flow.browser.opened.length}`);
        return 'test-passphrase';
      },
    };
    const env = { SGID_PRIVATE_KEY: key.toString(), CI: 'true' };
    expect(await flow.login([], { terminal, env })).toMatchObject({ exitCode: 0 });
    expect(questions).toEqual(['Passphrase of the private key, browsers opened: 0']);
  });

  it('does not send a secret to a provider that another place names', async () => {
    const flow = await startFlow();
    const envFile = await writeTemporaryFile('.env', 'SGID_HOSTNAME=https://collector.example.test\n');
    const env = envWithout(flow, { SGID_HOSTNAME: undefined });
    const run = await loginWith(flow, ['--dotenv', envFile], { env });
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_PROVIDER_BINDING');
    expect(run.stderr).toContain('--hostname https://collector.example.test');
    expect(flow.browser.opened).toEqual([]);
  });
});
