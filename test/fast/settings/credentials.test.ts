import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SgidErrorCode } from '../../../src/errors/sgid-error.ts';
import { loadFromSources } from '../../../src/settings/credentials.ts';
import { CREDENTIAL_NAMES, FIELDS } from '../../../src/settings/fields.ts';
import { loadSources } from '../../../src/settings/sources.ts';
import {
  type AllCredentials,
  COMPLETE,
  ENCRYPTED_TEST_KEY,
  failureFrom,
  failureOf,
  loadAll,
  memoryInputs,
  TEST_KEY,
  TEST_PUBLIC_KEY,
  type World,
  wordsOf,
} from './in-memory.ts';

type Variables = Readonly<Record<string, string | undefined>>;

function opensWithTestKey({ privateKey }: AllCredentials): boolean {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) === TEST_PUBLIC_KEY;
}

describe('all credentials', () => {
  it('come from the environment, with defaults for provider and scope', async () => {
    const credentials = await loadAll({}, { env: COMPLETE });
    expect(credentials).toMatchObject({
      clientId: 'TEST-1a2b3c4d',
      clientSecret: 'canary-secret',
      redirectUri: 'http://localhost:5001/callback',
      hostname: 'https://api.id.gov.sg',
      scope: ['openid', 'myinfo.name'],
      notices: [],
      origins: { privateKey: 'SGID_PRIVATE_KEY', hostname: 'default', scope: 'default' },
    });
    expect(opensWithTestKey(credentials)).toBe(true);
  });

  it('are trimmed, and the redirect URI is otherwise kept as it is', async () => {
    const redirectUri = 'HTTP://LOCALHOST:5001/a/../b?x=%7e';
    const env = { ...COMPLETE, SGID_REDIRECT_URI: ` ${redirectUri}\n`, SGID_CLIENT_ID: ' A ' };
    expect(await loadAll({}, { env })).toMatchObject({ redirectUri, clientId: 'A' });
  });
});

describe('of credentials that a command does not ask for', () => {
  /** Values that are wrong, each in its own way. */
  const BROKEN: Variables = {
    SGID_CLIENT_ID: '',
    SGID_CLIENT_SECRET_FILE: '/nonexistent/secret.txt',
    SGID_PRIVATE_KEY: 'no key',
    SGID_REDIRECT_URI: 'nowhere',
    SGID_HOSTNAME: 'nobody',
    SGID_SCOPE: 'a,b',
  };
  const ALL: Variables = { ...COMPLETE, SGID_HOSTNAME: 'https://api.id.gov.sg', SGID_SCOPE: 'openid' };
  const parse = async (name: (typeof CREDENTIAL_NAMES)[number], env: Variables) => {
    const inputs = memoryInputs({ env });
    return loadFromSources({ needed: [name] }, await loadSources({}, inputs), inputs);
  };

  it.each(CREDENTIAL_NAMES)('none hinders %s', async (name) => {
    const [own = ''] = FIELDS[name].env;
    const credentials = await parse(name, { ...BROKEN, [own]: ALL[own] });
    expect(Object.keys(credentials).toSorted()).toEqual([name, 'found', 'hasProfile'].toSorted());
    expect(Object.keys(credentials.found)).toEqual([name]);
  });

  it.each([
    ['clientId', 'ERR_MISSING_CREDENTIALS'],
    ['clientSecret', 'ERR_FILE'],
    ['privateKey', 'ERR_FILE'],
    ['redirectUri', 'ERR_REDIRECT_URI'],
    ['hostname', 'ERR_HOSTNAME'],
    ['scope', 'ERR_SCOPE'],
  ] as const)('none is better than a bad %s', async (name, code) => {
    expect((await failureOf(() => parse(name, BROKEN))).code).toBe(code);
  });
});

describe('the private key', () => {
  it('goes as text before its path, with a warning', async () => {
    const { notices } = await loadAll({}, { env: { ...COMPLETE, SGID_PRIVATE_KEY_PATH: 'absent.pem' } });
    expect(notices).toEqual(['SGID_PRIVATE_KEY_PATH is ignored, because SGID_PRIVATE_KEY is set as well']);
  });

  it.each<[string, Partial<World>]>([
    ['from the environment', { env: { SGID_PRIVATE_KEY_PASSPHRASE: 'test passphrase' } }],
    ['from .env', { files: { '.env': 'SGID_PRIVATE_KEY_PASSPHRASE="test passphrase"' } }],
    ['that a person types', { askPassphrase: async () => 'test passphrase' }],
  ])('opens with the passphrase %s', async (_name, world) => {
    const env = { ...COMPLETE, SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY, ...world.env };
    const credentials = await loadAll({}, { ...world, env });
    expect(opensWithTestKey(credentials)).toBe(true);
    expect(credentials.secrets).toContain('test passphrase');
  });

  it('is compared with a public key in the credentials file, wherever it is from', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const noticesFor = async (publicKey: unknown, privateKey: string | null = TEST_KEY) => {
      const client = { id: 'TEST', secret: 'test-secret', redirectUri: 'http://localhost:1/x' };
      const files = { 'client.json': JSON.stringify({ ...client, privateKey, publicKey }) };
      const env = { SGID_PRIVATE_KEY: TEST_KEY };
      return (await loadAll({ credentials: 'client.json' }, { env, files })).notices;
    };
    const own = createPublicKey(TEST_PUBLIC_KEY).export({ format: 'jwk' });
    for (const publicKey of [TEST_PUBLIC_KEY, TEST_PUBLIC_KEY.replaceAll('\n', '\\n'), own, 'nonsense', 42])
      expect(await noticesFor(publicKey)).toEqual([]);
    const mismatch = ['the public key of client.json does not belong to the private key'];
    expect(await noticesFor(other.export({ format: 'jwk' }))).toEqual(mismatch);
    expect(await noticesFor(other.export({ type: 'spki', format: 'pem' }), null)).toEqual(mismatch);
  });
});

it('of many unknown scopes, the first are warned of, and the rest counted', async () => {
  const names = Array.from({ length: 25 }, (_, index) => `zz${index}`);
  const env = { ...COMPLETE, SGID_SCOPE: `openid ${names.join(' ')}` };
  const { notices } = await loadAll({}, { env });
  const named = notices.slice(0, -1).map((notice) => /^the scope (\w+) is not/.exec(notice)?.[1]);
  expect(named).toEqual(names.slice(0, 20));
  expect(notices.at(-1)).toBe('5 more scopes are not in the catalogue');
  const few = { ...COMPLETE, SGID_SCOPE: `openid ${names.slice(0, 20).join(' ')}` };
  expect((await loadAll({}, { env: few })).notices).toEqual(notices.slice(0, -1));
});

describe('the client secret', () => {
  const { SGID_CLIENT_SECRET: _, ...withoutSecret } = COMPLETE;
  const fromFile = (content: string): Promise<AllCredentials> =>
    loadAll({}, { env: { ...withoutSecret, SGID_CLIENT_SECRET_FILE: 's.txt' }, files: { 's.txt': content } });

  it('may be a dash, which leaves standard input to the key', async () => {
    const env = { ...COMPLETE, SGID_CLIENT_SECRET: '-' };
    expect((await loadAll({ privateKeyFile: '-' }, { env, stdin: TEST_KEY })).clientSecret).toBe('-');
  });

  it.each([
    ['\uFEFFtest secret\r\n', 'white space'],
    ['"test-secret"', 'quotes'],
    ["'test-secret'\n", 'quotes'],
  ])('in its file as %j is used as it is, with a warning', async (content, warning) => {
    const { clientSecret, notices } = await fromFile(content);
    expect(clientSecret).toBe(content.replace(/^\uFEFF|\r?\n$/g, ''));
    expect(notices).toEqual([expect.stringContaining(warning)]);
  });

  it.each<[string, boolean]>([
    ['"a"', true],
    [' "a"', true],
    ["'a'\t", true],
    ['`a"`', true],
    ['b"a"', false],
    ['"a"b', false],
    ['"a`', false],
    ['"', false],
  ])('in its file as %j has quotes around it: %s', async (content, isQuoted) => {
    const { notices, secrets } = await fromFile(content);
    expect(notices.some((notice) => notice.includes('has quotes around it'))).toBe(isQuoted);
    expect(secrets).toContain(content.trim());
  });
});

describe('missing values', () => {
  const WAYS = {
    SGID_CLIENT_ID: 'client id (--client-id, SGID_CLIENT_ID)',
    SGID_CLIENT_SECRET: 'client secret (--client-secret-file, SGID_CLIENT_SECRET, SGID_CLIENT_SECRET_FILE)',
    SGID_PRIVATE_KEY: 'private key (--private-key-file, SGID_PRIVATE_KEY, SGID_PRIVATE_KEY_PATH)',
    SGID_REDIRECT_URI: 'redirect URI (--redirect-uri, SGID_REDIRECT_URI)',
  } as const;

  it('are all named at once, each with its flag and its variables', async () => {
    const error = await failureFrom({});
    expect(error).toMatchObject({ code: 'ERR_MISSING_CREDENTIALS', step: 'config' });
    expect(error.message).toBe(`missing:\n    ${Object.values(WAYS).join('\n    ')}`);
    for (const way of ['sgid init', '--credentials', '.env', '-p', 'sgid login --mock --persona'])
      expect(error.hint).toContain(way);
  });

  it('are looked for among variables with nearly the same name', async () => {
    const far = [
      'SGID_LOG_LEVEL',
      'SGID_CLIENT_NAME',
      'SGID_CLIENT_URI',
      'SGID_PRIVATE_KEY_PEM',
      'SGID_REDIRECT_PATH',
      'XSGID_CLIENT_ID',
    ];
    const names = ['SGID_CLIENTID', 'SGID_REDIRECT_URL', ...far, 'sgid_private_key'];
    const env = Object.fromEntries(names.map((name) => [name, 'canary']));
    const { causes, message } = await failureFrom({}, { env: { ...env, SGID_CLIENT_SECRET: 'a' } });
    expect(causes).toEqual([
      'SGID_CLIENTID is not read. Did you mean SGID_CLIENT_ID?',
      'SGID_REDIRECT_URL is not read. Did you mean SGID_REDIRECT_URI?',
      'sgid_private_key is not read. Did you mean SGID_PRIVATE_KEY?',
    ]);
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`SGID_CLIENT_ID${index}`, '']));
    expect((await failureFrom({}, { env: many })).causes).toHaveLength(5);
    expect(message + causes).not.toContain('canary');
  });

  it('come before everything that is unusable', async () => {
    const env = {
      SGID_CLIENT_ID: ' ',
      SGID_CLIENT_SECRET_FILE: 'absent',
      SGID_PRIVATE_KEY: '-----BEGIN canary-----',
      SGID_REDIRECT_URI: 'not a URI',
      SGID_HOSTNAME: 'ftp://x',
      SGID_SCOPE: 'myinfo.name',
    };
    const error = await failureFrom({}, { env });
    expect(error.message).toBe(`missing:\n    ${WAYS.SGID_CLIENT_ID}`);
    expect(error.causes).toEqual(['SGID_CLIENT_ID is set but empty']);
  });
});

it('a key that was appended to the line of the secret is said to be there, not to be missing', async () => {
  const { SGID_PRIVATE_KEY: _, ...env } = COMPLETE;
  const secret = 'canarySGID_PRIVATE_KEY="-----BEGIN PRIVATE KEY-----';
  const error = await failureFrom({}, { env: { ...env, SGID_CLIENT_SECRET: secret } });
  expect(error.message).toBe(
    'the client secret from SGID_CLIENT_SECRET holds a PEM key or certificate: it is not sent',
  );
});

describe('unusable values', () => {
  it.each<[string, Variables, SgidErrorCode, string]>([
    ['redirect URI', { SGID_REDIRECT_URI: 'localhost:5001/x' }, 'ERR_REDIRECT_URI', 'SGID_REDIRECT_URI: '],
    ['hostname', { SGID_HOSTNAME: 'https://api.id.gov.sg/' }, 'ERR_HOSTNAME', 'SGID_HOSTNAME: '],
    ['hostname in a variant', { SGID_HOST_NAME: 'http://example.test' }, 'ERR_HOSTNAME', 'SGID_HOST_NAME: '],
    ['scope', { SGID_SCOPE: 'myinfo.name' }, 'ERR_SCOPE', 'SGID_SCOPE: '],
    ['key', { SGID_PRIVATE_KEY: '-----BEGIN canary-----' }, 'ERR_PRIVATE_KEY', 'SGID_PRIVATE_KEY: '],
  ])('%s', async (_, env, code, start) => {
    const error = await failureFrom({}, { env: { ...COMPLETE, ...env } });
    expect(error).toMatchObject({ code, step: 'config', hint: expect.stringMatching(/\w/) });
    expect(error.message.startsWith(start)).toBe(true);
    expect(wordsOf(error)).not.toMatch(/canary(?!-secret)/);
  });

  it('name the .env file that they come from', async () => {
    const world = { env: COMPLETE, files: { '.env': 'SGID_SCOPE=myinfo.name' } };
    expect((await failureFrom({}, world)).message).toMatch(/^SGID_SCOPE in \.env: /);
  });

  it.each([
    ['--client-secret-file', 'clientSecretFile'],
    ['--private-key-file', 'privateKeyFile'],
  ] as const)('a missing and an empty file for %s', async (flag, field) => {
    const missing = await failureFrom({ [field]: 'absent.txt' }, { env: COMPLETE });
    expect(missing).toMatchObject({
      code: 'ERR_FILE',
      step: 'config',
      message: `${flag}: the file absent.txt does not exist`,
    });
    for (const content of ['', '\n', ' \r\n\n']) {
      const files = { 'empty.txt': content };
      const empty = await failureFrom({ [field]: 'empty.txt' }, { env: COMPLETE, files });
      expect(empty).toMatchObject({ code: 'ERR_FILE', message: `${flag}: the file empty.txt is empty` });
    }
    const nothing = await failureFrom({ [field]: '-' }, { env: COMPLETE, stdin: '' });
    expect(nothing).toMatchObject({
      code: 'ERR_FILE',
      message: `${flag}: standard input is empty`,
      hint: 'Check the command or file that it comes from.',
    });
  });
});

describe('no error or notice holds a secret', () => {
  it.each(['absent', 'odd', 'encrypted', 'fine'])('whatever the key file is: %s', async (keyFile) => {
    const world: World = {
      files: {
        '.env': { open: 'SGID_CLIENT_SECRET="canary-1"\nSGID_PRIVATE_KEY_PASSPHRASE=canary-2' },
        'sgid.json': { open: '{"id":"TEST","secret":"canary 3","hostname":""}' },
        odd: { open: '-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----' },
        encrypted: { open: ENCRYPTED_TEST_KEY },
        fine: { open: TEST_KEY },
      },
      env: {
        SGID_CLIENT_SECRET: "'canary-4'",
        SGID_PRIVATE_KEY: 'canary-5',
        SGID_REDIRECT_URI: 'http://localhost/x',
      },
      askPassphrase: async () => 'canary-6',
    };
    const words = await loadAll({ credentials: 'sgid.json', privateKeyFile: keyFile }, world).then(
      ({ notices }) => notices.join('\n'),
      wordsOf,
    );
    for (const secret of ['canary', ENCRYPTED_TEST_KEY.split('\n')[3], TEST_KEY.split('\n')[3]])
      expect(words).not.toContain(secret);
    expect(words).toMatch(/\w/);
  });
});
