import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../src/check/check.ts';
import { readSubject, type Subject } from '../../../src/check/credentials.ts';
import type { SettingsSources } from '../../../src/settings/settings.ts';
import type { CredentialFlags } from '../../../src/settings/sources.ts';
import { errorOf } from '../../helpers/error-of.ts';
import {
  ENCRYPTED_TEST_KEY,
  type MemoryFile,
  memorySources,
  TEST_KEY,
  TEST_PUBLIC_KEY,
} from '../settings/in-memory.ts';

const ENV = {
  SGID_CLIENT_ID: 'APP-1a2b3c4d',
  SGID_CLIENT_SECRET: 'test-client-secret',
  SGID_PRIVATE_KEY: TEST_KEY,
  SGID_REDIRECT_URI: 'http://localhost:5001/callback',
};

function read(
  env: Readonly<Record<string, string>> = ENV,
  flags: CredentialFlags = {},
  files: Readonly<Record<string, MemoryFile>> = {},
  changes: Partial<SettingsSources> = {},
): Promise<Subject> {
  return readSubject(flags, { ...memorySources(files, env), ...changes });
}

/** The value of a reading, or the code of its error. */
function outcomeOf(reading: Reading<unknown>): unknown {
  return reading.ok ? reading.value : reading.error.code;
}

describe('the credentials under test', () => {
  it('are read with their origins', async () => {
    const subject = await read();
    expect(subject).toMatchObject({
      clientId: { ok: true, value: 'APP-1a2b3c4d', origin: 'SGID_CLIENT_ID' },
      clientSecret: { ok: true, value: 'test-client-secret', origin: 'SGID_CLIENT_SECRET' },
      privateKey: { ok: true, origin: 'SGID_PRIVATE_KEY' },
      redirectUri: { ok: true, value: 'http://localhost:5001/callback' },
      hostname: { ok: true, value: 'https://api.id.gov.sg', origin: 'default' },
      scope: { ok: true, value: 'openid myinfo.name', origin: 'default' },
    });
  });

  it.each([
    ['clientId', { SGID_CLIENT_ID: '' }, 'ERR_MISSING_CREDENTIALS'],
    ['clientSecret', { SGID_CLIENT_SECRET: '' }, 'ERR_MISSING_CREDENTIALS'],
    ['clientSecret', { SGID_CLIENT_SECRET: '', SGID_CLIENT_SECRET_FILE: './absent' }, 'ERR_FILE'],
    ['privateKey', { SGID_PRIVATE_KEY: '' }, 'ERR_MISSING_CREDENTIALS'],
    ['privateKey', { SGID_PRIVATE_KEY: TEST_KEY.slice(0, 400) }, 'ERR_PRIVATE_KEY'],
    ['privateKey', { SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY }, 'ERR_PRIVATE_KEY_PASSPHRASE'],
    ['redirectUri', { SGID_REDIRECT_URI: 'localhost' }, 'ERR_REDIRECT_URI'],
    ['hostname', { SGID_HOSTNAME: 'https://x.test/path' }, 'ERR_HOSTNAME'],
    ['scope', { SGID_SCOPE: 'myinfo.name' }, 'ERR_SCOPE'],
  ] as const)('of which %s is bad hide no other: %j', async (name, env, code) => {
    const subject = await read({ ...ENV, ...env });
    const { clientId, clientSecret, privateKey, redirectUri, hostname, scope } = subject;
    const readings = { clientId, clientSecret, privateKey, redirectUri, hostname, scope };
    expect(outcomeOf(readings[name])).toBe(code);
    const bad = Object.entries(readings).filter(([, reading]) => !reading.ok);
    expect(bad.map(([key]) => key)).toEqual([name]);
  });

  it('have no secret for a provider that it was not stored with', async () => {
    const files = { '.env': 'SGID_HOSTNAME=https://thief.test' };
    const subject = await read(ENV, {}, files);
    expect(outcomeOf(subject.clientSecret)).toBe('ERR_PROVIDER_BINDING');
    expect(outcomeOf(subject.hostname)).toBe('https://thief.test');
    const confirmed = await read(ENV, { hostname: 'https://thief.test' }, files);
    expect(outcomeOf(confirmed.clientSecret)).toBe('test-client-secret');
  });

  it('bring the public keys of a credentials file', async () => {
    const file = { id: 'APP-1', secret: 's3cret', privateKey: TEST_KEY, publicKey: TEST_PUBLIC_KEY };
    const subject = await read({}, { credentials: 'c.json' }, { 'c.json': JSON.stringify(file) });
    expect(subject.publicKeys).toMatchObject([{ origin: 'c.json', keys: [{ type: 'public' }] }]);
    const without = JSON.stringify({ ...file, publicKey: 'no key' });
    expect((await read({}, { credentials: 'c.json' }, { 'c.json': without })).publicKeys).toEqual([]);
  });

  it('may come from a pipe, which gives its content once', async () => {
    const file = { id: 'APP-1', secret: 's3cret', privateKey: TEST_KEY, redirectUri: 'http://localhost:1/x' };
    let reads = 0;
    const readSecretFile: SettingsSources['files']['readSecretFile'] = async (path) => {
      if (path === '.env') throw Object.assign(new Error('none'), { code: 'ENOENT' });
      reads += 1;
      const bytes = Buffer.from(reads === 1 ? JSON.stringify(file) : '');
      return { bytes, readableByOthers: false };
    };
    const subject = await read({}, { credentials: '/dev/fd/63' }, {}, { files: { readSecretFile } });
    expect(outcomeOf(subject.clientSecret)).toBe('s3cret');
    expect(outcomeOf(subject.redirectUri)).toBe('http://localhost:1/x');
    expect(reads).toBe(1);
  });

  it('ask for a passphrase once', async () => {
    let asked = 0;
    const askPassphrase = async (): Promise<string> => {
      asked += 1;
      return 'test passphrase';
    };
    const subject = await read({ ...ENV, SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY }, {}, {}, { askPassphrase });
    expect(subject.privateKey.ok).toBe(true);
    expect(asked).toBe(1);
    expect(subject.secrets).toContain('test passphrase');
  });

  it('know every secret that was seen, and have it hidden, good or bad', async () => {
    const hidden: string[] = [];
    const files = { 'c.json': JSON.stringify({ id: 'x', secret: 'secret-of-the-file' }), s: 'from-a-file' };
    const env = { ...ENV, SGID_CLIENT_SECRET_FILE: './s', SGID_PRIVATE_KEY_PASSPHRASE: 'pass-phrase' };
    const hide = (secrets: Iterable<string>): void => void hidden.push(...secrets);
    const { secrets } = await read(env, { credentials: 'c.json' }, files, { hide });
    expect(secrets).toEqual(
      expect.arrayContaining(['secret-of-the-file', 'test-client-secret', 'pass-phrase', TEST_KEY.trim()]),
    );
    expect(new Set(hidden)).toEqual(new Set(secrets));
  });

  it('give a warning once, and none of a scope: its check gives it', async () => {
    const env = { ...ENV, SGID_CLIENT_ID: '', SGID_SCOPE: 'openid myinfo.nmae' };
    const files = { 'c.json': { open: JSON.stringify({ id: 'x', secret: 'y-secret' }) } };
    const { notices } = await read(env, { credentials: 'c.json' }, files);
    expect(notices).toEqual(['c.json holds secrets and other users can access it; run: chmod 600 c.json']);
  });

  it.each([
    [{ credentials: 'absent.json' }, 'ERR_FILE'],
    [{ credentials: 'broken.json' }, 'ERR_CREDENTIALS_FILE'],
    [{ dotenv: 'absent' }, 'ERR_FILE'],
  ] as const)('cannot be read where %j is broken as a whole', async (flags, code) => {
    const error = await errorOf(() => read(ENV, flags, { 'broken.json': '{' }));
    expect(error).toMatchObject({ code, step: 'config' });
  });

  it('cannot both be read from standard input', async () => {
    const sources = memorySources({}, ENV, 'a-secret');
    const flags = { clientSecretFile: '-', privateKeyFile: '-' };
    expect(await errorOf(() => readSubject(flags, sources))).toMatchObject({ code: 'ERR_USAGE' });
  });
});
