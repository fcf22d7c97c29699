import { createPrivateKey } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { Profile } from '../../../src/settings/profile.ts';
import { type Canaries, canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { startFlow } from '../../helpers/login-flow.ts';
import { makeProfileHome, memoryKeyring } from '../../helpers/profile-folder.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const PASSPHRASE = 'CANARY passphrase/1+2';
const CIPHER = { cipher: 'aes-256-cbc', passphrase: PASSPHRASE };
const LOCKED_KEY = createPrivateKey(TEST_PRIVATE_KEY)
  .export({ type: 'pkcs8', format: 'pem', ...CIPHER })
  .toString();
const PRINTED = 'CANARY-printed-by-a-command';
const ARGUMENT = 'CANARY-argument-of-a-command';

const CANARIES: Canaries = new Map([
  ...canariesOfKey(TEST_PRIVATE_KEY),
  ...canariesOfKey(LOCKED_KEY),
  ['client secret', TEST_CLIENT_SECRET],
  ['passphrase', PASSPHRASE],
  ['what a command printed', PRINTED],
  ['an argument of a command', ARGUMENT],
]);

function script(status: number, stdout: string, stderr: string): Promise<string> {
  const lines = ['#!/bin/sh', `cat << 'STDOUT'\n${stdout}\nSTDOUT`, `cat >&2 << 'STDERR'\n${stderr}\nSTDERR`];
  return writeTemporaryFile('script.sh', [...lines, `exit ${status}\n`].join('\n'), 0o700);
}

const KEYRING = { source: 'keyring' };
const SECRETS = { clientSecret: TEST_CLIENT_SECRET, privateKey: LOCKED_KEY, passphrase: PASSPHRASE };
const STORED = {
  clientSecret: { value: TEST_CLIENT_SECRET },
  privateKey: { value: LOCKED_KEY },
  passphrase: { value: PASSPHRASE },
};
const FAILED = `${PRINTED} ${TEST_CLIENT_SECRET} ${LOCKED_KEY}`;

const byCommand = async (status: number, stdout: string, stderr: string) => ({
  source: `command:${await script(status, stdout, stderr)} --token=${ARGUMENT}`,
});

/** The same profile, its secrets kept in one way or another. */
const KEPT: Readonly<Record<string, (() => Promise<Profile>) | Profile>> = {
  'in the profile': STORED,
  'in the keyring': { clientSecret: KEYRING, privateKey: KEYRING, passphrase: KEYRING },
  'with commands, which also say them on stderr': async () => ({
    clientSecret: await byCommand(0, TEST_CLIENT_SECRET, TEST_CLIENT_SECRET),
    privateKey: await byCommand(0, LOCKED_KEY, LOCKED_KEY),
    passphrase: await byCommand(0, PASSPHRASE, PASSPHRASE),
  }),
  'in variables and files': async () => ({
    clientSecret: { source: 'env:OWN_SECRET' },
    privateKey: { source: `file:${await writeTemporaryFile('key.pem', LOCKED_KEY)}` },
    passphrase: { source: 'env:OWN_PASSPHRASE' },
  }),
  'with a command that fails after it printed and said secrets': async () => ({
    ...STORED,
    privateKey: await byCommand(1, PRINTED, FAILED),
  }),
  'where the passphrase is wrong': async () => ({
    clientSecret: await byCommand(0, TEST_CLIENT_SECRET, ''),
    privateKey: { value: LOCKED_KEY },
    passphrase: await byCommand(0, PRINTED, PRINTED),
  }),
  'where secrets stand in the place of each other': {
    clientSecret: { value: LOCKED_KEY },
    privateKey: { value: LOCKED_KEY },
    passphrase: { value: TEST_CLIENT_SECRET },
    scope: `openid ${TEST_CLIENT_SECRET}`,
  },
};

/** Every command that has to do with the profile, well and badly used, and what its file is made before. */
const COMMANDS: Readonly<Record<string, readonly [commandLine: string, broken?: string]>> = {
  login: ['login -p test'],
  'login with a bad option': ['login -p test --field='],
  'login with a broken file': [
    'login -p test',
    JSON.stringify({ version: 1, clientSecret: TEST_CLIENT_SECRET, key: LOCKED_KEY }),
  ],
  'login with a file that is no JSON': [
    'login -p test',
    `{"version": 1, "clientSecret": {"value": "${TEST_CLIENT_SECRET}" x`,
  ],
  list: ['profile list'],
  'list as a table': ['profile list --format table'],
  show: ['profile show test'],
  'show --resolved': ['profile show test --resolved'],
  use: ['profile use test'],
  'remove without --yes': ['profile remove test'],
  remove: ['profile remove test --yes'],
};

async function run(keep: (typeof KEPT)[string], commandLine: string, broken?: string) {
  const secrets = typeof keep === 'function' ? await keep() : keep;
  const { browser, provider, redirectUri } = await startFlow();
  const publics = { clientId: TEST_CLIENT_ID, redirectUri, hostname: provider.hostname };
  const home = await makeProfileHome({ test: { ...publics, ...secrets } });
  if (broken !== undefined) await writeFile(home.fileOf('test'), broken);
  const own = { OWN_SECRET: TEST_CLIENT_SECRET, OWN_PASSPHRASE: PASSPHRASE };
  const ended = await runSgid(commandLine.split(' '), {
    browser: browser.open,
    keyring: memoryKeyring(
      Object.fromEntries(Object.entries(SECRETS).map(([name, secret]) => [`test/${name}`, secret])),
    ),
    env: { PATH: process.env['PATH'], ...home.env, ...own },
  });
  await browser.idle();
  return ended;
}

describe('no secret of a profile is said', () => {
  describe.each(Object.entries(KEPT))('kept %s', (_kept, keep) => {
    it.each(
      Object.entries(COMMANDS).flatMap(([name, [commandLine, broken]]) =>
        ['', ' -v --json-errors'].map((extra) => [name, extra, commandLine, broken] as const),
      ),
    )('by %s%s', async (_name, extra, commandLine, broken) => {
      const { stdout, stderr } = await run(keep, commandLine + extra, broken);
      expect(stdout + stderr).not.toBe('');
      expect(findCanaries(stdout + stderr, CANARIES)).toEqual([]);
    });
  });

  it.each(Object.entries(KEPT).slice(0, 4))('and a login kept %s does log in', async (_kept, keep) => {
    expect(await run(keep, 'login -p test')).toMatchObject({ exitCode: 0 });
  });
});
