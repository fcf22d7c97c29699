import {
  type CipherGCMTypes,
  constants,
  createDecipheriv,
  createHmac,
  KeyObject,
  privateDecrypt,
  timingSafeEqual,
} from 'node:crypto';
import { SgidError } from '../errors/sgid-error.ts';
import { attempt } from '../text/guards.ts';
import { quoteValue } from '../text/printable.ts';
import { decodeCompact, decodePart, isCompact, type Members } from './compact.ts';
import { requirePassed } from './journal.ts';
import { BROKEN, fail, pass, type Verdict } from './verdict.ts';

// Decrypted with node:crypto, not with jose: its asynchronous Web Crypto takes several times as long.

interface Parts {
  readonly header: Members;
  /** The additional authenticated data: the header as it was sent. */
  readonly aad: Buffer;
  readonly encryptedKey: Buffer;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/**
 * Decrypts a compact JWE (RFC 7516 section 5.2).
 *
 * @param what What it is to the reader, for example `the payload key`.
 * @param key A private RSA key, or the bytes of a shared key.
 * @param keyAlgorithms The values of `alg` that are accepted, all of them for this kind of key.
 * @returns `undefined` when the key does not open it.
 * @throws SgidError `ERR_JWE_INVALID`, `ERR_JWE_ALGORITHM`.
 */
export function decryptJwe(
  what: string,
  jwe: string,
  key: KeyObject | Uint8Array,
  keyAlgorithms: readonly string[],
): Uint8Array | undefined {
  const parts = splitParts(jwe);
  if (parts === undefined) throw malformed(what);
  requirePassed(undefined, checkJweHeader(what, parts.header, keyAlgorithms));
  const { alg, enc } = parts.header;
  return attempt(() => decryptContent(String(enc), openContentKey(String(alg), key, parts), parts));
}

/** Checks a header against what a login accepts. */
export function checkJweHeader(
  what: string,
  { alg, enc, crit, zip }: Members,
  keyAlgorithms: readonly string[],
): readonly Verdict[] {
  const checkName = (check: string, name: unknown, accepted: readonly string[]): Verdict => {
    const known = accepted.find((value) => value === name);
    if (known !== undefined) return pass(check, known);
    const names = accepted.join(', ');
    const found = name === undefined ? 'none' : quoteValue(name);
    const error =
      typeof name === 'string'
        ? notAccepted(`${what} is encrypted with an algorithm`, `Accepted: ${names}.`)
        : malformed(what);
    return fail(error, `${found}; accepted: ${names}`, check);
  };
  const verdicts = [
    checkName('algorithm', alg, keyAlgorithms),
    checkName('encryption', enc, CONTENT_ENCRYPTIONS),
  ];
  if (crit === undefined && zip === undefined) return verdicts;
  // No critical extension is understood (section 4.1.13), and nothing from outside is decompressed.
  const detail = 'critical extensions (crit) and compression (zip) are not accepted';
  return [...verdicts, fail(notAccepted(`${what} has an extension`, BROKEN), detail, 'extensions')];
}

function malformed(what: string): SgidError {
  return new SgidError('ERR_JWE_INVALID', `${what} is not a well-formed compact JWE`, { hint: BROKEN });
}

function notAccepted(what: string, hint: string): SgidError {
  return new SgidError('ERR_JWE_ALGORITHM', `${what} that is not accepted`, { hint });
}

function splitParts(jwe: string): Parts | undefined {
  const token = isCompact(jwe) ? attempt(() => decodeCompact(jwe)) : undefined;
  if (token?.kind !== 'jwe') return undefined;
  const [encryptedKey, iv, ciphertext, tag] = token.sealed.map(decodePart);
  if (!encryptedKey || !iv || !ciphertext || !tag) return undefined;
  const aad = Buffer.from(jwe.slice(0, jwe.indexOf('.')));
  return { header: token.header, aad, encryptedKey, iv, ciphertext, tag };
}

const NOTHING = Buffer.alloc(0);

function openContentKey(alg: string, key: KeyObject | Uint8Array, parts: Parts): Uint8Array {
  const { header, encryptedKey } = parts;
  if (key instanceof KeyObject) {
    const oaepHash = alg === 'RSA-OAEP-256' ? 'sha256' : 'sha1';
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, encryptedKey);
  }
  if (alg === 'dir') {
    if (encryptedKey.length > 0) throw new TypeError('a key beside the shared one');
    return key;
  }
  const [iv, tag] = [decodeMember(header['iv']), decodeMember(header['tag'])];
  return openAesGcm(Number(alg.slice(1, 4)), key, { iv, tag, ciphertext: encryptedKey, aad: NOTHING });
}

/** Strictly: `Buffer` takes a list of bytes as well, and skips what is not base64url. */
function decodeMember(value: unknown): Buffer {
  const bytes = typeof value === 'string' && /^[\w-]+$/.test(value) ? decodePart(value) : undefined;
  if (bytes === undefined) throw new TypeError('a member of the header that is not base64url');
  return bytes;
}

/** RFC 7518 section 5. */
function decryptContent(enc: string, key: Uint8Array, parts: Parts): Uint8Array {
  const bits = Number(enc.slice(1, 4));
  return enc.endsWith('GCM') ? openAesGcm(bits, key, parts) : openAesCbcHmac(bits, key, parts);
}

type Sealed = Pick<Parts, 'iv' | 'ciphertext' | 'tag' | 'aad'>;

/** RFC 7518 section 5.3: an IV of 96 bits and a tag of 128, no fewer. */
function openAesGcm(bits: number, key: Uint8Array, { iv, ciphertext, tag, aad }: Sealed): Buffer {
  if (iv.length !== 12) throw new TypeError('an IV of another length');
  // A tag of another length than authTagLength throws.
  const decipher = createDecipheriv(`aes-${bits}-gcm` as CipherGCMTypes, key, iv, { authTagLength: 16 });
  decipher.setAAD(aad).setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  // Compares the tag; in counter mode it returns no more plaintext.
  decipher.final();
  return plaintext;
}

/** RFC 7518 section 5.2.2.2: the tag is compared before anything is decrypted. */
function openAesCbcHmac(bits: number, key: Uint8Array, { iv, ciphertext, tag, aad }: Sealed): Buffer {
  const half = bits / 8;
  const aadBits = Buffer.alloc(8);
  aadBits.writeBigUInt64BE(BigInt(aad.length * 8));
  const mac = createHmac(`sha${2 * bits}`, key.subarray(0, half));
  for (const part of [aad, iv, ciphertext, aadBits]) mac.update(part);
  // Throws when the lengths differ.
  if (!timingSafeEqual(mac.digest().subarray(0, half), tag)) throw new TypeError('a tag of something else');
  // Throws for a key of another length.
  const decipher = createDecipheriv(`aes-${bits}-cbc`, key.subarray(half), iv);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

/** Those of RFC 7518 section 5. */
export const CONTENT_ENCRYPTIONS: readonly string[] = [
  'A128GCM',
  'A192GCM',
  'A256GCM',
  'A128CBC-HS256',
  'A192CBC-HS384',
  'A256CBC-HS512',
];
