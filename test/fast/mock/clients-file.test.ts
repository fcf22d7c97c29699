import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { registerClient } from '../../../src/mock/clients.ts';
import { parseClients } from '../../../src/mock/registration-files.ts';
import { TEST_PRIVATE_KEY, TEST_PUBLIC_KEY } from '../../../src/mock/test-credentials.ts';
import { SCOPES } from '../../../src/sgid/scopes.ts';
import { errorOf, wordsOf } from '../../helpers/error-of.ts';

const CLIENT = {
  clientId: 'APP-1a2b3c4d',
  clientSecret: 'CANARY-secret/+=',
  redirectUris: ['http://localhost:5001/api/redirect', 'com.example.app:/callback'],
  scopes: ['openid', 'myinfo.name'],
  publicKey: TEST_PUBLIC_KEY,
};

function pemOf(type: 'small' | 'curve'): string {
  const { publicKey } =
    type === 'small'
      ? generateKeyPairSync('rsa', { modulusLength: 1024 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

const read = (content: unknown) => parseClients(JSON.stringify(content), 'clients.json');

describe('parseClients', () => {
  it('reads several clients, and one alone', () => {
    const other = { ...CLIENT, clientId: 'APP-2', publicKey: TEST_PRIVATE_KEY };
    expect(read([CLIENT, other])).toEqual([CLIENT, other]);
    expect(read(CLIENT)).toEqual([CLIENT]);
  });

  it('gives a client without scopes the whole catalogue', () => {
    const { scopes: _, ...rest } = CLIENT;
    expect(read(rest)[0]?.scopes).toEqual(SCOPES.map(({ name }) => name));
  });

  it('passes nothing on that registration would refuse', () => {
    for (const client of read([CLIENT])) expect(() => registerClient(client)).not.toThrow();
  });
});

describe('a client file that is refused', () => {
  it.each<[string, unknown, string]>([
    ['no object', 'CANARY', '$ must be an object, got text'],
    ['an empty list', [], '$ must not be empty'],
    ['no id', { ...CLIENT, clientId: undefined }, '$.clientId is missing'],
    ['an empty id', { ...CLIENT, clientId: '' }, '$.clientId must not be empty'],
    ['a numeric secret', { ...CLIENT, clientSecret: 12 }, '$.clientSecret must be text, got a number'],
    ['an empty secret', [{ ...CLIENT, clientSecret: '' }], '$[0].clientSecret must not be empty'],
    ['no redirect URIs', { ...CLIENT, redirectUris: undefined }, '$.redirectUris is missing'],
    ['one redirect URI as text', { ...CLIENT, redirectUris: 'x' }, '$.redirectUris must be a list, got text'],
    ['an empty list of redirect URIs', { ...CLIENT, redirectUris: [] }, '$.redirectUris must not be empty'],
    [
      'a relative redirect URI',
      { ...CLIENT, redirectUris: ['http://localhost/', '/CANARY'] },
      '$.redirectUris[1] must be an absolute URI without a fragment',
    ],
    [
      'a redirect URI with a fragment',
      { ...CLIENT, redirectUris: ['http://localhost/#x'] },
      '$.redirectUris[0] must be an absolute URI without a fragment',
    ],
    [
      'a redirect URI that is a number',
      { ...CLIENT, redirectUris: [7] },
      '$.redirectUris[0] must be text, got a number',
    ],
    ['scopes as text', { ...CLIENT, scopes: 'openid' }, '$.scopes must be a list, got text'],
    ['scopes without openid', { ...CLIENT, scopes: ['myinfo.name'] }, '$.scopes must hold openid'],
    [
      'two scopes in one text',
      { ...CLIENT, scopes: ['openid', 'openid myinfo.name'] },
      '$.scopes[1] must be the name of one scope, for example myinfo.name',
    ],
    [
      'the scope __proto__',
      { ...CLIENT, scopes: ['openid', '__proto__'] },
      '$.scopes[1] must be the name of one scope, for example myinfo.name',
    ],
    ['no key', { ...CLIENT, publicKey: undefined }, '$.publicKey is missing'],
    ['an unreadable key', { ...CLIENT, publicKey: 'CANARY' }, '$.publicKey is not a public key in PEM'],
    [
      'a small key',
      { ...CLIENT, publicKey: pemOf('small') },
      '$.publicKey is not an RSA key of at least 2048 bits',
    ],
    [
      'a key that is not RSA',
      { ...CLIENT, publicKey: pemOf('curve') },
      '$.publicKey is not an RSA key of at least 2048 bits',
    ],
    ['a misspelt field', { ...CLIENT, scope: ['openid'] }, '$.scope is no field: use scopes'],
    ['two clients with one id', [CLIENT, CLIENT], '$[1].clientId is the same as $[0].clientId'],
  ])('%s', async (_what, content, problem) => {
    const error = await errorOf(() => read(content));
    expect(error).toMatchObject({
      code: 'ERR_FILE',
      step: 'config',
      message: `clients.json: ${problem}`,
      hint: expect.stringContaining('"clientSecret": "a text"'),
    });
    expect(wordsOf(error)).not.toContain('CANARY');
  });

  it('tells of every problem at once', async () => {
    const { message } = await errorOf(() => read([{ ...CLIENT, clientId: '', scopes: [] }, 7]));
    expect(message).toBe(
      [
        'clients.json has 3 problems:',
        '$[0].clientId must not be empty',
        '$[0].scopes must not be empty',
        '$[1] must be an object, got a number',
      ].join('\n    '),
    );
  });
});
