import fc from 'fast-check';

/** Where in a text or list something is: taken modulo its length. */
export const anyPlace = fc.nat(1_000_000);

/** So that most cases come far, and some do not. */
export function mostly<Value>(often: fc.Arbitrary<Value>, seldom: fc.Arbitrary<Value>, weight = 5) {
  return fc.oneof({ weight, arbitrary: often }, { weight: 1, arbitrary: seldom });
}

/** A short text over and over, up to a length for which work that grows as its square would last minutes. */
export function anyPump(unit: fc.Arbitrary<string>, longest = 1024 * 1024): fc.Arbitrary<string> {
  return fc
    .tuple(unit, fc.constantFrom(longest / 64, longest - 1, longest + 1))
    .map(([unit, length]) => unit.repeat(Math.ceil(length / Math.max(1, unit.length))).slice(0, length));
}

const SIGNS = Array.from('"\'`\\{}[],:.=&%#$-_+/ \n\r\t\0é\uFEFF\u0085\u2028\u202e\ufffd').concat(
  '🦊',
  '\ud800',
  '\udc00',
);
/** What means something to one of the readers. */
const WORDS = [
  ...[
    '\\n',
    '\\\\n',
    '\\u0000',
    '\\ud800',
    '\r\n',
    ' #',
    `\${A}`,
    '%00',
    'null',
    '0',
    '-1',
    '1e999',
    'true',
    '""',
  ],
  ...[
    '{}',
    '"__proto__":{},',
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----',
    '-----BEGIN ',
    '-----',
  ],
  ...['export ', '[a]\n', '::error::', '##[error]', '<script>', '<title>', '../../x', '--'],
  ...['\u001b[31m', '\u001b[2J'],
];

export const anyPiece = mostly(
  fc.constantFrom(...SIGNS, ...WORDS),
  fc.string({ unit: 'binary', maxLength: 6 }),
  2,
);

export type Change<T> = (value: T) => T;

/** A value with a few changes, or none. */
export function changed<T>(
  value: fc.Arbitrary<T>,
  change: fc.Arbitrary<Change<T>>,
  most = 4,
): fc.Arbitrary<T> {
  return fc
    .tuple(value, fc.array(change, { maxLength: most }))
    .map(([value, changes]) => changes.reduce((changed, change) => change(changed), value));
}

const anyEdit = fc
  .tuple(anyPlace, fc.nat(3), fc.oneof(anyPiece, anyPiece, fc.constant('')), fc.boolean())
  .map(([place, length, piece, replaces]) => (text: string) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + piece + text.slice(replaces ? at + length : at);
  });

/** Leaves out what is between two places, or repeats it. */
const anyCut = fc
  .tuple(anyPlace, fc.oneof(anyPlace, fc.integer({ min: -40, max: 40 })))
  .map(([place, length]) => (text: string) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + text.slice(Math.max(0, at + length));
  });

const anyRewriting = fc.constantFrom<Change<string>>(
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.replaceAll('\n', '\\n'),
  (text) => text.replaceAll('\n', ''),
  (text) => text.toLowerCase(),
  (text) => JSON.stringify(text),
  (text) => `${text}\n${text}`,
);

/** A text with a few changes: pieces that come, go, or are repeated, or a change of the whole. */
export function changedText(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return changed(text, mostly(anyEdit, fc.oneof(anyCut, anyRewriting), 2));
}

const anyByteEdit = fc
  .tuple(anyPlace, fc.uint8Array({ maxLength: 3 }), fc.oneof(fc.nat(3), anyPlace))
  .map(([place, bytes, length]) => (old: Buffer) => {
    const at = place % (old.length + 1);
    return Buffer.concat([old.subarray(0, at), bytes, old.subarray(at + length)]);
  });

const anyFlip = fc.tuple(anyPlace, fc.nat(7)).map(([place, bit]) => (old: Buffer) => {
  const bytes = Buffer.from(old);
  const at = place % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  return bytes;
});

/** Bytes with a few changes. */
export function changedBytes(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return changed<Buffer>(
    bytes.map((bytes) => Buffer.from(bytes)),
    fc.oneof(anyByteEdit, anyFlip),
  );
}

/** A text as the bytes of a file, in the encodings that files come in. */
export function encoded(text: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  const encoding = fc.constantFrom<(text: string) => Buffer>(
    (text) => Buffer.from(text),
    (text) => Buffer.from(text),
    (text) => Buffer.from(`\uFEFF${text}`),
    (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
    (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
    (text) => Buffer.from(text, 'latin1'),
  );
  return fc.tuple(text, encoding).map(([text, encode]) => encode(text));
}
