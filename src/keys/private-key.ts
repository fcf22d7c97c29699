import {
  type AsymmetricKeyDetails,
  createPrivateKey,
  type KeyObject,
  type PrivateKeyInput,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto';
import { errorCode } from '../system/node-error.ts';
import { unwrapValue } from '../text/credential-value.ts';
import { attempt, decodeText, parseJson } from '../text/guards.ts';
import {
  decodeBase64,
  derivationCost,
  findPemBlocks,
  guessFromDer,
  hasPemBoundary,
  hasSupportedScheme,
  isPkcs12,
  isQuickToLoad,
  looksLikeDer,
  type PemBlock,
  parseDer,
  parsePublicDer,
  unescapeKeyText,
} from './encoding.ts';
import { findJwk } from './jwk.ts';
import {
  cannotUnlock,
  guessFromText,
  type KeyProblem,
  keyTooSmall,
  privateKeyError,
  wrongKeyType,
} from './key-errors.ts';

/**
 * How {@link loadPrivateKey} gets the passphrase of an encrypted key.
 *
 * @see RFC 8018 (PBES2, for PKCS#8), RFC 7292 (PKCS#12), RFC 1421 (PKCS#1): how passphrases encrypt.
 * @example
 * ```ts
 * import type { LoadPrivateKeyOptions } from 'sgid-cli';
 *
 * const options: LoadPrivateKeyOptions = { askPassphrase: async () => process.env['KEY_PASSPHRASE'] };
 * ```
 */
export interface LoadPrivateKeyOptions {
  /** Opens the key; ignored where the key is not encrypted. */
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
 * @param input PEM, JWK or base64 as text, or the bytes of a file.
 * @returns A key for `new SgidClient({ privateKey })` and for `node:crypto`.
 * @throws SgidError `ERR_PRIVATE_KEY` for what holds no usable key or several, `ERR_PRIVATE_KEY_TYPE` for another type
 *   than RSA, `ERR_PRIVATE_KEY_SIZE` below 2048 bits, `ERR_PRIVATE_KEY_PASSPHRASE` for a passphrase that is missing or
 *   wrong; or whatever `askPassphrase` rejects with.
 * @see RFC 8017 (PKCS#1), RFC 5958 (PKCS#8), RFC 7517 (JWK), RFC 7292 (PKCS#12).
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { loadPrivateKey, SgidClient } from 'sgid-cli';
 *
 * const privateKey = await loadPrivateKey(await readFile('key.p12'), { passphrase: process.env['KEY_PASSPHRASE'] });
 * const client = new SgidClient({ clientId, clientSecret, privateKey, redirectUri });
 * ```
 */
export async function loadPrivateKey(
  input: string | Uint8Array,
  options: LoadPrivateKeyOptions = {},
): Promise<KeyObject> {
  const { key } = await unlockPrivateKey(input, options);
  return requireSoundKey(key);
}

/** As `loadPrivateKey`, but synchronous and without PKCS#12. */
export function parsePrivateKey(input: string | Uint8Array, passphrase?: string | undefined): KeyObject {
  const found = findPrivateKey(input);
  if (found.kind === 'pkcs12') throw privateKeyError('pkcs12');
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

/** More copies of one key than a PKCS#12 file has. To unlock a hostile one may take a second. */
const MAXIMUM_KEYS = 16;

async function findInPkcs12(pkcs12: Buffer): Promise<SingleKey[]> {
  const { listPkcs12Keys } = await import('./pkcs12.ts');
  const listed = listPkcs12Keys(pkcs12);
  if (listed === undefined) throw privateKeyError('damaged');
  if (listed.length > MAXIMUM_KEYS) throw privateKeyError('several-keys');
  const keys = listed.map((der) => {
    const found = findInDer(der, 'der');
    if (typeof found === 'string') throw privateKeyError(found);
    if (found.kind === 'pkcs12') throw privateKeyError('damaged');
    return found;
  });
  const cost = keys.reduce((sum, key) => sum + (key.kind === 'locked' ? key.cost : 0), 0);
  if (cost > MAXIMUM_COST) throw privateKeyError('costly-encryption');
  return keys;
}

function unlock(found: SingleKey, passphrase: string | undefined): KeyObject {
  if (found.kind === 'open') return found.key;
  const key = decrypt(found, passphrase);
  if (key === undefined) throw cannotUnlock(passphrase);
  return key;
}

function decrypt({ input }: LockedKey, passphrase: string | undefined): KeyObject | undefined {
  return attempt(() => createPrivateKey({ ...input, passphrase }));
}

/** `KeyObject.equals` of two types leaves an error in OpenSSL's queue, with which the next key fails to load. */
function onlyKey(keys: readonly KeyObject[]): KeyObject {
  const [only] = keys;
  if (only === undefined) throw privateKeyError('pkcs12-without-key');
  const texts = new Set(keys.map((key) => key.export({ format: 'pem', type: 'pkcs8' })));
  if (texts.size > 1) throw privateKeyError('several-keys');
  return only;
}

export const MINIMUM_BITS = 2048;
const TYPE_NAMES = ['EC', 'RSA-PSS', 'DSA', 'Ed25519', 'Ed448', 'X25519', 'X448'];

export function requireSoundKey(key: KeyObject): KeyObject {
  const type = key.asymmetricKeyType ?? 'unknown';
  if (type !== 'rsa') throw wrongKeyType(TYPE_NAMES.find((name) => name.toLowerCase() === type) ?? type);
  const { modulusLength: bits = 0, publicExponent } = detailsOf(key);
  // OpenSSL reports 0 for a modulus that is too long for it.
  if (bits === 0) throw privateKeyError('damaged');
  if (bits < MINIMUM_BITS) throw keyTooSmall(bits, MINIMUM_BITS);
  // OpenSSL accepts it, and the ciphertext is then the padded message itself.
  if (publicExponent === 1n) throw privateKeyError('exponent-one');
  if (!hasConsistentNumbers(key) || !canDecrypt(key)) throw privateKeyError('inconsistent');
  return key;
}

/** The length of the modulus; 0 for a key without one, and for one that is too long for OpenSSL. */
export function bitsOf(key: KeyObject): number {
  return detailsOf(key).modulusLength ?? 0;
}

export function detailsOf(key: KeyObject): AsymmetricKeyDetails {
  const details = key.asymmetricKeyDetails ?? {};
  dropErrors();
  return details;
}

/**
 * Reading the details of a key with giant numbers leaves errors in OpenSSL's queue (Node 24 and 26), and then the next key
 * fails to load. A failed parse of our own clears the queue.
 */
function dropErrors(): void {
  attempt(() => createPrivateKey(''));
}

/**
 * Whether the numbers of an RSA private key (RFC 8017 section 3.2) belong together, e apart: a round trip shows that. OpenSSL
 * does not check them; stricter programs refuse such a key.
 */
function hasConsistentNumbers(key: KeyObject): boolean {
  const jwk = key.export({ format: 'jwk' });
  dropErrors();
  const parse = (number = ''): bigint => BigInt(`0x0${Buffer.from(number, 'base64url').toString('hex')}`);
  const [n, d, p, q] = [parse(jwk.n), parse(jwk.d), parse(jwk.p), parse(jwk.q)];
  if (p === 1n || q === 1n) return false;
  const [dp, dq, qi] = [parse(jwk.dp), parse(jwk.dq), parse(jwk.qi)];
  return n === p * q && dp === d % (p - 1n) && dq === d % (q - 1n) && (qi * q) % p === 1n;
}

/** OpenSSL loads a key even if its numbers contradict each other. */
function canDecrypt(key: KeyObject): boolean {
  const message = Buffer.of(1);
  return attempt(() => privateDecrypt(key, publicEncrypt(key, message)))?.equals(message) ?? false;
}

/** `der` includes its base64 without boundary lines; `pkcs1-encrypted-pem` is encrypted as in RFC 1421. */
type OpenFormat = `${'pkcs1' | 'pkcs8' | 'sec1'}-${'pem' | 'der'}` | 'jwk' | 'jwks';
type LockedFormat = `pkcs8-encrypted-${'pem' | 'der'}` | 'pkcs1-encrypted-pem';
export type LockedKey = { kind: 'locked'; format: LockedFormat; input: PrivateKeyInput; cost: number };
export type FoundKey =
  | { kind: 'open'; format: OpenFormat; key: KeyObject }
  | LockedKey
  | { kind: 'pkcs12'; format: 'pkcs12'; der: Buffer };

/** Ten times the customary cost. Without a limit, a key could block the program for an hour. */
const MAXIMUM_COST = 10_000_000;

/** RSA of 16384 bits, the most that OpenSSL encrypts with, takes 9.3 KiB. Time to load may grow with the cube. */
const MAXIMUM_KEY_BYTES = 10 * 1024;
const DER_TYPES = ['pkcs8', 'pkcs1', 'sec1'] as const;
const SUPPORTED_HEADER_CIPHERS = /^(AES-(128|192|256)|DES-EDE3)-CBC$/;
const JAVA_KEYSTORE_MAGIC = 'feedfeed';

function findPrivateKey(input: string | Uint8Array): FoundKey {
  const found = typeof input === 'string' ? findInText(input) : findInBytes(Buffer.from(input));
  if (typeof found === 'string') throw privateKeyError(found);
  return found;
}

function findInBytes(bytes: Buffer): FoundKey | KeyProblem {
  if (looksLikeDer(bytes)) return findInDer(bytes, 'der');
  if (bytes.toString('hex', 0, 4) === JAVA_KEYSTORE_MAGIC) return 'java-keystore';
  const found = findInText(decodeText(bytes));
  // The bytes were given as bytes: advice on binary data that was read as text does not fit.
  return found === 'binary-text' ? 'unknown' : found;
}

function findInText(text: string): FoundKey | KeyProblem {
  const bare = unwrapValue(text);
  const plain = unescapeKeyText(bare);
  // Some secret stores escape the JSON as a whole.
  if (bare.startsWith('{')) return findJwk(parseJson(bare) ?? parseJson(plain));
  const blocks = findPemBlocks(plain);
  if (blocks.length > 0) return findInBlocks(blocks);
  return hasPemBoundary(plain) ? 'truncated' : (findInBase64(plain) ?? guessFromText(bare));
}

/**
 * Copies of one key count once. A private key that cannot be read counts, because it may be the one that is meant; other
 * blocks do not.
 */
function findInBlocks(blocks: readonly PemBlock[]): FoundKey | KeyProblem {
  const unique = new Map(blocks.map((block, index) => [block.body?.toString('base64') ?? index, block]));
  const keys: (FoundKey | KeyProblem)[] = [];
  const others: KeyProblem[] = [];
  for (const block of unique.values()) {
    const source = findInBlock(block);
    if (typeof source === 'string' && !block.label.endsWith('PRIVATE KEY')) others.push(source);
    else if (keys.push(source) > 1) return 'several-keys';
  }
  return [...keys, ...others].find((source) => source !== 'unknown') ?? 'damaged';
}

function findInBlock({ label, body, encryption }: PemBlock): FoundKey | KeyProblem {
  if (label === 'OPENSSH PRIVATE KEY') return 'openssh';
  if (label.endsWith('REQUEST')) return 'certificate-request';
  if (body === undefined) return 'damaged';
  if (encryption === undefined) return findInDer(body, 'pem');
  if (!SUPPORTED_HEADER_CIPHERS.test(encryption.cipher)) return 'old-encryption';
  // Under any other label, the decrypted key could be encrypted a second time, at any cost.
  if (!/^(RSA|EC|DSA) PRIVATE KEY$/.test(label)) return 'damaged';
  if (body.length > MAXIMUM_KEY_BYTES) return 'too-large';
  const input = { key: encryption.pem, format: 'pem' } as const;
  return { kind: 'locked', format: 'pkcs1-encrypted-pem', input, cost: 1 };
}

/** A PEM, JWK or DER that was encoded in base64 as a whole, or the body of a PEM without its boundary lines. */
function findInBase64(text: string): FoundKey | KeyProblem | undefined {
  const bytes = decodeBase64(text);
  if (bytes === undefined) return undefined;
  if (looksLikeDer(bytes)) return findInDer(bytes, 'der');
  const decoded = unwrapValue(decodeText(bytes));
  return decoded.startsWith('{') || hasPemBoundary(decoded) ? findInText(decoded) : undefined;
}

/** PKCS#8, PKCS#1, SEC 1 or PKCS#12. OpenSSL tries first, where that is quick. */
export function findInDer(der: Buffer, encoding: 'pem' | 'der'): FoundKey | KeyProblem {
  const isLarge = der.length > MAXIMUM_KEY_BYTES;
  let isLocked = false;
  for (const type of isLarge || !isQuickToLoad(der) ? [] : DER_TYPES) {
    try {
      const key = createPrivateKey({ key: der, format: 'der', type });
      return { kind: 'open', format: `${type}-${encoding}`, key };
    } catch (error) {
      isLocked ||= errorCode(error) === 'ERR_MISSING_PASSPHRASE';
    }
  }
  const outer = parseDer(der);
  if (outer === undefined) return 'unknown';
  if (outer.end > der.length) return 'truncated';
  if (outer.end < der.length) return findInDer(der.subarray(0, outer.end), encoding);
  if (isPkcs12(outer)) return { kind: 'pkcs12', format: 'pkcs12', der };
  if (isLocked) return findLocked(der, encoding);
  if (isLarge) return parsePublicDer(der)?.kind ?? 'too-large';
  return guessFromDer(der);
}

function findLocked(key: Buffer, encoding: 'pem' | 'der'): LockedKey | KeyProblem {
  if (!hasSupportedScheme(key)) return 'old-encryption';
  const cost = derivationCost(key);
  if (cost > MAXIMUM_COST) return 'costly-encryption';
  const input = { key, format: 'der', type: 'pkcs8' } as const;
  return { kind: 'locked', format: `pkcs8-encrypted-${encoding}`, input, cost };
}
