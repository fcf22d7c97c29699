import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { parseEnv } from 'node:util';
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

const HOSTNAME = 'http://127.0.0.1:5157';
const TEST_CLIENT = createTestClient(['http://localhost:3000/cb', 'http://localhost:4000/cb']);

function render(client: Partial<MockClient>): string {
  return renderMockEnv(settingsOf(HOSTNAME, [{ ...TEST_CLIENT, ...client }, TEST_CLIENT]));
}

function readBack(client: Partial<MockClient>): NodeJS.Dict<string> {
  return parseEnv(render(client));
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

  it('is one line for each variable', () => {
    const lines = render({}).split('\n');
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe('');
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
      '$HOME',
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
    ...[`'"`, `'$HOME`, "'`id`", 'nul\0', 'two\nlines', 'two\r\nlines'],
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
