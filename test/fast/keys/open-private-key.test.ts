import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openPrivateKey } from '../../../src/keys/open-private-key.ts';
import { fingerprint, keyBytes, keyText, PASSPHRASE, RSA_2048, rsaJwk } from './key-fixtures.ts';
import { bag, pfx } from './pfx.ts';

const key = createPrivateKey(keyText('rsa-2048.pkcs8.pem'));
const encryptedDer = key.export({
  format: 'der',
  type: 'pkcs8',
  cipher: 'aes-256-cbc',
  passphrase: PASSPHRASE,
});
const pkcs8Der = keyBytes('rsa-2048.pkcs8.der');

describe('the format of a private key is told', () => {
  it.each<[string, string | Uint8Array, string, boolean]>([
    ['PKCS#8 PEM', keyText('rsa-2048.pkcs8.pem'), 'pkcs8-pem', false],
    ['PKCS#1 PEM', keyText('rsa-2048.pkcs1.pem'), 'pkcs1-pem', false],
    [
      'PKCS#8 under the label of PKCS#1',
      keyText('rsa-2048.pkcs8.pem').replaceAll(' PRIVATE', ' RSA PRIVATE'),
      'pkcs8-pem',
      false,
    ],
    ['encrypted PKCS#8 PEM', keyText('rsa-2048.pkcs8-encrypted.pem'), 'pkcs8-encrypted-pem', true],
    ['encrypted PKCS#1 PEM', keyText('rsa-2048.pkcs1-encrypted.pem'), 'pkcs1-encrypted-pem', true],
    ['PKCS#8 DER', pkcs8Der, 'pkcs8-der', false],
    ['PKCS#8 DER in base64', pkcs8Der.toString('base64'), 'pkcs8-der', false],
    ['PKCS#1 DER', key.export({ format: 'der', type: 'pkcs1' }), 'pkcs1-der', false],
    ['encrypted PKCS#8 DER', encryptedDer, 'pkcs8-encrypted-der', true],
    ['JWK', keyText('rsa-2048.jwk.json'), 'jwk', false],
    ['JWKS', JSON.stringify({ keys: [rsaJwk()] }), 'jwks', false],
    ['PKCS#12', keyBytes('rsa-2048.modern.p12'), 'pkcs12', true],
    ['PKCS#12 in base64', keyBytes('rsa-2048.modern.p12').toString('base64'), 'pkcs12', true],
    ['PKCS#12 without encryption', pfx([bag(1, pkcs8Der)]), 'pkcs12', false],
  ])('%s', async (_name, input, format, encrypted) => {
    const opened = await openPrivateKey(input, { passphrase: PASSPHRASE });
    expect(opened).toMatchObject({ format, encrypted, emptyPassphrase: false });
    expect(fingerprint(opened.key)).toBe(RSA_2048);
  });
});

it('the empty passphrase is told', async () => {
  const opened = await openPrivateKey(keyBytes('rsa-2048.empty-passphrase.p12'));
  expect(opened).toMatchObject({ encrypted: true, emptyPassphrase: true });
});

it('a key that sgID cannot use is opened all the same', async () => {
  expect((await openPrivateKey(keyText('rsa-1024.pem'))).key.asymmetricKeyDetails?.modulusLength).toBe(1024);
  expect((await openPrivateKey(keyText('ec.pem'))).key.asymmetricKeyType).toBe('ec');
});
