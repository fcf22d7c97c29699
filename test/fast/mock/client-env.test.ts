import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderMockEnv, settingsOf } from '../../../src/mock/client-env.ts';
import type { MockClient } from '../../../src/mock/clients.ts';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
  TEST_PUBLIC_KEY,
} from '../../../src/mock/test-credentials.ts';
import { ENV_READERS } from '../../helpers/env-readers.ts';

const HOSTNAME = 'http://127.0.0.1:5157';
const TEST_CLIENT = createTestClient(['http://localhost:3000/cb', 'http://localhost:4000/cb']);

function render(client: Partial<MockClient>): string {
  return renderMockEnv(settingsOf(HOSTNAME, [{ ...TEST_CLIENT, ...client }, TEST_CLIENT]));
}

/** What every reader of such files reads. */
function readBack(client: Partial<MockClient>): NodeJS.Dict<string> {
  const readings = Object.entries(ENV_READERS).map(([name, read]) => [name, read(render(client))] as const);
  const [[, first] = ['', {}], ...others] = readings;
  for (const [name, reading] of others) expect(reading, name).toEqual({ ...first });
  return first;
}

describe('renderMockEnv', () => {
  it('holds everything that an application needs', () => {
    expect(readBack({})).toEqual({
      SGID_HOSTNAME: HOSTNAME,
      SGID_CLIENT_ID: TEST_CLIENT_ID,
      SGID_CLIENT_SECRET: TEST_CLIENT_SECRET,
      SGID_REDIRECT_URI: 'http://localhost:3000/cb',
      SGID_PRIVATE_KEY: TEST_PRIVATE_KEY.trim(),
    });
  });

  it('is one line for each variable, the key last, with its own line breaks and no others', () => {
    const [head = '', key] = render({}).split('SGID_PRIVATE_KEY=');
    expect(head.split('\n')).toHaveLength(5);
    expect(key).toBe(`"${TEST_PRIVATE_KEY.trim()}"\n`);
  });

  it.each(['=sh', 'a:=sh'])('quotes %j, which zsh would expand', (clientSecret) => {
    expect(render({ clientSecret })).toContain(`SGID_CLIENT_SECRET='${clientSecret}'\n`);
  });

  it('knows the test key as a key object, too', () => {
    const publicKey = createPublicKey(TEST_PUBLIC_KEY);
    expect(readBack({ publicKey })).toEqual(readBack({}));
  });

  it('leaves what it does not get to the person', () => {
    expect(renderMockEnv({ SGID_CLIENT_ID: 'x' }).split('\n')).toEqual([
      '# SGID_HOSTNAME is that of the client file.',
      'SGID_CLIENT_ID=x',
      '# SGID_CLIENT_SECRET is that of the client file.',
      '# SGID_REDIRECT_URI is that of the client file.',
      expect.stringMatching(/^# SGID_PRIVATE_KEY is yours/),
      '',
    ]);
  });

  const { publicKey: anotherKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  it.each(['no key', anotherKey])(
    'leaves the private key of another public key to its owner',
    (publicKey) => {
      expect(readBack({ publicKey })).not.toHaveProperty('SGID_PRIVATE_KEY');
      expect(render({ publicKey })).toContain('# SGID_PRIVATE_KEY is yours');
    },
  );

  it.each([
    ...[
      'a b',
      'a#b',
      ' #x',
      'a$-b$',
      `it's`,
      'say "x"',
      'back`tick',
      'touch /tmp/x #',
      '~root',
      'a\\nb',
      '#',
    ],
    ...["''", 'ключ', 'a=b', 'http://localhost:5001/cb?a=1&b=2'],
  ])('writes the value %j so that it is read back', (value) => {
    const client = { clientId: value, clientSecret: value, redirectUris: [value] };
    expect(readBack(client)).toMatchObject({
      SGID_CLIENT_ID: value,
      SGID_CLIENT_SECRET: value,
      SGID_REDIRECT_URI: value,
    });
  });

  it.each([
    ...[`'"`, `'$HOME`, "'`id`", 'nul\0', 'two\nlines', 'two\r\nlines', 'two\u2028lines'],
    // Read otherwise by python-dotenv, Compose and Next.js.
    ...['a\\\\b', 'a b\\', `\${HOME}`, '$HOME', 'pass$word-1234', 'a$1', 'a\\$ b'],
    "x'\nSGID_HOSTNAME='http://stranger.test",
  ])('leaves out the value %j, which no quotes hold, and nothing else', (clientSecret) => {
    const variables = readBack({ clientSecret });
    expect(variables).not.toHaveProperty('SGID_CLIENT_SECRET');
    expect(variables).toMatchObject({ SGID_HOSTNAME: HOSTNAME, SGID_CLIENT_ID: TEST_CLIENT_ID });
    const text = render({ clientSecret });
    expect(text).toContain('# SGID_CLIENT_SECRET is that of the client file');
    expect(text).not.toContain(clientSecret);
  });
});
