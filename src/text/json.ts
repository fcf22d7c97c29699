import { visit } from 'jsonc-parser';
import * as v from 'valibot';
import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import { isRecord } from './guards.ts';
import { nearestName } from './nearest-name.ts';
import { toPrintable } from './printable.ts';

/** More problems than this are counted, not listed. */
const MOST_PROBLEMS = 10;

/**
 * Parses the text of a JSON file.
 *
 * @param file `path` is a path or `standard input`; `hint` is for a file that is broken.
 * @throws SgidError `ERR_FILE` with the place of each problem and the type of what is there, never a value.
 */
export function parseJsonFile<T>(
  schema: v.GenericSchema<unknown, T>,
  { text, path, hint }: { readonly text: string; readonly path: string; readonly hint: string },
): T {
  const name = toPrintable(path);
  const parsed = parseJsonAt(text.replace(/^\uFEFF/, ''));
  if (!parsed.ok) throw new SgidError('ERR_FILE', `${name} is not valid JSON${parsed.position}`, { hint });
  // valibot's own messages hold the value, which may be a secret.
  const result = v.safeParse(schema, parsed.value, { message: describeType });
  if (result.success) return result.output;
  const { issues } = result;
  const problems = issues.slice(0, MOST_PROBLEMS).map((issue) => `${placeOf(issue)} ${issue.message}`);
  const more = issues.length - problems.length;
  const listed = [...problems, ...(more > 0 ? [`and ${more} more`] : [])];
  const message =
    issues.length === 1
      ? `${name}: ${problems[0]}`
      : [`${name} has ${issues.length} problems:`, ...listed].join('\n    ');
  throw new SgidError('ERR_FILE', message, { hint });
}

export const filledText = v.pipe(v.string(), v.nonEmpty('must not be empty'));

/** A list of at most so many items. The length comes first: valibot looks at every item and keeps all that is wrong. */
export function list<Item extends v.GenericSchema>(item: Item, most: number) {
  return v.pipe(
    v.array(v.unknown()),
    v.maxLength(most, `must not have more than ${most} items`),
    v.array(item),
  );
}

export function filledList<Item extends v.GenericSchema>(item: Item) {
  return v.pipe(list(item, 1_000), v.nonEmpty('must not be empty'));
}

export function fields<Entries extends v.ObjectEntries>(entries: Entries) {
  const names = Object.keys(entries);
  const schema = v.strictObject(ownOnly(entries), (issue) => {
    if (issue.expected !== 'never') return describeType(issue);
    return `is not a field: use ${nearestName(String(issue.input), names) ?? names.join(', ')}`;
  });
  return v.pipe(anObject, schema);
}

/** An object with these members; others are ignored. */
export function members<Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(anObject, v.object(ownOnly(entries)));
}

/** An object of texts under names of any kind: v.record() would pass over `__proto__` and `constructor`, and take a list. */
export function namedTexts(
  text: v.GenericSchema<unknown, string>,
  findFault: (name: string) => string | undefined = () => undefined,
) {
  return v.pipe(
    v.custom<Record<string, string>>(isRecord, ({ input }) => describeType({ input, expected: 'Object' })),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const input = dataset.value;
      for (const [key, value] of Object.entries<unknown>(input)) {
        const issues = v.safeParse(text, value, { message: describeType }).issues ?? [];
        for (const message of [findFault(key), issues[0]?.message]) {
          const path = [{ type: 'object', origin: 'value', input, key, value }] as const;
          if (message !== undefined) addIssue({ message, path: [...path] });
        }
      }
    }),
  );
}

export const timeText = v.pipe(
  filledText,
  v.check((text) => !Number.isNaN(Date.parse(text)), 'must be a time such as 2026-01-31T12:00:00Z'),
);

/** Refuses a file of a later version, of which nothing else can be said. */
export function refuseLaterVersion(code: SgidErrorCode, path: string, version: unknown, known: number): void {
  if (typeof version !== 'number' || version <= known) return;
  const message = `${toPrintable(path)} was written by a later sgid: its version is ${version}, and this one knows ${known}`;
  throw new SgidError(code, message, { hint: 'Update sgid: npm install --global sgid-cli@latest' });
}

/** valibot takes a list for an object. */
const anObject = v.custom<Record<string, unknown>>(isRecord, (issue) =>
  describeType({ ...issue, expected: 'Object' }),
);

/** Without a prototype, in which valibot finds `constructor` and `__proto__`. */
function ownOnly<Entries extends v.ObjectEntries>(entries: Entries): Entries {
  return Object.assign(Object.create(null), entries);
}

/** What is wrong with a value of the wrong type: `is missing`, `must be text, got a number`. */
function describeType({ input, expected }: Pick<v.BaseIssue<unknown>, 'input' | 'expected'>): string {
  if (input === undefined) return 'is missing';
  return `must be ${TYPE_NAMES.get(expected ?? '') ?? expected}, got ${nameType(input)}`;
}

function nameType(input: unknown): string {
  if (input === null) return 'null';
  return (Array.isArray(input) ? 'a list' : TYPE_NAMES.get(typeof input)) ?? typeof input;
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['boolean', 'a boolean'],
  ['object', 'an object'],
  ['Object', 'an object'],
  ['Array', 'a list'],
]);

/** For example `$[2].data["myinfo.vehicles"]`. */
function placeOf({ path }: Pick<v.BaseIssue<unknown>, 'path'>): string {
  return (path ?? []).reduce((place, { key }) => {
    if (typeof key === 'number') return `${place}[${key}]`;
    const name = String(key);
    return /^[A-Za-z_]\w*$/.test(name)
      ? `${place}.${name}`
      : `${place}[${JSON.stringify(toPrintable(name, 80))}]`;
  }, '$');
}

/** Parsed JSON, or where it breaks: ` (line 3, column 7)`. The parser's own message would quote the text. */
export function parseJsonAt(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly position: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, position: positionOf(text) };
  }
}

function positionOf(text: string): string {
  let position: string | undefined;
  const onError = (_error: number, _offset: number, _length: number, line: number, column: number): void => {
    position ??= ` (line ${line + 1}, column ${column + 1})`;
  };
  try {
    visit(text, { onError }, { disallowComments: true });
  } catch (error) {
    // Nested too deep for a parser that calls itself.
    if (!(error instanceof RangeError)) throw error;
  }
  return position ?? '';
}
