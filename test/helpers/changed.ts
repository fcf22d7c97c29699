import fc from 'fast-check';
import { isContainer } from '../../src/text/guards.ts';

/** Pieces that mean something to one of the readers. */
const PIECES = [
  ...[
    '"',
    "'",
    '`',
    '\\',
    '\\n',
    '\\\\n',
    '\n',
    '\r\n',
    '\r',
    '\t',
    ' ',
    '#',
    ' #',
    '=',
    '$',
    `\${A}`,
    ':',
    ',',
  ],
  ...['{', '}', '[', ']', 'null', '0', '-1', '1e999', 'true', '""', '{}', '[]', '"__proto__":{},'],
  ...['\uFEFF', '\0', '\u0085', '\u2028', '\u202e', '\u001b[31m', '\ud800', '\udc00', '\ufffd', 'é', '🦊'],
  ...['-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----', '-----BEGIN ', '-----', 'export ', '[a]\n'],
  ...['::error::', '##[error]', '<script>', '../../x', '-', '--'],
];

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...PIECES) },
  fc.string({ unit: 'binary', maxLength: 6 }),
);

/** A place in something, from 0 to 1: it stays near where it was when the thing gets smaller. */
const place = fc.nat(0xffff).map((place) => place / 0x1_0000);

type Change<T> = (value: T) => T;

const apply = <T>(value: T, changes: readonly Change<T>[]): T =>
  changes.reduce((changed, change) => change(changed), value);

/** A few changes, often none or one. */
function few<T>(change: fc.Arbitrary<Change<T>>): fc.Arbitrary<readonly Change<T>[]> {
  return fc.array(change, { maxLength: 4 });
}

const textChange: fc.Arbitrary<Change<string>> = fc.oneof(
  fc.tuple(place, piece).map(
    ([at, piece]) =>
      (text: string) =>
        splice(text, at, 0, piece),
  ),
  fc.tuple(place, fc.nat(9), piece).map(
    ([at, n, piece]) =>
      (text: string) =>
        splice(text, at, n, piece),
  ),
  fc.tuple(place, place).map(
    ([at, part]) =>
      (text: string) =>
        splice(text, at, part * text.length, ''),
  ),
  place.map((at) => (text: string) => text.slice(0, at * text.length)),
  fc.tuple(place, fc.nat(40), fc.nat(3)).map(([at, length, times]) => (text: string) => {
    const from = Math.floor(at * text.length);
    return splice(text, at, 0, text.slice(from, from + length).repeat(times));
  }),
  fc.constantFrom<Change<string>>(
    (text) => text.replaceAll('\n', '\r\n'),
    (text) => text.replaceAll('\n', '\\n'),
    (text) => text.replaceAll('\n', ''),
    (text) => text.toLowerCase(),
    (text) => JSON.stringify(text),
    (text) => `${text}\n${text}`,
  ),
);

function splice(text: string, at: number, length: number, piece: string): string {
  const from = Math.floor(at * (text.length + 1));
  return text.slice(0, from) + piece + text.slice(from + Math.floor(length));
}

/** A text with a few changes: pieces that come, go, double or move, or a change of the whole. */
export function changedText(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, few(textChange)).map(([base, changes]) => apply(base, changes));
}

const byteChange: fc.Arbitrary<Change<Buffer>> = fc.oneof(
  fc.tuple(place, fc.uint8Array({ maxLength: 3 }), fc.nat(3)).map(([at, bytes, length]) => (old: Buffer) => {
    const from = Math.floor(at * (old.length + 1));
    return Buffer.concat([old.subarray(0, from), bytes, old.subarray(from + length)]);
  }),
  fc.tuple(place, fc.nat(7)).map(([at, bit]) => (old: Buffer) => {
    const bytes = Buffer.from(old);
    const index = Math.floor(at * bytes.length);
    bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
    return bytes;
  }),
  place.map((at) => (old: Buffer) => old.subarray(0, at * old.length)),
);

/** Bytes with a few changes. */
export function changedBytes(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(bytes, few(byteChange)).map(([base, changes]) => apply(Buffer.from(base), changes));
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

const DEEP = 50_000;

const oddJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, 0, -1, 1e300, '', ' ', [], {}, [[]], [null], '\ud800', '__proto__'],
  ),
  fc.constantFrom<unknown>(...['a\nb', '\u001b[31m', '::error::', '<hidden>', `\${A}`, 'x'.repeat(5000)]),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant(DEEP).map((depth) => ({ deep: depth })),
);

const oddName = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'length',
  '',
  '0',
  'id',
  'a.b',
  'ключ',
  '\n',
);

/** Replaces the node of this number, counted from the root, by what `change` makes of it. */
function replaceNode(root: unknown, at: number, change: (node: unknown) => unknown): unknown {
  const number = Math.floor(at * countNodes(root));
  let count = 0;
  const visit = (node: unknown): unknown => {
    if (count++ === number) return change(node);
    if (!isContainer(node)) return node;
    if (Array.isArray(node)) return node.map(visit);
    return entriesToObject(Object.entries(node).map(([name, value]) => [name, visit(value)]));
  };
  return visit(root);
}

function countNodes(node: unknown): number {
  return isContainer(node)
    ? Object.values(node).reduce<number>((sum, child) => sum + countNodes(child), 1)
    : 1;
}

/** `__proto__` is a name as any other in JSON. */
function entriesToObject(entries: readonly (readonly [string, unknown])[]): object {
  const object = {};
  for (const [name, value] of entries)
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  return object;
}

const jsonChange: fc.Arbitrary<Change<unknown>> = fc.oneof(
  fc.tuple(place, oddJson).map(
    ([at, odd]) =>
      (root: unknown) =>
        replaceNode(root, at, () => odd),
  ),
  fc
    .tuple(
      place,
      fc.constantFrom<Change<unknown>>(
        (node) => [node],
        (node) => ({ node }),
        (node) => [node, node],
        (node) => JSON.stringify(node),
      ),
    )
    .map(
      ([at, wrap]) =>
        (root: unknown) =>
          replaceNode(root, at, wrap),
    ),
  fc.tuple(place, place).map(
    ([at, which]) =>
      (root: unknown) =>
        replaceNode(root, at, (node) => {
          if (!isContainer(node)) return node;
          const entries = Object.entries(node);
          const kept = entries.toSpliced(Math.floor(which * entries.length), 1);
          return Array.isArray(node) ? kept.map(([, value]) => value) : entriesToObject(kept);
        }),
  ),
  fc.tuple(place, oddName, oddJson).map(
    ([at, name, odd]) =>
      (root: unknown) =>
        replaceNode(root, at, (node) => {
          if (!isContainer(node)) return node;
          return Array.isArray(node)
            ? [...node, odd]
            : entriesToObject([...Object.entries(node), [name, odd]]);
        }),
  ),
  fc.tuple(place, changedText(fc.constant(''))).map(
    ([at, more]) =>
      (root: unknown) =>
        replaceNode(root, at, (node) => (typeof node === 'string' ? node + more : node)),
  ),
);

/** The text of JSON with a few changes: of its values and members first, then, sometimes, of the text. */
export function changedJson(value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const json = fc.tuple(value, few(jsonChange)).map(([base, changes]) => writeJson(apply(base, changes)));
  return fc.oneof({ weight: 4, arbitrary: json }, changedText(json));
}

/** `JSON.stringify` cannot write what is nested deep. */
function writeJson(value: unknown): string {
  const deep = '['.repeat(DEEP) + ']'.repeat(DEEP);
  return (JSON.stringify(value) ?? 'null').replaceAll(`{"deep":${DEEP}}`, deep);
}
