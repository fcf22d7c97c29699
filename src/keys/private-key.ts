import { createPrivateKey, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import { type FoundKey, findInDer, findPrivateKey, type LockedKey, MAXIMUM_COST } from './find-key.ts';
import { cannotUnlock, keyTooSmall, notAPrivateKey, wrongKeyType } from './key-errors.ts';
import { attempt } from './key-text.ts';

export const MINIMUM_BITS = 2048;

/** How `loadPrivateKey` comes by the passphrase of an encrypted key. */
export interface LoadPrivateKeyOptions {
  readonly passphrase?: string | undefined;
  /** Called at most once, and only for an encrypted key that came without a passphrase. */
  readonly askPassphrase?: (() => Promise<string | undefined>) | undefined;
}

/**
 * Reads an RSA private key of 2048 bits or more, and proves with one RSA-OAEP round trip that it is sound.
 *
 * A text may hold PEM (PKCS#1, PKCS#8, or either of them encrypted), a JWK, a JWKS with one private RSA key, or
 * the base64 of any of these, of DER or of PKCS#12 (RFC 7292); bytes may hold the same, or DER or PKCS#12 as
 * they are. A PKCS#12 file must hold exactly one private key; copies of the same key count as one. Quotes,
 * escaped newlines, CRLF, a byte order mark and text around the PEM do no harm. For an encrypted key that came
 * without a passphrase the empty one, common in PKCS#12, is tried before `askPassphrase` is called.
 *
 * @throws SgidError `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`, `ERR_PRIVATE_KEY_SIZE`,
 *   `ERR_PRIVATE_KEY_PASSPHRASE`; or whatever `askPassphrase` rejects with.
 */
export async function loadPrivateKey(
  input: string | Uint8Array,
  options: LoadPrivateKeyOptions = {},
): Promise<KeyObject> {
  const { key } = await unlockPrivateKey(input, options);
  return requireSoundKey(key);
}

/** The same at once, for all but PKCS#12. */
export function parsePrivateKey(input: string | Uint8Array, passphrase?: string | undefined): KeyObject {
  const found = findPrivateKey(input);
  if (found.kind === 'pkcs12') throw notAPrivateKey('pkcs12');
  return requireSoundKey(unlock(found, passphrase));
}

export type UnlockedKey = Awaited<ReturnType<typeof unlockPrivateKey>>;

/** A private key of any type and size. */
export async function unlockPrivateKey(input: string | Uint8Array, options: LoadPrivateKeyOptions) {
  const found = findPrivateKey(input);
  const keys = found.kind === 'pkcs12' ? await findInPkcs12(found.der) : [found];
  const locked = keys.filter((key) => key.kind === 'locked');
  const passphrase =
    options.passphrase ??
    (locked.every((key) => decrypt(key, '') !== undefined) ? '' : await options.askPassphrase?.());
  return {
    key: onlyKey(keys.map((key) => unlock(key, passphrase))),
    format: found.format,
    encrypted: locked.length > 0,
    emptyPassphrase: locked.length > 0 && passphrase === '',
  };
}

type SingleKey = Exclude<FoundKey, { kind: 'pkcs12' }>;

async function findInPkcs12(pkcs12: Buffer): Promise<SingleKey[]> {
  const { listPkcs12Keys } = await import('./pkcs12.ts');
  const keys = listPkcs12Keys(pkcs12)?.map((der) => {
    const found = findInDer(der, 'der');
    if (typeof found === 'string') throw notAPrivateKey(found);
    if (found.kind === 'pkcs12') throw notAPrivateKey('damaged');
    return found;
  });
  if (keys === undefined) throw notAPrivateKey('damaged');
  const cost = keys.reduce((sum, key) => sum + (key.kind === 'locked' ? key.cost : 0), 0);
  if (cost > MAXIMUM_COST) throw notAPrivateKey('costly-encryption');
  return keys;
}

function unlock(found: SingleKey, passphrase: string | undefined): KeyObject {
  if (found.kind === 'open') return found.key;
  const key = passphrase === undefined ? undefined : decrypt(found, passphrase);
  if (key === undefined) throw cannotUnlock(passphrase);
  return key;
}

function decrypt({ input }: LockedKey, passphrase: string): KeyObject | undefined {
  return attempt(() => createPrivateKey({ ...input, passphrase }));
}

/** `KeyObject.equals` of two types leaves an error in OpenSSL's queue, with which the next key fails to load. */
function onlyKey([only, ...others]: readonly KeyObject[]): KeyObject {
  if (only === undefined) throw notAPrivateKey('pkcs12-without-key');
  const [der, ...copies] = [only, ...others].map((key) => key.export({ format: 'der', type: 'pkcs8' }));
  if (copies.some((copy) => !der?.equals(copy))) throw notAPrivateKey('several-keys');
  return only;
}

const TYPE_NAMES = ['EC', 'RSA-PSS', 'DSA', 'Ed25519', 'Ed448', 'X25519', 'X448'];

export function requireSoundKey(key: KeyObject): KeyObject {
  const type = key.asymmetricKeyType ?? 'unknown';
  if (type !== 'rsa') throw wrongKeyType(TYPE_NAMES.find((name) => name.toLowerCase() === type) ?? type);
  const { modulusLength: bits = 0, publicExponent } = key.asymmetricKeyDetails ?? {};
  // So OpenSSL says of a modulus that is too long for it.
  if (bits === 0) throw notAPrivateKey('damaged');
  if (bits < MINIMUM_BITS) throw keyTooSmall(bits, MINIMUM_BITS);
  // OpenSSL encrypts with it all the same, into the padded message itself.
  if (publicExponent === 1n) throw notAPrivateKey('exponent-one');
  if (!hasConsistentNumbers(key) || !canDecrypt(key)) throw notAPrivateKey('inconsistent');
  return key;
}

/**
 * Whether the numbers of an RSA private key (RFC 8017 section 3.2) belong together. OpenSSL computes with some of
 * them and takes the others as they are; stricter programs refuse such a key.
 */
function hasConsistentNumbers(key: KeyObject): boolean {
  const jwk = key.export({ format: 'jwk' });
  const texts = [jwk.n, jwk.e, jwk.d, jwk.p, jwk.q, jwk.dp, jwk.dq, jwk.qi];
  // None is longer than the modulus. Computing with one of a megabyte takes years.
  if (texts.some((text = '') => text.length > (jwk.n ?? '').length)) return false;
  const [n, e = 0n, d = 0n, p = 0n, q = 0n, dp, dq, qi = 0n] = texts.map((text = '') =>
    BigInt(`0x${Buffer.from(text, 'base64url').toString('hex') || '0'}`),
  );
  if (p <= 2n || q <= 2n) return false;
  return (
    n === p * q &&
    (e * d) % (p - 1n) === 1n &&
    (e * d) % (q - 1n) === 1n &&
    dp === d % (p - 1n) &&
    dq === d % (q - 1n) &&
    (qi * q) % p === 1n
  );
}

/** OpenSSL loads a key whose numbers contradict each other without complaint. */
function canDecrypt(key: KeyObject): boolean {
  const message = Buffer.from('sgid');
  return attempt(() => privateDecrypt(key, publicEncrypt(key, message)))?.equals(message) ?? false;
}
