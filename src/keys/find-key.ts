import { createPrivateKey, type JsonWebKey, type KeyObject, type PrivateKeyInput } from 'node:crypto';
import { decodeText, isRecord, parseJson } from '../text/guards.ts';
import { derivationCost, INTEGER, looksLikeDer, membersOf, readDer } from './der.ts';
import { type NotAKey, notAPrivateKey, wrongKeyType } from './key-errors.ts';
import {
  attempt,
  decodeBase64,
  findPemBlocks,
  hasPemBoundary,
  isJwks,
  type PemBlock,
  unescapeKeyText,
  unwrapKeyText,
} from './key-text.ts';
import { parsePublicDer } from './public-key.ts';

/** DER stands for its base64 without boundary lines, too; `pkcs1-encrypted-pem` is that of RFC 1421. */
type KeyFormat = `${'pkcs1' | 'pkcs8' | 'pkcs8-encrypted' | 'sec1'}-${'pem' | 'der'}` | 'pkcs1-encrypted-pem';
export type LockedKey = { kind: 'locked'; format: KeyFormat; input: PrivateKeyInput; cost: number };
export type FoundKey =
  | { kind: 'open'; format: KeyFormat | 'jwk' | 'jwks'; key: KeyObject }
  | LockedKey
  | { kind: 'pkcs12'; format: 'pkcs12'; der: Buffer };

/** Ten times what is customary: a key could keep the program busy for an hour before it can be interrupted. */
export const MAXIMUM_COST = 10_000_000;

/** RSA of 16384 bits, the most that OpenSSL encrypts with, takes 9.3 KiB. Time to load may grow with the cube. */
const MAXIMUM_KEY_BYTES = 10 * 1024;
/** The OID of DSA. To load such a key, OpenSSL works out its public half, which takes long for a big one. */
const DSA = Buffer.from('06072a8648ce380401', 'hex');
const RSA_ENCRYPTION = '2a864886f70d010101';
/** PBES2, and PKCS#12's own scheme with triple DES (three or two keys): what OpenSSL 3 opens by default. */
const SUPPORTED_SCHEMES = ['2a864886f70d01050d', '2a864886f70d010c0103', '2a864886f70d010c0104'];
const SUPPORTED_HEADER_CIPHERS = /^(AES-(128|192|256)|DES-EDE3)-CBC$/;
const JAVA_KEYSTORE_MAGIC = 'feedfeed';

export function findPrivateKey(input: string | Uint8Array): FoundKey {
  const found = typeof input === 'string' ? findInText(input) : findInBytes(Buffer.from(input));
  if (typeof found === 'string') throw notAPrivateKey(found);
  return found;
}

function findInBytes(bytes: Buffer): FoundKey | NotAKey {
  if (looksLikeDer(bytes)) return findInDer(bytes, 'der');
  if (bytes.toString('hex', 0, 4) === JAVA_KEYSTORE_MAGIC) return 'java-keystore';
  const found = findInText(decodeText(bytes));
  // Nobody read these bytes as text but we.
  return found === 'binary-text' ? 'unknown' : found;
}

function findInText(text: string): FoundKey | NotAKey {
  const bare = unwrapKeyText(text);
  const plain = unescapeKeyText(bare);
  // The unescaped form counts for JSON that was escaped as a whole, as some secret stores do.
  if (bare.startsWith('{')) return findInJson(parseJson(bare) ?? parseJson(plain));
  const blocks = findPemBlocks(plain);
  if (blocks.length > 0) return findInBlocks(blocks);
  return hasPemBoundary(plain) ? 'truncated' : (findInBase64(plain) ?? guessFromText(bare));
}

/** Several copies of one key count as one; other things beside it do no harm. */
function findInBlocks(blocks: readonly PemBlock[]): FoundKey | NotAKey {
  const unique = new Map(blocks.map((block) => [block.body?.toString('base64'), block]));
  const found = [...unique.values()].map(findInBlock);
  const [key, ...others] = found.filter((source) => typeof source !== 'string');
  if (others.length > 0) return 'several-keys';
  return key ?? found.find((reason) => reason !== 'unknown') ?? 'damaged';
}

function findInBlock({ label, body, encryption }: PemBlock): FoundKey | NotAKey {
  if (label === 'OPENSSH PRIVATE KEY') return 'openssh';
  if (/REQUEST$/.test(label)) return 'certificate-request';
  if (body === undefined) return 'damaged';
  if (encryption === undefined) return findInDer(body, 'pem');
  if (!SUPPORTED_HEADER_CIPHERS.test(encryption.cipher)) return 'old-encryption';
  // Under any other label, what is decrypted could be encrypted once more, at any cost.
  if (!/^(RSA|EC|DSA) PRIVATE KEY$/.test(label)) return 'damaged';
  if (body.length > MAXIMUM_KEY_BYTES) return 'too-large';
  const input = { key: encryption.pem, format: 'pem' } as const;
  return { kind: 'locked', format: 'pkcs1-encrypted-pem', input, cost: 1 };
}

/** A PEM, JWK or DER that was encoded in base64 as a whole, or the body of a PEM without its boundary lines. */
function findInBase64(text: string): FoundKey | NotAKey | undefined {
  const bytes = decodeBase64(text);
  if (bytes === undefined) return undefined;
  if (looksLikeDer(bytes)) return findInDer(bytes, 'der');
  const decoded = unwrapKeyText(decodeText(bytes));
  return decoded.startsWith('{') || hasPemBoundary(decoded) ? findInText(decoded) : undefined;
}

export function findInDer(bytes: Buffer, encoding: 'pem' | 'der'): FoundKey | NotAKey {
  const outer = readDer(bytes);
  if (outer === undefined) return 'unknown';
  if (outer.end > bytes.length) return 'truncated';
  const der = bytes.subarray(0, outer.end);
  const [first] = membersOf(outer);
  // Only PKCS#12 begins with version 3 (RFC 7292 section 4).
  if (first?.tag === INTEGER && first.content.equals(Buffer.of(3)))
    return { kind: 'pkcs12', format: 'pkcs12', der };
  if (der.length > MAXIMUM_KEY_BYTES) return parsePublicDer(der)?.kind ?? 'too-large';
  if (der.includes(DSA)) throw wrongKeyType('DSA');
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    const input = { key: der, format: 'der', type } as const;
    try {
      return { kind: 'open', format: `${type}-${encoding}`, key: createPrivateKey(input) };
    } catch (error) {
      const isLocked = error instanceof Error && 'code' in error && error.code === 'ERR_MISSING_PASSPHRASE';
      if (isLocked) return findLocked(der, encoding);
    }
  }
  return guessFromDer(der);
}

function findLocked(key: Buffer, encoding: 'pem' | 'der'): LockedKey | NotAKey {
  const [scheme] = membersOf(membersOf(readDer(key))[0]);
  if (!SUPPORTED_SCHEMES.includes(scheme?.content.toString('hex') ?? '')) return 'old-encryption';
  const cost = derivationCost(key);
  if (cost > MAXIMUM_COST) return 'costly-encryption';
  const input = { key, format: 'der', type: 'pkcs8' } as const;
  return { kind: 'locked', format: `pkcs8-encrypted-${encoding}`, input, cost };
}

function guessFromDer(der: Buffer): NotAKey {
  const publicPart = parsePublicDer(der);
  if (publicPart !== undefined) return publicPart.kind;
  const members = membersOf(readDer(der));
  const tags = Buffer.from(members.map(({ tag }) => tag)).toString('hex');
  if (/^(02){9}/.test(tags)) return 'damaged';
  if (/^(02){6}$/.test(tags)) throw wrongKeyType('DSA');
  // PKCS#8 (RFC 5958): version, algorithm, key.
  if (!tags.startsWith('023004')) return 'unknown';
  const [algorithm] = membersOf(members[1]);
  if (algorithm?.content.toString('hex') === RSA_ENCRYPTION) return 'damaged';
  throw wrongKeyType('unknown');
}

function guessFromText(text: string): NotAKey {
  if (text === '') return 'empty';
  if (/^<(!doctype|html|\?xml)/i.test(text)) return 'html';
  if (text.startsWith('PuTTY-User-Key-File-')) return 'putty';
  if (/^ssh-[a-z0-9-]+ AAAA/.test(text)) return 'ssh-public-key';
  if (/[^\P{Cc}\s]|\ufffd/u.test(text)) return 'binary-text';
  if (text.length > 1024 || /[\r\n]/.test(text)) return 'unknown';
  if (/\.(pem|key|p8|p12|pfx|der|jwk|json|txt|crt|cer)$/i.test(text)) return 'path';
  return /^(~|\.{0,2}[\\/]|[A-Za-z]:[\\/]|file:)/.test(text) ? 'path' : 'unknown';
}

/** The numbers of a private RSA key, RFC 7518 section 6.3. */
const RSA_MEMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const;

const OTHER_TYPES: Readonly<Record<string, string>> = { EC: 'EC', OKP: 'OKP (Ed25519, X25519)', AKP: 'AKP' };

/** A JWK (RFC 7517 section 4), or a JWKS (section 5) that holds exactly one private RSA key. */
function findInJson(json: unknown): FoundKey | NotAKey {
  if (!isJwks(json)) return findInJwk(json, 'jwk');
  const keys = json.keys.filter(isRecord).filter((key) => key['kty'] === 'RSA' && 'd' in key);
  if (keys.some((key) => key['n'] !== keys[0]?.['n'])) return 'several-keys';
  return keys.length === 0 ? 'jwks-without-key' : findInJwk(keys[0], 'jwks');
}

function findInJwk(jwk: unknown, format: 'jwk' | 'jwks'): FoundKey | NotAKey {
  const type = isRecord(jwk) ? jwk['kty'] : undefined;
  if (!isRecord(jwk) || typeof type !== 'string') return 'json';
  if (type === 'oct') return 'symmetric-key';
  if (type !== 'RSA') throw wrongKeyType(OTHER_TYPES[type] ?? 'unknown');
  if (!('d' in jwk)) return 'public-key';
  // Node.js lets characters pass that are not base64url.
  const key: JsonWebKey = { kty: 'RSA' };
  for (const name of RSA_MEMBERS) {
    const number = jwk[name];
    if (typeof number !== 'string' || !/^[\w-]+={0,2}$/.test(number)) return 'jwk-incomplete';
    key[name] = number;
  }
  const opened = attempt(() => createPrivateKey({ key, format: 'jwk' }));
  return opened === undefined ? 'damaged' : { kind: 'open', format, key: opened };
}
