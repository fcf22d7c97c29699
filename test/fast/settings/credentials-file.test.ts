import { describe, expect, it } from 'vitest';
import { parseCredentialsFile } from '../../../src/settings/credentials-file.ts';
import { MAX_DOTENV_BYTES } from '../../../src/settings/dotenv.ts';
import { FIELD_NAMES, FIELDS, type FieldName } from '../../../src/settings/fields.ts';
import { expectLinearTime } from '../../helpers/growth.ts';
import { failureOf, wordsOf } from './in-memory.ts';

const SPELLINGS: readonly (readonly [FieldName, readonly string[]])[] = [
  ['clientId', ['id', 'ID', 'clientId', 'client_id', 'client-id', 'clientID', 'CLIENT_ID', 'SGID_CLIENT_ID']],
  ['clientSecret', ['secret', 'clientSecret', 'client_secret', 'SGID_CLIENT_SECRET']],
  ['clientSecretFile', ['SGID_CLIENT_SECRET_FILE']],
  ['privateKey', ['privateKey', 'private_key', 'SGID_PRIVATE_KEY', 'privateKeyPem', 'PRIVATE_KEY_PEM']],
  ['privateKeyFile', ['SGID_PRIVATE_KEY_PATH']],
  ['passphrase', ['passphrase', 'SGID_PRIVATE_KEY_PASSPHRASE', 'privateKeyPassphrase']],
  ['redirectUri', ['redirectUri', 'redirect_uri', 'redirectUris', 'redirect_uris', 'redirectUrls']],
  ['redirectUri', ['SGID_REDIRECT_URI', 'redirectUrl', 'redirect_url']],
  ['hostname', ['hostname', 'host', 'SGID_HOSTNAME', 'SGID_API_HOSTNAME', 'SGID_HOST_NAME']],
  ['scope', ['scopes', 'scope', 'SGID_SCOPE']],
];
const PUBLIC_KEY_NAMES = ['publicKey', 'public_key', 'publicKeyPem', 'PUBLIC_KEY', 'SGID_PUBLIC_KEY'];
const CASES = SPELLINGS.flatMap(([field, names]) => names.map((name) => [name, field] as const));

function read(content: unknown): ReturnType<typeof parseCredentialsFile> {
  return parseCredentialsFile(typeof content === 'string' ? content : JSON.stringify(content), 'sgid.json');
}

describe('parseCredentialsFile', () => {
  it.each(CASES)('knows %s as %s, in JSON and env-shaped', (name, field) => {
    expect(read({ [name]: 'test' }).values).toEqual({ [field]: 'test' });
    if (!name.includes('-')) expect(read(`# sgID\n${name}="test"\n`).values).toEqual({ [field]: 'test' });
  });

  it('is tried here in every spelling that it knows', () => {
    const normal = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '');
    const tried = new Set([...CASES.map(([name]) => normal(name)), ...PUBLIC_KEY_NAMES.map(normal)]);
    const known = FIELD_NAMES.flatMap((field) => [...FIELDS[field].env, ...FIELDS[field].names]);
    expect(known.map(normal).filter((name) => !tried.has(name))).toEqual([]);
  });

  it('reads what the portal lets one download', () => {
    const client = {
      id: 'TEST-1a2b3c4d',
      secret: 'a/b+c=',
      scopes: ['openid', 'myinfo.name'],
      redirectUris: ['http://localhost:5001/callback'],
      publicKey: 'ignored',
      privateKey: '-----BEGIN ...',
      name: 'Invented client',
      createdAt: null,
    };
    const expected = {
      clientId: 'TEST-1a2b3c4d',
      clientSecret: 'a/b+c=',
      scope: 'openid myinfo.name',
      redirectUri: 'http://localhost:5001/callback',
      privateKey: '-----BEGIN ...',
      publicKey: 'ignored',
    };
    const agency = { id: 'agency-1', name: 'Invented agency' };
    const { privateKey, ...rest } = client;
    for (const shape of [
      client,
      [client],
      { client },
      { clients: [client] },
      { ...client, agency },
      { version: 1, client, agency },
      { client: rest, keys: { privateKey } },
    ]) {
      expect(read(shape)).toMatchObject({ values: expected, redirectUris: [] });
    }
    expect(read(`\uFEFF \r\n${JSON.stringify(client)}`).values).toEqual(expected);
    expect(read({ id: 'a\uFEFFb' }).values.clientId).toBe('a\uFEFFb');
  });

  it('prefers the plainer spelling, and passes over null', () => {
    expect(read({ id: '7', clientId: 'TEST' }).values.clientId).toBe('TEST');
    expect(read({ clientId: null, id: 'TEST', secret: null }).values).toEqual({ clientId: 'TEST' });
  });

  it('takes a client that is there twice for one, unless its copies differ', async () => {
    const client = { id: 'TEST', secret: 'test' };
    expect(read({ a: client, b: client }).values).toEqual({ clientId: 'TEST', clientSecret: 'test' });
    const error = await failureOf(() => read({ a: client, b: { ...client, secret: 'canary' } }));
    expect(error.message).toContain('more than one client secret');
  });

  it('says what it understood under which name, and what not', () => {
    const file = read({
      secret: 'x',
      client_id: 'TEST',
      id: 7,
      name: 'Invented client',
      createdAt: null,
      agency: { id: 'agency-1', 'na\u001b[2Jme': 'Invented agency' },
      public_key: 'x',
      tags: ['a'],
    });
    expect(file.recognised).toEqual([
      { field: 'clientId', name: 'client_id' },
      { field: 'clientSecret', name: 'secret' },
      { field: 'publicKey', name: 'public_key' },
    ]);
    expect(file.ignored).toEqual(['id', 'name', 'tags', 'agency.id', 'agency.name']);
    expect(file.doubts).toEqual([]);
  });

  it.each([
    'client_secret:\nQ0FOQVJZLVNlY3JldC1WYWx1ZQ==\n',
    'client_secret=\\\ncanarysecretvalue=\n',
    '{"client": {"Q0FOQVJZLVNlY3JldC1WYWx1ZQ": 1}}',
  ])('names no secret that stands where a name belongs: %j', (text) => {
    const content = text.startsWith('{') ? { id: 'TEST', ...JSON.parse(text) } : `client_id=TEST\n${text}`;
    expect(read(content).ignored).toEqual(['a name that may be a secret']);
  });

  it('names what is empty, and what has a long name and a value', () => {
    const lines = ['LOG_LEVEL=', 'MY_LONGVARIABLENAME=', 'LONGVARIABLENAME_X=', 'LONGVARIABLENAME=x'];
    const names = lines.map((line) => line.replace(/=.*/, ''));
    expect(read(['client_id=TEST', ...lines].join('\n')).ignored).toEqual(names);
    expect(read({ client_id: 'TEST', LOG_LEVEL: '' }).ignored).toEqual(['LOG_LEVEL']);
  });

  it('keeps names short', () => {
    const { ignored } = read({ id: 'TEST', ['x'.repeat(5000)]: 1 });
    expect(Buffer.byteLength(ignored[0] ?? '')).toBeLessThanOrEqual(80);
  });

  it.each(PUBLIC_KEY_NAMES)('knows %s', (name) => {
    expect(read({ id: 'TEST', [name]: 'test' }).values.publicKey).toBe('test');
    expect(read(`SGID_CLIENT_ID=TEST\n${name}="test"`).values.publicKey).toBe('test');
    expect(read({ id: 'TEST', [name]: { kty: 'RSA' } }).values.publicKey).toBe('{"kty":"RSA"}');
    expect(read({ id: 'TEST', [name]: 7 }).values.publicKey).toBeUndefined();
  });

  it('takes a JWK as private key', () => {
    const jwk = { kty: 'RSA', n: 'test' };
    expect(read({ privateKey: jwk }).values.privateKey).toBe(JSON.stringify(jwk));
  });

  it('does not choose between redirect URIs', () => {
    const redirectUris = ['http://localhost:1/a', 'http://localhost:2/b'];
    expect(read({ id: 'TEST', redirectUris })).toMatchObject({ values: { clientId: 'TEST' }, redirectUris });
    expect(read({ redirectUris: ['http://a.test', 'http://a.test'] }).values.redirectUri).toBe(
      'http://a.test',
    );
  });

  it.each(['[default]\n', ' \n[my app:dev-1.x] \t\r\n'])('may have a heading: %j', (heading) => {
    expect(read(`${heading}SGID_CLIENT_ID=TEST`).values).toEqual({ clientId: 'TEST' });
  });

  it('takes no list for a heading', () => {
    expect(read('{"id": "TEST", "tags":\n[1]\n}').values).toEqual({ clientId: 'TEST' });
  });

  it.each([
    ['AWS Secrets Manager', 'SecretString', { Name: 'sgid', SecretString: 'canary' }],
    ['AWS Secrets Manager', 'SecretString', { SecretBinary: 'canary' }],
    ['HashiCorp Vault', 'data.data', { lease_id: '', data: { SGID_CLIENT_ID: 'canary' } }],
    ['HashiCorp Vault', 'data.data', { data: { data: { SGID_CLIENT_ID: 'canary' }, metadata: {} } }],
    ['Google Secret Manager', 'payload.data', { name: 'projects/1', payload: { data: 'canary' } }],
    ['Azure Key Vault', 'value', { value: 'canary', id: 'https://canary.vault.azure.cn/a' }],
    ['Kubernetes', 'data', { apiVersion: 'v1', kind: 'Secret', data: { SGID_CLIENT_ID: 'canary' } }],
    ['1Password', 'fields', { vault: {}, fields: [{ label: 'SGID_CLIENT_ID', value: 'canary' }] }],
    ['Doppler', 'computed', { A: 'canary', SGID_CLIENT_ID: { raw: 'canary', computed: 'canary' } }],
  ])('knows a reply of %s, and its member %s', async (store, member, reply) => {
    const error = await failureOf(() => read(reply));
    expect(error.message).toMatch(
      new RegExp(`a reply of ${store}, which has the credentials in its member ${member}$`),
    );
    expect(wordsOf(error)).not.toContain('canary');
  });

  it.each([
    ...[{ value: 'a' }, { id: 'vault.azure', value: 7 }, { kind: 'Secret' }, { apiVersion: 'v1' }],
    ...[{ kind: 'Client', apiVersion: 'v1' }, { fields: [] }, { fields: {}, vault: {} }, { vault: {} }],
    ...[{ payload: {} }, { payload: 'data' }, { data: {} }, { data: { data: 'a' } }, { data: 'data' }],
    ...[{ a: { raw: 'a' } }, { a: { computed: 'a' } }, { a: 'raw', b: ['computed'] }, { a: null }],
  ])('takes what is like a reply of a store for a client: %j', (members) => {
    const client = { id: 'TEST', ...members };
    expect(read(client).values).toEqual({ clientId: client.id });
  });

  it('keeps odd field names apart from the known', () => {
    expect(read('{"__proto__": {"id": "TEST"}, "constructor": "x"}').values).toEqual({ clientId: 'TEST' });
  });

  it.each<[string, unknown, string]>([
    ['JSON nested deep', `{"id": ${'['.repeat(50_000)}"canary"${']'.repeat(50_000)}}`, 'is nested too deep'],
    ['broken JSON', '{\n  "id": "canary",\n "secret": "b" "x"\n}', 'not valid JSON (line 3, column 16)'],
    ['JSON cut off', '{"id": "canary",', 'not valid JSON (line 1, column'],
    ['JSON with a bare word', '{"secret": canary}', 'not valid JSON'],
    ['a list of clients', [{ id: 'canary' }, { id: 'canary' }], 'a list of 2 entries'],
    ['an empty list', [], 'a list of 0 entries'],
    ['a list of texts', ['canary'], 'no JSON object'],
    ['two clients', { a: { id: 'canary', secret: 'b' }, b: { id: 'c', secret: 'd' } }, 'one client id'],
    ['two ids alone', { a: { id: 'canary' }, b: { id: 'c' } }, 'more than one client id'],
    ['two secrets', { id: 'a', secret: 'canary', b: { secret: 'b', host: 'c' } }, 'one client secret'],
    ['a number as id', { id: 12345 }, 'client id that is not text'],
    ['an object as secret', { secret: { value: 'canary' } }, 'client secret that is not text'],
    ['a list as secret', { secret: ['canary'] }, 'client secret that is not text'],
    ['a number among scopes', { scopes: ['openid', 1] }, 'scope that is not text or a list of texts'],
    ['objects as redirect URIs', { redirectUris: [{ uri: 'canary' }] }, 'is not text or a list of texts'],
    ['nothing known', { name: 'canary', key: 'canary' }, 'nothing was recognised'],
    ['a public key alone', { public_key: 'canary' }, 'only a public key was recognised'],
    ['a heading alone', '[canary]', 'nothing was recognised'],
    ['an empty object', {}, 'nothing was recognised'],
    ['an empty file', '', 'nothing was recognised'],
    ['prose', 'canary is no credential', 'nothing was recognised'],
    ['a key', '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----', 'is a key or certificate'],
  ])('refuses %s', async (_, content, reason) => {
    const error = await failureOf(() => read(content));
    expect(error).toMatchObject({ code: 'ERR_CREDENTIALS_FILE', step: 'config' });
    expect(error.message).toContain('the credentials file sgid.json');
    expect(error.message).toContain(reason);
    expect(error.hint).toMatch(/\w/);
    expect(wordsOf(error)).not.toContain('canary');
  });

  it('names the expected fields when it knows nothing', async () => {
    expect((await failureOf(() => read({ x: 1 }))).hint).toContain('clientId, clientSecret, privateKey');
  });
});

it.each<[string, string]>([
  ['JSON after env lines', '# downloaded\nSGID_CLIENT_ID=TEST\n{"secret": "canary"}'],
  ['JSON as a value', 'SGID_CLIENT_ID=TEST\nCREDENTIALS={"secret": "canary"}'],
])('does not look for %s', (_name, text) => {
  expect(read(text).values).toEqual({ clientId: 'TEST' });
});

it.each<[string, (size: number) => unknown]>([
  ['objects with an id', (size) => ({ x: Array.from({ length: size }, (_, id) => ({ id })) })],
  ['clients', (size) => ({ x: Array.from({ length: size }, (_, id) => ({ id, secret: '' })) })],
  [
    'spellings',
    (size) =>
      Object.fromEntries(Array.from({ length: size }, (_, at) => [`i${'_'.repeat(at % 9)}d${at}`, ''])),
  ],
])('checks many %s in linear time', async (_, contentOf) => {
  await expectLinearTime(40_000, (size) => failureOf(() => read(contentOf(size))));
});

it.each(['{', 'A={\n', 'A="\n', 'A=\'\nA="\n', 'export ', '\n ', '[\n', '{"a":1}\n'])(
  'parses %j over and over in linear time',
  async (unit) => {
    const attempt = (text: string): unknown => {
      try {
        return read(text);
      } catch (error) {
        return error;
      }
    };
    await expectLinearTime(240_000, (size) => attempt(unit.repeat(Math.ceil(size / unit.length))));
  },
);

it('refuses env-shaped text that is too large to be parsed at once', async () => {
  const largest = 'SGID_CLIENT_ID=TEST\n'.padEnd(MAX_DOTENV_BYTES, '\n');
  expect(read(largest).values).toEqual({ clientId: 'TEST' });
  const error = await failureOf(() => read(`${largest}\n`));
  expect(error.message).toBe('the credentials file sgid.json is larger than 256 KiB');
  // Bytes count, not characters.
  const euros = `SGID_CLIENT_ID=TEST #${'€'.repeat(MAX_DOTENV_BYTES / 3)}`;
  expect((await failureOf(() => read(euros))).message).toBe(error.message);
});
