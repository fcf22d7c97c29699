import { describe, expect, it } from 'vitest';
import type { SgidError } from '../../../src/errors/sgid-error.ts';
import type { FieldName } from '../../../src/settings/fields.ts';
import type { Inputs } from '../../../src/settings/inputs.ts';
import type { Profile } from '../../../src/settings/profile.ts';
import { adviseOnEnd, fetchSecret } from '../../../src/settings/profile-secrets.ts';
import { withCode } from '../../../src/system/node-error.ts';
import type { CommandEnd, CommandOptions, RunCommand } from '../../../src/system/run-command.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';
import {
  ENCRYPTED_TEST_KEY,
  failureFrom,
  failureOf,
  loadAll,
  memoryInputs,
  PROFILE_FOLDER,
  printed,
  STAGING,
  TEST_KEY,
  type World,
  wordsOf,
} from './in-memory.ts';

/** Fetches a secret of the profile "staging" from a source. */
async function fetch(text: string, inputs: Inputs, field: FieldName = 'clientSecret'): Promise<string> {
  const reference = { profile: 'staging', path: `${PROFILE_FOLDER}/profiles/staging.json`, field, text };
  return Buffer.from(await fetchSecret(reference, inputs)).toString();
}

async function failureOfFetching(text: string, world: World, field?: FieldName): Promise<SgidError> {
  const error = await failureOf(() => fetch(text, memoryInputs(world), field));
  expect(error).toMatchObject({ code: 'ERR_SECRET_SOURCE', step: 'config' });
  return error;
}

/** A command that ends so, having printed and said these. */
function ending(end: CommandEnd, stdout = '', stderr = ''): World {
  return { runCommand: async () => ({ end, stdout: Buffer.from(stdout), stderr }) };
}

describe('a secret is fetched', () => {
  it.each<[string, World]>([
    ['env:STAGING_SECRET', { env: { STAGING_SECRET: 'test-secret' } }],
    ['file:/run/secret', { files: { '/run/secret': 'test-secret' } }],
    ['file:~/secret', { env: { HOME: '/home/test' }, files: { '/home/test/secret': 'test-secret' } }],
    ['file:~/secret', { env: { USERPROFILE: '/home/test' }, files: { '/home/test/secret': 'test-secret' } }],
    ['command:pass show', { runCommand: async () => printed('test-secret') }],
    ['keyring', { keyring: { 'staging/clientSecret': 'test-secret' } }],
  ])('from %s, and is known for a secret at once', async (text, world) => {
    const inputs = memoryInputs(world);
    expect(await fetch(text, inputs)).toBe('test-secret');
    expect([...inputs.secrets]).toEqual(['test-secret']);
    expect([...inputs.notices]).toEqual([]);
  });

  it('from a file with a warning when others can read it', async () => {
    const inputs = memoryInputs({ files: { '/run/secret': { open: 'test-secret' } } });
    await fetch('file:/run/secret', inputs);
    expect([...inputs.notices]).toEqual([
      '/run/secret holds secrets and other users can access it; run: chmod 600 /run/secret',
    ]);
  });

  it('by running the command without a shell, away from the current folder, for 30 seconds at most', async () => {
    const runs: [readonly string[], CommandOptions][] = [];
    const env = { TEST: '1' };
    const runCommand: RunCommand = async (words, options) => {
      runs.push([words, options]);
      return printed('test-secret\n');
    };
    await fetch('command:op read "op://dev/$X"', memoryInputs({ env, runCommand }));
    expect(runs).toHaveLength(1);
    expect(runs[0]?.[0]).toEqual(['op', 'read', 'op://dev/$X']);
    expect(runs[0]?.[1]).toMatchObject({
      env,
      folder: `${PROFILE_FOLDER}/profiles`,
      timeoutMs: 30_000,
      maxBytes: 1024 * 1024,
      onError: undefined,
    });
  });

  it('while a person at the terminal sees what the command says, made safe and without known secrets', async () => {
    const shown: string[] = [];
    const runCommand: RunCommand = async (_words, { onError }) => {
      onError?.('touch \u001b[31mthe key\r\nearlier-canary\nPIN: ');
      return printed('test-secret');
    };
    const inputs = memoryInputs({ runCommand });
    inputs.secrets.add('earlier-canary');
    await fetch('command:op', { ...inputs, showCommandError: (text) => void shown.push(text) });
    expect(shown).toEqual(['touch the key\n[redacted]\nPIN: ']);
  });
});

describe('a secret that cannot be fetched says what failed and what to do', () => {
  it.each<[string, World, string]>([
    ['env:STAGING_SECRET', {}, 'the variable STAGING_SECRET, which is not set'],
    ['env:STAGING_SECRET', { env: { STAGING_SECRET: '' } }, 'the variable STAGING_SECRET, which is empty'],
    ['env:S', { env: { S: ' \n' } }, 'the variable S, which is empty'],
    ['file:/run/secret', { files: { '/run/secret': '\n' } }, 'the file /run/secret, which is empty'],
    [
      'file:~/secret',
      { files: { '~/secret': 'of the current folder' } },
      'the file ~/secret, which is in the home folder, and HOME is not set',
    ],
    [
      'command:pass x',
      { runCommand: async () => printed('\r\n') },
      'the command pass, which printed nothing',
    ],
    ['command:pass x', ending({ kind: 'exited', status: 2 }), 'the command pass, which exited with status 2'],
    ['command:pass', ending({ kind: 'signalled', signal: 'SIGSEGV' }), 'which was ended by SIGSEGV'],
    ['command:pass', ending({ kind: 'timed-out' }), 'which printed nothing within 30 seconds and was ended'],
    ['command:pass', ending({ kind: 'too-long' }), 'which printed more than 1 MiB and was ended'],
    ['command:pass', ending({ kind: 'not-started', code: 'ENOENT' }), 'which was not found'],
    ['command:pass', ending({ kind: 'not-started', code: 'EACCES' }), 'which may not be run by this user'],
    ['command:pass', ending({ kind: 'not-started', code: 'E2BIG' }), 'which could not be started (E2BIG)'],
    ['command:pass', ending({ kind: 'not-started', code: 'EAGAIN' }), 'to give (EAGAIN)'],
    ['keyring', {}, 'the keyring, which holds nothing under service sgid, account staging/clientSecret'],
  ])('%s with %j', async (text, world, words) => {
    const error = await failureOfFetching(text, world);
    expect(error.message).toContain(`profile staging: its client secret comes from `);
    expect(error.message).toContain(words);
    expect(error.hint).toMatch(/\w/);
  });

  it('naming the field, and a file that is not there', async () => {
    expect((await failureOfFetching('env:X', {}, 'passphrase')).message).toBe(
      'profile staging: its key passphrase comes from the variable X, which is not set',
    );
    const error = await failureOf(() => fetch('file:/run/secret', memoryInputs(), 'privateKey'));
    expect(error).toMatchObject({
      code: 'ERR_FILE',
      message: 'profile staging: the file of its private key /run/secret does not exist',
    });
  });

  const colours = '\u001b[2J';
  it.each<[unknown, string, readonly string[]]>([
    [withCode(`${colours}no bus`, 'ENOKEYRING'), 'the keyring, which is not available', ['no bus']],
    [withCode(`${colours}locked`, 'GenericFailure'), 'the keyring, which refused to give it', ['locked']],
    ['no error', 'the keyring, which refused to give it', []],
  ])('with the words of the keyring: %s', async (reason, message, causes) => {
    const inputs = memoryInputs();
    const keyring = { ...inputs.keyring, read: () => Promise.reject(reason) };
    const error = await failureOf(() => fetch('keyring', { ...inputs, keyring }));
    expect(error.message).toContain(message);
    expect(error.causes).toEqual(causes);
  });

  it.each([
    ['linux', /^Install it, or write its path in full\.$/],
    ['win32', /For a \.cmd file, write command:cmd \/c name\.$/],
  ] as const)('and how to name a program on %s', (platform, hint) => {
    pretendPlatform(platform);
    expect(adviseOnEnd({ kind: 'not-started', code: 'ENOENT' })[1]).toMatch(hint);
    const unstarted = adviseOnEnd({ kind: 'not-started', code: 'EINVAL' })[1];
    expect(unstarted.includes('cmd /c')).toBe(platform === 'win32');
  });
});

describe('of a command that fails', () => {
  const failing = (stdout: string, stderr: string): World =>
    ending({ kind: 'exited', status: 1 }, stdout, stderr);

  it('what it said on stderr is reported, made safe and cut, and what it printed is not', async () => {
    const world = failing('canary-1\ncanary-2', `\u001b[31mlocked\n${'x'.repeat(5000)}`);
    const error = await failureOfFetching('command:pass', world);
    const [words = '', ...others] = error.causes;
    expect(others).toEqual([]);
    expect(words).toMatch(/^it said: locked x{1000}/);
    expect(Buffer.byteLength(words)).toBeLessThanOrEqual(2048 + 'it said: '.length);
    expect(wordsOf(error)).not.toContain('canary');
  });

  it('neither is what it printed reported when it said the same on stderr', async () => {
    const stdout = ` canary-one\t\n${' '.repeat(9)}\ncanary-two\n`;
    const inputs = memoryInputs(failing(stdout, 'debug: canary-one canary-two end'));
    const error = await failureOf(() => fetch('command:pass', inputs));
    expect(error.causes).toEqual(['it said: debug: [redacted] [redacted] end']);
    // Blanks of a line would be taken out of all that is printed later.
    expect([...inputs.secrets]).toEqual(['canary-one', '', 'canary-two']);
  });

  it('nor a secret that was fetched before, wherever the words are cut', async () => {
    const inputs = memoryInputs(failing('', `${'x'.repeat(2030)} earlier-canary`));
    inputs.secrets.add('earlier-canary');
    expect(wordsOf(await failureOf(() => fetch('command:pass', inputs)))).not.toContain('earlier');
  });

  it('nor its arguments, for some take secrets there', async () => {
    const error = await failureOfFetching('command:vault read -token=canary', failing('', ''));
    expect(error.message).toContain('the command vault,');
    expect(error.causes).toEqual([]);
    expect(wordsOf(error)).not.toContain('canary');
  });

  it('an interruption is passed on as it is', async () => {
    const reason = new Error('interrupted by the test');
    const inputs = memoryInputs({ runCommand: () => Promise.reject(reason) });
    await expect(fetch('command:pass', inputs)).rejects.toBe(reason);
  });
});

describe('a secret that a profile keeps elsewhere', () => {
  const elsewhere: Profile = {
    ...STAGING,
    clientSecret: { source: 'command:get secret' },
    privateKey: { source: 'command:get key' },
    passphrase: { source: 'command:get passphrase' },
  };
  const secrets: Readonly<Record<string, string>> = {
    secret: 'fetched-secret\n',
    key: ENCRYPTED_TEST_KEY,
    passphrase: 'test passphrase\r\n',
  };

  /** A world in which commands give these, and what was run. */
  function commands(given = secrets): World & { readonly ran: string[] } {
    const ran: string[] = [];
    return {
      ran,
      profiles: { staging: elsewhere },
      runCommand: async ([, name = '']) => {
        ran.push(name);
        return printed(given[name] ?? '');
      },
    };
  }

  it('is fetched, less its final newline, and known', async () => {
    const world = commands();
    const credentials = await loadAll({ profile: 'staging' }, world);
    expect(credentials.clientSecret).toBe('fetched-secret');
    expect(world.ran).toEqual(['secret', 'key', 'passphrase']);
    expect(credentials.secrets).toEqual(
      expect.arrayContaining(['fetched-secret', 'test passphrase', ENCRYPTED_TEST_KEY.trim()]),
    );
    expect(credentials.secrets.join()).not.toContain('command:');
  });

  it('is not fetched when something else overrides it', async () => {
    const world = commands();
    const flags = { profile: 'staging', hostname: 'http://localhost:5157' };
    await loadAll(flags, { ...world, env: { SGID_CLIENT_SECRET: 'env-secret' } });
    expect(world.ran).toEqual(['key', 'passphrase']);
  });

  it('is not fetched when it is the passphrase of a key that needs none', async () => {
    const world = commands({ ...secrets, key: TEST_KEY });
    await loadAll({ profile: 'staging' }, world);
    expect(world.ran).toEqual(['secret', 'key']);
  });

  it('is not fetched before everything else was found and is usable', async () => {
    const world = commands();
    const { redirectUri: _, ...rest } = elsewhere;
    const short = await failureFrom({ profile: 'a' }, { ...world, profiles: { a: rest } });
    expect(short.code).toBe('ERR_MISSING_CREDENTIALS');
    const env = { SGID_HOSTNAME: 'https://collector.example.test' };
    expect((await failureFrom({ profile: 'staging' }, { ...world, env })).code).toBe('ERR_PROVIDER_BINDING');
    expect(world.ran).toEqual([]);
  });

  it('is known even when another one then fails', async () => {
    const inputs = memoryInputs(commands({ ...secrets, key: '' }));
    const error = await failureOf(() => loadAll({ profile: 'staging' }, inputs));
    expect(error.code).toBe('ERR_SECRET_SOURCE');
    expect([...inputs.secrets]).toEqual(['fetched-secret']);
  });

  it('is no variable for its commands, which get those that they only name', async () => {
    const given: unknown[] = [];
    const runCommand: RunCommand = async (_words, { env }) => {
      given.push(env);
      return printed('fetched-secret');
    };
    const a = {
      ...STAGING,
      clientSecret: { source: 'command:get env:KEPT' },
      privateKey: { source: 'env:OWN' },
    };
    await loadAll({ profile: 'a' }, { profiles: { a }, env: { KEPT: '1', OWN: TEST_KEY }, runCommand });
    expect(given).toEqual([{ KEPT: '1' }]);
  });

  it('opens, if it is a passphrase, the key of its own profile alone', async () => {
    const wrong = { ...STAGING, privateKey: { value: ENCRYPTED_TEST_KEY }, passphrase: { value: 'another' } };
    const world = { profiles: { a: wrong }, env: { SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY } };
    expect((await failureFrom({ profile: 'a' }, world)).message).toContain('no passphrase was given');
    await loadAll({ profile: 'a' }, { ...world, askPassphrase: async () => 'test passphrase' });
    const right = { ...wrong, passphrase: { value: 'test passphrase' } };
    expect((await loadAll({ profile: 'a' }, { profiles: { a: right } })).secrets).toContain(
      'test passphrase',
    );
  });
});
