import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type MockClient, registerClient } from '../../../src/mock/clients.ts';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { createMockProvider } from '../../../src/mock/provider.ts';
import { createTestClient, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { createTestProvider, REDIRECT_URI } from './relying-party.ts';

const client = createTestClient([REDIRECT_URI]);
const smallKey = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
const curveKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;

describe('registerClient', () => {
  it.each<[string, Partial<MockClient>, string]>([
    ['an empty id', { clientId: '' }, 'ERR_CREDENTIALS_FILE'],
    ['an empty secret', { clientSecret: '' }, 'ERR_CREDENTIALS_FILE'],
    ['no redirect URI', { redirectUris: [] }, 'ERR_REDIRECT_URI'],
    ['a relative redirect URI', { redirectUris: [REDIRECT_URI, '/callback'] }, 'ERR_REDIRECT_URI'],
    ['a redirect URI with a fragment', { redirectUris: [`${REDIRECT_URI}#x`] }, 'ERR_REDIRECT_URI'],
    ['a redirect URI with a line break', { redirectUris: [`${REDIRECT_URI}\r\nx: y`] }, 'ERR_REDIRECT_URI'],
    ['scopes without openid', { scopes: ['myinfo.name'] }, 'ERR_CREDENTIALS_FILE'],
    ['the scope __proto__', { scopes: ['openid', '__proto__'] }, 'ERR_CREDENTIALS_FILE'],
    ['a scope with a space', { scopes: ['openid', 'a b'] }, 'ERR_CREDENTIALS_FILE'],
    ['an unreadable key', { publicKey: 'no key' }, 'ERR_CREDENTIALS_FILE'],
    ['a small key', { publicKey: smallKey }, 'ERR_CREDENTIALS_FILE'],
    ['a key that is not RSA', { publicKey: curveKey }, 'ERR_CREDENTIALS_FILE'],
  ])('refuses %s', (_what, change, code) => {
    expect(() => registerClient({ ...client, ...change })).toThrow(expect.objectContaining({ code }));
  });

  it('takes the public half of a private key', () => {
    const { publicKey } = registerClient({ ...client, publicKey: TEST_PRIVATE_KEY });
    expect(publicKey.type).toBe('public');
    expect(publicKey.equals(registerClient(client).publicKey)).toBe(true);
  });
});

describe('createMockProvider', () => {
  it.each([
    ['two clients with one id', { clients: [client, client] }],
    ['no client', { clients: [] }],
    ['no persona', { personas: [] }],
    ['two personas with one id', { personas: [...PERSONAS, ...PERSONAS.slice(0, 1)] }],
    ['an unknown persona to approve', { approve: 'nobody' }],
  ])('refuses %s', (_what, options) => {
    expect(() => createTestProvider(options)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  });

  it('refuses a hostname with a trailing slash', () => {
    expect(() => createMockProvider({ hostname: 'http://localhost:5157/', clients: [client] })).toThrow(
      expect.objectContaining({ code: 'ERR_HOSTNAME' }),
    );
  });
});
