import { createHmac, hash, type KeyObject, randomBytes } from 'node:crypto';
import {
  DER_NULL,
  encodeInteger,
  encodeOctets,
  encodeOid,
  encodeSequence,
  encodeTagged0,
} from './encode-der.ts';
import { DERIVATION_ROUNDS, encryptPkcs8 } from './encrypt-pkcs8.ts';

const DATA = '2a864886f70d010701';
const SHROUDED_KEY_BAG = '2a864886f70d010c0a0102';
const SHA256 = '608648016503040201';
/** Bytes that SHA-256 takes at a time. */
const BLOCK = 64;
/** What a key is derived for, here the MAC (RFC 7292 appendix B.3). */
const FOR_MAC = 3;

/**
 * Puts a private key into a PKCS#12 file (RFC 7292), encrypted as `encryptPkcs8` does and with an HMAC-SHA256
 * over it: nothing that needs the legacy algorithms of OpenSSL 3. It holds no certificate; openssl and keytool
 * are content without, and sgID knows none. Takes most of a second: the MAC is as
 * good a way to try passphrases as the encryption, and has to cost as much.
 */
export function createPkcs12(key: KeyObject, passphrase: string): Buffer {
  const bag = encodeSequence(encodeOid(SHROUDED_KEY_BAG), encodeTagged0(encryptPkcs8(key, passphrase)));
  const authenticatedSafe = encodeSequence(encodeData(encodeSequence(bag)));
  return encodeSequence(
    encodeInteger(3),
    encodeData(authenticatedSafe),
    encodeMac(authenticatedSafe, passphrase),
  );
}

/** A ContentInfo of the type Data (RFC 5652 section 4). */
function encodeData(octets: Buffer): Buffer {
  return encodeSequence(encodeOid(DATA), encodeTagged0(encodeOctets(octets)));
}

function encodeMac(content: Buffer, passphrase: string): Buffer {
  const salt = randomBytes(16);
  const mac = createHmac('sha256', deriveMacKey(passphrase, salt)).update(content).digest();
  return encodeSequence(
    encodeSequence(encodeSequence(encodeOid(SHA256), DER_NULL), encodeOctets(mac)),
    encodeOctets(salt),
    encodeInteger(DERIVATION_ROUNDS),
  );
}

/**
 * RFC 7292 appendix B.2 with SHA-256, for as many bytes as one digest has. The passphrase is a BMPString: UTF-16,
 * the high byte first, and a zero at the end.
 */
function deriveMacKey(passphrase: string, salt: Buffer): Buffer {
  const password = Buffer.from(`${passphrase}\0`, 'utf16le').swap16();
  let digest = Buffer.concat([Buffer.alloc(BLOCK, FOR_MAC), fillBlocks(salt), fillBlocks(password)]);
  for (let round = 0; round < DERIVATION_ROUNDS; round += 1) digest = hash('sha256', digest, 'buffer');
  return digest;
}

/** Repeats bytes until they fill whole blocks. */
function fillBlocks(bytes: Buffer): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / BLOCK) * BLOCK, bytes);
}
