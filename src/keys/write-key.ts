import {
  createCipheriv,
  createHmac,
  createPrivateKey,
  generateKeyPair,
  hash,
  type KeyObject,
  pbkdf2Sync,
  randomBytes,
} from 'node:crypto';
import { promisify } from 'node:util';
import { outlineDer } from './der.ts';
import { notAPrivateKey } from './key-errors.ts';
import type { EncryptedTarget, PlainTarget } from './key-format.ts';
import { findPemBlocks, formatPem, unescapeKeyText } from './key-text.ts';

/**
 * Writes an RSA private key as it is: PKCS#1 (RFC 8017 A.1.2) or PKCS#8 (RFC 5958) PEM, PKCS#8 DER, JWK (RFC
 * 7517), or `env`, a line of a `.env` file that this program, Node's `--env-file`, dotenv and shells read. Text
 * ends in a newline.
 */
export function writePlainKey(key: KeyObject, target: PlainTarget): string | Buffer {
  switch (target) {
    case 'pkcs1':
    case 'pkcs8':
      return key.export({ type: target, format: 'pem' }).toString();
    case 'der':
      return key.export({ type: 'pkcs8', format: 'der' });
    case 'jwk':
      return `${JSON.stringify(key.export({ format: 'jwk' }), null, 2)}\n`;
    case 'env': {
      const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString().trimEnd();
      return `SGID_PRIVATE_KEY="${pem.replaceAll('\n', '\\n')}"\n`;
    }
  }
}

/** Writes an RSA private key under a passphrase: PKCS#8 PEM (RFC 5958) or PKCS#12 (RFC 7292). */
export function writeEncryptedKey(
  key: KeyObject,
  target: EncryptedTarget,
  passphrase: string,
): string | Buffer {
  return target === 'pkcs12'
    ? createPkcs12(key, passphrase)
    : formatPem('ENCRYPTED PRIVATE KEY', encryptPkcs8(key, passphrase));
}

/**
 * Converts an RSA private key from PKCS#1 PEM (RFC 8017 A.1.2) to PKCS#8 PEM (RFC 5958), under the name that
 * the official SDK has for it. Escaped newlines, quotes and text around the PEM do no harm. The result has no
 * final newline.
 *
 * @throws SgidError `ERR_PRIVATE_KEY` when the text holds no unencrypted PKCS#1 private key.
 */
export function convertPkcs1ToPkcs8(pkcs1: string): string {
  const block = findPemBlocks(unescapeKeyText(pkcs1)).find(({ label }) => label === 'RSA PRIVATE KEY');
  if (block?.body === undefined || outlineDer(block.body).shape !== 'pkcs1')
    throw notAPrivateKey('not-pkcs1');
  try {
    const key = createPrivateKey({ key: block.body, format: 'der', type: 'pkcs1' });
    return key.export({ format: 'pem', type: 'pkcs8' }).toString().trimEnd();
  } catch {
    throw notAPrivateKey('damaged');
  }
}

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

/** NULL, the parameters of algorithms that have none. */
export const DER_NULL: Buffer = Buffer.of(0x05, 0x00);

/** A SEQUENCE of what is given, each already encoded (X.690). */
export function encodeSequence(...members: readonly Buffer[]): Buffer {
  return encodeElement(0x30, Buffer.concat(members));
}

/** An element under the context-specific tag [0], explicitly. */
export function encodeTagged0(element: Buffer): Buffer {
  return encodeElement(0xa0, element);
}

/** An OCTET STRING. */
export function encodeOctets(octets: Buffer): Buffer {
  return encodeElement(0x04, octets);
}

/** An OBJECT IDENTIFIER from the hex of its content. */
export function encodeOid(hex: string): Buffer {
  return encodeElement(0x06, Buffer.from(hex, 'hex'));
}

/** A whole, non-negative INTEGER. */
export function encodeInteger(value: number): Buffer {
  const bytes = bigEndian(value);
  // The first bit is the sign.
  return encodeElement(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
}

function encodeElement(tag: number, content: Buffer): Buffer {
  const length = bigEndian(content.length);
  const prefix = content.length < 0x80 ? [] : [0x80 | length.length];
  return Buffer.concat([Buffer.of(tag, ...prefix), length, content]);
}

function bigEndian(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

/** The sizes that a new key may have, in bits. */
export type KeyBits = 2048 | 3072 | 4096;

/** Makes a private RSA key with the public exponent 65537. Takes 0.2 seconds for 2048 bits, some for 4096. */
export async function generatePrivateKey(bits: KeyBits): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits });
  return privateKey;
}
