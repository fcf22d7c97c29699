import { SgidError } from '../errors/sgid-error.ts';
import { isNestedTooDeep, isRecord } from '../text/guards.ts';
import { parseJsonAt } from '../text/json.ts';
import { holdsBase64 } from '../text/key-or-path.ts';
import { toPrintable } from '../text/printable.ts';
import { type Doubt, MAX_DOTENV_BYTES, parseDotenv } from './dotenv.ts';
import { FIELD_NAMES, FIELDS, type FieldName } from './fields.ts';
import { findSecretStore } from './secret-stores.ts';

export interface CredentialsFile {
  readonly values: Readonly<Partial<Record<FieldName, string>>>;
  /** The redirect URIs when there are several: none of them is in `values`. */
  readonly redirectUris: readonly string[];
  /** What was understood, by the name that it has in the file; safe to print. */
  readonly recognised: readonly { readonly field: FieldName; readonly name: string }[];
  readonly doubts: readonly Doubt[];
  /** The names of entries that mean nothing here, in the order of the file; safe to print. */
  readonly ignored: readonly string[];
}

interface Entry {
  /** The object that holds it. Two objects that are equal are two clients. */
  readonly container: object;
  /** With the name of the object around it: `client.id`. */
  readonly name: string;
  readonly known: Spelling | undefined;
  readonly value: unknown;
}

type KnownEntry = Entry & { readonly known: Spelling };

/** One of the names of a field, and its place among them: the lowest is preferred. */
interface Spelling {
  readonly field: FieldName;
  readonly rank: number;
}

const LONGEST_NAME = 80;

/**
 * Parses the file that the developer portal lets one download: JSON or env-shaped, told apart by content, in any of
 * the known spellings. JSON may be nested one level deep or be a list of one client.
 *
 * @param path For messages, none of which holds a value.
 */
export function parseCredentialsFile(text: string, path: string): CredentialsFile {
  const content = text.replace(/^\uFEFF/, '');
  const { entries, doubts } = parseEntries(content, path);
  const values: Partial<Record<FieldName, string>> = {};
  const recognised: { field: FieldName; name: string }[] = [];
  const used = new Set<Entry>();
  let redirectUris: readonly string[] = [];
  const clients = clientsAmong(entries);
  for (const field of FIELD_NAMES) {
    const entry = pickEntry(entries, clients, field, path);
    if (entry === undefined) continue;
    used.add(entry);
    recognised.push({ field, name: toPrintable(entry.name, LONGEST_NAME) });
    const texts = textsOf(field, entry.value, path);
    if (field === 'redirectUri' && texts.length > 1) redirectUris = texts;
    else if (texts.length > 0) values[field] = texts.join(' ');
  }
  if (recognised.every(({ field }) => field === 'publicKey')) {
    if (content.includes('-----BEGIN'))
      throw invalid(path, 'is a key or certificate', 'Pass a private key with --private-key-file.');
    const seen = recognised.length > 0 ? 'only a public key was recognised' : 'nothing was recognised';
    throw invalid(path, `holds no credentials: ${seen}`, `Expected: the fields ${EXPECTED_FIELDS}.`);
  }
  const ignored = entries
    .filter((entry) => !used.has(entry) && entry.value !== null)
    .map(({ name, value }) => (mayBeSecret(name, value) ? UNNAMED : toPrintable(name, LONGEST_NAME)));
  return { values, redirectUris, recognised, doubts, ignored: [...new Set(ignored)] };
}

const UNNAMED = 'a name that may be a secret';

/** On a line of its own, the padding of base64 makes a name of it. */
function mayBeSecret(name: string, value: unknown): boolean {
  return holdsBase64(name) || (/^[A-Za-z0-9+/]{12,}$/.test(name) && /^=*$/.test(`${value}`));
}

function parseEntries(
  content: string,
  path: string,
): { readonly entries: readonly Entry[]; readonly doubts: readonly Doubt[] } {
  if (!/^\s*[[{]/.test(content) || INI_SECTION.test(content)) {
    if (Buffer.byteLength(content) > MAX_DOTENV_BYTES) throw invalid(path, 'is larger than 256 KiB', FIX);
    const { variables, doubts } = parseDotenv(content);
    return {
      entries: Object.entries(variables).map(([name, value]) => entryOf(variables, name, value)),
      doubts: doubts.filter(([name]) => SPELLINGS.has(normalise(name))),
    };
  }
  const parsed = parseJsonAt(content);
  if (!parsed.ok) throw invalid(path, `is not valid JSON${parsed.position}`, FIX);
  if (isNestedTooDeep(parsed.value)) throw invalid(path, 'is nested too deep', FIX);
  const root = Array.isArray(parsed.value) && parsed.value.length === 1 ? parsed.value[0] : parsed.value;
  const reply = findSecretStore(root);
  if (reply !== undefined) {
    const problem = `is a reply of ${reply.store}, which has the credentials in its member ${reply.member}`;
    throw invalid(path, problem, `Give them alone: ${reply.command}`);
  }
  if (isRecord(root)) return { entries: flatten(root), doubts: [] };
  const problem = Array.isArray(root)
    ? `holds a list of ${root.length} entries, not one client`
    : 'holds no JSON object';
  throw invalid(path, problem, FIX);
}

/** A heading such as `[default]`, which is not a list. */
const INI_SECTION = /^\s*\[[\w .:-]+\][ \t]*(?:\r?\n|$)/;

function flatten(root: Readonly<Record<string, unknown>>): readonly Entry[] {
  const entries: Entry[] = [];
  const inner: Entry[] = [];
  for (const [name, value] of Object.entries(root)) {
    // A recognised field may be an object itself: a JWK.
    const objects = SPELLINGS.has(normalise(name)) ? [] : [value].flat().filter(isRecord);
    if (objects.length === 0) entries.push(entryOf(root, name, value));
    for (const object of objects)
      for (const [key, held] of Object.entries(object))
        inner.push(entryOf(object, key, held, `${name}.${key}`));
  }
  return [...entries, ...inner];
}

function entryOf(container: object, key: string, value: unknown, name = key): Entry {
  return { container, name, known: SPELLINGS.get(normalise(key)), value };
}

function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

/** Where two fields share a name, the first keeps it. */
const SPELLINGS: ReadonlyMap<string, Spelling> = new Map(
  FIELD_NAMES.flatMap((field) =>
    [...FIELDS[field].env, ...FIELDS[field].names].map(
      (name, rank) => [normalise(name), { field, rank }] as const,
    ),
  ).toReversed(),
);

function pickEntry(
  entries: readonly Entry[],
  clients: ReadonlySet<object>,
  field: FieldName,
  path: string,
): Entry | undefined {
  const all = entries.filter(
    (entry): entry is KnownEntry => entry.known?.field === field && entry.value !== null,
  );
  // An object with an `id` and nothing else of ours is not a second client: an agency, say.
  const candidates = disagree(all) ? all.filter(({ container }) => clients.has(container)) : all;
  if (disagree(candidates) || (all.length > 0 && candidates.length === 0))
    throw invalid(path, `holds more than one ${FIELDS[field].label}`, 'Keep one client in it.');
  return candidates.toSorted((a, b) => a.known.rank - b.known.rank)[0];
}

/** Whether entries of several containers say different things; the names of one container may. */
function disagree(entries: readonly Entry[]): boolean {
  const containers = new Set(entries.map(({ container }) => container));
  const values = new Set(entries.map(({ value }) => JSON.stringify(value)));
  return containers.size > 1 && values.size > 1;
}

function clientsAmong(entries: readonly Entry[]): ReadonlySet<object> {
  const fields = new Map<object, Set<FieldName>>();
  for (const { container, known } of entries)
    if (known) fields.set(container, (fields.get(container) ?? new Set()).add(known.field));
  return new Set([...fields].filter(([, { size }]) => size > 1).map(([container]) => container));
}

function textsOf(field: FieldName, value: unknown, path: string): readonly string[] {
  if (typeof value === 'string') return [value];
  const isKey = field === 'privateKey' || field === 'publicKey';
  if (isKey && isRecord(value)) return [JSON.stringify(value)];
  // No login needs it.
  if (field === 'publicKey') return [];
  const isListed = field === 'redirectUri' || field === 'scope';
  if (isListed && Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return [...new Set(value)];
  const expected = isListed ? 'text or a list of texts' : 'text';
  throw invalid(path, `has a ${FIELDS[field].label} that is not ${expected}`, `Make it ${expected}.`);
}

function invalid(path: string, reason: string, hint: string): SgidError {
  return new SgidError('ERR_CREDENTIALS_FILE', `the credentials file ${toPrintable(path)} ${reason}`, {
    hint,
  });
}

const EXPECTED_FIELDS =
  'clientId, clientSecret, privateKey, redirectUri, hostname and scopes (or SGID_CLIENT_ID=...)';

const FIX = `Download it again, or keep one client in it, with the fields ${EXPECTED_FIELDS}.`;
