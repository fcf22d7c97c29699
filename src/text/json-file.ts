import { SgidError } from '../errors/sgid-error.ts';
import { isRecord } from './guards.ts';
import { nearestName } from './nearest-name.ts';
import { toPrintable } from './printable.ts';

/** A JSON file that a person wrote: a list of entries, or one entry alone. */
export interface JsonFile {
  readonly text: string;
  /** For messages. */
  readonly path: string;
  /** What to write, for the hint of its errors. */
  readonly shape: string;
}

/** A value of a JSON file. */
export interface JsonNode {
  /** `undefined` where the file has nothing. */
  readonly value: unknown;
  /** Its place in the file, for example `$[2].data["myinfo.vehicles"]`. */
  readonly place: string;
  /** The problems of the whole file, which is refused once all of it was looked at. */
  readonly problems: string[];
}

/** More problems than this are counted, not listed. */
const MOST_PROBLEMS = 10;

/**
 * Reads every entry of a file.
 *
 * @param readEntry Returns `undefined` for an entry with a problem, which it has reported.
 * @throws SgidError `ERR_FILE`, as {@link readDocument}.
 */
export function readEntries<T>(file: JsonFile, readEntry: (node: JsonNode) => T | undefined): readonly T[] {
  return readDocument(file, (root) => {
    const nodes = Array.isArray(root.value) ? readList(root) : [root];
    return nodes?.map(readEntry).filter((entry) => entry !== undefined) ?? [];
  });
}

/**
 * Reads a file as a whole.
 *
 * @param read Reports the problems that it finds; what it returns then does not count.
 * @throws SgidError `ERR_FILE` with the place of each problem and the type of what is there, never a value.
 */
export function readDocument<T>({ text, path, shape }: JsonFile, read: (root: JsonNode) => T): T {
  const parsed = parseJsonAt(text.replace(/^\uFEFF/, ''));
  if (!parsed.ok) throw fileError(`${toPrintable(path)} is not valid JSON${parsed.position}`, shape);
  const root: JsonNode = { value: parsed.value, place: '$', problems: [] };
  const document = read(root);
  if (root.problems.length === 0) return document;
  throw fileError(describeProblems(toPrintable(path), root.problems), shape);
}

/** Notes what is wrong with a value: `must be text`, `is missing` and the like. */
export function report({ place, problems }: JsonNode, problem: string): void {
  problems.push(`${place} ${problem}`);
}

/** The value as text. */
export function readText(node: JsonNode): string | undefined {
  if (typeof node.value === 'string') return node.value;
  reportType(node, 'text');
  return undefined;
}

/** The value as text that is not empty. */
export function readFilledText(node: JsonNode): string | undefined {
  const text = readText(node);
  if (text === '') report(node, 'must not be empty');
  return text || undefined;
}

/** The items of a list that is not empty. */
export function readList(node: JsonNode): readonly JsonNode[] | undefined {
  const { value, place, problems } = node;
  if (!Array.isArray(value)) {
    reportType(node, 'a list');
    return undefined;
  }
  if (value.length === 0) report(node, 'must not be empty');
  return value.map((item: unknown, index) => ({ value: item, place: `${place}[${index}]`, problems }));
}

/** The members of an object by name. A Map, because `__proto__` is a name like any other. */
export function readMembers(node: JsonNode): ReadonlyMap<string, JsonNode> | undefined {
  const { value, place, problems } = node;
  if (!isRecord(value)) {
    reportType(node, 'an object');
    return undefined;
  }
  return new Map(
    Object.entries(value).map(([name, member]) => [
      name,
      { value: member, place: `${place}${stepTo(name)}`, problems },
    ]),
  );
}

/** The fields of an object by name, those that it lacks included. Names other than these are reported. */
export function readFields<Name extends string>(
  node: JsonNode,
  names: readonly Name[],
): ((name: Name) => JsonNode) | undefined {
  const members = readMembers(node);
  if (members === undefined) return undefined;
  const known: ReadonlySet<string> = new Set(names);
  for (const [name, member] of members) {
    if (!known.has(name)) report(member, `is no field: use ${nearestName(name, names) ?? names.join(', ')}`);
  }
  const { place, problems } = node;
  return (name) => members.get(name) ?? { value: undefined, place: `${place}.${name}`, problems };
}

/** Reports an id that another entry has as well. `places` gathers where each was seen first. */
export function checkUnique(node: JsonNode, id: string, places: Map<string, string>): void {
  const first = places.get(id);
  if (first === undefined) places.set(id, node.place);
  else report(node, `is the same as ${first}`);
}

function reportType(node: JsonNode, expected: string): void {
  const found = nameType(node.value);
  report(node, found === undefined ? 'is missing' : `must be ${expected}, got ${found}`);
}

function nameType(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return TYPE_NAMES.get(typeof value);
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['boolean', 'a boolean'],
  ['object', 'an object'],
]);

/** How a place goes on to a member. */
function stepTo(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(toPrintable(name, 80))}]`;
}

function describeProblems(path: string, problems: readonly string[]): string {
  const [only] = problems;
  if (only !== undefined && problems.length === 1) return `${path}: ${only}`;
  const more = problems.length - MOST_PROBLEMS;
  return [
    `${path} has ${problems.length} problems:`,
    ...problems.slice(0, MOST_PROBLEMS),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n    ');
}

function fileError(message: string, shape: string): SgidError {
  return new SgidError('ERR_FILE', message, { step: 'config', hint: `Fix the file. It holds ${shape}` });
}

/** Parsed JSON, or where it breaks: ` (line 3, column 7)`. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly position: string };

/**
 * Parses JSON without passing on the parser's own message, which quotes the text and so its secrets.
 *
 * @param before What stands before it in its file.
 */
export function parseJsonAt(text: string, before = ''): JsonReading {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, position: positionOf(error, text, before) };
  }
}

function positionOf(error: unknown, text: string, before: string): string {
  const offset = offsetOf(error, text) ?? findUnexpectedToken(text);
  const lines = (before + text.slice(0, offset)).split('\n');
  return ` (line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1})`;
}

/** Where the parser stopped; `undefined` for an unexpected token, whose place its message does not tell. */
function offsetOf(error: unknown, text: string): number | undefined {
  const message = error instanceof Error ? error.message : '';
  if (/end of JSON input/.test(message)) return text.length;
  const [, offset] = / at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message) ?? [];
  return offset === undefined ? undefined : Number(offset);
}

/** The last character of the shortest beginning that is broken before its end, by halving. */
function findUnexpectedToken(text: string): number {
  let sound = 0;
  let broken = text.length;
  while (broken - sound > 1) {
    const middle = (sound + broken) >> 1;
    if (isBroken(text.slice(0, middle))) broken = middle;
    else sound = middle;
  }
  return broken - 1;
}

/** Whether no end could make JSON of a beginning. */
function isBroken(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return false;
  } catch (error) {
    return (offsetOf(error, beginning) ?? 0) < beginning.length;
  }
}
