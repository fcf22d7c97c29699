import { isRecord, parseJson } from '../text/guards.ts';
import { type JsonReading, parseJsonAt } from '../text/json-file.ts';
import { MAX_ENV_BYTES, parseEnvText } from './dotenv.ts';
import { CREDENTIAL_FIELDS, type CredentialField, FIELD_IDS } from './fields.ts';

/** An entry of a credentials file. */
export interface Entry {
  /** The object that holds it, by number: the objects of one file are told apart. */
  readonly container: number;
  /** Its name as the file has it, with that of the object around it: `client.id`. */
  readonly name: string;
  /** What it stands for; absent for a name that is none of ours. */
  readonly known: Spelling | undefined;
  readonly value: unknown;
}

/** One of the names of a field, and its place among them: the lowest is preferred. */
export interface Spelling {
  readonly field: CredentialField | 'publicKey';
  readonly rank: number;
}

/** Entries, or why there are none. */
export type EntriesReading =
  | { readonly ok: true; readonly entries: readonly Entry[] }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads the entries of a credentials file by its content: JSON, env-shaped lines, or the one among the other.
 * JSON may be nested one level deep or be a list of one client.
 */
export function readCredentialEntries(content: string): EntriesReading {
  const whole = parseJsonAt(content);
  if (whole.ok && typeof whole.value === 'object') return readClient(whole.value);
  if (!whole.ok && /^\s*\[/.test(content) && !INI_SECTION.test(content)) return notJson(whole.position);
  const { blocks, rest } = cutJsonBlocks(content);
  const broken = blocks.find(({ reading }) => !reading.ok);
  if (broken?.reading.ok === false) return notJson(broken.reading.position);
  if (rest.length > MAX_ENV_BYTES) return { ok: false, problem: 'is larger than 256 KiB' };
  return readMixture(blocks, rest);
}

/** What a name stands for, whatever its case and its `_` and `-`. */
export function findSpelling(name: string): Spelling | undefined {
  return SPELLINGS.get(name.toLowerCase().replaceAll(/[_-]/g, ''));
}

function readClient(value: unknown, container = 0): EntriesReading {
  const root = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (isRecord(root)) return { ok: true, entries: flatten(root, container) };
  return {
    ok: false,
    problem: Array.isArray(root)
      ? `holds a list of ${root.length} entries, not one client`
      : 'holds no JSON object',
  };
}

function readMixture(blocks: readonly JsonBlock[], rest: string): EntriesReading {
  const lines: Entry[] = [];
  const clients: unknown[] = [];
  for (const [name, text = ''] of Object.entries(parseEnvText(rest))) {
    const value = findSpelling(name) === undefined ? parseJson(text) : undefined;
    if (isRecord(value)) clients.push(value);
    else lines.push(entryOf(0, name, text));
  }
  for (const { name, text, reading } of blocks) {
    const value = reading.ok ? reading.value : undefined;
    if (name === undefined || (findSpelling(name) === undefined && isRecord(value))) clients.push(value);
    else lines.push(entryOf(0, name, takesJson(name) ? value : text));
  }
  const entries = [lines];
  for (const client of clients) {
    const reading = readClient(client, 1 + (entries.at(-1)?.at(-1)?.container ?? 0));
    if (!reading.ok) return reading;
    entries.push([...reading.entries]);
  }
  return { ok: true, entries: entries.flat() };
}

/** The entries of an object and, after them, those of the objects in it. */
function flatten(root: Readonly<Record<string, unknown>>, container: number): readonly Entry[] {
  const entries: Entry[] = [];
  const inner: Entry[] = [];
  let last = container;
  for (const [name, value] of Object.entries(root)) {
    // A recognised field may be an object itself: a JWK.
    const objects = findSpelling(name) === undefined ? [value].flat().filter(isRecord) : [];
    if (objects.length === 0) entries.push(entryOf(container, name, value));
    for (const object of objects) {
      last += 1;
      for (const [key, held] of Object.entries(object))
        inner.push(entryOf(last, key, held, `${name}.${key}`));
    }
  }
  return [...entries, ...inner];
}

function entryOf(container: number, key: string, value: unknown, name = key): Entry {
  return { container, name, known: findSpelling(key), value };
}

function takesJson(name: string): boolean {
  const field = findSpelling(name)?.field ?? '';
  return ['privateKey', 'publicKey', 'redirectUri', 'scope'].includes(field);
}

/** A heading such as `[default]`, which is no list. */
const INI_SECTION = /^\s*\[[\w .:-]+\][ \t]*(?:\r?\n|$)/;

function notJson(position: string): EntriesReading {
  return { ok: false, problem: `is not valid JSON${position}` };
}

/** The public key may come along; it is compared with the private one. */
const PUBLIC_KEY_NAMES = ['SGID_PUBLIC_KEY', 'publicKey', 'publicKeyPem'];

/** Every known name in its normal form. Where two fields share one, the first keeps it. */
const SPELLINGS: ReadonlyMap<string, Spelling> = new Map(
  [
    ...FIELD_IDS.map((field) => {
      const { variables, spellings } = CREDENTIAL_FIELDS[field];
      return { field, names: [...variables, ...spellings] };
    }),
    { field: 'publicKey' as const, names: PUBLIC_KEY_NAMES },
  ]
    .flatMap(({ field, names }) =>
      names.map((name, rank) => [name.toLowerCase().replaceAll(/[_-]/g, ''), { field, rank }] as const),
    )
    .toReversed(),
);

/** JSON that stands among the lines of an env-shaped text. */
export interface JsonBlock {
  /** The variable that it is the value of, if any. */
  readonly name: string | undefined;
  readonly text: string;
  readonly reading: JsonReading;
}

/** The blocks of a text, and what is left of it without them. */
export interface CutText {
  readonly blocks: readonly JsonBlock[];
  readonly rest: string;
}

/** Each is read to its end, and a text could hold an opening bracket a line. */
const MOST_BLOCKS = 50;

/** A line that begins a quoted value (which is passed over as a whole) or a bracket, with or without `NAME=`. */
const START =
  /^[ \t]*(?:(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:(["'`])[\s\S]*?\2|(?=[[{]))|(?=[[{]))/gm;

/**
 * Cuts JSON out of env-shaped text: objects and lists at the beginning of a line or after `NAME=`, over as many
 * lines as they take. A value that only looks like JSON stays; a `[section]` is none.
 */
export function cutJsonBlocks(text: string): CutText {
  const blocks: JsonBlock[] = [];
  const pieces: string[] = [];
  let end = 0;
  let tries = 0;
  START.lastIndex = 0;
  for (let match = START.exec(text); match !== null && tries < MOST_BLOCKS; match = START.exec(text)) {
    const [line, name, quote] = match;
    const start = match.index + line.length;
    // An empty match would be found again and again.
    if (line === '') START.lastIndex += 1;
    if (quote !== undefined || (name === undefined && text[start] === '[')) continue;
    tries += 1;
    const block = readBlock(text, start);
    if (!block.reading.ok && name !== undefined) continue;
    blocks.push({ ...block, name });
    pieces.push(text.slice(end, match.index));
    end = start + block.text.length;
    START.lastIndex = end;
  }
  return { blocks, rest: pieces.join('\n') + text.slice(end) };
}

function readBlock(text: string, start: number): Omit<JsonBlock, 'name'> {
  const block = text.slice(start, endOfBlock(text, start));
  return { text: block, reading: parseJsonAt(block, text.slice(0, start)) };
}

/** Where the bracket that opens at `start` is closed; brackets in strings do not count. */
function endOfBlock(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
