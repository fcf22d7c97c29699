import { createRequire, syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadPrivateKey, parsePrivateKey } from '../../../src/keys/private-key.ts';
import { findPublicKeys } from '../../../src/keys/public-key.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { keyBytes, keyText } from './key-fixtures.ts';
import { bag, element, pfx } from './pfx.ts';

// What OpenSSL is asked to load is counted: each call may take a second.
const crypto: typeof import('node:crypto') = createRequire(import.meta.url)('node:crypto');
const loads = { private: vi.fn(crypto.createPrivateKey), public: vi.fn(crypto.createPublicKey) };
beforeEach(() => {
  vi.spyOn(crypto, 'createPrivateKey').mockImplementation(loads.private);
  vi.spyOn(crypto, 'createPublicKey').mockImplementation(loads.public);
  syncBuiltinESMExports();
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  for (const load of Object.values(loads)) load.mockClear();
});

const PEM = keyText('rsa-2048.pkcs8.pem');
const CERTIFICATE = keyText('certificate.pem');
const PUBLIC = keyText('public.pem');
const oneOf = (index: number): string =>
  PUBLIC.replace(/\n.{20}/, (start) => `${start.slice(0, -4)}${String(index).padStart(4, '0')}`);
const many = (count: number): string => Array.from({ length: count }, (_, index) => oneOf(index)).join('');

const integer = (byte: number, length = 1): Buffer => element(0x02, Buffer.alloc(length, byte));
/** PKCS#8 with three numbers of one algorithm; `identifier` is its OID as it is encoded. */
function slowKey(identifier: string, fill = 0x25): Buffer {
  const parameters = element(0x30, integer(fill), integer(fill), integer(2));
  const algorithm = element(0x30, Buffer.from(identifier, 'hex'), parameters);
  return element(0x30, integer(0), algorithm, element(0x04, integer(fill)));
}
const asPem = (der: Buffer): string =>
  `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;

it.each<[string, string, Buffer]>([
  ['DH', 'DH', slowKey('06092a864886f70d010301')],
  ['DH whose OID has a long length', 'DH', slowKey('0681092a864886f70d010301')],
  ['DH of X9.42', 'DH', slowKey('06072a8648ce3e0201')],
  ['DSA', 'DSA', slowKey('06072a8648ce380401')],
  ['DSA whose OID has a long length', 'DSA', slowKey('0681072a8648ce380401')],
  ['DSA under an old OID', 'unknown', slowKey('06052b0e03020c')],
])('a key that takes long to load is not loaded: %s', async (_name, type, der) => {
  for (const input of [der, asPem(der)]) {
    const error = await errorOf(() => parsePrivateKey(input));
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY_TYPE' });
    expect(error.message).toContain(`of type ${type};`);
  }
  expect(loads.private).not.toHaveBeenCalled();
});

it.each([
  ['the whole in a length of five bytes', '3085'],
  ['the whole in a length of six bytes', '308600'],
])('nor is one that is hidden in %s', async (_name, start) => {
  const der = slowKey('06092a864886f70d010301');
  const hidden = Buffer.concat([Buffer.from(`${start}00000000`, 'hex'), der.subarray(1)]);
  expect((await errorOf(() => parsePrivateKey(hidden))).code).toBe('ERR_PRIVATE_KEY');
  expect(loads.private).not.toHaveBeenCalled();
});

it('nothing is loaded after the second key', async () => {
  const keys = ['rsa-1024.pem', 'rsa-2048.pkcs8.pem', 'ec.pem', 'ed25519.pem'].map(keyText);
  expect((await errorOf(() => parsePrivateKey(keys.join('')))).message).toContain('more than one');
  expect(loads.private.mock.calls.length).toBe(2);
});

it('more keys than a PKCS#12 file has are refused before one is loaded', async () => {
  const keys = Array.from({ length: 17 }, () => bag(1, keyBytes('rsa-2048.pkcs8.der')));
  expect((await errorOf(() => loadPrivateKey(pfx(keys)))).message).toContain('more than one');
  expect(loads.private).not.toHaveBeenCalled();
  expect((await loadPrivateKey(pfx(keys.slice(1)))).asymmetricKeyType).toBe('rsa');
});

it('more blocks than a bundle has are refused before one is looked at', async () => {
  for (const find of [parsePrivateKey, findPublicKeys]) {
    const error = await errorOf(() => find(`${PEM}${many(64)}`));
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY', hint: expect.stringContaining('only the key') });
    expect(error.message).toContain('too many PEM blocks');
  }
  for (const load of Object.values(loads)) expect(load).not.toHaveBeenCalled();
  expect(parsePrivateKey(`${PEM}${many(63)}`).asymmetricKeyType).toBe('rsa');
});

it.each([
  ['key', '*MII', PEM],
  ['key under the label of PKCS#1', '*MII', PEM.replaceAll(' PRIVATE', ' RSA PRIVATE')],
])('a damaged %s is not passed over for a good one', async (_name, damage, key) => {
  const damaged = key.replace('MII', damage);
  const certificate = CERTIFICATE.replace('MII', damage);
  for (const text of [`${damaged}${certificate}${PEM}`, `${PEM}${damaged}${certificate}`])
    expect((await errorOf(() => parsePrivateKey(text))).message).toContain('more than one');
  // The certificate alone does no harm.
  expect(parsePrivateKey(`${certificate}${PEM}`).asymmetricKeyType).toBe('rsa');
});
