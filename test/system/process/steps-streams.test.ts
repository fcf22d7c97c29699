import { open } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { savedUserinfo } from '../../helpers/saved-userinfo.ts';
import { runBuiltSgid, runInShell, startSgid } from '../../helpers/sgid-process.ts';
import { signIdToken } from '../../helpers/sign-id-token.ts';

const ENV = {
  SGID_CLIENT_ID: 'TEST-1a2b3c4d',
  SGID_CLIENT_SECRET: 'a-secret-of-nobody',
  SGID_PRIVATE_KEY: TEST_PRIVATE_KEY,
  SGID_REDIRECT_URI: 'http://localhost:5001/callback',
};
const NO_STACK = /\bat .*:\d+:\d+|node:internal|Node\.js v/;

/** The steps that read something unless it is named. */
const READERS = [
  'userinfo',
  'userinfo --token -',
  'decrypt',
  'inspect',
  'callback --transaction - http://localhost/x',
];

describe('a step that is given nothing', () => {
  it.each(
    READERS.flatMap((step) => [
      [step, 'closed', '<&-'],
      [step, '/dev/null', '</dev/null'],
      [step, 'a folder', '</'],
      [step, 'the output of a step that failed', '<empty'],
    ]),
  )('sgid %s says so when standard input is %s', async (step, _name, redirection) => {
    const { status, stdout, stderr } = await runInShell(`$SGID ${step} ${redirection}`, {
      env: ENV,
      files: { empty: '' },
    });
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('standard input is empty; did the previous command fail?');
    expect(stderr).not.toMatch(NO_STACK);
  });

  it.each(READERS)('sgid %s stops at 1 MiB of an endless input', async (step) => {
    const { stdout, stderr } = await runInShell(
      `head -c 52428800 /dev/zero | $SGID ${step}; echo $?; yes | $SGID ${step}; echo $?`,
      { env: ENV },
    );
    expect(stdout).toBe('3\n3\n');
    expect(stderr.match(/standard input is larger than 1 MiB/g)).toHaveLength(2);
    expect(stderr).not.toMatch(NO_STACK);
  });

  it.each(READERS)('sgid %s waits for a pipe that is open, and ends on SIGINT', async (step) => {
    // More than a pipe holds: it is gone when the program has begun to read.
    const stdin = ' '.repeat(900_000);
    const run = await startSgid(step.split(' '), { env: ENV, stdin, stdinOpen: true });
    await new Promise((resolve) => run.child.stdin?.write(' ', resolve));
    run.child.kill('SIGINT');
    const { status, stdout, stderr } = await run.ended;
    expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
    expect(stderr).toContain('ERR_INTERRUPTED');
  });
});

describe('the steps that read nothing', () => {
  it.each(['pkce', 'authorize-url'])('sgid %s may have its standard input closed', async (step) => {
    const { status, stdout, stderr } = await runInShell(`$SGID ${step} <&-`, { env: ENV });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toHaveProperty('codeVerifier');
  });

  it('do without HOME and PATH', async () => {
    const { status, stdout } = await runInShell(
      'env -i $SGID pkce && env -i $SGID authorize-url --client-id x --redirect-uri http://localhost:1/x',
    );
    expect(status).toBe(0);
    expect(stdout.match(/"codeVerifier"/g)).toHaveLength(2);
  });
});

describe('the output of a step', () => {
  const files = async () => ({ 'reply.json': savedUserinfo(), 'token.txt': await signIdToken({ exp: 9e9 }) });
  const STEPS = [
    'pkce',
    'authorize-url',
    'decrypt reply.json',
    'inspect --hostname https://provider.test token.txt',
  ];

  it.each(STEPS)('of sgid %s may be left by its reader', async (step) => {
    const { stdout, stderr } = await runInShell(
      `{ { $SGID ${step}; echo "status $?" >&3; } | head -c 1 >/dev/null; } 3>&1; { $SGID ${step}; echo "status $?" >&3; } 3>&1 | true`,
      { env: { ...ENV, SGID_CLIENT_ID: 'MOCK-7e57c11e' }, files: await files() },
    );
    expect(stdout).toBe('status 0\n');
    expect(stderr).not.toMatch(NO_STACK);
  });

  it.each(STEPS)('of sgid %s on a full disk is a clear error', async (step) => {
    const full = await open('/dev/full', 'w');
    const run = { env: { ...ENV, SGID_CLIENT_ID: 'MOCK-7e57c11e' }, files: await files(), stdout: full.fd };
    const { status, stderr } = await runBuiltSgid(step.split(' '), run);
    await full.close();
    expect(status).toBe(3);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('ERR_OUTPUT');
    expect(stderr).not.toMatch(NO_STACK);
  });

  it('does without HOME and PATH where it reads something', async () => {
    const script =
      'env -i SGID_PRIVATE_KEY="$SGID_PRIVATE_KEY" $SGID decrypt reply.json && env -i $SGID inspect token.txt; echo $?';
    const { stdout } = await runInShell(script, { env: ENV, files: await files() });
    expect(stdout).toContain('"myinfo.name": "TAN AH TEST"');
    // The token is of the provider of the tests.
    expect(stdout).toMatch(/"kind": "id-token"[\s\S]*\n7\n$/);
  });
});
