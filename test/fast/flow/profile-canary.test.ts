import { createPrivateKey } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import type { Profile } from '../../../src/settings/profile.ts';
import { type Canaries, canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { type RunOptions, runSgid } from '../../helpers/fake-platform.ts';
import { startFlow } from '../../helpers/login-flow.ts';
import { makeProfileHome, memoryKeyring, type ProfileHome } from '../../helpers/profile-folder.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const PASSPHRASE = 'CANARY passphrase/1+2';
const LOCKED_KEY = createPrivateKey(TEST_PRIVATE_KEY)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
  .toString();
const PRINTED = 'CANARY-printed-by-a-command';

const CANARIES: Canaries = new Map([
  ...canariesOfKey(TEST_PRIVATE_KEY),
  ...canariesOfKey(LOCKED_KEY),
  ['client secret', TEST_CLIENT_SECRET],
  ['passphrase', PASSPHRASE],
  ['what a command printed', PRINTED],
]);

/** A script that says and prints these, and exits so. */
function script(status: number, stdout: string, stderr: string): Promise<string> {
  const lines = ['#!/bin/sh', `cat << 'STDOUT'\n${stdout}\nSTDOUT`, `cat >&2 << 'STDERR'\n${stderr}\nSTDERR`];
  return writeTemporaryFile('script.sh', [...lines, `exit ${status}\n`].join('\n'), 0o700);
}

const KEYRING = { source: 'keyring' };

/** The same profile, its secrets kept in one way or another. */
const KEPT: Readonly<
  Record<string, () => Promise<{ readonly secrets: Profile; readonly run?: RunOptions }>>
> = {
  'in the profile': async () => ({
    secrets: {
      clientSecret: { value: TEST_CLIENT_SECRET },
      privateKey: { value: LOCKED_KEY },
      passphrase: { value: PASSPHRASE },
    },
  }),
  'in the keyring': async () => ({
    secrets: { clientSecret: KEYRING, privateKey: KEYRING, passphrase: KEYRING },
    run: {
      keyring: memoryKeyring({
        'test/clientSecret': TEST_CLIENT_SECRET,
        'test/privateKey': LOCKED_KEY,
        'test/passphrase': PASSPHRASE,
      }),
    },
  }),
  'with commands, which also say them on stderr': async () => ({
    secrets: {
      clientSecret: { source: `command:${await script(0, TEST_CLIENT_SECRET, TEST_CLIENT_SECRET)}` },
      privateKey: { source: `command:${await script(0, LOCKED_KEY, LOCKED_KEY)}` },
      passphrase: { source: `command:${await script(0, PASSPHRASE, PASSPHRASE)}` },
    },
  }),
  'in variables and files': async () => ({
    secrets: {
      clientSecret: { source: 'env:OWN_SECRET' },
      privateKey: { source: `file:${await writeTemporaryFile('key.pem', LOCKED_KEY)}` },
      passphrase: { source: 'env:OWN_PASSPHRASE' },
    },
    run: { env: { OWN_SECRET: TEST_CLIENT_SECRET, OWN_PASSPHRASE: PASSPHRASE } },
  }),
  'with a command that fails after it printed and said secrets': async () => ({
    secrets: {
      clientSecret: { value: TEST_CLIENT_SECRET },
      privateKey: {
        source: `command:${await script(1, PRINTED, `${PRINTED} ${TEST_CLIENT_SECRET} ${LOCKED_KEY}`)}`,
      },
      passphrase: { value: PASSPHRASE },
    },
  }),
  'where the passphrase is wrong': async () => ({
    secrets: {
      clientSecret: { source: `command:${await script(0, TEST_CLIENT_SECRET, '')}` },
      privateKey: { value: LOCKED_KEY },
      passphrase: { source: `command:${await script(0, PRINTED, PRINTED)}` },
    },
  }),
  'where secrets stand in the place of each other': async () => ({
    secrets: {
      clientSecret: { value: LOCKED_KEY },
      privateKey: { value: LOCKED_KEY },
      passphrase: { value: TEST_CLIENT_SECRET },
      scope: `openid ${TEST_CLIENT_SECRET}`,
    },
  }),
};

/** Every command that has to do with the profile, well and badly used. */
const COMMANDS: Readonly<
  Record<string, (home: ProfileHome) => Promise<readonly string[]> | readonly string[]>
> = {
  login: () => ['login', '-p', 'test'],
  'login with a bad option': () => ['login', '-p', 'test', '--field', ''],
  'login with a broken file': async (home) => {
    const text = JSON.stringify({ version: 1, clientSecret: TEST_CLIENT_SECRET, key: LOCKED_KEY });
    await writeFile(home.fileOf('test'), text);
    return ['login', '-p', 'test'];
  },
  'login with a file that is no JSON': async (home) => {
    await writeFile(
      home.fileOf('test'),
      `{"version": 1, "clientSecret": {"value": "${TEST_CLIENT_SECRET}" x`,
    );
    return ['login', '-p', 'test'];
  },
  list: () => ['profile', 'list'],
  'list as a table': () => ['profile', 'list', '--format', 'table'],
  show: () => ['profile', 'show', 'test'],
  'show --resolved': () => ['profile', 'show', 'test', '--resolved'],
  use: () => ['profile', 'use', 'test'],
  'remove without --yes': () => ['profile', 'remove', 'test'],
  remove: () => ['profile', 'remove', 'test', '--yes'],
};

async function run(keep: (typeof KEPT)[string], argsOf: (typeof COMMANDS)[string], extra: readonly string[]) {
  const { secrets, run: options = {} } = await keep();
  const { browser, provider, redirectUri } = await startFlow();
  const publics = { clientId: TEST_CLIENT_ID, redirectUri, hostname: provider.hostname };
  const home = await makeProfileHome({ test: { ...publics, ...secrets } });
  const args = [...(await argsOf(home)), ...extra];
  const env = { PATH: process.env['PATH'], ...home.env, ...options.env };
  const ended = await runSgid(args, { browser: browser.open, ...options, env });
  await browser.idle();
  return ended;
}

describe('no secret of a profile is said', () => {
  describe.each(Object.entries(KEPT))('kept %s', (_kept, keep) => {
    it.each(
      Object.entries(COMMANDS).flatMap(([name, args]) =>
        [[], ['-v', '--json-errors']].map((extra) => [name, extra.join(' '), args, extra] as const),
      ),
    )('by %s %s', async (_name, _extra, argsOf, extra) => {
      const { stdout, stderr } = await run(keep, argsOf, extra);
      expect(stdout + stderr).not.toBe('');
      expect(findCanaries(stdout + stderr, CANARIES)).toEqual([]);
    });
  });

  it.each(Object.entries(KEPT).slice(0, 4))('and a login kept %s does log in', async (_kept, keep) => {
    expect(await run(keep, () => ['login', '-p', 'test'], [])).toMatchObject({ exitCode: 0 });
  });
});
