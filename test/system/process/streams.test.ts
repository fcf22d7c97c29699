import { open } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { runBuiltSgid, runInShell, startSgid } from '../../helpers/sgid-process.ts';

const LOGIN = 'login --mock --persona zoe --scope "openid myinfo.name myinfo.email"';
const NO_STACK = /\bat .*:\d+:\d+|node:internal|Node\.js v/;

describe('standard output of the built program', () => {
  it('is one JSON document in a pipe, and nothing else', async () => {
    const { status, stdout, stderr } = await runInShell(
      `$SGID ${LOGIN} | ${process.execPath} -e 'process.stdin.toArray().then((all) => console.log(JSON.parse(Buffer.concat(all)).data["myinfo.email"]))'`,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'zoe@example.org\n' });
    expect(stderr).toBe('Logging zoe in at the embedded provider.\n');
  });

  it('is empty when a login fails', async () => {
    const { stdout, stderr } = await runBuiltSgid(['login']);
    expect(stdout).toBe('');
    expect(stderr).toContain('ERR_MISSING_CREDENTIALS');
  });

  it.each([LOGIN, '--help', '--version', ''])(
    'may be left by its reader: sgid %s | head -c 1',
    async (line) => {
      const { stdout, stderr } = await runInShell(
        `{ { $SGID ${line}; echo "status $?" >&3; } | head -c 1 >/dev/null; } 3>&1`,
      );
      expect(stdout).toBe('status 0\n');
      expect(stderr).not.toMatch(NO_STACK);
    },
  );

  it('may be gone before anything is written', async () => {
    const run = await startSgid(['login', '--mock', '--persona', 'zoe']);
    run.child.stdout?.destroy();
    const { status, stderr } = await run.ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'Logging zoe in at the embedded provider.\n' });
  });

  it.each([['login --mock --persona zoe'], ['--help'], ['login --help'], ['--version'], ['']])(
    'on a full disk is a clear error: sgid %s',
    async (line) => {
      const full = await open('/dev/full', 'w');
      const args = line.split(' ').filter((word) => word !== '');
      const { status, stderr } = await runBuiltSgid(args, { stdout: full.fd });
      await full.close();
      expect(status).toBe(3);
      expect(stderr).toContain('error: output: standard output was not written: no space is left there\n');
      expect(stderr.trimEnd().split('\n').at(-1)).toBe('ERR_OUTPUT');
      expect(stderr).not.toMatch(NO_STACK);
    },
  );
});

describe('standard error of the built program', () => {
  it.each([
    ['closed', '2>&-'],
    ['full', '2>/dev/full'],
  ])('may be %s', async (_name, redirection) => {
    const { stdout } = await runInShell(
      `$SGID login --mock --persona zoe --field sub ${redirection}; echo $?; $SGID login --nonsense ${redirection}; echo $?`,
    );
    expect(stdout).toMatch(/^u=\S+\n0\n2\n$/);
  });

  it('may be left by its reader', async () => {
    const login = await setUpProcessLogin();
    const run = await login.start();
    const url = await run.authorizationUrl();
    run.child.stderr?.destroy();
    // An unexpected callback is warned of, into nothing.
    await visit(`${login.redirectUri}?state=wrong&code=x`);
    await visit(url);
    expect(await run.ended).toMatchObject({ status: 0, stdout: expect.stringContaining('TAN WEI MING') });
  });
});

describe('standard input of the built program', () => {
  it.each([
    ['closed', '<&-'],
    ['/dev/null', '</dev/null'],
    ['an ended pipe', ''],
  ])('may be %s while it waits for the callback', async (_name, redirection) => {
    const login = await setUpProcessLogin();
    const run = runInShell(`$SGID login --browser "${process.execPath} follow.mjs" ${redirection}`, {
      env: login.env,
      stdin: '',
      files: { 'follow.mjs': 'await fetch(process.argv[2]);' },
    });
    expect(await run).toMatchObject({ status: 0, stdout: expect.stringContaining('TAN WEI MING') });
  });

  it.each([
    ['closed', '<&-'],
    ['/dev/null', '</dev/null'],
  ])('gives no redirected URL to --manual when it is %s', async (_name, redirection) => {
    const login = await setUpProcessLogin();
    const { status, stderr } = await runInShell(`$SGID login --manual --no-browser ${redirection}`, {
      env: login.env,
    });
    expect(status).toBe(6);
    expect(stderr).toContain('standard input ended before a redirected URL came');
  });

  it.each([
    ['--client-secret-file', 'SGID_CLIENT_SECRET'],
    ['--private-key-file', 'SGID_PRIVATE_KEY'],
  ])('may hold the value of %s', async (option, variable) => {
    const login = await setUpProcessLogin();
    const { [variable]: secret = '', ...env } = login.env;
    const args = ['login', '--no-browser', '--hostname', login.provider.hostname, option, '-'];
    const run = await startSgid(args, { env, stdin: secret });
    await visit(await run.authorizationUrl());
    expect(await run.ended).toMatchObject({ status: 0 });
  });
});
