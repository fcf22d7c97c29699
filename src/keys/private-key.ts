import { createPrivateKey, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import {
  keyTooSmall,
  notAPrivateKey,
  passphraseMissing,
  passphraseWrong,
  wrongKeyType,
} from './key-errors.ts';
import { type EncryptedKey, findKey, type KeyContainer } from './key-source.ts';
import { openPrivateKey, type PassphraseOptions } from './open-private-key.ts';

/** The smallest modulus of an RSA key that is accepted, in bits. */
export const MINIMUM_BITS = 2048;

/** What to call the key types of `node:crypto` in a message. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  ec: 'EC',
  'rsa-pss': 'RSA-PSS',
  dsa: 'DSA',
  ed25519: 'Ed25519',
  ed448: 'Ed448',
  x25519: 'X25519',
  x448: 'X448',
};

/**
 * Reads an RSA private key of 2048 bits or more, and proves with one RSA-OAEP round trip that it is sound.
 *
 * A text may hold PEM (PKCS#1, PKCS#8, or either of them encrypted), a JWK, a JWKS with one private RSA key,
 * or the base64 of any of these or of DER; bytes may hold the same or DER. Quotes, escaped newlines, CRLF, a
 * byte order mark and text around the PEM do no harm. The passphrase counts only for an encrypted key. PKCS#12
 * needs `loadPrivateKey`.
 *
 * @throws SgidError `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`, `ERR_PRIVATE_KEY_SIZE`,
 *   `ERR_PRIVATE_KEY_PASSPHRASE`
 */
export function readPrivateKey(
  input: string | Uint8Array,
  options: { readonly passphrase?: string | undefined } = {},
): KeyObject {
  const source = findKey(input);
  if (source.kind === 'pkcs12') throw notAPrivateKey('pkcs12');
  return requireSoundKey(openKey(source, options.passphrase));
}

/**
 * Loads a key, decrypting it where needed; judges neither type nor size.
 *
 * @throws SgidError `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`, `ERR_PRIVATE_KEY_PASSPHRASE`
 */
export function openKey(source: KeyContainer, passphrase: string | undefined): KeyObject {
  if (source.kind === 'plain') {
    const key = attempt(() => createPrivateKey(source.input));
    if (key === undefined) throw source.isRsa ? notAPrivateKey('damaged') : wrongKeyType('unknown');
    return key;
  }
  if (passphrase === undefined) throw passphraseMissing();
  const key = decryptKey(source, passphrase);
  if (key === undefined) throw passphraseWrong();
  return key;
}

/** Loads an encrypted key; undefined when the passphrase does not open it. */
export function decryptKey(source: EncryptedKey, passphrase: string): KeyObject | undefined {
  return attempt(() => createPrivateKey({ ...source.input, passphrase }));
}

/**
 * Returns the key if sgID can use it: plain RSA, large enough, able to decrypt what it encrypted.
 *
 * @throws SgidError `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`, `ERR_PRIVATE_KEY_SIZE`
 */
export function requireSoundKey(key: KeyObject): KeyObject {
  const type = key.asymmetricKeyType ?? 'unknown';
  if (type !== 'rsa') throw wrongKeyType(TYPE_NAMES[type] ?? type);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  // So OpenSSL says of a modulus that is too long for it.
  if (bits === 0) throw notAPrivateKey('damaged');
  if (bits < MINIMUM_BITS) throw keyTooSmall(bits, MINIMUM_BITS);
  // OpenSSL encrypts with it all the same, into the padded message itself.
  if (key.asymmetricKeyDetails?.publicExponent === 1n) throw notAPrivateKey('exponent-one');
  if (!hasConsistentNumbers(key) || !canDecrypt(key)) throw notAPrivateKey('inconsistent');
  return key;
}

/** OpenSSL loads a key whose numbers contradict each other without complaint. */
function canDecrypt(key: KeyObject): boolean {
  const message = Buffer.from('sgid');
  return attempt(() => privateDecrypt(key, publicEncrypt(key, message)))?.equals(message) ?? false;
}

/** OpenSSL words its failures differently from one release to the next, so only the fact of one counts. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** The numbers of a private key (RFC 8017, section 3.2, by the names of RFC 7518, section 6.3), in base64url. */
type Numbers = Readonly<Partial<Record<'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi', string>>>;

/**
 * Whether the numbers of an RSA private key belong together. OpenSSL computes with some of them and takes the others as
 * they are; stricter programs refuse such a key.
 */
export function hasConsistentNumbers(key: KeyObject): boolean {
  const numbers: Numbers = key.export({ format: 'jwk' });
  if (!hasFittingNumbers(numbers)) return false;
  const [n, e, d, p, q, dp, dq, qi] = [
    readNumber(numbers.n),
    readNumber(numbers.e),
    readNumber(numbers.d),
    readNumber(numbers.p),
    readNumber(numbers.q),
    readNumber(numbers.dp),
    readNumber(numbers.dq),
    readNumber(numbers.qi),
  ];
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

/** None is longer than the modulus. Computing with one of a megabyte takes years. */
function hasFittingNumbers({ n = '', ...others }: Numbers): boolean {
  return Object.values(others).every((number) => number.length <= n.length);
}

function readNumber(text = ''): bigint {
  return BigInt(`0x${Buffer.from(text, 'base64url').toString('hex') || '0'}`);
}

/** How `loadPrivateKey` comes by the passphrase of an encrypted key. */
export type LoadPrivateKeyOptions = PassphraseOptions;

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
  const { key } = await openPrivateKey(input, options);
  return requireSoundKey(key);
}
