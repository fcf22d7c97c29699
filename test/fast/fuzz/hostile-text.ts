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

const PIECES = ['"', '\\', '\\u0000', '\\ud800', '{', '}', '[', ']', ',', ':', '.', '=', '&', '%', '%00'];
const SIGNS = [
  ' ',
  '\0',
  '\r\n',
  '\uFEFF',
  '\u001b[2J',
  '\u202e',
  '::error::',
  '<title>',
  '-',
  '_',
  '+',
  '/',
];

export const anyPiece = fc.oneof(
  fc.constantFrom(...PIECES, ...SIGNS),
  fc.string({ unit: 'binary', maxLength: 4 }),
);

type Edit = (text: string) => string;

const anyEdit: fc.Arbitrary<Edit> = fc
  .tuple(anyPlace, fc.nat(3), fc.oneof(anyPiece, fc.constant('')))
  .map(([place, taken, piece]) => (text) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + piece + text.slice(at + taken);
  });

const anyCut: fc.Arbitrary<Edit> = fc.tuple(anyPlace, anyPlace).map(
  ([from, to]) =>
    (text) =>
      text.slice(0, from % (text.length + 1)) + text.slice(to % (text.length + 1)),
);

/** A text in which a few characters are changed, left out, put in or repeated. */
export function mangled(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(text, fc.array(mostly(anyEdit, anyCut), { minLength: 1, maxLength: 3 }))
    .map(([text, edits]) => edits.reduce((changed, edit) => edit(changed), text));
}
