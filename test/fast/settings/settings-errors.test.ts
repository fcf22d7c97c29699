import { describe, expect, it } from 'vitest';
import type { SgidError, SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import type { CredentialFlags } from '../../../src/settings/sources.ts';
import {
  ENCRYPTED_TEST_KEY,
  failureOf,
  type MemoryFile,
  memorySources,
  readAllSettings,
  TEST_KEY,
  wordsOf,
} from './in-memory.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const COMPLETE = {
  SGID_CLIENT_ID: 'TEST',
  SGID_CLIENT_SECRET: 'canary-secret',
  SGID_PRIVATE_KEY: TEST_KEY,
  SGID_REDIRECT_URI: 'http://localhost:5001/callback',
};

function failure(
  env: Variables,
  flags: CredentialFlags = {},
  files: Readonly<Record<string, MemoryFile>> = {},
  stdin?: string,
): Promise<SgidError> {
  return failureOf(() => readAllSettings(flags, memorySources(files, env, stdin)));
}

describe('missing values', () => {
  const WAYS = {
    SGID_CLIENT_ID: 'client id (--client-id, SGID_CLIENT_ID)',
    SGID_CLIENT_SECRET: 'client secret (--client-secret-file, SGID_CLIENT_SECRET, SGID_CLIENT_SECRET_FILE)',
    SGID_PRIVATE_KEY: 'private key (--private-key-file, SGID_PRIVATE_KEY, SGID_PRIVATE_KEY_PATH)',
    SGID_REDIRECT_URI: 'redirect URI (--redirect-uri, SGID_REDIRECT_URI)',
  } as const;

  it('are all named at once, each with its flag and its variables', async () => {
    const error = await failure({});
    expect(error).toMatchObject({ code: 'ERR_MISSING_CREDENTIALS', step: 'config' });
    expect(error.message).toBe(`missing: ${Object.values(WAYS).join('; ')}`);
    for (const way of ['--credentials', '.env', 'sgid login --mock --persona', ...Object.keys(WAYS)]) {
      expect(error.hint).toContain(way);
    }
  });

  it.each(Object.entries(WAYS))('%s alone', async (variable, way) => {
    const error = await failure({ ...COMPLETE, [variable]: undefined });
    expect(error.code).toBe('ERR_MISSING_CREDENTIALS');
    expect(error.message).toBe(`missing: ${way}`);
    expect(error.hint).toContain(`put ${variable}=... into`);
  });

  it('come before everything that is unusable', async () => {
    const error = await failure({
      SGID_CLIENT_ID: ' ',
      SGID_CLIENT_SECRET_FILE: 'absent',
      SGID_PRIVATE_KEY: '-----BEGIN canary-----',
      SGID_REDIRECT_URI: 'not a URI',
      SGID_HOSTNAME: 'ftp://x',
      SGID_SCOPE: 'myinfo.name',
    });
    expect(error.message).toBe(`missing: ${WAYS.SGID_CLIENT_ID}`);
    expect(error.causes).toEqual(['SGID_CLIENT_ID is set but empty']);
  });

  it('name the redirect URIs to choose from', async () => {
    const redirectUris = ['http://localhost:1/a', 'http://localhost:2/b'];
    const file = JSON.stringify({ id: 'TEST', secret: 'canary', privateKey: TEST_KEY, redirectUris });
    const error = await failure({}, { credentials: 'sgid.json' }, { 'sgid.json': file });
    expect(error.message).toBe(`missing: ${WAYS.SGID_REDIRECT_URI}`);
    expect(error.causes.join()).toContain('http://localhost:1/a, http://localhost:2/b');
  });
});

describe('unusable values', () => {
  it.each<[string, Variables, SgidErrorCode, string]>([
    ['redirect URI', { SGID_REDIRECT_URI: 'localhost:5001/x' }, 'ERR_REDIRECT_URI', 'SGID_REDIRECT_URI: '],
    ['hostname', { SGID_HOSTNAME: 'https://api.id.gov.sg/' }, 'ERR_HOSTNAME', 'SGID_HOSTNAME: '],
    ['hostname in a variant', { SGID_HOST_NAME: 'http://example.test' }, 'ERR_HOSTNAME', 'SGID_HOST_NAME: '],
    ['scope', { SGID_SCOPE: 'myinfo.name' }, 'ERR_SCOPE', 'SGID_SCOPE: '],
    ['key', { SGID_PRIVATE_KEY: '-----BEGIN canary-----' }, 'ERR_PRIVATE_KEY', 'SGID_PRIVATE_KEY: '],
    [
      'passphrase',
      { SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY, SGID_PRIVATE_KEY_PASSPHRASE: 'canary' },
      'ERR_PRIVATE_KEY_PASSPHRASE',
      'SGID_PRIVATE_KEY: ',
    ],
    [
      'encrypted key alone',
      { SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY },
      'ERR_PRIVATE_KEY_PASSPHRASE',
      'SGID_PRIVATE_KEY',
    ],
  ])('%s', async (_, env, code, start) => {
    const error = await failure({ ...COMPLETE, ...env });
    expect(error).toMatchObject({ code, step: 'config' });
    expect(error.message.startsWith(start)).toBe(true);
    expect(error.hint).toMatch(/\w/);
    expect(wordsOf(error)).not.toContain('canary');
  });

  it('names the .env file that a value comes from', async () => {
    const error = await failure(COMPLETE, {}, { '.env': 'SGID_SCOPE=myinfo.name' });
    expect(error.message).toMatch(/^SGID_SCOPE in \.env: /);
  });

  it.each(['--client-secret-file', '--private-key-file'])('%s: a missing and an empty file', async (flag) => {
    const field = flag === '--private-key-file' ? 'privateKeyFile' : 'clientSecretFile';
    const missing = await failure(COMPLETE, { [field]: 'absent.txt' });
    expect(missing).toMatchObject({ code: 'ERR_FILE', step: 'config' });
    expect(missing.message).toBe(`${flag}: the file absent.txt does not exist`);
    for (const content of ['', '\n', ' \r\n\n']) {
      const empty = await failure(COMPLETE, { [field]: 'empty.txt' }, { 'empty.txt': content });
      expect(empty).toMatchObject({ code: 'ERR_FILE', message: `${flag}: the file empty.txt is empty` });
    }
    const nothing = await failure(COMPLETE, { [field]: '-' }, {}, '');
    expect(nothing).toMatchObject({ code: 'ERR_FILE', message: `${flag}: standard input is empty` });
  });

  it('refuses to read two values from standard input', async () => {
    const error = await failure({}, { clientSecretFile: '-', privateKeyFile: '-' }, {}, 'canary');
    expect(error).toMatchObject({ code: 'ERR_USAGE', step: 'usage' });
    expect(error.message).toContain('--client-secret-file and --private-key-file');
  });

  it.each<[string, Variables, CredentialFlags]>([
    ['SGID_PRIVATE_KEY_PATH', { ...COMPLETE, SGID_PRIVATE_KEY: undefined, SGID_PRIVATE_KEY_PATH: '-' }, {}],
    ['SGID_PRIVATE_KEY', { ...COMPLETE, SGID_PRIVATE_KEY: '-' }, {}],
    [
      'SGID_CLIENT_SECRET_FILE',
      { ...COMPLETE, SGID_CLIENT_SECRET: undefined, SGID_CLIENT_SECRET_FILE: '-' },
      {},
    ],
    ['--client-secret-file', COMPLETE, { clientSecretFile: '-' }],
    ['--private-key-file', COMPLETE, { privateKeyFile: '-' }],
  ])('refuses %s on a standard input that something else reads', async (origin, env, flags) => {
    const sources = { ...memorySources({}, env), stdinUse: '--manual' };
    const error = await failureOf(() => readAllSettings(flags, sources));
    expect(error).toMatchObject({ code: 'ERR_USAGE', step: 'usage' });
    expect(error.message).toBe(`--manual and ${origin} cannot both read standard input`);
    expect(error.hint).toBe(`Give ${origin} the path of a file.`);
  });

  it('shows a path in SGID_PRIVATE_KEY that looks like one', async () => {
    const error = await failure({ ...COMPLETE, SGID_PRIVATE_KEY: './keys/absent.pem' });
    expect(error).toMatchObject({ code: 'ERR_FILE' });
    expect(error.message).toContain('./keys/absent.pem does not exist');
  });

  it.each(['MIIcanary/canary', 'canary', 'x\\ncanary\\n', '/canary+/='])(
    'does not show what may be a piece of a key: %s',
    async (piece) => {
      const error = await failure({ ...COMPLETE, SGID_PRIVATE_KEY: piece });
      expect(error.code).toBe('ERR_FILE');
      expect(error.message).toContain(
        'SGID_PRIVATE_KEY holds neither a private key nor the path of one (ENOENT)',
      );
      expect(wordsOf(error)).not.toContain('canary');
    },
  );
});

describe('the provider binding', () => {
  const SECRET_ALONE = 'SGID_CLIENT_SECRET=canary-secret';
  const { SGID_CLIENT_SECRET: _, ...WITHOUT_SECRET } = COMPLETE;
  const HOST = 'https://sgid.example.test';
  const files = { '.env': `SGID_HOSTNAME=${HOST}`, 'secret.txt': 'canary-secret', 'sgid.env': SECRET_ALONE };

  it.each<[string, Variables, CredentialFlags, string]>([
    ['the environment', COMPLETE, {}, 'SGID_CLIENT_SECRET'],
    ['a flag', WITHOUT_SECRET, { clientSecretFile: 'secret.txt' }, '--client-secret-file'],
    ['a flag for stdin', WITHOUT_SECRET, { clientSecretFile: '-' }, '--client-secret-file'],
    [
      'a file named in the environment',
      { ...WITHOUT_SECRET, SGID_CLIENT_SECRET_FILE: 'secret.txt' },
      {},
      'SGID_CLIENT_SECRET_FILE',
    ],
    ['a credentials file', WITHOUT_SECRET, { credentials: 'sgid.env' }, 'sgid.env'],
  ])('keeps a secret from %s from the provider of a .env', async (_name, env, flags, origin) => {
    const error = await failure(env, flags, files);
    expect(error).toMatchObject({ code: 'ERR_PROVIDER_BINDING', step: 'config' });
    expect(error.message).toContain(origin);
    expect(error.message).toContain('SGID_HOSTNAME in .env');
    expect(error.hint).toContain(`--hostname ${HOST}`);
    const sources = memorySources(files, env, 'canary-secret');
    expect((await readAllSettings({ ...flags, hostname: HOST }, sources)).hostname).toBe(HOST);
  });

  it('lets a .env go to its own provider', async () => {
    const sources = memorySources({ '.env': `SGID_HOSTNAME=${HOST}\n${SECRET_ALONE}` }, WITHOUT_SECRET);
    expect((await readAllSettings({}, sources)).hostname).toBe(HOST);
  });
});

describe('no error or notice holds a secret', () => {
  it.each(['absent', 'odd', 'encrypted', 'fine'])('whatever the key file is: %s', async (keyFile) => {
    const sources = memorySources(
      {
        '.env': { open: 'SGID_CLIENT_SECRET="canary-1"\nSGID_PRIVATE_KEY_PASSPHRASE=canary-2' },
        'sgid.json': { open: '{"id":"TEST","secret":"canary 3","hostname":""}' },
        odd: { open: '-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----' },
        encrypted: { open: ENCRYPTED_TEST_KEY },
        fine: { open: TEST_KEY },
      },
      {
        SGID_CLIENT_SECRET: "'canary-4'",
        SGID_PRIVATE_KEY: 'canary-5',
        SGID_REDIRECT_URI: 'http://localhost/x',
      },
    );
    const words = await readAllSettings(
      { credentials: 'sgid.json', privateKeyFile: keyFile },
      {
        ...sources,
        askPassphrase: async () => 'canary-6',
      },
    ).then(({ notices }) => notices.join('\n'), wordsOf);
    expect(words).not.toContain('canary');
    expect(words).not.toContain(ENCRYPTED_TEST_KEY.split('\n')[3]);
    expect(words).not.toContain(TEST_KEY.split('\n')[3]);
    expect(words).toMatch(/\w/);
  });
});
