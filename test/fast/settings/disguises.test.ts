import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../../src/settings/fields.ts';
import type { Profile } from '../../../src/settings/profile.ts';
import { SgidClient } from '../../../src/sgid/sgid-client.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { runKey } from '../../helpers/run-key.ts';
import {
  COMPLETE,
  ENCRYPTED_TEST_KEY,
  failureFrom,
  loadAll,
  STAGING,
  TEST_KEY,
  TEST_PUBLIC_KEY,
  type World,
  wordsOf,
} from './in-memory.ts';

const VALUES = {
  clientId: COMPLETE.SGID_CLIENT_ID,
  clientSecret: COMPLETE.SGID_CLIENT_SECRET,
  privateKey: TEST_KEY,
  redirectUri: COMPLETE.SGID_REDIRECT_URI,
  hostname: 'https://sgid.provider.test',
  scope: 'openid myinfo.email',
};
type Name = keyof typeof VALUES;
const NAMES: readonly Name[] = ['clientId', 'clientSecret', 'privateKey', 'redirectUri', 'hostname', 'scope'];
const VARIABLES: Readonly<Record<Name, string>> = {
  clientId: 'SGID_CLIENT_ID',
  clientSecret: 'SGID_CLIENT_SECRET',
  privateKey: 'SGID_PRIVATE_KEY',
  redirectUri: 'SGID_REDIRECT_URI',
  hostname: 'SGID_HOSTNAME',
  scope: 'SGID_SCOPE',
};

/** Every place that a value can stand in, with all of the others beside it, and what is passed to read it. */
const SOURCES: Readonly<Record<string, (name: Name, text: string) => { world: World; path?: string }>> = {
  'a variable': (name, text) => ({ world: { env: variables({ ...VALUES, [name]: text }) } }),
  'a .env': (name, text) => ({ world: { files: { '.env': lines({ ...VALUES, [name]: text }) } } }),
  'a credentials file in JSON': (name, text) => ({
    world: { files: { 'c.json': JSON.stringify({ ...VALUES, [name]: text }) } },
    path: 'c.json',
  }),
  'a credentials file of lines': (name, text) => ({
    world: { files: { 'c.env': lines({ ...VALUES, [name]: text }) } },
    path: 'c.env',
  }),
};

function variables(values: Readonly<Record<Name, string>>): Record<string, string> {
  return Object.fromEntries(NAMES.map((name) => [VARIABLES[name], values[name]]));
}

/** Within quotes of its own that the value does not hold, as whoever writes such a file by hand has to. */
function lines(values: Readonly<Record<Name, string>>): string {
  return NAMES.map((name) => {
    const mark = ['"', "'", '`'].find((candidate) => !values[name].includes(candidate)) ?? '';
    return `${VARIABLES[name]}=${mark}${values[name]}${mark}\n`;
  }).join('');
}

const DISGUISES: Readonly<Record<string, (text: string) => string>> = {
  'nothing around it': (text) => text,
  blanks: (text) => ` \t${text}  `,
  'a line break': (text) => `${text}\n`,
  CRLF: (text) => `${text.replaceAll('\n', '\r\n')}\r\n`,
  'a byte order mark': (text) => `\uFEFF${text}`,
  'double quotes': (text) => `"${text}"`,
  'single quotes': (text) => `'${text}'`,
  backquotes: (text) => `\`${text}\``,
  'typographic quotes': (text) => `\u201c${text}\u201d`,
  'quotes within quotes': (text) => `"'${text}'"`,
  'blanks within quotes': (text) => `" ${text} "`,
};

const KEY_DISGUISES: Readonly<Record<string, (text: string) => string>> = {
  'escaped line breaks': (text) => text.replaceAll('\n', '\\n'),
  'line breaks escaped twice': (text) => text.replaceAll('\n', '\\\\n'),
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 wrapped at 76': (text) => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\n'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 of DER': (text) => derOf(text).toString('base64'),
  'the lines without BEGIN and END': (text) => text.replace(/-----.*-----\n/g, ''),
  'base64 of a JWK': (text) =>
    Buffer.from(JSON.stringify(createPrivateKey(text).export({ format: 'jwk' }))).toString('base64'),
};

function derOf(pem: string): Buffer {
  return createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
}

describe.each(Object.entries(SOURCES))('%s', (_source, place) => {
  it.each(
    NAMES.flatMap((name) =>
      Object.entries({ ...DISGUISES, ...(name === 'privateKey' && KEY_DISGUISES) }).map(
        ([disguise, wrap]) => [name, disguise, wrap] as const,
      ),
    ),
  )('gives the %s with %s as it is meant', async (name, _disguise, wrap) => {
    const { world, path } = place(name, wrap(VALUES[name]));
    const { scope, privateKey, ...found } = await loadAll({ ...(path && { credentials: path }) }, world);
    const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
    expect({ ...found, publicKey, scope: scope.join(' ') }).toMatchObject({
      clientId: VALUES.clientId,
      clientSecret: VALUES.clientSecret,
      publicKey: TEST_PUBLIC_KEY,
      redirectUri: VALUES.redirectUri,
      hostname: VALUES.hostname,
      scope: VALUES.scope,
    });
  });

  const NON_VALUES: readonly (readonly [text: string, what: string])[] = [
    [`\${CANARY}`, 'an unresolved reference'],
    ['$CANARY', 'an unresolved reference'],
    ['%CANARY%', 'an unresolved reference'],
    ['$(cat CANARY)', 'an unresolved reference'],
    [`\${{ secrets.CANARY }}`, 'an unresolved reference'],
    ['{{CANARY}}', 'an unresolved reference'],
    ['op://vault/sgid/CANARY', 'an unresolved reference'],
    ['ref+awsssm://CANARY', 'an unresolved reference'],
    ['@Microsoft.KeyVault(SecretUri=CANARY)', 'an unresolved reference'],
    ['arn:aws:secretsmanager:x:1:secret:CANARY', 'an unresolved reference'],
    ['projects/1/secrets/CANARY', 'an unresolved reference'],
    ['env:CANARY', 'which only a profile resolves'],
    ['encrypted:CANARY', 'that is still encrypted'],
    ['ENC[AES256_GCM,CANARY]', 'that is still encrypted'],
    ['********', 'a masked value'],
    ['<your-CANARY>', 'a placeholder'],
    ['your_CANARY_here', 'a placeholder'],
    ['...', 'a placeholder'],
    ['xxxxxxxx', 'a placeholder'],
    ['CHANGE_ME', 'a placeholder'],
    ['undefined', 'the word for a missing value'],
    ['secretref:CANARY', 'an unresolved reference'],
    ['vault:secret/data/CANARY', 'an unresolved reference'],
    ['sm://project/CANARY', 'an unresolved reference'],
    ['__CANARY__', 'an unresolved reference'],
    ['#{CANARY}#', 'an unresolved reference'],
    ['SGID_CLIENT_SECRET=CANARY', 'a whole line NAME=value'],
  ];

  const SECRET_ALONE =
    'If it is the secret, put it into a file alone and name that with --client-secret-file <path>.';

  it.each(NAMES)('is refused by name for a %s that cannot be one', async (name) => {
    for (const [text, what] of NON_VALUES) {
      for (const wrapped of [text, ` ${text} `, `"${text}"`]) {
        const { world, path } = place(name, wrapped);
        const error = await failureFrom({ ...(path && { credentials: path }) }, world);
        expect([text, error.code, error.step]).toEqual([text, 'ERR_CREDENTIAL_VALUE', 'config']);
        expect(error.message).toMatch(new RegExp(`^${path ?? VARIABLES[name]}.* holds .*${what}.*, not a `));
        expect(error.message.endsWith(`, not a ${FIELDS[name].label}`)).toBe(true);
        expect(error.causes).toHaveLength(2);
        expect(error.hint).toBe(
          `Set it to the value itself.${name === 'clientSecret' ? ` ${SECRET_ALONE}` : ''}`,
        );
        expect(wordsOf(error)).not.toContain('CANARY');
      }
    }
  });

  it.each([
    ['a line break', 'test\nCANARY'],
    ['a blank that nobody sees', 'test\u200bCANARY'],
    ['the colours of a terminal', '\u001b[0mCANARY\u001b[0m'],
    ['a key', `test-secretSGID_PRIVATE_KEY='${TEST_KEY.replaceAll('\n', '\\n')}'`],
  ])('is refused for a client secret that holds %s', async (_what, secret) => {
    const { world, path } = place('clientSecret', secret);
    const error = await failureFrom({ ...(path && { credentials: path }) }, world);
    expect(error).toMatchObject({ code: 'ERR_CREDENTIAL_VALUE', hint: expect.stringContaining('--into') });
    expect(error.causes).toHaveLength(2);
    expect(error.message).toMatch(
      /holds (?:more than one line|a PEM key or certificate|invisible characters): it is not sent$/,
    );
    expect(wordsOf(error)).not.toMatch(/CANARY|MII/);
  });
});

it('what cannot be a value is passed over where another source gives one', async () => {
  const files = { '.env': `SGID_CLIENT_ID=\${CANARY}\nSGID_CLIENT_SECRET=<secret>\n` };
  expect(await loadAll({}, { env: COMPLETE, files })).toMatchObject({ clientSecret: VALUES.clientSecret });
});

const publicOf = (key: KeyObject) => createPublicKey(key).export({ type: 'spki', format: 'pem' });

describe('a key and its id and secret', () => {
  const fingerprint = createHash('sha256')
    .update(createPublicKey(TEST_KEY).export({ type: 'spki', format: 'der' }))
    .digest('hex');
  const fromProfile = (profile: Profile): World => ({
    profiles: { x: { ...STAGING, ...profile } },
    current: 'x',
  });
  it.each(Object.entries({ ...DISGUISES, ...KEY_DISGUISES }))(
    'are the same to profile, option file, key command and library with %s',
    async (_disguise, wrap) => {
      const key = wrap(TEST_KEY);
      const profile = await loadAll({}, fromProfile({ privateKey: { value: key } }));
      expect(publicOf(profile.privateKey)).toBe(TEST_PUBLIC_KEY);
      const file = await loadAll({ privateKeyFile: 'k' }, { env: COMPLETE, files: { k: key } });
      expect(publicOf(file.privateKey)).toBe(TEST_PUBLIC_KEY);
      const inspected = await runKey('inspect', { input: key });
      expect(JSON.parse(inspected.stdout).fingerprint).toBe(fingerprint);
      const client = { clientId: 'TEST-1', clientSecret: 'test', privateKey: key };
      expect(() => new SgidClient(client)).not.toThrow();
    },
  );

  it.each(Object.entries(DISGUISES))(
    'are the same to profile and library with %s',
    async (_disguise, wrap) => {
      const { clientId } = await loadAll({}, fromProfile({ clientId: wrap(VALUES.clientId) }));
      expect(clientId).toBe(VALUES.clientId);
      const bodies: string[] = [];
      const client = new SgidClient({
        clientId: wrap(VALUES.clientId),
        clientSecret: wrap(VALUES.clientSecret),
        privateKey: TEST_KEY,
        fetch: async (_url, init) => {
          bodies.push(String(init?.body));
          return new Response('{}', { status: 400 });
        },
      });
      const sent = { code: 'c', codeVerifier: 'v'.repeat(43), redirectUri: VALUES.redirectUri };
      await expect(client.callback(sent)).rejects.toMatchObject({ code: 'ERR_TOKEN_REFUSED' });
      const form = new URLSearchParams(bodies[0]);
      expect([form.get('client_id'), form.get('client_secret')]).toEqual([
        VALUES.clientId,
        VALUES.clientSecret,
      ]);
    },
  );

  it.each([
    ['clientId', '<id>'],
    ['clientSecret', '$SECRET'],
    ['clientSecret', 'test\nsecret'],
    ['clientSecret', TEST_KEY],
  ])('are refused by the library by name: %s %.9j', async (name, text) => {
    const params = { clientId: 'TEST-1', clientSecret: 'test', privateKey: TEST_KEY, [name]: text };
    const error = await errorOf(() => new SgidClient(params));
    expect(error).toMatchObject({ code: 'ERR_CREDENTIAL_VALUE', message: expect.stringContaining(name) });
    expect(error.message).not.toContain(text);
  });
});

describe('a file of its own', () => {
  const { SGID_CLIENT_SECRET: _, ...env } = COMPLETE;

  it.each([`\${NAME}`, 'op://vault/item', '<secret>', '********', 'undefined'])(
    'gives a client secret that looks like %s',
    async (secret) => {
      const files = { 's.txt': `${secret}\n` };
      expect((await loadAll({ clientSecretFile: 's.txt' }, { env, files })).clientSecret).toBe(secret);
    },
  );

  it.each(['test\nsecret', 'test-secret\n\n', TEST_KEY])('gives no client secret %j', async (content) => {
    const error = await failureFrom({ clientSecretFile: 's.txt' }, { env, files: { 's.txt': content } });
    expect(error.code).toBe('ERR_CREDENTIAL_VALUE');
  });
});

it.each<[Name, string]>([
  ['clientId', `TEST-\${ENV}`],
  ['clientId', 'TEST\u200b-1a2b3c4d'],
  ['redirectUri', 'http://localhost:5001/{{path}}'],
  ['redirectUri', 'https://<host>/callback'],
])('a %s that is a template, or holds what nobody sees, is refused: %j', async (name, text) => {
  const error = await failureFrom({}, { env: { ...COMPLETE, [VARIABLES[name]]: text } });
  expect(error.code).toBe('ERR_CREDENTIAL_VALUE');
});

it('a secret and a path may hold what is a template in any other value', async () => {
  const env = { ...COMPLETE, SGID_CLIENT_SECRET: 'canary{{1}}<2>' };
  const files = { '<app>/{{1}}.pem': TEST_KEY };
  const { clientSecret, origins } = await loadAll({ privateKeyFile: '<app>/{{1}}.pem' }, { env, files });
  expect([clientSecret, origins.privateKey]).toEqual(['canary{{1}}<2>', '--private-key-file']);
});

it.each(['YOUR-RIDE-1a2b3c4d', 'ENTER-0badc0de'])('a client id may be %s', async (clientId) => {
  const { clientId: loaded } = await loadAll({}, { env: { ...COMPLETE, SGID_CLIENT_ID: clientId } });
  expect(loaded).toBe(clientId);
});

it('a client id holds no white space', async () => {
  const error = await failureFrom({}, { env: { ...COMPLETE, SGID_CLIENT_ID: 'TEST 1a2b3c4d' } });
  expect(error).toMatchObject({
    code: 'ERR_CREDENTIAL_VALUE',
    message: expect.stringContaining('white space'),
  });
});

describe('a passphrase', () => {
  it.each([['"test passphrase"'], ["'test passphrase'"], ['test passphrase']])(
    'opens the key as %s, which a container keeps',
    async (passphrase) => {
      const env = {
        ...COMPLETE,
        SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY,
        SGID_PRIVATE_KEY_PASSPHRASE: passphrase,
      };
      const { privateKey, secrets } = await loadAll({}, { env });
      expect(publicOf(privateKey)).toBe(TEST_PUBLIC_KEY);
      expect(secrets).toContain('test passphrase');
    },
  );

  it('may have quotes of its own', async () => {
    const passphrase = '"test"';
    const envOf = (key: KeyObject) => {
      const text = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase });
      return { ...COMPLETE, SGID_PRIVATE_KEY: text.toString(), SGID_PRIVATE_KEY_PASSPHRASE: passphrase };
    };
    const { privateKey } = await loadAll({}, { env: envOf(createPrivateKey(TEST_KEY)) });
    expect(publicOf(privateKey)).toBe(TEST_PUBLIC_KEY);
    const other = envOf(generateKeyPairSync('ed25519').privateKey);
    expect((await failureFrom({}, { env: other })).code).toBe('ERR_PRIVATE_KEY_TYPE');
  });

  it('is refused with quotes as without when it is wrong', async () => {
    const env = { ...COMPLETE, SGID_PRIVATE_KEY: ENCRYPTED_TEST_KEY, SGID_PRIVATE_KEY_PASSPHRASE: '"wrong"' };
    expect((await failureFrom({}, { env })).code).toBe('ERR_PRIVATE_KEY_PASSPHRASE');
  });
});

it('reads a value of backslashes in linear time', async () => {
  const text = '\\'.repeat(200 * 1024);
  const files = { '.env': `SGID_PRIVATE_KEY=${text}\n` };
  expect((await failureFrom({}, { env: { ...COMPLETE, SGID_PRIVATE_KEY: undefined }, files })).step).toBe(
    'config',
  );
});
