import { createPublicKey, X509Certificate } from 'node:crypto';
import { attempt } from '../text/guards.ts';
import { type KeyProblem, privateKeyError, wrongKeyType } from './key-errors.ts';

/** Undoes the escapes of shells and JSON: line breaks, tabs, quotes, slashes and `\u002b`. */
export function unescapeKeyText(text: string): string {
  return text
    .replace(/\\{1,4}(?:[nrt]|\r?\n)/g, '\n')
    .replace(/\\{1,4}u([0-9A-Fa-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\{1,4}(["/])/g, '$1');
}

export function decodeBase64(text: string): Buffer | undefined {
  const compact = text.replace(/\s/g, '');
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(compact) ? Buffer.from(compact, 'base64') : undefined;
}

/** One `-----BEGIN ...-----` block (RFC 7468), with whatever line breaks and indentation it came in. */
export type PemBlock = ReturnType<typeof findPemBlocks>[number];

/** More than a key with its certificates takes. Each costs OpenSSL up to some milliseconds. */
const MAXIMUM_BLOCKS = 64;

// One that is cut off ends where the next begins.
const BLOCK =
  /-----BEGIN ([A-Z0-9 ]+)-----((?:(?!-----BEGIN )[\s\S])*?)(?:-----END [A-Z0-9 ]+-----|(?=-----BEGIN ))/g;
const ENCRYPTION_HEADERS =
  /^\s*Proc-Type:\s*4\s*,\s*ENCRYPTED\s+DEK-Info:\s*([A-Za-z0-9-]+)\s*,\s*([0-9A-Fa-f]+)\s/;

/** `encryption` is what the headers declare (RFC 1421 4.6), with the PEM in the form that OpenSSL expects. */
export function findPemBlocks(text: string) {
  return Array.from(text.matchAll(BLOCK), ([, label = '', content = ''], index) => {
    if (index === MAXIMUM_BLOCKS) throw privateKeyError('many-blocks');
    const [headers = '', cipher, iv] = ENCRYPTION_HEADERS.exec(content) ?? [];
    const body = decodeBase64(content.slice(headers.length));
    if (cipher === undefined || body === undefined) return { label, body, encryption: undefined };
    const pem = [
      `-----BEGIN ${label}-----`,
      'Proc-Type: 4,ENCRYPTED',
      `DEK-Info: ${cipher},${iv}`,
      '',
      body.toString('base64').replace(/.{64}(?=.)/g, '$&\n'),
      `-----END ${label}-----`,
    ].join('\n');
    return { label, body, encryption: { cipher, pem } };
  });
}

export function hasPemBoundary(text: string): boolean {
  return /-----(BEGIN|END) /.test(text);
}

/** Whether bytes can be DER rather than text: a SEQUENCE (0x30) whose length is in the long form or fits exactly. */
export function looksLikeDer(bytes: Buffer): boolean {
  const [tag, length = 0] = bytes;
  return tag === 0x30 && (length >= 0x80 || length === bytes.length - 2);
}

interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** Where it ends, counted from its first byte; after the end of the bytes where it is cut off. */
  readonly end: number;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const INDEFINITE_LENGTH = 0x80;

/** The element that bytes begin with. An indefinite length (BER) reaches to the end of the bytes. */
export function parseDer(bytes: Buffer): DerElement | undefined {
  const [tag = 0, length = 0] = bytes;
  if (length === INDEFINITE_LENGTH) return { tag, content: bytes.subarray(2), end: bytes.length };
  const lengthBytes = length & 0x80 ? length & 0x7f : 0;
  const start = 2 + lengthBytes;
  if (lengthBytes > 4 || start > bytes.length) return undefined;
  const end = start + (lengthBytes === 0 ? length : bytes.readUIntBE(2, lengthBytes));
  return { tag, content: bytes.subarray(start, end), end };
}

function membersOf(element: DerElement | undefined): DerElement[] {
  const members: DerElement[] = [];
  let rest = element?.tag === SEQUENCE ? element.content : Buffer.alloc(0);
  for (let next = parseDer(rest); next !== undefined && next.end <= rest.length; next = parseDer(rest)) {
    members.push(next);
    rest = rest.subarray(next.end);
  }
  return members;
}

/**
 * For an encrypted PKCS#8 structure: the iterations of PBKDF2 (RFC 8018 A.2) or of PKCS#12 (RFC 7292 appendix C),
 * N * r * p of scrypt (RFC 7914 section 7). Infinite when it cannot be read.
 */
export function derivationCost(encryptedKey: Buffer): number {
  const [, parameters] = membersOf(membersOf(parseDer(encryptedKey))[0]);
  const [first] = membersOf(parameters);
  // PBES2 names a derivation function and its parameters there; the older schemes begin with the salt.
  const derivation = first?.tag === SEQUENCE ? membersOf(first)[1] : parameters;
  const [count, blockSize, parallelization] = membersOf(derivation)
    .filter(({ tag }) => tag === INTEGER)
    .map(({ content }) => readInteger(content));
  if (count === undefined) return Infinity;
  // Two numbers are the count and a key length: PBKDF2.
  return parallelization === undefined ? count : count * (blockSize ?? 1) * parallelization;
}

function readInteger(content: Buffer): number {
  const digits = content.toString('hex');
  return /^[0-7]/.test(digits) ? Number(`0x${digits}`) : Infinity;
}

/** Only PKCS#12 begins with version 3 (RFC 7292 section 4). */
export function isPkcs12(outer: DerElement): boolean {
  const [version] = membersOf(outer);
  return version?.tag === INTEGER && version.content.equals(Buffer.of(3));
}

/** PBES2, and PKCS#12's own scheme with triple DES (three or two keys): what OpenSSL 3 opens by default. */
const SUPPORTED_SCHEMES = ['2a864886f70d01050d', '2a864886f70d010c0103', '2a864886f70d010c0104'];

export function hasSupportedScheme(encryptedKey: Buffer): boolean {
  return SUPPORTED_SCHEMES.includes(algorithmOf(membersOf(parseDer(encryptedKey))[0]));
}

export function parsePublicDer(bytes: Buffer) {
  const outer = parseDer(bytes);
  const der = bytes.subarray(0, outer?.end);
  const [first] = membersOf(outer);
  // A private key begins with a version: OpenSSL would return its public half.
  if (first?.content.length === 1) return undefined;
  for (const type of ['spki', 'pkcs1'] as const) {
    const key = attempt(() => createPublicKey({ key: der, format: 'der', type }));
    if (key !== undefined) return { kind: 'public-key', key } as const;
  }
  const key = attempt(() => new X509Certificate(der).publicKey);
  return key === undefined ? undefined : ({ kind: 'certificate', key } as const);
}

const RSA_ENCRYPTION = '2a864886f70d010101';
/** RSA, RSA-PSS, EC; X25519, X448, Ed25519 and Ed448. */
const QUICK_ALGORITHMS = [
  RSA_ENCRYPTION,
  '2a864886f70d01010a',
  '2a8648ce3d0201',
  '2b656e',
  '2b656f',
  '2b6570',
  '2b6571',
];
const SLOW_ALGORITHMS: Readonly<Record<string, string>> = {
  '2a8648ce380401': 'DSA',
  '2a864886f70d010301': 'DH',
  '2a8648ce3e0201': 'DH',
};

/**
 * Whether DER has the shape of a private key that OpenSSL loads at once. To load one of DSA or DH, it works out the public
 * half, which takes a second for a big one, even under an OID that it refuses afterwards.
 */
export function isQuickToLoad(der: Buffer): boolean {
  const [first, second] = membersOf(parseDer(der));
  if (first?.tag === INTEGER && second?.tag === SEQUENCE)
    return QUICK_ALGORITHMS.includes(algorithmOf(second));
  // PKCS#1, SEC 1 (RFC 5915), encrypted PKCS#8.
  return ['0202', '0204', '3004'].includes(Buffer.of(first?.tag ?? 0, second?.tag ?? 0).toString('hex'));
}

/** The OID of an AlgorithmIdentifier, its content in hex; empty where there is none. */
function algorithmOf(identifier: DerElement | undefined): string {
  return membersOf(identifier)[0]?.content.toString('hex') ?? '';
}

/** What DER can be when OpenSSL opens no key from it. */
export function guessFromDer(der: Buffer): KeyProblem {
  const publicPart = parsePublicDer(der);
  if (publicPart !== undefined) return publicPart.kind;
  const members = membersOf(parseDer(der));
  const tags = Buffer.from(members.map(({ tag }) => tag)).toString('hex');
  if (/^(02){9}/.test(tags)) return 'damaged';
  if (/^(02){6}$/.test(tags)) throw wrongKeyType('DSA');
  // PKCS#8 (RFC 5958): version, algorithm, key.
  if (!tags.startsWith('023004')) return 'unknown';
  const algorithm = algorithmOf(members[1]);
  if (algorithm === RSA_ENCRYPTION) return 'damaged';
  throw wrongKeyType(SLOW_ALGORITHMS[algorithm] ?? 'unknown');
}
