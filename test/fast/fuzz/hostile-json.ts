import fc from 'fast-check';
import { isContainer } from '../../../src/text/guards.ts';
import { anyPiece, anyPlace, type Change, changed, changedText, mostly } from './hostile-text.ts';

// JSON as text, because a parsed value cannot hold what is hostile about some: a name twice, or a number too large.

const ODD_VALUES = [
  ...['null', 'true', 'false', '0', '-0', '1', '-1', '1.5', '""', '[]', '{}', '[""]', '[null]', '{"":""}'],
  ...['1e400', '-1e400', '1e-400', '1e300', '9007199254740993', '123456789012345678901234567890', '8.64e12'],
  ...['"\\ud800"', '"\\u0000"', '"__proto__"', '"\\u202e"', '"::error::"', '"\\u001b[2J"', '" "', '[[]]'],
  ...['"a\\nb"', '"<hidden>"', `"\${A}"`, `"${'x'.repeat(5_000)}"`],
  ...['{"__proto__":{"sub":"x"}}', '{"toString":1,"valueOf":2,"toJSON":3}', '{"length":1,"0":"x"}'],
];

const anyDepth = mostly(fc.constantFrom(99, 100, 101, 5_000), fc.constant(100_000), 2);

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
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)) },
);

const ODD_NAMES = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON', 'length'],
  ...['', '0', 'id', 'a.b', 'ключ', '\n'],
];

const anyName = mostly(fc.constantFrom(...ODD_NAMES), fc.string({ unit: 'binary', maxLength: 5 }));

/** The text of a value, or its members: of a list, their names are not written. */
type Node = string | { readonly isList: boolean; readonly members: readonly Member[] };
type Member = readonly [name: string, value: Node];

function toNode(value: unknown): Node {
  if (!isContainer(value)) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, value]) => value !== undefined);
  return {
    isList: Array.isArray(value),
    members: members.map(([name, value]) => [JSON.stringify(name), toNode(value)]),
  };
}

function write(node: Node, blank: string): string {
  if (typeof node === 'string') return node;
  const { isList, members } = node;
  const [open, close] = isList ? '[]' : '{}';
  const written = members.map(
    ([name, value]) => blank + (isList ? '' : `${name}${blank}:${blank}`) + write(value, blank),
  );
  return `${open}${written.join(`${blank},`)}${blank}${close}`;
}

function toList(...values: readonly Node[]): Node {
  return { isList: true, members: values.map((value) => ['""', value]) };
}

/** Changes one of the nodes that are wanted, counted from the root. */
function changeAt(root: Node, place: number, isWanted: (node: Node) => boolean, change: Change<Node>): Node {
  const count = (node: Node): number =>
    (typeof node === 'string' ? [] : node.members).reduce(
      (sum, [, value]) => sum + count(value),
      Number(isWanted(node)),
    );
  let left = place % count(root);
  const visit = (node: Node): Node => {
    if (isWanted(node) && left-- === 0) return change(node);
    if (typeof node === 'string') return node;
    return { ...node, members: node.members.map(([name, value]) => [name, visit(value)]) };
  };
  return visit(root);
}

const anyReplacing = (other: fc.Arbitrary<string>): fc.Arbitrary<Change<Node>> =>
  other.map((text) => () => text);

const anyWrapping = fc.constantFrom<Change<Node>>(
  (node) => toList(node),
  (node) => toList(node, node),
  (node) => ({ isList: false, members: [['"node"', node]] }),
  (node) => JSON.stringify(write(node, '')),
);

const anyLengthening = anyPiece.map(
  (piece) => (node: Node) =>
    typeof node === 'string' && node.startsWith('"')
      ? node.slice(0, -1) + JSON.stringify(piece).slice(1)
      : node,
);

type MembersChange = Change<readonly Member[]>;

const anyMembersChange = (other: fc.Arbitrary<string>): fc.Arbitrary<MembersChange> =>
  fc.oneof(
    // Put in a member, often of a name that is there already.
    fc.tuple(anyPlace, anyPlace, mostly(fc.constant(undefined), anyName, 2), other).map(
      ([at, from, odd, value]): MembersChange =>
        (members) => {
          const name = odd === undefined ? members[from % members.length]?.[0] : JSON.stringify(odd);
          return members.toSpliced(at % (members.length + 1), 0, [name ?? '"a"', value]);
        },
    ),
    anyPlace.map(
      (at): MembersChange =>
        (members) =>
          members.toSpliced(at % members.length, 1),
    ),
    // The same name, written in another way.
    anyPlace.map(
      (place): MembersChange =>
        (members) => {
          const at = place % members.length;
          const [name, value] = members[at] ?? ['"a"', 'null'];
          const respelt = name.replace(/\w/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
          return members.toSpliced(at, 1, [respelt, value]);
        },
    ),
  );

/** The text of JSON of which some values or members are changed, left out, repeated or joined by others. */
function changedNode(
  node: fc.Arbitrary<Node>,
  other: fc.Arbitrary<string>,
  anyValueChange: fc.Arbitrary<Change<Node>>,
  most: number,
): fc.Arbitrary<string> {
  const anyChange = fc.oneof(
    fc.tuple(anyPlace, anyValueChange).map(
      ([place, change]) =>
        (root: Node) =>
          changeAt(root, place, () => true, change),
    ),
    {
      weight: 2,
      arbitrary: fc.tuple(anyPlace, anyMembersChange(other)).map(
        ([place, change]) =>
          (root: Node) =>
            changeAt(
              root,
              place,
              (node) => typeof node !== 'string',
              (node) => (typeof node === 'string' ? node : { ...node, members: change(node.members) }),
            ),
      ),
    },
  );
  return fc
    .tuple(changed(node, anyChange, most), fc.constantFrom('', ' ', '\n'))
    .map(([node, blank]) => write(node, blank));
}

/**
 * The text of an object of these members, with a few changes.
 *
 * @param other What may stand in place of a value; any JSON by default.
 */
export function anyObject(
  members: Readonly<Record<string, fc.Arbitrary<string>>>,
  other: fc.Arbitrary<string> = mostly(anyJson, anyNested, 50),
): fc.Arbitrary<string> {
  const names = Object.keys(members).map((name) => JSON.stringify(name));
  const good = fc
    .tuple(...Object.values(members))
    .map((values): Node => ({ isList: false, members: values.map((value, at) => [names[at] ?? '', value]) }));
  return changedNode(good, other, anyReplacing(other), 2);
}

/** The text of JSON with a few changes: of its values and members first, then, sometimes, of the text. */
export function changedJson(value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const other = mostly(anyJson, anyNested, 2);
  const anyValueChange = fc.oneof(anyReplacing(other), anyReplacing(other), anyWrapping, anyLengthening);
  const json = changedNode(value.map(toNode), other, anyValueChange, 4);
  return mostly(json, changedText(json), 4);
}

export function asJson(value: unknown): fc.Arbitrary<string> {
  return fc.constant(JSON.stringify(value));
}
