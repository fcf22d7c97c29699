import { cp, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { Profile } from '../../../src/settings/profile.ts';
import { setUpProcessLogin, visit } from '../../helpers/process-login.ts';
import { makeProfileHome, type ProfileHome } from '../../helpers/profile-folder.ts';
import { runInShell, SGID_JS, startSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder, writeTemporaryFile } from '../../helpers/temporary-folder.ts';
import { openTerminal, urlOn } from '../../helpers/terminal-session.ts';

const LOGIN = ['login', '--no-browser', '-p', 'test'];

/** A home whose profile "test" has its client secret from this script of shell. */
async function homeWith(script: string, changes: Profile = {}): Promise<ProfileHome> {
  const path = await writeTemporaryFile('secret.sh', `#!/bin/sh\n${script}\n`, 0o700);
  return makeProfileHome({
    test: {
      clientId: TEST_CLIENT_ID,
      redirectUri: 'http://localhost:5001/callback',
      hostname: 'http://localhost:5157',
      clientSecret: { source: `command:${path}` },
      privateKey: { value: TEST_PRIVATE_KEY },
      ...changes,
    },
  });
}

async function isRunning(pid: string): Promise<boolean> {
  const { stdout } = await runInShell(`ps -o stat= -p ${pid}`);
  return /^[^ZX\s]/.test(stdout.trim());
}

async function readWhenThere(path: string): Promise<string> {
  return expect
    .poll(() => readFile(path, 'utf8').catch(() => ''))
    .toMatch(/\n/)
    .then(() => readFile(path, 'utf8'));
}

describe('a command that gives a secret', () => {
  it.each([
    ['SIGINT', 130, 'Interrupted.'],
    ['SIGTERM', 143, 'Terminated.'],
  ] as const)('is ended by %s, with all that it started', async (signal, status, words) => {
    const note = join(await makeTemporaryFolder(), 'pid');
    const home = await homeWith(`sh -c 'trap "" TERM; echo $$ > ${note}; sleep 60; sleep 60'`);
    const run = await startSgid(LOGIN, { env: home.env });
    const pid = (await readWhenThere(note)).trim();
    expect(await isRunning(pid)).toBe(true);
    run.child.kill(signal);
    const ended = await run.ended;
    expect(ended).toMatchObject({ status, stdout: '' });
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toBe(words);
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('can ask on a terminal, and what it says is seen', async () => {
    const { provider, redirectUri } = await setUpProcessLogin();
    const ask = `printf 'PIN of the vault: ' >&2; read pin; [ "$pin" = 1234 ] && printf '%s' '${TEST_CLIENT_SECRET}'`;
    const home = await homeWith(ask, { redirectUri, hostname: provider.hostname });
    const terminal = await openTerminal(LOGIN.join(' '), { env: home.env });
    await terminal.shows(/^PIN of the vault:/m);
    terminal.type('1234\r');
    await terminal.shows(/Waiting for the callback/);
    await visit(urlOn(terminal));
    const screen = await terminal.ended;
    expect(screen).toContain('TAN WEI MING');
    expect(screen).toContain('status 0, echo');
    expect(terminal.bytes()).not.toContain(TEST_CLIENT_SECRET);
  });

  it('is ended by Ctrl-C while it asks', async () => {
    const home = await homeWith(`printf 'PIN of the vault: ' >&2; read pin`);
    const terminal = await openTerminal(LOGIN.join(' '), { env: home.env });
    await terminal.shows(/^PIN of the vault:/m);
    terminal.type('\u0003');
    expect(await terminal.ended).toMatch(/Interrupted.\nstatus 130, echo/);
  });
});

describe('sgid profile remove on a terminal', () => {
  it.each([
    ['y and Return', 'y\r', 'The profile test is removed.\nstatus 0, echo', false],
    ['YES and Return', 'YES\r', 'The profile test is removed.\nstatus 0, echo', false],
    ['yesterday and Return', 'yesterday\r\u0004', 'Nothing was removed.\nstatus 0, echo', true],
    ['Return', '\r', 'Nothing was removed.\nstatus 0, echo', true],
    ['Ctrl-D', '\u0004', 'Nothing was removed.\nstatus 0, echo', true],
    ['Ctrl-C', '\u0003', 'Interrupted.\nstatus 130, echo', true],
  ])('does what %s says', async (_name, keys, end, kept) => {
    const home = await homeWith('exit 1');
    const terminal = await openTerminal('profile remove test', { env: home.env });
    await terminal.shows(/Remove the profile test\? \(y\/N\)/m);
    terminal.type(keys);
    expect(await terminal.ended).toContain(end);
    expect(await home.store.list()).toEqual(kept ? ['test'] : []);
  });
});

it('the keyring is not needed to run the program', async () => {
  const folder = await makeTemporaryFolder();
  const home = await homeWith('', { clientSecret: { source: 'keyring' } });
  const [bin, root] = [dirname(SGID_JS), dirname(dirname(SGID_JS))];
  await mkdir(join(folder, 'dist'));
  await cp(bin, join(folder, 'bin'), { recursive: true });
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  const command = `"${process.execPath}" ${folder}/bin/sgid.js ${LOGIN.join(' ')}`;
  const { status, stderr } = await runInShell(command, { env: home.env });
  expect(status).toBe(3);
  expect(stderr).toContain('the package @napi-rs/keyring is not installed');
});
