import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CredentialFlags } from '../../../src/settings/sources.ts';
import {
  type AllSettings,
  ENCRYPTED_TEST_KEY,
  type MemoryFile,
  memorySources,
  readAllSettings,
  TEST_KEY,
  TEST_PUBLIC_KEY,
} from './in-memory.ts';

const COMPLETE = {
  SGID_CLIENT_ID: 'TEST-1a2b3c4d',
  SGID_CLIENT_SECRET: 'test/secret+1=',
  SGID_PRIVATE_KEY: TEST_KEY,
  SGID_REDIRECT_URI: 'http://localhost:5001/callback',
};

type Variables = Readonly<Record<string, string | undefined>>;

function resolve(
  env: Variables,
  flags: CredentialFlags = {},
  files: Readonly<Record<string, MemoryFile>> = {},
  stdin?: string,
): Promise<AllSettings> {
  return readAllSettings(flags, memorySources(files, env, stdin));
}

function opensWithTestKey(settings: AllSettings): boolean {
  const spki = createPublicKey(settings.privateKey).export({ type: 'spki', format: 'pem' });
  return spki === TEST_PUBLIC_KEY;
}

describe('all settings', () => {
  it('takes everything from the environment, with defaults for provider and scope', async () => {
    const settings = await resolve(COMPLETE);
    expect(settings).toMatchObject({
      clientId: 'TEST-1a2b3c4d',
      clientSecret: 'test/secret+1=',
      redirectUri: 'http://localhost:5001/callback',
      hostname: 'https://api.id.gov.sg',
      scope: 'openid myinfo.name',
      notices: [],
      origins: {
        clientId: 'SGID_CLIENT_ID',
        clientSecret: 'SGID_CLIENT_SECRET',
        privateKey: 'SGID_PRIVATE_KEY',
        redirectUri: 'SGID_REDIRECT_URI',
        hostname: 'default',
        scope: 'default',
      },
    });
    expect(opensWithTestKey(settings)).toBe(true);
  });

  it('takes everything from flags', async () => {
    const flags: CredentialFlags = {
      clientId: 'TEST',
      clientSecretFile: 'secret.txt',
      privateKeyFile: 'key.pem',
      redirectUri: 'http://localhost:1/x',
      hostname: 'http://localhost:5157',
      scope: 'openid  myinfo.email',
    };
    const settings = await resolve({}, flags, { 'secret.txt': 'test-secret\n', 'key.pem': TEST_KEY });
    expect(settings).toMatchObject({
      clientId: 'TEST',
      clientSecret: 'test-secret',
      redirectUri: 'http://localhost:1/x',
      hostname: 'http://localhost:5157',
      scope: 'openid myinfo.email',
      origins: {
        clientId: '--client-id',
        clientSecret: '--client-secret-file',
        privateKey: '--private-key-file',
        redirectUri: '--redirect-uri',
        hostname: '--hostname',
        scope: '--scope',
      },
    });
    expect(opensWithTestKey(settings)).toBe(true);
  });

  it('takes everything from a credentials file', async () => {
    const download = {
      id: 'TEST',
      secret: 'test-secret',
      privateKey: TEST_KEY,
      redirectUris: ['http://localhost:1/x'],
      scopes: ['openid'],
      host: 'http://localhost:5157',
    };
    const settings = await resolve(
      {},
      { credentials: 'sgid.json' },
      { 'sgid.json': JSON.stringify(download) },
    );
    expect(settings).toMatchObject({
      clientId: 'TEST',
      clientSecret: 'test-secret',
      redirectUri: 'http://localhost:1/x',
      hostname: 'http://localhost:5157',
      scope: 'openid',
    });
    expect(new Set(Object.values(settings.origins))).toEqual(new Set(['sgid.json']));
  });

  it.each([
    [undefined, '.env'],
    ['', '.env'],
    ['staging.env', 'staging.env'],
  ])('takes everything from the .env file: --dotenv %j', async (dotenv, path) => {
    const text = [
      'SGID_CLIENT_ID=TEST',
      'SGID_CLIENT_SECRET=test-secret',
      `SGID_PRIVATE_KEY=${TEST_KEY}`,
      'SGID_REDIRECT_URI=http://localhost:1/x',
      'SGID_HOSTNAME=http://localhost:5157',
      'SGID_SCOPE="openid"',
    ].join('\n');
    const settings = await resolve({}, dotenv === undefined ? {} : { dotenv }, { [path]: text });
    expect(settings).toMatchObject({ clientId: 'TEST', hostname: 'http://localhost:5157', scope: 'openid' });
    expect(settings.origins.clientId).toBe(`SGID_CLIENT_ID in ${path}`);
  });

  it.each(['SGID_HOSTNAME', 'SGID_API_HOSTNAME', 'SGID_HOST_NAME'])('knows %s', async (name) => {
    const settings = await resolve({ ...COMPLETE, [name]: 'http://127.0.0.1:5157' });
    expect(settings.hostname).toBe('http://127.0.0.1:5157');
    expect(settings.origins.hostname).toBe(name);
  });

  it.each([
    ['SGID_HOSTNAME', 'SGID_API_HOSTNAME'],
    ['SGID_API_HOSTNAME', 'SGID_HOST_NAME'],
  ])('prefers %s to %s', async (first, second) => {
    const env = { ...COMPLETE, [second]: 'http://localhost:2', [first]: 'http://localhost:1' };
    expect((await resolve(env)).hostname).toBe('http://localhost:1');
    expect((await resolve({ ...env, [first]: '' })).hostname).toBe('http://localhost:2');
  });

  it('keeps the redirect URI as it is, and trims values', async () => {
    const redirectUri = 'HTTP://LOCALHOST:5001/a/../b?x=%7e';
    const settings = await resolve({
      ...COMPLETE,
      SGID_REDIRECT_URI: ` ${redirectUri}\n`,
      SGID_CLIENT_ID: ' A ',
    });
    expect(settings.redirectUri).toBe(redirectUri);
    expect(settings.clientId).toBe('A');
  });

  it('suggests a known scope for an unknown one, and uses it all the same', async () => {
    const settings = await resolve({ ...COMPLETE, SGID_SCOPE: 'openid myinfo.nmae zzz.qqq' });
    expect(settings.scope).toBe('openid myinfo.nmae zzz.qqq');
    expect(settings.notices).toEqual([
      'the scope myinfo.nmae is not in the catalogue; did you mean myinfo.name?',
      'the scope zzz.qqq is not in the catalogue; the provider may not know it either',
    ]);
  });
});

describe('the private key', () => {
  const { SGID_PRIVATE_KEY: _, ...withoutKey } = COMPLETE;

  it.each<[string, Variables, string]>([
    ['SGID_PRIVATE_KEY with real line breaks', { SGID_PRIVATE_KEY: TEST_KEY }, 'SGID_PRIVATE_KEY'],
    [
      'SGID_PRIVATE_KEY with escaped line breaks',
      { SGID_PRIVATE_KEY: TEST_KEY.replaceAll('\n', '\\n') },
      'SGID_PRIVATE_KEY',
    ],
    ['SGID_PRIVATE_KEY in quotes', { SGID_PRIVATE_KEY: `"${TEST_KEY}"` }, 'SGID_PRIVATE_KEY'],
    ['SGID_PRIVATE_KEY with a path', { SGID_PRIVATE_KEY: './keys/test-key' }, 'SGID_PRIVATE_KEY'],
    ['SGID_PRIVATE_KEY_PATH', { SGID_PRIVATE_KEY_PATH: 'keys/test-key' }, 'SGID_PRIVATE_KEY_PATH'],
  ])('comes from %s', async (_name, env, origin) => {
    const settings = await resolve({ ...withoutKey, ...env }, {}, { 'keys/test-key': TEST_KEY });
    expect(opensWithTestKey(settings)).toBe(true);
    expect(settings.origins.privateKey).toBe(origin);
  });

  it('comes from standard input', async () => {
    expect(opensWithTestKey(await resolve(withoutKey, { privateKeyFile: '-' }, {}, TEST_KEY))).toBe(true);
  });

  it('prefers the text to the path and says so', async () => {
    const settings = await resolve({ ...COMPLETE, SGID_PRIVATE_KEY_PATH: 'absent.pem' });
    expect(settings.notices).toEqual([
      'SGID_PRIVATE_KEY_PATH is ignored, because SGID_PRIVATE_KEY is set as well',
    ]);
  });

  it.each<[string, Variables, Readonly<Record<string, MemoryFile>>]>([
    ['the environment', { SGID_PRIVATE_KEY_PASSPHRASE: 'test passphrase' }, {}],
    ['.env', {}, { '.env': 'SGID_PRIVATE_KEY_PASSPHRASE="test passphrase"' }],
  ])('opens with the passphrase from %s', async (_name, env, files) => {
    const settings = await resolve({ ...COMPLETE, SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY, ...env }, {}, files);
    expect(opensWithTestKey(settings)).toBe(true);
    expect(settings.secrets).toContain('test passphrase');
  });

  it('asks for a passphrase on a terminal', async () => {
    const sources = memorySources({}, { ...COMPLETE, SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY });
    const settings = await readAllSettings({}, { ...sources, askPassphrase: async () => 'test passphrase' });
    expect(opensWithTestKey(settings)).toBe(true);
    expect(settings.secrets).toContain('test passphrase');
  });
});

describe('the client secret', () => {
  const { SGID_CLIENT_SECRET: _, ...withoutSecret } = COMPLETE;

  it('comes from the file that SGID_CLIENT_SECRET_FILE names', async () => {
    const env = { ...withoutSecret, SGID_CLIENT_SECRET_FILE: 'secret.txt' };
    const settings = await resolve(env, {}, { 'secret.txt': '\uFEFFtest-secret\r\n' });
    expect(settings.clientSecret).toBe('test-secret');
    expect(settings.origins.clientSecret).toBe('SGID_CLIENT_SECRET_FILE');
  });

  it('comes from standard input', async () => {
    const settings = await resolve(withoutSecret, { clientSecretFile: '-' }, {}, 'test-secret\n');
    expect(settings.clientSecret).toBe('test-secret');
  });

  it('may be a dash, which leaves standard input to the key', async () => {
    const env = { ...COMPLETE, SGID_CLIENT_SECRET: '-' };
    expect((await resolve(env, { privateKeyFile: '-' }, {}, TEST_KEY)).clientSecret).toBe('-');
  });

  it('prefers the text to the file and says so', async () => {
    const settings = await resolve({ ...COMPLETE, SGID_CLIENT_SECRET_FILE: 'absent.txt' });
    expect(settings.clientSecret).toBe('test/secret+1=');
    expect(settings.notices.join()).toContain('SGID_CLIENT_SECRET_FILE is ignored');
  });

  it.each([
    ['test secret', 'white space'],
    ['test-secret\n\n', 'white space'],
    ['"test-secret"', 'quotes'],
    ["'test-secret'\n", 'quotes'],
  ])('in the file form %j is used as it is, with a warning', async (content, warning) => {
    const env = { ...withoutSecret, SGID_CLIENT_SECRET_FILE: 'secret.txt' };
    const settings = await resolve(env, {}, { 'secret.txt': content });
    expect(settings.clientSecret).toBe(content.replace(/\n$/, ''));
    expect(settings.notices).toHaveLength(1);
    expect(settings.notices[0]).toContain(warning);
  });
});

describe('files with secrets', () => {
  const flags: CredentialFlags = { clientSecretFile: 'secret.txt', privateKeyFile: 'my key.pem' };

  it('are warned of when others can access them', async () => {
    const files = { 'secret.txt': { open: 'test-secret' }, 'my key.pem': { open: TEST_KEY } };
    expect((await resolve(COMPLETE, flags, files)).notices).toEqual([
      'secret.txt holds secrets and other users can access it; run: chmod 600 secret.txt',
      "my key.pem holds secrets and other users can access it; run: chmod 600 'my key.pem'",
    ]);
  });

  it('add what they hold to the secrets, beside the literals that they supersede', async () => {
    const files = { 'secret.txt': 'file-secret\n', 'my key.pem': `${TEST_KEY}\n` };
    const { notices, secrets } = await resolve(
      { ...COMPLETE, SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY },
      flags,
      files,
    );
    expect(notices).toEqual([]);
    expect(secrets.toSorted()).toEqual(
      ['file-secret', 'test/secret+1=', TEST_KEY.trim(), ENCRYPTED_TEST_KEY.trim()].toSorted(),
    );
  });
});
