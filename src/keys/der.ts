/** What an ASN.1 structure is, judged by its outline alone. */
type DerShape =
  | 'pkcs1'
  | 'pkcs8'
  | 'encrypted-pkcs8'
  | 'sec1'
  | 'dsa'
  | 'pkcs12'
  | 'public-key'
  | 'certificate'
  | 'certificate-request'
  | 'truncated'
  | 'unknown';

/** The outline of a DER structure. */
interface DerOutline {
  readonly shape: DerShape;
  /** The algorithm's object identifier in hex: of the key (PKCS#8) or of its encryption (encrypted PKCS#8). */
  readonly algorithm: string | undefined;
  /** Bytes that the structure takes up; what follows them is no part of it. */
  readonly length: number;
}

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OBJECT_IDENTIFIER = 0x06;
const INDEFINITE_LENGTH = 0x80;

/** Each structure by the tags of its members, in hex: 02 INTEGER, 03 BIT STRING, 04 OCTET STRING, 30 SEQUENCE. */
const SHAPES: readonly (readonly [members: RegExp, shape: DerShape])[] = [
  [/^(02){9}(30)?$/, 'pkcs1'],
  [/^023004/, 'pkcs8'],
  [/^3004$/, 'encrypted-pkcs8'],
  [/^0204(a0)?(a1)?$/, 'sec1'],
  [/^(02){6}$/, 'dsa'],
  [/^(3003|0202)$/, 'public-key'],
  [/^303003$/, 'certificate'],
  [/^06a0$/, 'certificate'],
];

/** Whether bytes can be DER rather than text: a SEQUENCE whose length is in the long form or fits exactly. */
export function looksLikeDer(bytes: Buffer): boolean {
  const top = readElement(bytes, 0);
  return top?.tag === SEQUENCE && ((bytes[1] ?? 0) >= INDEFINITE_LENGTH || top.end === bytes.length);
}

/**
 * Judges what a DER structure is without decoding its values: PKCS#1 and RSA public keys (RFC 8017 A.1),
 * PKCS#8 plain and encrypted (RFC 5958), SEC 1 (RFC 5915), SPKI and certificates (RFC 5280), certificate
 * requests (RFC 2986), PKCS#12 (RFC 7292, in BER as well) and PKCS#7 certificate bundles. Never throws.
 */
export function outlineDer(bytes: Buffer): DerOutline {
  const top = readElement(bytes, 0);
  if (top?.tag !== SEQUENCE) return { shape: 'unknown', algorithm: undefined, length: 0 };
  if (top.end > bytes.length) return { shape: 'truncated', algorithm: undefined, length: bytes.length };

  const members = readMembers(bytes, top);
  return { shape: shapeOf(bytes, members), algorithm: algorithmOf(bytes, members), length: top.end };
}

function shapeOf(bytes: Buffer, members: readonly Element[]): DerShape {
  const [first] = members;
  if (first !== undefined && isVersion3(bytes, first)) return 'pkcs12';
  const tags = Buffer.from(members.map((member) => member.tag)).toString('hex');
  const shape = SHAPES.find(([outline]) => outline.test(tags))?.[1] ?? 'unknown';
  return shape === 'certificate' && first !== undefined && isRequestInfo(bytes, first)
    ? 'certificate-request'
    : shape;
}

/** Only PKCS#12 begins with version 3; plain keys count 0 and 1. */
function isVersion3(bytes: Buffer, element: Element): boolean {
  return element.tag === 0x02 && bytes.subarray(element.start, element.end).equals(Buffer.of(3));
}

/** CertificationRequestInfo: version, subject, SPKI, [0] attributes. A certificate has more members. */
function isRequestInfo(bytes: Buffer, element: Element): boolean {
  return element.tag === SEQUENCE && readMembers(bytes, element)[3]?.tag === 0xa0;
}

/**
 * What it costs to derive the key of an encrypted PKCS#8 structure from a passphrase: the iterations of PBKDF2
 * (RFC 8018 A.2) or of PKCS#12 (RFC 7292 appendix C), N * r * p of scrypt (RFC 7914 section 7). Infinite when it
 * cannot be told. Never throws.
 */
export function derivationCost(encryptedKey: Buffer): number {
  const inside = (element: Element | undefined): readonly Element[] =>
    element?.tag === SEQUENCE ? readMembers(encryptedKey, element) : [];
  const [, parameters] = inside(inside(readElement(encryptedKey, 0))[0]);
  const [first] = inside(parameters);
  // PBES2 names a derivation function and its parameters there; the older schemes begin with the salt.
  const derivation = first?.tag === SEQUENCE ? inside(first)[1] : parameters;
  const [count, blockSize, parallelization] = inside(derivation)
    .filter(({ tag }) => tag === INTEGER)
    .map(({ start, end }) => readInteger(encryptedKey.subarray(start, end)));
  if (count === undefined) return Number.POSITIVE_INFINITY;
  // Two numbers are the count and a key length: PBKDF2.
  return parallelization === undefined ? count : count * (blockSize ?? 1) * parallelization;
}

function readInteger(content: Buffer): number {
  const digits = content.toString('hex');
  return digits === '' || digits >= '8' ? Number.POSITIVE_INFINITY : Number(`0x${digits}`);
}

/** The OID of the first AlgorithmIdentifier among the members. */
function algorithmOf(bytes: Buffer, members: readonly Element[]): string | undefined {
  const identifier = members.find((member) => member.tag === SEQUENCE);
  const oid = identifier === undefined ? undefined : readElement(bytes, identifier.start);
  return oid?.tag === OBJECT_IDENTIFIER ? bytes.toString('hex', oid.start, oid.end) : undefined;
}

/** The members of a constructed element, as far as they are whole. */
function readMembers(bytes: Buffer, parent: Element): Element[] {
  const members: Element[] = [];
  let at = parent.start;
  while (at < parent.end) {
    const member = readElement(bytes, at);
    if (member === undefined || member.end > parent.end) break;
    members.push(member);
    at = member.end;
  }
  return members;
}

/** One tag and length. An indefinite length (BER) reaches to the end of the bytes. */
function readElement(bytes: Buffer, at: number): Element | undefined {
  const tag = bytes[at];
  const length = bytes[at + 1];
  if (tag === undefined || length === undefined) return undefined;
  if (length < 0x80) return { tag, start: at + 2, end: at + 2 + length };
  if (length === INDEFINITE_LENGTH) return { tag, start: at + 2, end: bytes.length };

  const lengthBytes = length & 0x7f;
  const start = at + 2 + lengthBytes;
  if (lengthBytes > 4 || start > bytes.length) return undefined;
  return { tag, start, end: start + bytes.readUIntBE(at + 2, lengthBytes) };
}
