import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parsePrivateKey } from '../../../src/keys/private-key.ts';
import { findForeignClaims, findPublicKeys, fingerprintKey } from '../../../src/keys/public-key.ts';
import { expectLinearTime } from '../../helpers/growth.ts';
import { keyBytes, keyText, RSA_2048, rsaJwk } from './key-fixtures.ts';

const privatePem = keyText('rsa-2048.pkcs8.pem');
const privateKey = createPrivateKey(privatePem);
const publicKey = createPublicKey(keyText('public.pem'));
const { n, e } = rsaJwk();
const publicJwk = { kty: 'RSA', n, e, use: 'enc' };
const certificateDer = Buffer.from(keyText('certificate.pem').replace(/-----[^-]+-----|\s/g, ''), 'base64');
const other = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
const otherPem = other.export({ type: 'spki', format: 'pem' }).toString();
const spki = publicKey.export({ type: 'spki', format: 'der' });
const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'der' });

describe('findPublicKeys finds the key in', () => {
  it.each<[string, string | Uint8Array]>([
    ['SPKI PEM', keyText('public.pem')],
    ['the bytes of SPKI PEM', keyBytes('public.pem')],
    ['escaped and quoted PEM', `"${keyText('public.pem').trim().replaceAll('\n', '\\n')}"`],
    ['PKCS#1 PEM', publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['a certificate', keyText('certificate.pem')],
    ['SPKI DER', spki],
    ['PKCS#1 DER', pkcs1],
    ['a certificate in DER', certificateDer],
    ['base64 of SPKI', spki.toString('base64')],
    ['a JWK', JSON.stringify(publicJwk)],
    ['a JWK that was escaped', JSON.stringify(publicJwk).replaceAll('"', '\\"')],
    ['a JWKS', JSON.stringify({ keys: [null, { kty: 'EC' }, publicJwk] })],
    ['PEM with the private key beside it', `${privatePem}${keyText('public.pem')}`],
  ])('%s', (_name, input) => {
    expect(findPublicKeys(input).map(fingerprintKey)).toEqual([RSA_2048]);
  });

  it('a bundle with several, in order', () => {
    const bundle = `${otherPem}${keyText('certificate.pem')}`;
    expect(findPublicKeys(bundle).map(fingerprintKey)).toEqual([fingerprintKey(other), RSA_2048]);
  });

  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['a private key', privatePem],
    ['a private key in DER', keyBytes('rsa-2048.pkcs8.der')],
    ['a private JWK', keyText('rsa-2048.jwk.json')],
    ['a symmetric JWK', '{"kty":"oct","k":"AA"}'],
    ['a JWK with numbers', '{"kty":"RSA","n":5,"e":3}'],
    ['a JWK of another type', JSON.stringify({ ...publicJwk, kty: 'EC' })],
    ['half a key', spki.subarray(0, 100)],
    [
      'a spoiled certificate',
      Buffer.concat([certificateDer.subarray(0, 60), Buffer.alloc(certificateDer.length - 60)]),
    ],
    ['a certificate request', keyText('certificate-request.pem')],
    ['words', 'no key at all'],
  ])('not in %s', (_name, input) => {
    expect(findPublicKeys(input)).toEqual([]);
    // What OpenSSL complained of must not spoil what is read next.
    expect(parsePrivateKey(privatePem).asymmetricKeyType).toBe('rsa');
  });

  it('hostile text in linear time', async () => {
    await expectLinearTime(20_000, async (size) => {
      expect(() => findPublicKeys('-----BEGIN PUBLIC KEY-----'.repeat(size))).toThrow('too many PEM blocks');
    });
  });
});

it('the fingerprint of both halves is the SHA-256 of the SPKI', () => {
  expect([fingerprintKey(privateKey), fingerprintKey(publicKey)]).toEqual([RSA_2048, RSA_2048]);
});

it('a claim is foreign when it has public keys, and none is that of the private key', () => {
  const elliptic = createPublicKey(keyText('ec.pem'));
  const own = { origin: 'own', keys: [other, publicKey] };
  const foreign = { origin: 'foreign', keys: [other, elliptic] };
  const empty = { origin: 'empty', keys: [] };
  expect(findForeignClaims(privateKey, [own, foreign, empty])).toEqual([foreign]);
  expect(parsePrivateKey(privatePem).asymmetricKeyType).toBe('rsa');
});
