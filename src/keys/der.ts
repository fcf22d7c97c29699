export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** Where it ends among the bytes that it was read from, which may be fewer. */
  readonly end: number;
}

export const SEQUENCE = 0x30;
export const INTEGER = 0x02;
const INDEFINITE_LENGTH = 0x80;

/** The element that bytes begin with. An indefinite length (BER) reaches to the end of the bytes. */
export function readDer(bytes: Buffer): DerElement | undefined {
  const [tag, length] = bytes;
  if (tag === undefined || length === undefined) return undefined;
  if (length === INDEFINITE_LENGTH) return { tag, content: bytes.subarray(2), end: bytes.length };
  const lengthBytes = length < INDEFINITE_LENGTH ? 0 : length & 0x7f;
  const start = 2 + lengthBytes;
  if (lengthBytes > 4 || start > bytes.length) return undefined;
  const end = start + (lengthBytes === 0 ? length : bytes.readUIntBE(2, lengthBytes));
  return { tag, content: bytes.subarray(start, end), end };
}

export function membersOf(element: DerElement | undefined): DerElement[] {
  const members: DerElement[] = [];
  let rest = element?.tag === SEQUENCE ? element.content : Buffer.alloc(0);
  for (let next = readDer(rest); next !== undefined && next.end <= rest.length; next = readDer(rest)) {
    members.push(next);
    rest = rest.subarray(next.end);
  }
  return members;
}

/** Whether bytes can be DER rather than text: a SEQUENCE whose length is in the long form or fits exactly. */
export function looksLikeDer(bytes: Buffer): boolean {
  const outer = readDer(bytes);
  return outer?.tag === SEQUENCE && ((bytes[1] ?? 0) >= INDEFINITE_LENGTH || outer.end === bytes.length);
}

/**
 * For an encrypted PKCS#8 structure: the iterations of PBKDF2 (RFC 8018 A.2) or of PKCS#12 (RFC 7292 appendix C),
 * N * r * p of scrypt (RFC 7914 section 7). Infinite when it cannot be read.
 */
export function derivationCost(encryptedKey: Buffer): number {
  const [, parameters] = membersOf(membersOf(readDer(encryptedKey))[0]);
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
  return digits === '' || digits >= '8' ? Infinity : Number(`0x${digits}`);
}
