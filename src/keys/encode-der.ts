/** NULL, the parameters of algorithms that have none. */
export const DER_NULL: Buffer = Buffer.of(0x05, 0x00);

/** A SEQUENCE of what is given, each already encoded (X.690). */
export function encodeSequence(...members: readonly Buffer[]): Buffer {
  return encodeElement(0x30, Buffer.concat(members));
}

/** An element under the context-specific tag [0], explicitly. */
export function encodeTagged0(element: Buffer): Buffer {
  return encodeElement(0xa0, element);
}

/** An OCTET STRING. */
export function encodeOctets(octets: Buffer): Buffer {
  return encodeElement(0x04, octets);
}

/** An OBJECT IDENTIFIER from the hex of its content. */
export function encodeOid(hex: string): Buffer {
  return encodeElement(0x06, Buffer.from(hex, 'hex'));
}

/** A whole, non-negative INTEGER. */
export function encodeInteger(value: number): Buffer {
  const bytes = bigEndian(value);
  // The first bit is the sign.
  return encodeElement(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
}

function encodeElement(tag: number, content: Buffer): Buffer {
  const length = bigEndian(content.length);
  const prefix = content.length < 0x80 ? [] : [0x80 | length.length];
  return Buffer.concat([Buffer.of(tag, ...prefix), length, content]);
}

function bigEndian(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
