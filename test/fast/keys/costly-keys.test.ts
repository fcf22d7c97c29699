import { describe, expect, it } from 'vitest';
import { loadPrivateKey, parsePrivateKey } from '../../../src/keys/private-key.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { expectLinearTime } from '../../helpers/growth.ts';
import { AES, encryptedByHeaders, keyBytes } from './key-fixtures.ts';
import { bag, element, pfx } from './pfx.ts';

const der = keyBytes('rsa-2048.pkcs8.der');

const oid = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));
const integer = (hex: string): Buffer => element(0x02, Buffer.from(hex, 'hex'));
const SALT = element(0x04, Buffer.alloc(8));
const CIPHER = element(0x30, oid('60864801650304012a'), element(0x04, Buffer.alloc(16)));
const KEY_LENGTH = integer('20');
const PBKDF2 = '2a864886f70d01050c';
const SCRYPT = '2b06010401da47040b';

/** An EncryptedPrivateKeyInfo; what it encrypts is of no matter. */
function encrypted(scheme: string, parameters: Buffer): Buffer {
  return element(0x30, element(0x30, oid(scheme), parameters), element(0x04, Buffer.alloc(1024)));
}

function pbes2(derivation: string, ...parameters: readonly Buffer[]): Buffer {
  const kdf = element(0x30, oid(derivation), element(0x30, SALT, ...parameters));
  return encrypted('2a864886f70d01050d', element(0x30, kdf, CIPHER));
}

function tripleDes(count: string, kind = '03'): Buffer {
  return encrypted(`2a864886f70d010c01${kind}`, element(0x30, SALT, integer(count)));
}

const PBKDF2_2048 = [element(0x30, oid(PBKDF2), element(0x30, SALT, integer('0800'))), CIPHER];
const inBer = Buffer.concat([Buffer.of(0x30, 0x80), SALT, integer('7fffffff'), Buffer.of(0, 0)]);

describe('an encrypted key whose passphrase would take for ever to try is refused', () => {
  it.each<[string, Buffer]>([
    ['PBKDF2 with 2^31-1', pbes2(PBKDF2, integer('7fffffff'))],
    ['PBKDF2 with 10,000,001 and a key length', pbes2(PBKDF2, integer('00989681'), KEY_LENGTH)],
    ['PBKDF2 with 2^63', pbes2(PBKDF2, integer('008000000000000000'))],
    ['PBKDF2 with a negative count', pbes2(PBKDF2, integer('ff'))],
    ['PBKDF2 with the least count', pbes2(PBKDF2, integer('80'))],
    ['PBKDF2 with an empty count', pbes2(PBKDF2, integer(''))],
    ['PBKDF2 without a count', pbes2(PBKDF2)],
    ['scrypt with a huge N', pbes2(SCRYPT, integer('40000000'), integer('01'), integer('01'))],
    ['scrypt with a huge r', pbes2(SCRYPT, integer('010000'), integer('0100'), integer('01'))],
    ['scrypt with a huge p', pbes2(SCRYPT, integer('020000'), integer('01'), integer('020000'), KEY_LENGTH)],
    ['PKCS#12 PBE with 2^31-1', tripleDes('7fffffff')],
    ['no parameters', encrypted('2a864886f70d01050d', Buffer.of(5, 0))],
    ['parameters in a SET', encrypted('2a864886f70d01050d', element(0x31, ...PBKDF2_2048))],
    ['a length in BER that hides the count', encrypted('2a864886f70d01050d', inBer)],
  ])('%s', async (_name, hostile) => {
    for (const input of [hostile, hostile.toString('base64'), pfx([bag(2, hostile)])]) {
      for (const options of [{}, { passphrase: 'x' }]) {
        const error = await errorOf(() => loadPrivateKey(input, options));
        expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY', step: 'config' });
        expect(error.message).toContain('too many rounds');
      }
    }
    const error = await errorOf(() => parsePrivateKey(hostile, 'x'));
    expect(error.message).toContain('too many rounds');
  });

  it('many keys in one PKCS#12 file', async () => {
    const keys = Array.from({ length: 11 }, () => bag(2, pbes2(PBKDF2, integer('0f4240'))));
    const error = await errorOf(() => loadPrivateKey(pfx([bag(1, der), ...keys])));
    expect(error.message).toContain('too many rounds');
    // The first does not open, so that the other is not tried.
    const atLimit = [bag(2, pbes2(PBKDF2, integer('01'))), bag(2, pbes2(PBKDF2, integer('0098967f')))];
    expect((await errorOf(() => loadPrivateKey(pfx(atLimit)))).message).toContain('no passphrase was given');
  });

  it.each<[string, string | Buffer]>([
    ['headers', encryptedByHeaders('RSA', AES, Buffer.alloc(10 * 1024).toString('base64'))],
    ['PBKDF2', pbes2(PBKDF2, integer('0927c0'))],
    ['PBKDF2 with a key length', pbes2(PBKDF2, integer('0800'), KEY_LENGTH)],
    ['scrypt', pbes2(SCRYPT, integer('4000'), integer('08'), integer('01'), KEY_LENGTH)],
    // OpenSSL refuses an N that is no power of 2.
    ['scrypt at the limit', pbes2(SCRYPT, integer('00989680'), integer('01'), integer('01'), KEY_LENGTH)],
    ['PKCS#12', tripleDes('0800')],
    ['PKCS#12 with two keys of DES', tripleDes('0800', '04')],
  ])('and a customary one is tried: %s', async (_name, customary) => {
    expect((await errorOf(() => parsePrivateKey(customary, 'x'))).message).toContain('does not open');
  });
});

describe('hostile input costs no more than its length', () => {
  it('a structure larger than any key', async () => {
    // PKCS#8 with an attribute (RFC 5958): friendlyName, of any bytes.
    const largeBy = (size: number): Buffer => {
      const values = element(0x31, element(0x04, Buffer.alloc(size)));
      const attribute = element(0x30, oid('2a864886f70d010914'), values);
      return element(0x30, der.subarray(4), element(0xa0, attribute));
    };
    const most = largeBy(10 * 1024 - largeBy(9000).length + 9000);
    expect(most).toHaveLength(10 * 1024);
    expect(parsePrivateKey(most).asymmetricKeyDetails?.modulusLength).toBe(2048);
    const large = largeBy(10 * 1024 - largeBy(9000).length + 9001);
    const error = await errorOf(() => parsePrivateKey(large));
    expect(error).toMatchObject({ code: 'ERR_PRIVATE_KEY' });
    expect(error.message).toContain('larger than one of 16384 bits');
  });

  it.each<[string, number, (size: number) => string]>([
    ['BEGIN lines without end', 20_000, (size) => '-----BEGIN PRIVATE KEY-----'.repeat(size)],
    ['quotes', 200_000, (size) => '"'.repeat(size)],
    ['backslashes', 50_000, (size) => '\\'.repeat(size)],
    ['braces', 200_000, (size) => '{'.repeat(size)],
    ['base64 characters', 1_000_000, (size) => 'A'.repeat(size)],
    ['spaces', 50_000, (size) => `x${' '.repeat(size)}x`],
    ['dashes', 200_000, (size) => '-'.repeat(size)],
  ])('%s', async (_name, size, inputOf) => {
    await expectLinearTime(size, async (length) => {
      expect((await errorOf(() => parsePrivateKey(inputOf(length)))).code).toBe('ERR_PRIVATE_KEY');
    });
  });
});
