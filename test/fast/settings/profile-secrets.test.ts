import { describe, expect, it } from 'vitest';
import type { SgidError } from '../../../src/errors/sgid-error.ts';
import type { Profile } from '../../../src/settings/profile.ts';
import type { CredentialFlags } from '../../../src/settings/sources.ts';
import { ENCRYPTED_TEST_KEY, failureOf, memorySources, readAllSettings, TEST_KEY } from './in-memory.ts';
import { memoryProfiles, printed, resolveWith, type SettingsWorld, STAGING } from './in-memory-profiles.ts';

function failureFrom(flags: CredentialFlags, world?: SettingsWorld): Promise<SgidError> {
  return failureOf(() => resolveWith(flags, world));
}

describe('a secret that the profile keeps elsewhere', () => {
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
  function commands(given = secrets): SettingsWorld & { readonly ran: string[] } {
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

  it('is fetched, less its final newline, and hidden', async () => {
    const world = commands();
    const settings = await resolveWith({ profile: 'staging' }, world);
    expect(settings.clientSecret).toBe('fetched-secret');
    expect(world.ran).toEqual(['secret', 'key', 'passphrase']);
    expect(settings.secrets).toEqual(
      expect.arrayContaining(['fetched-secret', 'test passphrase', ENCRYPTED_TEST_KEY.trim()]),
    );
    expect(settings.secrets.join()).not.toContain('command:');
  });

  it('is not fetched when something else goes before it', async () => {
    const world = commands();
    const flags = { profile: 'staging', hostname: 'http://localhost:5157' };
    await resolveWith(flags, { ...world, env: { SGID_CLIENT_SECRET: 'env-secret' } });
    expect(world.ran).toEqual(['key', 'passphrase']);
  });

  it('is not fetched when it is the passphrase of a key that needs none', async () => {
    const world = commands({ ...secrets, key: TEST_KEY });
    await resolveWith({ profile: 'staging' }, world);
    expect(world.ran).toEqual(['secret', 'key']);
  });

  it('is not fetched before everything else was found and judged', async () => {
    const world = commands();
    const { redirectUri: _, ...rest } = elsewhere;
    expect((await failureFrom({ profile: 'a' }, { ...world, profiles: { a: rest } })).code).toBe(
      'ERR_MISSING_CREDENTIALS',
    );
    const strange = { ...world, env: { SGID_HOSTNAME: 'https://collector.example.test' } };
    expect((await failureFrom({ profile: 'staging' }, strange)).code).toBe('ERR_PROVIDER_BINDING');
    expect(world.ran).toEqual([]);
  });

  it('is hidden even when another one then fails', async () => {
    const hidden: string[] = [];
    const sources = memorySources({});
    const { ran: _, ...world } = commands({ ...secrets, key: '' });
    const failing = readAllSettings(
      { profile: 'staging' },
      {
        ...sources,
        profiles: memoryProfiles({ profiles: { staging: elsewhere }, ...world }),
        hide: (found) => void hidden.push(...found),
      },
    );
    await expect(failing).rejects.toMatchObject({ code: 'ERR_SECRET_SOURCE' });
    expect(hidden).toEqual(['fetched-secret']);
  });

  it('is told of once when it cannot be fetched', async () => {
    const error = await failureFrom({ profile: 'staging' }, commands({ ...secrets, passphrase: '' }));
    expect(error.message).toBe(
      'profile staging: its key passphrase comes from the command get, which gave nothing',
    );
  });
});

describe('the passphrase of a profile', () => {
  const locked: Profile = {
    ...STAGING,
    privateKey: { value: ENCRYPTED_TEST_KEY },
    passphrase: { value: 'test passphrase' },
  };

  it('opens its key', async () => {
    const { secrets } = await resolveWith({ profile: 'a' }, { profiles: { a: locked } });
    expect(secrets).toContain('test passphrase');
  });

  it('is not tried on a key from elsewhere, for which the person is asked', async () => {
    const wrong = { ...locked, passphrase: { value: 'not the one' } };
    const env = { SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY };
    const world = { profiles: { a: wrong }, env };
    expect((await failureFrom({ profile: 'a' }, world)).message).toContain('no passphrase was given');
    await resolveWith({ profile: 'a' }, { ...world, askPassphrase: async () => 'test passphrase' });
  });
});
