import {
  type CipherGCMTypes,
  constants,
  createCipheriv,
  createHmac,
  type KeyObject,
  publicEncrypt,
} from 'node:crypto';

// jose makes only what is right: this seals under a header of any text. Its keys and vectors are the same each time, so that a
// case can be repeated.

export interface SealingWays {
  readonly alg: string;
  readonly enc: string;
  readonly key: KeyObject | Uint8Array;
}

/** How many bytes the content's key has (RFC 7518 section 5). */
export function contentKeyBytes(enc: string): number {
  return (Number(enc.slice(1, 4)) / 8) * (enc.includes('CBC') ? 2 : 1);
}

function sealGcm(bits: number, key: Uint8Array, iv: Uint8Array, text: Uint8Array, aad: string) {
  const cipher = createCipheriv(`aes-${bits}-gcm` as CipherGCMTypes, key, iv).setAAD(Buffer.from(aad));
  const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
  return { ciphertext, tag: cipher.getAuthTag() };
}

function sealCbc(bits: number, key: Uint8Array, iv: Uint8Array, text: Uint8Array, aad: string) {
  const cipher = createCipheriv(`aes-${bits}-cbc`, key.subarray(bits / 8), iv);
  const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(aad.length * 8));
  const mac = createHmac(`sha${2 * bits}`, key.subarray(0, bits / 8));
  for (const part of [aad, iv, ciphertext, length]) mac.update(part);
  return { ciphertext, tag: mac.digest().subarray(0, bits / 8) };
}

/**
 * Seals a text as the header should say, and under the header that `write` makes of what it should say, whatever that is.
 */
export function sealUnder(
  { alg, enc, key }: SealingWays,
  text: Uint8Array,
  write: (members: Readonly<Record<string, string>>) => string,
  encoding: 'utf8' | 'latin1' = 'utf8',
): string {
  const contentKey =
    alg === 'dir' ? Buffer.from(key as Uint8Array) : Buffer.alloc(contentKeyBytes(enc), 'content key');
  let encryptedKey: Uint8Array = Buffer.alloc(0);
  let members: Readonly<Record<string, string>> = { alg, enc };
  if (alg.startsWith('RSA')) {
    const oaepHash = alg.endsWith('256') ? 'sha256' : 'sha1';
    encryptedKey = publicEncrypt(
      { key: key as KeyObject, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash },
      contentKey,
    );
  } else if (alg !== 'dir') {
    const iv = Buffer.alloc(12, 'iv');
    const { ciphertext, tag } = sealGcm(Number(alg.slice(1, 4)), key as Uint8Array, iv, contentKey, '');
    encryptedKey = ciphertext;
    members = { ...members, iv: iv.toString('base64url'), tag: tag.toString('base64url') };
  }
  const header = Buffer.from(write(members), encoding).toString('base64url');
  const bits = Number(enc.slice(1, 4));
  const iv = Buffer.alloc(enc.endsWith('GCM') ? 12 : 16, 'iv');
  const seal = enc.endsWith('GCM') ? sealGcm : sealCbc;
  const { ciphertext, tag } = seal(bits, contentKey, iv, text, header);
  return [
    header,
    ...[encryptedKey, iv, ciphertext, tag].map((part) => Buffer.from(part).toString('base64url')),
  ].join('.');
}
