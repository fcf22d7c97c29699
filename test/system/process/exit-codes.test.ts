import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { redirectOf, withParameters } from '../../helpers/fake-browser.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { occupyPort } from '../../helpers/occupy-port.ts';
import { isPortFree } from '../../helpers/port-state.ts';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { runBuiltSgid, runInShell } from '../../helpers/sgid-process.ts';

const mockLogin = ['login', '--mock', '--persona', 'zoe'];

describe('the exit code of the built program', () => {
  it.each([
    ['a login', mockLogin, 0],
    ['an unknown option', ['login', '--nonsense'], 2],
    ['an unknown command', ['logn'], 2],
    ['contradicting options', [...mockLogin, '--field', 'sub', '--format', 'env'], 2],
    ['an unknown persona', ['login', '--mock', '--persona', 'nobody'], 2],
    ['missing credentials', ['login'], 3],
    ['a failed expectation', [...mockLogin, '--expect', 'myinfo.email'], 9],
    ['an absent claim', [...mockLogin, '--field', 'myinfo.email'], 9],
  ])('after %s', async (_name, args, status) => {
    expect(await runBuiltSgid(args)).toMatchObject({ status });
  });

  it('is what a shell finds in $?', async () => {
    const { stdout } = await runInShell(
      '$SGID login --mock --persona zoe >claims.json; echo $?; $SGID login --nonsense; echo $?',
    );
    expect(stdout).toBe('0\n2\n');
  });

  it('is 4 when the person refuses, and the page says so', async () => {
    const login = await setUpProcessLogin({ approve: undefined });
    const run = await login.start();
    const page = await visit(
      withParameters(new URL(await run.authorizationUrl()), { mock_decision: 'refuse' }),
    );
    expect(page.body).toContain('Sign-in declined');
    expect(await run.ended).toMatchObject({ status: 4, stdout: '' });
    expect(await isPortFree(login.port)).toBe(true);
  });

  it.each([
    ['4 when the provider refuses the code', { token: () => reply(400, '{"error":"invalid_grant"}') }, 4],
    ['5 when the provider is down', { token: () => reply(503) }, 5],
    ['7 when the ID token is none', { token: () => reply(200, '{"access_token":"a","id_token":"b"}') }, 7],
  ])('is %s', async (_name, provider, status) => {
    const login = await setUpProcessLogin({ provider });
    const run = await login.start();
    const page = await visit(await run.authorizationUrl());
    expect(page.body).toContain('Sign-in failed');
    expect(await run.ended).toMatchObject({ status, stdout: '' });
  });

  it('is 6 when no callback comes in time', async () => {
    const login = await setUpProcessLogin();
    const run = await login.start(['--no-browser', '--timeout', '0.2s']);
    const { status, stderr } = await run.ended;
    expect(status).toBe(6);
    expect(stderr).toContain(`Register exactly ${login.redirectUri} in the developer portal`);
  });

  it('is 8 when the private key is that of another client', async () => {
    const other = await readFile(new URL('../../fixtures/keys/rsa-2048.pkcs8.pem', import.meta.url), 'utf8');
    const login = await setUpProcessLogin();
    const run = await login.start(['--no-browser'], { env: { SGID_PRIVATE_KEY: other } });
    await visit(await run.authorizationUrl());
    expect(await run.ended).toMatchObject({ status: 8, stdout: '' });
  });

  it('is 10 when the port of the redirect URI is taken', async () => {
    const login = await setUpProcessLogin();
    const squatter = await occupyPort('127.0.0.1', login.port);
    const { status, stderr } = await (await login.start()).ended;
    await squatter.close();
    expect(status).toBe(10);
    expect(stderr).toContain(`port ${login.port} on 127.0.0.1 is in use`);
  });

  it.each([
    ['SIGHUP', 129, 'ERR_HANGUP'],
    ['SIGINT', 130, 'ERR_INTERRUPTED'],
    ['SIGTERM', 143, 'ERR_TERMINATED'],
  ] as const)('after %s while it waits is %i, and the port is free at once', async (signal, status, code) => {
    const login = await setUpProcessLogin();
    const run = await login.start();
    await run.authorizationUrl();
    expect(await isPortFree(login.port)).toBe(false);
    run.child.kill(signal);
    const ended = await run.ended;
    expect(await isPortFree(login.port)).toBe(true);
    expect(ended).toMatchObject({ status, stdout: '' });
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toBe(code);
  });

  it('is 0 for the genuine callback after one with a wrong state', async () => {
    const login = await setUpProcessLogin();
    const run = await login.start();
    const callback = await redirectOf(await run.authorizationUrl());
    expect(await visit(withParameters(callback, { state: 'another' }))).toMatchObject({ status: 400 });
    await visit(callback.href);
    expect(await run.ended).toMatchObject({ status: 0, stderr: expect.stringContaining('Still waiting.') });
  });
});

describe('the program by itself', () => {
  it('prints the version of its package with --version', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
    for (const args of [['--version'], ['-V']]) {
      expect(await runBuiltSgid(args)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    }
  });

  it('prints its help with --help, with help and without arguments', async () => {
    const [help, ...others] = await Promise.all([
      runBuiltSgid(['--help']),
      runBuiltSgid([]),
      runBuiltSgid(['help']),
    ]);
    expect(help).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('sgid login --mock'),
    });
    for (const other of others) expect(other).toEqual(help);
  });

  it('prints every option of login with examples', async () => {
    const { status, stdout, stderr } = await runBuiltSgid(['login', '--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('--redirect-uri <uri>');
    expect(stdout).toContain('Examples:\n  $ sgid login --mock --persona wei-ming');
  });

  it.each([
    ['logn', '(Did you mean login?)'],
    ['login --redirect-url', '(Did you mean --redirect-uri?)'],
  ])('suggests what may have been meant by %s', async (line, suggestion) => {
    expect((await runBuiltSgid(line.split(' '))).stderr).toContain(suggestion);
  });
});
