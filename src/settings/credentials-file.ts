import { SgidError } from '../errors/sgid-error.ts';
import { isRecord } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';
import { type Entry, readCredentialEntries, type Spelling } from './credential-entries.ts';
import { CREDENTIAL_FIELDS, type CredentialField, FIELD_IDS } from './fields.ts';

/** What a credentials file holds. */
export interface CredentialsFile {
  readonly values: Readonly<Partial<Record<CredentialField, string>>>;
  /** The redirect URIs when there are several: none of them is in `values`. */
  readonly redirectUris: readonly string[];
  /** The public key, as it was written; the provider has it, and a login does not need it. */
  readonly publicKey: string | undefined;
  /** What was understood, in the order of the fields. */
  readonly recognised: readonly RecognisedEntry[];
  /** The names of entries that mean nothing here, in the order of the file; safe to print. */
  readonly ignored: readonly string[];
}

/** A field, and the name that it has in the file; safe to print. */
export interface RecognisedEntry {
  readonly field: Spelling['field'];
  readonly name: string;
}

/**
 * Reads the file that the developer portal lets one download: JSON, env-shaped or a mixture of both, told apart by
 * content, in any of the known spellings. JSON may be nested one level deep or be a list of one client.
 *
 * @param path For messages.
 * @throws SgidError `ERR_CREDENTIALS_FILE` when it is broken, holds several clients, a value of the wrong
 *   type or nothing known. No message holds a value.
 */
export function readCredentialsFile(text: string, path: string): CredentialsFile {
  const content = text.replace(/^\uFEFF/, '');
  const reading = readCredentialEntries(content);
  if (!reading.ok) throw invalid(path, reading.problem, MEND);
  const { entries } = reading;
  const values: Partial<Record<CredentialField, string>> = {};
  const recognised: RecognisedEntry[] = [];
  const used = new Set<Entry>();
  let redirectUris: readonly string[] = [];
  const clients = clientsAmong(entries);
  const pick = (field: Spelling['field']): Entry | undefined => {
    const entry = pickEntry(entries, clients, field, path);
    if (entry === undefined) return undefined;
    used.add(entry);
    recognised.push({ field, name: toPrintable(entry.name, LONGEST_NAME) });
    return entry;
  };
  for (const field of FIELD_IDS) {
    const entry = pick(field);
    if (entry === undefined) continue;
    const texts = readTexts(field, entry.value, path);
    if (field === 'redirectUri' && texts.length > 1) redirectUris = texts;
    else values[field] = texts.join(' ');
  }
  if (recognised.length === 0) throw nothingRecognised(content, entries, path);
  const publicKey = pick('publicKey')?.value;
  return {
    values,
    redirectUris,
    publicKey: isRecord(publicKey) ? JSON.stringify(publicKey) : textOf(publicKey),
    recognised,
    ignored: entries
      .filter((entry) => !used.has(entry) && entry.value !== null)
      .map(({ name }) => toPrintable(name, LONGEST_NAME)),
  };
}

/** In a message, in bytes. */
const LONGEST_NAME = 80;

/** The entry of a field that has its preferred spelling. */
function pickEntry(
  entries: readonly Entry[],
  clients: ReadonlySet<number>,
  field: Spelling['field'],
  path: string,
): Entry | undefined {
  const all = entries.filter((entry) => entry.known?.field === field && entry.value !== null);
  // An object with an `id` and nothing else of ours is no second client: an agency, say.
  const candidates = disagree(all) ? all.filter(({ container }) => clients.has(container)) : all;
  if (disagree(candidates) || (all.length > 0 && candidates.length === 0)) {
    const label = field === 'publicKey' ? 'public key' : CREDENTIAL_FIELDS[field].label;
    throw invalid(path, `holds more than one ${label}`, 'Keep one client in it.');
  }
  return candidates.toSorted((a, b) => (a.known?.rank ?? 0) - (b.known?.rank ?? 0))[0];
}

/** Whether entries of several containers say different things; the names of one container may. */
function disagree(entries: readonly Entry[]): boolean {
  const containers = new Set(entries.map(({ container }) => container));
  const values = new Set(entries.map(({ value }) => JSON.stringify(value)));
  return containers.size > 1 && values.size > 1;
}

/** The containers with more than one field of ours. */
function clientsAmong(entries: readonly Entry[]): ReadonlySet<number> {
  const firsts = new Map<number, Spelling['field']>();
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

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function nothingRecognised(content: string, entries: readonly Entry[], path: string): SgidError {
  if (content.includes('-----BEGIN')) {
    return invalid(path, 'is a key or certificate', 'Pass a private key with --private-key-file.');
  }
  const seen = entries.some(({ known }) => known?.field === 'publicKey')
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

const EXPECTED_FIELDS =
  'clientId, clientSecret, privateKey, redirectUri, hostname and scopes (or SGID_CLIENT_ID=...)';

const MEND = `Download it again, or keep one client in it, with the fields ${EXPECTED_FIELDS}.`;
