import { createCipheriv, type KeyObject, pbkdf2Sync, randomBytes } from 'node:crypto';
import { DER_NULL, encodeInteger, encodeOctets, encodeOid, encodeSequence } from './encode-der.ts';

/** Rounds of key derivation, as OWASP's Password Storage Cheat Sheet has it. `KeyObject.export` makes do with 2048. */
export const DERIVATION_ROUNDS = 600_000;

const PBES2 = '2a864886f70d01050d';
const PBKDF2 = '2a864886f70d01050c';
const HMAC_SHA256 = '2a864886f70d0209';
const AES_256_CBC = '60864801650304012a';

/**
 * Encrypts a private key with a passphrase (in UTF-8): an EncryptedPrivateKeyInfo (RFC 5958 section 3) in DER,
 * by PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018). Takes some 100 milliseconds.
 */
export function encryptPkcs8(key: KeyObject, passphrase: string): Buffer {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv(
    'aes-256-cbc',
    pbkdf2Sync(passphrase, salt, DERIVATION_ROUNDS, 32, 'sha256'),
    iv,
  );
  const plain = key.export({ type: 'pkcs8', format: 'der' });

  const derivation = encodeSequence(
    encodeOid(PBKDF2),
    encodeSequence(
      encodeOctets(salt),
      encodeInteger(DERIVATION_ROUNDS),
      encodeSequence(encodeOid(HMAC_SHA256), DER_NULL),
    ),
  );
  const encryption = encodeSequence(encodeOid(AES_256_CBC), encodeOctets(iv));
  return encodeSequence(
    encodeSequence(encodeOid(PBES2), encodeSequence(derivation, encryption)),
    encodeOctets(Buffer.concat([cipher.update(plain), cipher.final()])),
  );
}
