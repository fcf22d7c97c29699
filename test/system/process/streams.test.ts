import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { savedUserinfo } from '../../helpers/saved-userinfo.ts';
import { type ProcessOptions, runInShell, startSgid } from '../../helpers/sgid-process.ts';
import { signIdToken } from '../../helpers/sign-id-token.ts';

const LOGIN = 'login --mock --persona zoe --scope "openid myinfo.name myinfo.email"';
const NO_STACK = /\bat .*:\d+:\d+|node:internal|Node\.js v/;

const ENV = {
  SGID_CLIENT_ID: TEST_CLIENT_ID,
  SGID_CLIENT_SECRET: 'a-secret-of-nobody',
  SGID_PRIVATE_KEY: TEST_PRIVATE_KEY,
  SGID_REDIRECT_URI: 'http://localhost:5001/callback',
};

/** What a step may read. */
const withFiles = async (): Promise<ProcessOptions> => ({
  env: ENV,
  files: {
    'reply.json': savedUserinfo(),
    'token.txt': await signIdToken({ exp: 9e9 }),
    'private.pem': TEST_PRIVATE_KEY,
  },
});

describe('standard output of the built program', () => {
  const PRINTING = [
    ...[LOGIN, '--help', 'login --help', '--version', '', 'pkce', 'authorize-url', 'decrypt reply.json'],
    ...['inspect --hostname https://provider.test token.txt', 'key convert --to der private.pem'],
  ];

  it('is one JSON document in a pipe, and nothing else', async () => {
    const { status, stdout, stderr } = await runInShell(
      `$SGID ${LOGIN} | ${process.execPath} -e 'process.stdin.toArray().then((all) => console.log(JSON.parse(Buffer.concat(all)).data["myinfo.email"]))'`,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'zoe@example.org\n' });
    expect(stderr).toBe('Logging zoe in at the embedded provider.\n');
  });

  it.each(PRINTING)('may be left by its reader: sgid %s', async (line) => {
    const { stdout, stderr } = await runInShell(
      `{ { $SGID ${line}; echo "status $?" >&3; } | head -c 1 >/dev/null; } 3>&1`,
      await withFiles(),
    );
    expect(stdout).toBe('status 0\n');
    expect(stderr).not.toMatch(NO_STACK);
  });

  it.each(PRINTING)('on a full disk is a clear error: sgid %s', async (line) => {
    const { status, stderr } = await runInShell(`$SGID ${line} >/dev/full`, await withFiles());
    expect(status).toBe(3);
    expect(stderr).toContain('error: output: standard output was not written: no space is left there\n');
    expect(stderr).toMatch(/\nMore: sgid explain ERR_OUTPUT\n$/);
    expect(stderr).not.toMatch(NO_STACK);
  });

  it('may be gone before anything is written', async () => {
    const run = await startSgid(['login', '--mock', '--persona', 'zoe']);
    run.child.stdout?.destroy();
    const { status, stderr } = await run.ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'Logging zoe in at the embedded provider.\n' });
  });
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
    const { env } = await setUpProcessLogin();
    const { status, stderr } = await runInShell(`$SGID login --manual --no-browser ${redirection}`, { env });
    expect(status).toBe(3);
    expect(stderr).toContain('standard input ended before a redirected URL came');
  });

  /** What reads it unless a file is named. */
  const READERS = [
    ...['userinfo', 'userinfo --token -', 'decrypt', 'inspect', 'key inspect'],
    'callback --transaction - http://localhost/x',
  ];

  it.each(READERS)('may be empty in whatever way for sgid %s, which says so', async (line) => {
    const script = ['<&-', '</dev/null', '</', '<empty'].map((from) => `$SGID ${line} ${from}; echo $?`);
    const { stdout, stderr } = await runInShell(script.join('\n'), { env: ENV, files: { empty: '' } });
    expect(stdout).toBe('3\n3\n3\n3\n');
    expect(stderr.match(/: standard input is empty/g)).toHaveLength(4);
    expect(stderr).not.toMatch(NO_STACK);
  });

  it.each(READERS)('may be endless for sgid %s, which stops at 1 MiB', async (line) => {
    const script = `head -c 52428800 /dev/zero | $SGID ${line}; echo $?; yes | $SGID ${line}; echo $?`;
    const { stdout, stderr } = await runInShell(script, { env: ENV });
    expect(stdout).toBe('3\n3\n');
    expect(stderr.match(/standard input is larger than 1 MiB/g)).toHaveLength(2);
    expect(stderr).not.toMatch(NO_STACK);
  });

  it('may be one endless line for --manual, of which little is kept', async () => {
    const { env } = await setUpProcessLogin();
    const script =
      'head -c 300000000 /dev/zero | NODE_OPTIONS=--max-old-space-size=64 $SGID login --manual; echo $?';
    const { stdout, stderr } = await runInShell(script, { env });
    expect(stdout).toBe('7\n');
    expect(stderr).toContain('is not the URL that the browser was redirected to');
    expect(stderr).not.toMatch(NO_STACK);
  });

  it.each(READERS)('may be a pipe that is open for sgid %s, which ends on SIGINT', async (line) => {
    // More than a pipe holds: it is gone when the program has begun to read.
    const stdin = ' '.repeat(900_000);
    const run = await startSgid(line.split(' '), { env: ENV, stdin, stdinOpen: true });
    await new Promise((resolve) => run.child.stdin?.write(' ', resolve));
    run.child.kill('SIGINT');
    const stderr = expect.stringContaining('Interrupted.');
    expect(await run.ended).toMatchObject({ status: 130, stdout: '', stderr });
  });

  it.each(['pkce', 'authorize-url'])('may be closed for sgid %s, which reads nothing', async (line) => {
    const { status, stdout, stderr } = await runInShell(`$SGID ${line} <&-`, { env: ENV });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toHaveProperty('codeVerifier');
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
