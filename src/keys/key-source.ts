import type { JsonWebKeyInput, PrivateKeyInput } from 'node:crypto';
import { parseJson } from '../text/guards.ts';
import { derivationCost, looksLikeDer, outlineDer } from './der.ts';
import { isJwks, readRsaJwk } from './jwk.ts';
import { type NotAKey, notAPrivateKey, wrongKeyType } from './key-errors.ts';
import type { KeyEncoding, KeyFormat } from './key-format.ts';
import {
  decodeBase64,
  decodeText,
  findPemBlocks,
  formatEncryptedPem,
  hasPemBoundary,
  lookOfText,
  type PemBlock,
  unescapeKeyText,
  unwrapKeyText,
} from './key-text.ts';

/** A key that is readable as it is. */
interface PlainKey {
  readonly kind: 'plain';
  readonly format: KeyFormat;
  readonly input: PrivateKeyInput | JsonWebKeyInput;
  /** The input calls itself an RSA key, so that failing to load it means damage. */
  readonly isRsa: boolean;
}

/** A key that needs a passphrase. */
export interface EncryptedKey {
  readonly kind: 'encrypted';
  readonly format: KeyFormat;
  readonly input: PrivateKeyInput;
  /** What one try of a passphrase costs, see {@link derivationCost}. */
  readonly cost: number;
}

/** A PKCS#12 file, which may hold any number of keys. */
interface Pkcs12File {
  readonly kind: 'pkcs12';
  readonly format: 'pkcs12';
  readonly der: Buffer;
}

/** What holds a single key. */
export type KeyContainer = PlainKey | EncryptedKey;

/**
 * The most that deriving keys from one passphrase may cost: ten times what is customary, and a few seconds. A key
 * could otherwise keep the program busy for an hour before it can be interrupted.
 */
export const MAXIMUM_COST = 10_000_000;

/** Where a private key lies, told from the outline of the input: nothing is decrypted or loaded yet. */
type KeySource = KeyContainer | Pkcs12File;

/**
 * An RSA key of 16384 bits, the most that OpenSSL encrypts with, takes 9.3 KiB. The time to load some kinds of keys grows
 * with the cube of their size.
 */
const MAXIMUM_KEY_BYTES = 10 * 1024;
const SINGLE_KEYS: readonly string[] = ['pkcs1', 'pkcs8', 'encrypted-pkcs8', 'sec1'];
/** The OID of DSA. To load such a key, OpenSSL works out its public half, which takes long for a big one. */
const DSA = '2a8648ce380401';
const RSA_ENCRYPTION = '2a864886f70d010101';
/** PBES2, and PKCS#12's own scheme with triple DES (three or two keys): what OpenSSL 3 opens by default. */
const SUPPORTED_SCHEMES = ['2a864886f70d01050d', '2a864886f70d010c0103', '2a864886f70d010c0104'];
const SUPPORTED_HEADER_CIPHERS = /^(AES-(128|192|256)|DES-EDE3)-CBC$/;
const HEADER_LABELS = /^(RSA|EC|DSA) PRIVATE KEY$/;
const JAVA_KEYSTORE_MAGIC = Buffer.from('feedfeed', 'hex');

/**
 * Finds the private key in a text or in the bytes of a file.
 *
 * @throws SgidError `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`
 */
export function findKey(input: string | Uint8Array): KeySource {
  const found = typeof input === 'string' ? findKeyInText(input) : findKeyInBytes(Buffer.from(input));
  if (typeof found === 'string') throw notAPrivateKey(found);
  return found;
}

/**
 * Judges one DER structure: a key, or the reason why it is none.
 *
 * @param encoding What it was found in.
 * @throws SgidError `ERR_PRIVATE_KEY_TYPE` for DSA.
 */
export function findKeyInDer(bytes: Buffer, encoding: KeyEncoding = 'der'): KeySource | NotAKey {
  const { shape, algorithm = '', length } = outlineDer(bytes);
  const der = bytes.subarray(0, length);
  if (length > MAXIMUM_KEY_BYTES && SINGLE_KEYS.includes(shape)) return 'too-large';
  switch (shape) {
    case 'pkcs1':
      return {
        kind: 'plain',
        format: `pkcs1-${encoding}`,
        input: { key: der, format: 'der', type: 'pkcs1' },
        isRsa: true,
      };
    case 'pkcs8':
      if (algorithm === DSA) throw wrongKeyType('DSA');
      return {
        kind: 'plain',
        format: `pkcs8-${encoding}`,
        input: { key: der, format: 'der', type: 'pkcs8' },
        isRsa: algorithm === RSA_ENCRYPTION,
      };
    case 'sec1':
      return {
        kind: 'plain',
        format: `sec1-${encoding}`,
        input: { key: der, format: 'der', type: 'sec1' },
        isRsa: false,
      };
    case 'encrypted-pkcs8':
      return SUPPORTED_SCHEMES.includes(algorithm) ? findEncryptedKey(der, encoding) : 'old-encryption';
    case 'pkcs12':
      return { kind: 'pkcs12', format: 'pkcs12', der };
    case 'dsa':
      throw wrongKeyType('DSA');
    default:
      return shape;
  }
}

function findEncryptedKey(der: Buffer, encoding: KeyEncoding): EncryptedKey | NotAKey {
  const cost = derivationCost(der);
  if (cost > MAXIMUM_COST) return 'costly-encryption';
  return {
    kind: 'encrypted',
    format: `pkcs8-encrypted-${encoding}`,
    input: { key: der, format: 'der', type: 'pkcs8' },
    cost,
  };
}

function findKeyInBytes(bytes: Buffer): KeySource | NotAKey {
  if (looksLikeDer(bytes)) return findKeyInDer(bytes);
  if (bytes.subarray(0, 4).equals(JAVA_KEYSTORE_MAGIC)) return 'java-keystore';
  const found = findKeyInText(decodeText(bytes));
  // Nobody read these bytes as text but we.
  return found === 'binary-text' ? 'unknown' : found;
}

function findKeyInText(text: string): KeySource | NotAKey {
  const bare = unwrapKeyText(text);
  const plain = unescapeKeyText(bare);
  if (bare.startsWith('{')) return findKeyInJson(bare, plain);

  const blocks = findPemBlocks(plain);
  if (blocks.length > 0) return findKeyInBlocks(blocks);
  if (hasPemBoundary(plain)) return 'truncated';
  return findKeyInBase64(plain) ?? lookOfText(bare);
}

/** The unescaped form counts for JSON that was escaped as a whole, as some secret stores do. */
function findKeyInJson(bare: string, unescaped: string): PlainKey {
  const json = parseJson(bare) ?? parseJson(unescaped);
  return {
    kind: 'plain',
    format: isJwks(json) ? 'jwks' : 'jwk',
    input: { key: readRsaJwk(json), format: 'jwk' },
    isRsa: true,
  };
}

function findKeyInBlocks(blocks: readonly PemBlock[]): KeySource | NotAKey {
  const found = uniqueBlocks(blocks).map(findKeyInBlock);
  const keys = found.filter((source) => typeof source !== 'string');
  if (keys.length > 1) return 'several-keys';
  return keys[0] ?? found.find((source) => source !== 'unknown') ?? 'damaged';
}

function uniqueBlocks(blocks: readonly PemBlock[]): PemBlock[] {
  const byBody = blocks.map((block) => [block.body?.toString('base64'), block] as const);
  return [...new Map(byBody).values()];
}

function findKeyInBlock({ label, body, encryption }: PemBlock): KeySource | NotAKey {
  if (label === 'OPENSSH PRIVATE KEY') return 'openssh';
  if (body === undefined) return 'damaged';
  if (encryption === undefined) return findKeyInDer(body, 'pem');
  if (!SUPPORTED_HEADER_CIPHERS.test(encryption.cipher)) return 'old-encryption';
  // Under any other label, what is decrypted could be encrypted once more, at any cost.
  if (!HEADER_LABELS.test(label)) return 'damaged';
  if (body.length > MAXIMUM_KEY_BYTES) return 'too-large';
  const key = formatEncryptedPem(label, encryption.cipher, encryption.iv, body);
  return { kind: 'encrypted', format: 'pkcs1-encrypted-pem', input: { key, format: 'pem' }, cost: 1 };
}

/** A PEM, JWK or DER that was encoded in base64 as a whole, or the body of a PEM without its boundary lines. */
function findKeyInBase64(text: string): KeySource | NotAKey | undefined {
  const bytes = decodeBase64(text);
  if (bytes === undefined) return undefined;
  if (looksLikeDer(bytes)) return findKeyInDer(bytes);
  const decoded = unwrapKeyText(decodeText(bytes));
  return decoded.startsWith('{') || hasPemBoundary(decoded) ? findKeyInText(decoded) : undefined;
}
