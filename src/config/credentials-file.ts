import { SgidError } from '../protocol/errors.ts';
import { isRecord } from '../protocol/guards.ts';
import { toPrintable } from '../protocol/printable.ts';
import { CREDENTIAL_FIELDS, type CredentialField, FIELD_IDS } from './credential-fields.ts';
import { MAX_ENV_BYTES, parseEnvText } from './env-file.ts';
import { parseJsonAt } from './json-position.ts';

/** What a credentials file holds. */
export interface CredentialsFile {
  readonly values: Readonly<Partial<Record<CredentialField, string>>>;
  /** The redirect URIs when there are several: none of them is in `values`. */
  readonly redirectUris: readonly string[];
}

/** An entry of the file; `container` tells nested objects apart, the top level being 0. */
interface Entry {
  readonly container: number;
  readonly name: string;
  /** Absent for a name that is none of ours. */
  readonly known: Spelling | undefined;
  readonly value: unknown;
}

/** One of the names of a field, and its place among them. */
interface Spelling {
  readonly field: CredentialField;
  readonly rank: number;
}

/**
 * Reads the file that the developer portal lets one download: JSON or env-shaped, told apart by content, in
 * any of the known spellings. JSON may be nested one level deep or be an array of one client.
 *
 * @param path For messages.
 * @throws SgidError `ERR_CREDENTIALS_FILE` when it is broken, holds several clients, a value of the wrong
 *   type or nothing known. No message holds a value.
 */
export function readCredentialsFile(text: string, path: string): CredentialsFile {
  const content = text.replace(/^\uFEFF/, '');
  const entries = /^\s*[[{]/.test(content) ? readJson(content, path) : readEnv(content, path);
  const values: Partial<Record<CredentialField, string>> = {};
  let redirectUris: readonly string[] = [];
  const clients = clientsAmong(entries);
  for (const field of FIELD_IDS) {
    const value = pickEntry(entries, clients, field, path);
    if (value === undefined) continue;
    const texts = readTexts(field, value, path);
    if (field === 'redirectUri' && texts.length > 1) redirectUris = texts;
    else values[field] = texts.join(' ');
  }
  if (Object.keys(values).length + redirectUris.length === 0) throw nothingRecognised(content, entries, path);
  return { values, redirectUris };
}

function readEnv(content: string, path: string): readonly Entry[] {
  if (content.length > MAX_ENV_BYTES)
    throw invalid(path, 'is larger than 256 KiB', 'Check that it is the right file.');
  return Object.entries(parseEnvText(content)).map(topLevel);
}

function readJson(content: string, path: string): readonly Entry[] {
  const parsed = parseJsonAt(content);
  if (!parsed.ok)
    throw invalid(path, `is not valid JSON${parsed.position}`, 'Download it again, or mend it there.');
  const root = soleEntry(parsed.value);
  if (!isRecord(root)) {
    const reason = Array.isArray(root)
      ? `holds a list of ${root.length} entries, not one client`
      : 'holds no JSON object';
    throw invalid(path, reason, `Keep one client in it, with the fields ${EXPECTED_FIELDS}.`);
  }
  return flatten(root);
}

/** The entries of an object and, after them, those of the objects in it. */
function flatten(root: Readonly<Record<string, unknown>>): readonly Entry[] {
  const top = Object.entries(root);
  const nested = top
    // A recognised field may be an object itself: a JWK.
    .filter(([name]) => findSpelling(name) === undefined)
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter(isRecord)
    .flatMap((object, index) =>
      Object.entries(object).map(([name, value]) => entryOf(index + 1, name, value)),
    );
  return [...top.map(topLevel), ...nested];
}

/** The value of a field, from its preferred spelling. */
function pickEntry(
  entries: readonly Entry[],
  clients: ReadonlySet<number>,
  field: CredentialField,
  path: string,
): unknown {
  const all = entries.filter((entry) => entry.known?.field === field && entry.value !== null);
  // An object with an `id` and nothing else of ours is no second client: an agency, say.
  const candidates = countContainers(all) > 1 ? all.filter(({ container }) => clients.has(container)) : all;
  if (countContainers(candidates) > 1 || (all.length > 0 && candidates.length === 0)) {
    throw invalid(path, `holds more than one ${CREDENTIAL_FIELDS[field].label}`, 'Keep one client in it.');
  }
  return candidates.toSorted((a, b) => (a.known?.rank ?? 0) - (b.known?.rank ?? 0))[0]?.value;
}

function countContainers(entries: readonly Entry[]): number {
  return new Set(entries.map(({ container }) => container)).size;
}

/** The containers with more than one field of ours. */
function clientsAmong(entries: readonly Entry[]): ReadonlySet<number> {
  const firsts = new Map<number, CredentialField>();
  const clients = new Set<number>();
  for (const { container, known } of entries) {
    if (known === undefined) continue;
    const first = firsts.get(container);
    if (first === undefined) firsts.set(container, known.field);
    else if (first !== known.field) clients.add(container);
  }
  return clients;
}

function readTexts(field: CredentialField, value: unknown, path: string): readonly string[] {
  if (typeof value === 'string') return [value];
  if (field === 'privateKey' && isRecord(value)) return [JSON.stringify(value)];
  const isListed = field === 'redirectUri' || field === 'scope';
  if (isListed && Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return [...new Set(value)];
  }
  const expected = isListed ? 'text or a list of texts' : 'text';
  throw invalid(
    path,
    `has a ${CREDENTIAL_FIELDS[field].label} that is not ${expected}`,
    `Make it ${expected}.`,
  );
}

function nothingRecognised(content: string, entries: readonly Entry[], path: string): SgidError {
  if (content.includes('-----BEGIN')) {
    return invalid(path, 'is a key or certificate', 'Pass a private key with --private-key-file.');
  }
  const seen = entries.some(({ name }) => normalise(name) === PUBLIC_KEY)
    ? 'only a public key was recognised'
    : 'nothing was recognised';
  return invalid(path, `holds no credentials: ${seen}`, `Expected are the fields ${EXPECTED_FIELDS}.`);
}

function invalid(path: string, reason: string, hint: string): SgidError {
  return new SgidError('ERR_CREDENTIALS_FILE', `the credentials file ${toPrintable(path)} ${reason}`, {
    step: 'config',
    hint,
  });
}

function topLevel([name, value]: readonly [string, unknown]): Entry {
  return entryOf(0, name, value);
}

function entryOf(container: number, name: string, value: unknown): Entry {
  return { container, name, known: findSpelling(name), value };
}

function soleEntry(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function findSpelling(name: string): Spelling | undefined {
  return SPELLINGS.get(normalise(name));
}

function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

/** Every known name in its normal form. Where two fields share one, the first keeps it. */
const SPELLINGS: ReadonlyMap<string, Spelling> = new Map(
  FIELD_IDS.flatMap((field) => {
    const { variables, spellings } = CREDENTIAL_FIELDS[field];
    return [...variables, ...spellings].map((name, rank) => [normalise(name), { field, rank }] as const);
  }).toReversed(),
);

/** Comes in the download and is of no use here: the provider knows it already. */
const PUBLIC_KEY = 'publickey';

const EXPECTED_FIELDS =
  'clientId, clientSecret, privateKey, redirectUri, hostname and scopes (or SGID_CLIENT_ID=...)';
