import fc from 'fast-check';
import { anyPiece, anyPlace, mostly } from './hostile-text.ts';

// JSON as text, because a parsed value cannot hold what is hostile about some: a name twice, or a number too large.

const ODD_VALUES = [
  ...['null', 'true', 'false', '0', '-0', '1', '-1', '1.5', '""', '[]', '{}', '[""]', '[null]', '{"":""}'],
  ...['1e400', '-1e400', '1e-400', '9007199254740993', '123456789012345678901234567890', '8.64e12'],
  ...['"\\ud800"', '"\\u0000"', '"__proto__"', '"\\u202e"', '"::error::"', '"\\u001b[2J"', '" "'],
  ...['{"__proto__":{"sub":"x"}}', '{"toString":1,"valueOf":2,"toJSON":3}', '{"length":1,"0":"x"}'],
];

const anyDepth = mostly(fc.constantFrom(99, 100, 101, 5_000), fc.constant(100_000), 20);

export const anyNested = fc
  .tuple(anyDepth, fc.constantFrom(['[', '', ']'], ['{"a":', '1', '}'], ['[{"keys":', '[]', '}]']))
  .map(([depth, [open = '', middle = '', close = '']]) => open.repeat(depth) + middle + close.repeat(depth));

/** A JSON text of any shape. */
export const anyJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ODD_VALUES) },
  {
    weight: 2,
    arbitrary: fc.array(anyPiece, { maxLength: 4 }).map((pieces) => JSON.stringify(pieces.join(''))),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)) },
);

const ODD_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  '',
];

const anyName = mostly(fc.constantFrom(...ODD_NAMES), fc.string({ unit: 'binary', maxLength: 5 }));

/** A member: its name, as it is written, and the text of its value. */
type Member = readonly [name: string, value: string];
type Change = (members: Member[]) => Member[];

const anyChange = (names: readonly string[], value: fc.Arbitrary<string>): fc.Arbitrary<Change> => {
  const anyMember = mostly(fc.tuple(fc.constantFrom(...names), value), fc.tuple(anyName, value)).map(
    ([name, value]): Member => [JSON.stringify(name), value],
  );
  const edit =
    (at: number, change: (member: Member) => Member[]): Change =>
    (members) =>
      members.flatMap((member, place) => (place === at % members.length ? change(member) : [member]));
  return fc.oneof(
    // Put in a member, which may be there already.
    fc.tuple(anyPlace, anyMember).map(
      ([at, member]): Change =>
        (members) =>
          members.toSpliced(at % (members.length + 1), 0, member),
    ),
    fc.tuple(anyPlace, value).map(([at, value]) => edit(at, ([name]) => [[name, value]])),
    anyPlace.map((at) => edit(at, () => [])),
    // The same name, written in another way.
    anyPlace.map((at) =>
      edit(at, ([name, value]) => [
        [name.replace(/\w/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`), value],
      ]),
    ),
  );
};

/**
 * The text of an object: the members given, of which some are changed, left out, repeated or joined by others.
 *
 * @param other What may stand in place of a value; any JSON by default.
 */
export function anyObject(
  members: Readonly<Record<string, fc.Arbitrary<string>>>,
  other: fc.Arbitrary<string> = mostly(anyJson, anyNested, 50),
): fc.Arbitrary<string> {
  const names = Object.keys(members);
  const good = fc
    .tuple(...Object.values(members))
    .map((values) => values.map((value, at): Member => [JSON.stringify(names[at]), value]));
  const changes = fc.array(anyChange(names.length > 0 ? names : ['a'], other), { maxLength: 2 });
  return fc.tuple(good, changes, fc.constantFrom('', ' ', '\n')).map(([members, changes, blank]) => {
    const changed = changes.reduce((list, change) => change(list), members);
    return `{${changed.map(([name, value]) => `${blank}${name}${blank}:${blank}${value}`).join(`${blank},`)}${blank}}`;
  });
}

export function asJson(value: unknown): fc.Arbitrary<string> {
  return fc.constant(JSON.stringify(value));
}
