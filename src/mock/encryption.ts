import {
  type CipherGCMTypes,
  constants,
  createCipheriv,
  createHmac,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import type { FaultName } from './faults.ts';
import { testSigningKey } from './key-ring.ts';

// Made with node:crypto: jose's asynchronous Web Crypto takes several times as long.

type ContentEncryption = 'A128GCM' | 'A256GCM' | 'A128CBC-HS256';

export interface EncryptionProfile {
  /** The `key` JWE, which carries the payload key to the client's RSA key (RFC 7518 section 4.3). */
  readonly key: { readonly alg: 'RSA-OAEP' | 'RSA-OAEP-256'; readonly enc: ContentEncryption };
  /** The payload key: the `alg` that its JWK names, its size, and whether its JWK has a `kid`. */
  readonly payloadKey: { readonly alg: string; readonly bytes: number; readonly named?: boolean };
  /** The JWE of each field, under the payload key: wrapped (RFC 7518 section 4.7) or used as it is (section 4.5). */
  readonly field: { readonly alg: 'A128GCMKW' | 'dir'; readonly enc: ContentEncryption };
}

/** As in the official SDK's test fixtures. */
export const SDK_PROFILE: EncryptionProfile = {
  key: { alg: 'RSA-OAEP-256', enc: 'A256GCM' },
  payloadKey: { alg: 'A128GCM', bytes: 16 },
  field: { alg: 'A128GCMKW', enc: 'A128GCM' },
};

export const MOCKPASS_PROFILE: EncryptionProfile = {
  key: { alg: 'RSA-OAEP', enc: 'A128CBC-HS256' },
  payloadKey: { alg: 'A256GCM', bytes: 32, named: true },
  field: { alg: 'dir', enc: 'A256GCM' },
};

export const ENCRYPTION_PROFILES = { sdk: SDK_PROFILE, mockpass: MOCKPASS_PROFILE };

export function encryptUserinfo(
  values: Readonly<Record<string, string>>,
  publicKey: KeyObject,
  profile: EncryptionProfile = SDK_PROFILE,
  fault?: FaultName,
): { readonly key?: string; readonly data: Readonly<Record<string, string>> } {
  const { alg, bytes, named } = profile.payloadKey;
  const payloadKey = takeRandomBytes(bytes);
  const kid = named ? { kid: toBase64url(takeRandomBytes(32)) } : {};
  const jwk = { kty: 'oct', alg, k: toBase64url(payloadKey), ...kid };
  const keyText = fault === 'bad-block-key' ? 'not a key' : JSON.stringify(jwk);
  const recipient = fault === 'wrong-public-key' ? createPublicKey(testSigningKey().privateKey) : publicKey;
  const fields = Object.entries(values).map(([name, value], index): [string, string] => {
    const jwe = encryptWithSharedKey(value, payloadKey, profile.field);
    return [name, fault === 'bad-field' && index === 0 ? breakCiphertext(jwe) : jwe];
  });
  const data = Object.fromEntries(fields);
  return fault === 'missing-key'
    ? { data }
    : { key: encryptToPublicKey(keyText, recipient, profile.key), data };
}

function breakCiphertext(jwe: string): string {
  const [header, key, iv, ciphertext = '', tag] = jwe.split('.');
  const bytes = Buffer.from(ciphertext, 'base64url');
  if (bytes.length > 0) bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  return [header, key, iv, toBase64url(bytes), tag].join('.');
}

function encryptToPublicKey(text: string, key: KeyObject, header: EncryptionProfile['key']): string {
  const contentKey = takeRandomBytes(KEY_BYTES[header.enc]);
  const oaepHash = header.alg === 'RSA-OAEP-256' ? 'sha256' : 'sha1';
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return encryptCompact(text, contentKey, header, publicEncrypt({ key, padding, oaepHash }, contentKey));
}

function encryptWithSharedKey(text: string, key: Uint8Array, header: EncryptionProfile['field']): string {
  if (header.alg === 'dir') return encryptCompact(text, key, header, Buffer.alloc(0));
  const contentKey = takeRandomBytes(KEY_BYTES[header.enc]);
  const wrapped = encryptAesGcm('aes-128-gcm', key, contentKey);
  const parameters = { iv: toBase64url(wrapped.iv), tag: toBase64url(wrapped.tag) };
  return encryptCompact(text, contentKey, { ...header, ...parameters }, wrapped.ciphertext);
}

const KEY_BYTES = { A128GCM: 16, A256GCM: 32, 'A128CBC-HS256': 32 };

/** A compact JWE (RFC 7516 section 7.1). */
function encryptCompact(
  text: string,
  key: Uint8Array,
  header: { readonly enc: ContentEncryption },
  encryptedKey: Buffer,
): string {
  const encodedHeader = toBase64url(Buffer.from(JSON.stringify(header)));
  const [plaintext, aad] = [Buffer.from(text), Buffer.from(encodedHeader)];
  const { iv, ciphertext, tag } =
    header.enc === 'A128CBC-HS256'
      ? encryptAesCbcHmac(key, plaintext, aad)
      : encryptAesGcm(header.enc === 'A128GCM' ? 'aes-128-gcm' : 'aes-256-gcm', key, plaintext, aad);
  return [encodedHeader, ...[encryptedKey, iv, ciphertext, tag].map(toBase64url)].join('.');
}

function encryptAesGcm(name: CipherGCMTypes, key: Uint8Array, plaintext: Buffer, aad = Buffer.alloc(0)) {
  const iv = takeRandomBytes(12);
  const cipher = createCipheriv(name, key, iv).setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { iv, ciphertext, tag: cipher.getAuthTag() };
}

/** AES-128-CBC, then HMAC SHA-256 (RFC 7518 section 5.2.2.1). */
function encryptAesCbcHmac(key: Uint8Array, plaintext: Buffer, aad: Buffer) {
  const iv = takeRandomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', key.subarray(16), iv);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const aadBits = Buffer.alloc(8);
  aadBits.writeBigUInt64BE(BigInt(aad.length * 8));
  const mac = createHmac('sha256', key.subarray(0, 16));
  for (const part of [aad, iv, ciphertext, aadBits]) mac.update(part);
  return { iv, ciphertext, tag: mac.digest().subarray(0, 16) };
}

let drawn = Buffer.alloc(0);

/** Random bytes, each handed out once. A call of the generator takes some microseconds for however few. */
function takeRandomBytes(count: number): Buffer {
  if (drawn.length < count) drawn = randomBytes(4_096);
  const taken = drawn.subarray(0, count);
  drawn = drawn.subarray(count);
  return taken;
}

function toBase64url(bytes: Buffer): string {
  return bytes.toString('base64url');
}
