import { describe, expect, it } from 'vitest';
import { derivationCost } from '../../../src/keys/der.ts';
import { loadPrivateKey, readPrivateKey } from '../../../src/keys/private-key.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { keyBytes, rsaJwk } from './key-fixtures.ts';
import { bag, element, pfx } from './pfx.ts';

const SALT = element(0x04, Buffer.alloc(8));
const CIPHER = element(0x30, Buffer.from('060960864801650304012a', 'hex'), element(0x04, Buffer.alloc(16)));

function oid(hex: string): Buffer {
  return element(0x06, Buffer.from(hex, 'hex'));
}

function integer(hex: string): Buffer {
  return element(0x02, Buffer.from(hex, 'hex'));
}

/** An EncryptedPrivateKeyInfo; what it encrypts is of no matter. */
function encrypted(scheme: string, parameters: Buffer): Buffer {
  return element(0x30, element(0x30, oid(scheme), parameters), element(0x04, Buffer.alloc(1024)));
}

function pbes2(derivation: string, ...parameters: readonly Buffer[]): Buffer {
  const kdf = element(0x30, oid(derivation), element(0x30, SALT, ...parameters));
  return encrypted('2a864886f70d01050d', element(0x30, kdf, CIPHER));
}

function pbkdf2(...parameters: readonly Buffer[]): Buffer {
  return pbes2('2a864886f70d01050c', ...parameters);
}

function scrypt(...parameters: readonly Buffer[]): Buffer {
  return pbes2('2b06010401da47040b', ...parameters);
}

function tripleDes(count: string): Buffer {
  return encrypted('2a864886f70d010c0103', element(0x30, SALT, integer(count)));
}

const KEY_LENGTH = integer('20');
const ENDLESS: readonly (readonly [string, Buffer])[] = [
  ['PBKDF2 with 2^31-1', pbkdf2(integer('7fffffff'))],
  ['PBKDF2 with 10,000,001 and a key length', pbkdf2(integer('00989681'), KEY_LENGTH)],
  ['PBKDF2 with 2^63', pbkdf2(integer('008000000000000000'))],
  ['PBKDF2 with a negative count', pbkdf2(integer('ff'))],
  ['PBKDF2 with an empty count', pbkdf2(integer(''))],
  ['PBKDF2 without a count', pbkdf2()],
  ['scrypt with a huge N', scrypt(integer('40000000'), integer('01'), integer('01'))],
  ['scrypt with a huge p', scrypt(integer('020000'), integer('01'), integer('020000'), KEY_LENGTH)],
  ['PKCS#12 PBE with 2^31-1', tripleDes('7fffffff')],
  [
    'a length in BER that hides the count',
    encrypted(
      '2a864886f70d01050d',
      Buffer.concat([Buffer.of(0x30, 0x80), SALT, integer('7fffffff'), Buffer.of(0, 0)]),
    ),
  ],
];

describe('an encrypted key whose passphrase would take for ever to try is refused', () => {
  it.each(ENDLESS)('%s', async (_, der) => {
    const inputs = [der, der.toString('base64'), pfx([bag(2, der)])];
    for (const input of inputs) {
      for (const options of [{}, { passphrase: 'x' }]) {
        const error = await errorOf(() => loadPrivateKey(input, options));
        expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY', step: 'config' });
        expect(error.message).toContain('more than 10,000,000 rounds');
      }
    }
    const error = await errorOf(() => readPrivateKey(der, { passphrase: 'x' }));
    expect(error.message).toContain('more than 10,000,000 rounds');
  });

  it('many keys in one PKCS#12 file', async () => {
    const keys = Array.from({ length: 11 }, () => bag(2, pbkdf2(integer('0f4240'))));
    const error = await errorOf(() => loadPrivateKey(pfx(keys)));
    expect(error.message).toContain('more than 10,000,000 rounds');
  });

  it('one inside an encryption by headers', async () => {
    const body = Buffer.alloc(64).toString('base64');
    const pem = `-----BEGIN ENCRYPTED PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${'00'.repeat(16)}\n\n${body}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
    const error = await errorOf(() => loadPrivateKey(pem, { passphrase: 'x' }));
    expect(error.message).toContain('damaged');
  });
});

describe('derivationCost', () => {
  it.each<[string, Buffer, number]>([
    ['PBKDF2', pbkdf2(integer('0927c0')), 600_000],
    ['PBKDF2 with a key length', pbkdf2(integer('00989680'), KEY_LENGTH), 10_000_000],
    ['scrypt', scrypt(integer('4000'), integer('08'), integer('01'), KEY_LENGTH), 131_072],
    ['PKCS#12', tripleDes('0800'), 2048],
    ['nothing', Buffer.alloc(0), Number.POSITIVE_INFINITY],
  ])('%s', (_, der, cost) => {
    expect(derivationCost(der)).toBe(cost);
  });
});

describe('a key with numbers beyond all measure is refused before anything is computed with them', () => {
  const giant = Buffer.alloc(200_000, 0xa5);

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi'])('a JWK with a giant %s', async (name) => {
    const jwk = JSON.stringify({ ...rsaJwk(), [name]: giant.toString('base64url') });
    const error = await errorOf(() => readPrivateKey(jwk));
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY' });
    expect(error.message).toContain('do not belong together');
  });

  it('a DSA key', async () => {
    const numbers = element(
      0x30,
      ...Array.from({ length: 3 }, () => element(0x02, Buffer.alloc(3000, 0x25))),
    );
    const der = element(
      0x30,
      integer('00'),
      element(0x30, oid('2a8648ce380401'), numbers),
      element(0x04, element(0x02, Buffer.alloc(500, 0x25))),
    );
    expect(await errorOf(() => readPrivateKey(der))).toMatchObject({ code: 'ERR_PRIVATE_KEY_TYPE' });
  });

  it('a structure larger than any key', async () => {
    const der = keyBytes('rsa-2048.pkcs8.der');
    const large = element(0x30, der.subarray(4), element(0xa0, Buffer.alloc(20_000)));
    const error = await errorOf(() => readPrivateKey(large));
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY' });
    expect(error.message).toContain('larger than one of 16384 bits');
  });
});
