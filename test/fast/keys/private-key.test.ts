import { constants, createPrivateKey, privateDecrypt, publicEncrypt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPrivateKey } from '../../../src/keys/private-key.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { fingerprint, keyBytes, keyText, PASSPHRASE, RSA_2048, rsaJwk } from './key-fixtures.ts';

const key = createPrivateKey(keyText('rsa-2048.pkcs8.pem'));
const encryptedDer = key.export({
  format: 'der',
  type: 'pkcs8',
  cipher: 'aes-256-cbc',
  passphrase: PASSPHRASE,
});

describe('readPrivateKey reads', () => {
  it.each<[string, string | Uint8Array]>([
    ['PKCS#8 PEM', keyText('rsa-2048.pkcs8.pem')],
    ['PKCS#1 PEM', keyText('rsa-2048.pkcs1.pem')],
    ['PKCS#8 DER', keyBytes('rsa-2048.pkcs8.der')],
    ['PKCS#8 DER in a plain Uint8Array', new Uint8Array(keyBytes('rsa-2048.pkcs8.der'))],
    [
      'PKCS#8 DER with a newline after it',
      Buffer.concat([keyBytes('rsa-2048.pkcs8.der'), Buffer.from('\n')]),
    ],
    ['PKCS#1 DER', key.export({ format: 'der', type: 'pkcs1' })],
    ['JWK', keyText('rsa-2048.jwk.json')],
    ['JWK as bytes', keyBytes('rsa-2048.jwk.json')],
    ['JWK in base64', keyBytes('rsa-2048.jwk.json').toString('base64')],
    ['JWKS', JSON.stringify({ keys: [{ ...rsaJwk(), d: undefined }, { kty: 'EC', d: 'AA' }, rsaJwk()] })],
    [
      'PKCS#8 under the label of PKCS#1',
      keyText('rsa-2048.pkcs8.pem').replaceAll(' PRIVATE', ' RSA PRIVATE'),
    ],
  ])('%s', (_name, input) => {
    expect(fingerprint(readPrivateKey(input))).toBe(RSA_2048);
    expect(fingerprint(readPrivateKey(input, { passphrase: 'not needed' }))).toBe(RSA_2048);
  });

  it.each<[string, string | Uint8Array]>([
    ['PKCS#8 PEM', keyText('rsa-2048.pkcs8-encrypted.pem')],
    ['PKCS#1 PEM', keyText('rsa-2048.pkcs1-encrypted.pem')],
    ['PKCS#8 DER', encryptedDer],
    ['PKCS#8 DER in base64', encryptedDer.toString('base64')],
  ])('encrypted %s', async (_name, input) => {
    expect(fingerprint(readPrivateKey(input, { passphrase: PASSPHRASE }))).toBe(RSA_2048);

    const missing = await errorOf(() => readPrivateKey(input));
    expect(missing).toMatchObject({ code: 'ERR_PRIVATE_KEY_PASSPHRASE', step: 'config' });
    expect(missing.message).toBe('the private key is encrypted, and no passphrase was given');
    expect(missing.hint).toContain('SGID_PRIVATE_KEY_PASSPHRASE');

    for (const passphrase of ['wrong', '']) {
      const wrong = await errorOf(() => readPrivateKey(input, { passphrase }));
      expect(wrong).toMatchObject({ code: 'ERR_PRIVATE_KEY_PASSPHRASE', step: 'config' });
      expect(wrong.message).toBe('the passphrase does not open the private key');
    }
  });

  it('a key that serves both RSA-OAEP algorithms of sgID', () => {
    const read = readPrivateKey(keyText('rsa-2048.pkcs1.pem'));
    for (const oaepHash of ['sha1', 'sha256']) {
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      const sealed = publicEncrypt({ key: keyText('public.pem'), padding, oaepHash }, Buffer.from('test'));
      expect(privateDecrypt({ key: read, padding, oaepHash }, sealed).toString()).toBe('test');
    }
  });
});

describe('readPrivateKey refuses', () => {
  it.each<[string, string | Uint8Array]>([
    ['EC', keyText('ec.pem')],
    ['EC', createPrivateKey(keyText('ec.pem')).export({ format: 'der', type: 'pkcs8' })],
    ['EC', createPrivateKey(keyText('ec.pem')).export({ format: 'der', type: 'sec1' })],
    ['EC', JSON.stringify(createPrivateKey(keyText('ec.pem')).export({ format: 'jwk' }))],
    ['Ed25519', keyText('ed25519.pem')],
    ['Ed25519', createPrivateKey(keyText('ed25519.pem')).export({ format: 'der', type: 'pkcs8' })],
    ['OKP', JSON.stringify({ kty: 'OKP', crv: 'Ed25519', d: 'AA', x: 'AA' })],
    ['RSA-PSS', keyText('rsa-pss.pem')],
    ['DSA', Buffer.from('3012020100020101020101020101020101020101', 'hex')],
    ['unknown', Buffer.from('3010020100300706052b0e03020c04020400', 'hex')],
    ['unknown', JSON.stringify({ kty: 'new', d: 'AA' })],
  ])('a key of type %s', async (type, input) => {
    const error = await errorOf(() => readPrivateKey(input));
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY_TYPE', step: 'config' });
    expect(error.message).toContain(`of type ${type}`);
    expect(error.hint).toContain('sgid key generate');
  });

  it('a key of the wrong type although its encryption opens', async () => {
    const encrypted = createPrivateKey(keyText('ec.pem')).export({
      format: 'pem',
      type: 'pkcs8',
      cipher: 'aes-128-cbc',
      passphrase: PASSPHRASE,
    });
    const error = await errorOf(() => readPrivateKey(encrypted.toString(), { passphrase: PASSPHRASE }));
    expect(error.code).toBe('ERR_PRIVATE_KEY_TYPE');
  });

  it.each<[string, string]>([
    ['PEM', keyText('rsa-1024.pem')],
    ['encrypted PEM', keyText('rsa-1024-encrypted.pem')],
    ['JWK', JSON.stringify(createPrivateKey(keyText('rsa-1024.pem')).export({ format: 'jwk' }))],
  ])('1024 bits in %s', async (_name, input) => {
    const error = await errorOf(() => readPrivateKey(input, { passphrase: PASSPHRASE }));
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY_SIZE', step: 'config' });
    expect(error.message).toBe('the private key has 1024 bits; the minimum is 2048');
    expect(error.hint).toContain('sgid key generate');
  });

  it('numbers that do not belong together', async () => {
    const { p = '', dp = '', q = '' } = rsaJwk();
    const error = await errorOf(() => readPrivateKey(JSON.stringify({ ...rsaJwk(), d: dp, p: q, q: p })));
    expect(error.code).toBe('ERR_PRIVATE_KEY');
    expect(error.message).toContain('do not belong together');
  });

  it.each(['rsa-2048.modern.p12', 'rsa-2048.empty-passphrase.p12'])('PKCS#12: %s', async (name) => {
    const error = await errorOf(() => readPrivateKey(keyBytes(name), { passphrase: PASSPHRASE }));
    expect(error.code).toBe('ERR_PRIVATE_KEY');
    expect(error.hint).toContain('loadPrivateKey');
    expect(error.hint).toContain('sgid key convert --to pkcs8');
  });

  it('the public exponent 1, with which OpenSSL would encrypt nothing', async () => {
    const error = await errorOf(() =>
      readPrivateKey(JSON.stringify({ ...rsaJwk(), e: 'AQ', d: 'AQ', dp: 'AQ', dq: 'AQ' })),
    );
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY', step: 'config' });
    expect(error.message).toContain('public exponent 1');
    expect(error.hint).toContain('sgid key generate');
  });
});
