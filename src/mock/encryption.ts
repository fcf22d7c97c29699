import {
  type CipherGCMTypes,
  constants,
  createCipheriv,
  createHmac,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
} from 'node:crypto';
import type { FaultName } from './faults.ts';
import { importSigningKey } from './id-token.ts';
import { takeRandomBytes } from './test-credentials.ts';

/** How a provider encrypts personal data: the algorithms of each layer (RFC 7518). */
export interface EncryptionProfile {
  /** The `key` JWE, which carries the payload key to the client. */
  readonly key: PublicKeyHeader;
  /** The payload key: the `alg` that its JWK names, its size, and whether its JWK has a `kid`. */
  readonly payloadKey: { readonly alg: string; readonly bytes: number; readonly named?: boolean };
  /** The JWE of each field. */
  readonly field: SharedKeyHeader;
}

/** What the userinfo endpoint sends besides `sub`: compact JWEs. */
export interface EncryptedUserinfo {
  /** Absent under the fault `missing-key`. */
  readonly key?: string;
  readonly data: Readonly<Record<string, string>>;
}

/** The algorithms of the official SDK's test fixtures. */
export const SDK_PROFILE: EncryptionProfile = {
  key: { alg: 'RSA-OAEP-256', enc: 'A256GCM' },
  payloadKey: { alg: 'A128GCM', bytes: 16 },
  field: { alg: 'A128GCMKW', enc: 'A128GCM' },
};

/** The algorithms of MockPass. */
export const MOCKPASS_PROFILE: EncryptionProfile = {
  key: { alg: 'RSA-OAEP', enc: 'A128CBC-HS256' },
  payloadKey: { alg: 'A256GCM', bytes: 32, named: true },
  field: { alg: 'dir', enc: 'A256GCM' },
};

/** The profiles by the name that options give them. */
export const ENCRYPTION_PROFILES: { readonly sdk: EncryptionProfile; readonly mockpass: EncryptionProfile } =
  {
    sdk: SDK_PROFILE,
    mockpass: MOCKPASS_PROFILE,
  };

/**
 * Encrypts each value under a fresh payload key, and that key, as JWK text, to the client's RSA key. A fault
 * breaks one of the layers.
 */
export function encryptUserinfo(
  values: Readonly<Record<string, string>>,
  publicKey: KeyObject,
  profile: EncryptionProfile = SDK_PROFILE,
  fault?: FaultName,
): EncryptedUserinfo {
  const { alg, bytes, named } = profile.payloadKey;
  const payloadKey = takeRandomBytes(bytes);
  const kid = named ? { kid: takeRandomBytes(32).toString('base64url') } : {};
  const jwk = { kty: 'oct', alg, k: payloadKey.toString('base64url'), ...kid };
  const keyText = fault === 'bad-block-key' ? 'not a key' : JSON.stringify(jwk);
  const recipient = fault === 'wrong-public-key' ? createPublicKey(importSigningKey().privateKey) : publicKey;
  const key = encryptToPublicKey(keyText, recipient, profile.key);
  const fields = Object.entries(values).map(([name, value]): [string, string] => [
    name,
    encryptWithSharedKey(value, payloadKey, profile.field),
  ]);
  const data = Object.fromEntries(fault === 'bad-field' ? breakFirst(fields) : fields);
  return fault === 'missing-key' ? { data } : { key, data };
}

/** Turns a bit of the first field's ciphertext, so that its tag does not fit. */
function breakFirst(fields: readonly [string, string][]): readonly [string, string][] {
  return fields.map(([name, jwe], index) => {
    if (index > 0) return [name, jwe];
    const [header, key, iv, ciphertext = '', tag] = jwe.split('.');
    const bytes = Buffer.from(ciphertext, 'base64url');
    if (bytes.length > 0) bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    return [name, [header, key, iv, bytes.toString('base64url'), tag].join('.')];
  });
}

// Made by node:crypto at once: the asynchronous Web Crypto of jose costs several times the encryption itself.

/** How the content is encrypted (RFC 7518 section 5). */
export type ContentEncryption = 'A128GCM' | 'A256GCM' | 'A128CBC-HS256';

/** A JWE whose content key is encrypted to an RSA key (RFC 7518 section 4.3). */
export interface PublicKeyHeader {
  readonly alg: 'RSA-OAEP' | 'RSA-OAEP-256';
  readonly enc: ContentEncryption;
}

/** A JWE under a shared key: wrapped (RFC 7518 section 4.7) or used as it is (section 4.5). */
export interface SharedKeyHeader {
  readonly alg: 'A128GCMKW' | 'dir';
  readonly enc: ContentEncryption;
}

/** Encrypts UTF-8 text to an RSA key; a compact JWE (RFC 7516 section 7.1). */
export function encryptToPublicKey(text: string, publicKey: KeyObject, header: PublicKeyHeader): string {
  const contentKey = takeRandomBytes(KEY_BYTES[header.enc]);
  const encryptedKey = publicEncrypt(
    {
      key: publicKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: header.alg === 'RSA-OAEP-256' ? 'sha256' : 'sha1',
    },
    contentKey,
  );
  return encryptCompactJwe(text, contentKey, { ...header }, encryptedKey);
}

/** Encrypts UTF-8 text under a shared key; a compact JWE (RFC 7516 section 7.1). */
export function encryptWithSharedKey(text: string, sharedKey: Uint8Array, header: SharedKeyHeader): string {
  if (header.alg === 'dir') return encryptCompactJwe(text, sharedKey, { ...header }, Buffer.alloc(0));
  const contentKey = takeRandomBytes(KEY_BYTES[header.enc]);
  const wrapped = encryptAesGcm('aes-128-gcm', sharedKey, contentKey, Buffer.alloc(0));
  const [iv, tag] = [wrapped.iv, wrapped.tag].map(toBase64url);
  return encryptCompactJwe(text, contentKey, { ...header, iv, tag }, wrapped.ciphertext);
}

const KEY_BYTES: Readonly<Record<ContentEncryption, number>> = {
  A128GCM: 16,
  A256GCM: 32,
  'A128CBC-HS256': 32,
};

/** What authenticated encryption gives (RFC 7518 section 5). */
interface AuthenticatedCiphertext {
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

function encryptCompactJwe(
  text: string,
  key: Uint8Array,
  header: { readonly enc: ContentEncryption; readonly [name: string]: unknown },
  encryptedKey: Buffer,
): string {
  const encodedHeader = toBase64url(Buffer.from(JSON.stringify(header)));
  const { iv, ciphertext, tag } = encryptContent(
    header.enc,
    key,
    Buffer.from(text),
    Buffer.from(encodedHeader),
  );
  return [encodedHeader, ...[encryptedKey, iv, ciphertext, tag].map(toBase64url)].join('.');
}

function encryptContent(
  enc: ContentEncryption,
  key: Uint8Array,
  plaintext: Buffer,
  aad: Buffer,
): AuthenticatedCiphertext {
  switch (enc) {
    case 'A128GCM':
      return encryptAesGcm('aes-128-gcm', key, plaintext, aad);
    case 'A256GCM':
      return encryptAesGcm('aes-256-gcm', key, plaintext, aad);
    case 'A128CBC-HS256':
      return encryptAesCbcHmac(key, plaintext, aad);
  }
}

function encryptAesGcm(
  algorithm: CipherGCMTypes,
  key: Uint8Array,
  plaintext: Buffer,
  aad: Buffer,
): AuthenticatedCiphertext {
  const iv = takeRandomBytes(12);
  const cipher = createCipheriv(algorithm, key, iv).setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { iv, ciphertext, tag: cipher.getAuthTag() };
}

/** AES-128-CBC, then HMAC SHA-256 (RFC 7518 section 5.2.2.1). */
function encryptAesCbcHmac(key: Uint8Array, plaintext: Buffer, aad: Buffer): AuthenticatedCiphertext {
  const iv = takeRandomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', key.subarray(16), iv);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const aadBits = Buffer.alloc(8);
  aadBits.writeBigUInt64BE(BigInt(aad.length * 8));
  const mac = createHmac('sha256', key.subarray(0, 16));
  for (const part of [aad, iv, ciphertext, aadBits]) mac.update(part);
  return { iv, ciphertext, tag: mac.digest().subarray(0, 16) };
}

function toBase64url(bytes: Buffer): string {
  return bytes.toString('base64url');
}
