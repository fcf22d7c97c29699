import { describe, expect, it } from 'vitest';
import type { SgidError } from '../../../src/errors/sgid-error.ts';
import type { SecretField } from '../../../src/settings/profile.ts';
import {
  fetchSecret,
  keyringAccount,
  readSecretSource,
  type SecretFetchers,
} from '../../../src/settings/secrets.ts';
import { createFindings } from '../../../src/settings/settings.ts';
import type { CommandEnd, CommandOptions } from '../../../src/system/run-command.ts';
import { failureOf, type MemoryFile, memoryFiles, wordsOf } from './in-memory.ts';
import { memoryProfiles, printed } from './in-memory-profiles.ts';

interface World extends Partial<SecretFetchers> {
  readonly field?: SecretField;
  readonly inFiles?: Readonly<Record<string, MemoryFile>>;
}

/** Fetches the client secret of the profile "staging" from a source. */
async function fetch(
  text: string,
  { field = 'clientSecret', inFiles = {}, ...from }: World = {},
  findings = createFindings(),
) {
  const reading = readSecretSource(text, 'linux');
  if (!reading.ok) throw new Error(reading.problem);
  const { source } = reading;
  const { store: _, ...profiles } = memoryProfiles({ profiles: {} });
  const fetchers = { env: {}, files: memoryFiles(inFiles), ...profiles, ...from };
  const reference = { profile: 'staging', path: '/test/config/sgid/profiles/staging.json', field, source };
  return Buffer.from(await fetchSecret(reference, fetchers, findings)).toString();
}

async function failureFrom(text: string, world?: World): Promise<SgidError> {
  const error = await failureOf(() => fetch(text, world));
  expect(error).toMatchObject({ code: 'ERR_SECRET_SOURCE', step: 'config' });
  expect(error.message).toMatch(
    /^profile staging: its (client secret|private key|key passphrase) comes from /,
  );
  return error;
}

/** A command that ends so, having printed and said these. */
function ending(end: CommandEnd, stdout = '', stderr = ''): World {
  return { runCommand: async () => ({ end, stdout: Buffer.from(stdout), stderr }) };
}

describe('a secret is fetched', () => {
  it.each<[string, World]>([
    ['env:STAGING_SECRET', { env: { STAGING_SECRET: 'test-secret' } }],
    ['file:/run/secret', { inFiles: { '/run/secret': 'test-secret' } }],
    ['file:~/secret', { env: { HOME: '/home/test' }, inFiles: { '/home/test/secret': 'test-secret' } }],
    [
      'file:~/secret',
      { env: { USERPROFILE: '/home/test' }, inFiles: { '/home/test/secret': 'test-secret' } },
    ],
    ['command:pass show', { runCommand: async () => printed('test-secret') }],
    [
      'keyring',
      {
        keyring: memoryProfiles({ profiles: {}, keyring: { 'staging/clientSecret': 'test-secret' } }).keyring,
      },
    ],
  ])('from %s, and is known for a secret at once', async (text, world) => {
    const findings = createFindings();
    expect(await fetch(text, world, findings)).toBe('test-secret');
    expect([...findings.secrets]).toEqual(['test-secret']);
  });

  it('from a file as bytes, with a warning when others can read it', async () => {
    const findings = createFindings();
    await fetch('file:/run/secret', { inFiles: { '/run/secret': { open: 'test-secret' } } }, findings);
    expect([...findings.notices]).toEqual([
      '/run/secret holds secrets and other users can access it; run: chmod 600 /run/secret',
    ]);
  });

  it('by running the command without a shell, away from the current folder, for 30 seconds at most', async () => {
    const runs: [readonly string[], CommandOptions][] = [];
    const env = { TEST: '1' };
    const runCommand: SecretFetchers['runCommand'] = async (words, options) => {
      runs.push([words, options]);
      return printed('test-secret\n');
    };
    await fetch('command:op read "op://dev/$X"', { env, runCommand });
    expect(runs).toHaveLength(1);
    expect(runs[0]?.[0]).toEqual(['op', 'read', 'op://dev/$X']);
    expect(runs[0]?.[1]).toMatchObject({
      env,
      folder: '/test/config/sgid/profiles',
      timeoutMs: 30_000,
      maxBytes: 1024 * 1024,
      onError: undefined,
    });
  });

  it('shows a person at the terminal what the command says meanwhile, made safe and without known secrets', async () => {
    const shown: string[] = [];
    const findings = createFindings();
    findings.secrets.add('earlier-canary');
    const runCommand: SecretFetchers['runCommand'] = async (_words, { onError }) => {
      onError?.('touch \u001b[31mthe key\r\nearlier-canary\nPIN: ');
      return printed('test-secret');
    };
    await fetch('command:op', { runCommand, showCommandError: (text) => void shown.push(text) }, findings);
    expect(shown).toEqual(['touch the key\n[redacted]\nPIN: ']);
  });

  it('under names that tell profiles and fields apart', () => {
    expect(keyringAccount('staging', 'privateKey')).toBe('staging/privateKey');
  });
});

describe('a secret that cannot be fetched says what failed and what to do', () => {
  it.each<[string, World, string]>([
    ['env:STAGING_SECRET', {}, 'the variable STAGING_SECRET, which is not set'],
    ['env:STAGING_SECRET', { env: { STAGING_SECRET: '' } }, 'the variable STAGING_SECRET, which is empty'],
    [
      'env:STAGING_SECRET',
      { env: { STAGING_SECRET: ' \n' } },
      'the variable STAGING_SECRET, which gave nothing',
    ],
    ['file:/run/secret', { inFiles: { '/run/secret': '\n' } }, 'the file /run/secret, which gave nothing'],
    [
      'file:~/secret',
      { inFiles: { '~/secret': 'of the current folder' } },
      'the file ~/secret, which is in a home folder that no variable tells',
    ],
    [
      'command:pass show x',
      { runCommand: async () => printed('\r\n') },
      'the command pass, which gave nothing',
    ],
    [
      'command:pass show x',
      ending({ kind: 'exited', status: 2 }),
      'the command pass, which exited with status 2',
    ],
    ['command:pass', ending({ kind: 'signalled', signal: 'SIGSEGV' }), 'which was ended by SIGSEGV'],
    ['command:pass', ending({ kind: 'timed-out' }), 'which gave nothing within 30 seconds and was ended'],
    ['command:pass', ending({ kind: 'too-long' }), 'which printed more than 1 MiB and was ended'],
    ['command:pass', ending({ kind: 'not-started', code: 'ENOENT' }), 'which was not found'],
    ['command:pass', ending({ kind: 'not-started', code: 'EACCES' }), 'which may not be run by this user'],
    ['command:pass', ending({ kind: 'not-started', code: 'E2BIG' }), 'which could not be started (E2BIG)'],
    ['keyring', {}, 'the keyring, which holds nothing under service sgid, account staging/clientSecret'],
  ])('%s with %j', async (text, world, words) => {
    const error = await failureFrom(text, world);
    expect(error.message).toContain(words);
    expect(error.hint).toMatch(/\w/);
  });

  it('names the field', async () => {
    const { message } = await failureFrom('env:X', { field: 'passphrase' });
    expect(message).toBe('profile staging: its key passphrase comes from the variable X, which is not set');
  });

  it('names a file that is not there', async () => {
    const error = await failureOf(() => fetch('file:/run/secret', { field: 'privateKey' }));
    expect(error).toMatchObject({ code: 'ERR_FILE' });
    expect(error.message).toBe('profile staging: the file of its private key /run/secret does not exist');
  });

  it.each([
    ['ENOKEYRING', 'no bus', 'the keyring, which cannot be reached'],
    ['GenericFailure', 'locked', 'the keyring, which refused to give it'],
  ])('with the words of the keyring: %s', async (code, words, message) => {
    const read = (): Promise<never> =>
      Promise.reject(Object.assign(new Error(`\u001b[2J${words}`), { code }));
    const { keyring } = memoryProfiles({ profiles: {} });
    const error = await failureFrom('keyring', { keyring: { ...keyring, read } });
    expect(error.message).toContain(message);
    expect(error.causes).toEqual([words]);
  });
});

describe('of a command that fails', () => {
  const failing = (stdout: string, stderr: string): World =>
    ending({ kind: 'exited', status: 1 }, stdout, stderr);

  it('what it said on stderr is told, made safe and cut, and what it printed is not', async () => {
    const error = await failureFrom(
      'command:pass',
      failing('canary-1\ncanary-2', `\u001b[31mlocked\n${'x'.repeat(5000)}`),
    );
    expect(error.causes).toHaveLength(1);
    const [words = ''] = error.causes;
    expect(words).toMatch(/^it said: locked x{1000}/);
    expect(Buffer.byteLength(words)).toBeLessThanOrEqual(2048 + 'it said: '.length);
    expect(wordsOf(error)).not.toContain('canary');
  });

  it('neither is what it printed told when it said the same on stderr', async () => {
    const stdout = 'canary-one\ncanary-two\n';
    const error = await failureFrom('command:pass', failing(stdout, `debug: ${stdout} end`));
    expect(error.causes).toEqual(['it said: debug: [redacted] [redacted] end']);
  });

  it('a secret that was fetched before is not told either, wherever the words are cut', async () => {
    const findings = createFindings();
    findings.secrets.add('earlier-canary');
    const stderr = `${'x'.repeat(2030)} earlier-canary`;
    const error = await failureOf(() => fetch('command:pass', failing('', stderr), findings));
    expect(wordsOf(error)).not.toContain('earlier');
  });

  it('its arguments are not told, for some take secrets there', async () => {
    const error = await failureFrom('command:vault read -token=canary', failing('', ''));
    expect(error.message).toContain('the command vault,');
    expect(wordsOf(error)).not.toContain('canary');
  });

  it('an interruption is passed on as it is', async () => {
    const reason = new Error('interrupted by the test');
    await expect(fetch('command:pass', { runCommand: () => Promise.reject(reason) })).rejects.toBe(reason);
  });
});
