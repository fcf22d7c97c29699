import { SgidError } from '../errors/sgid-error.ts';
import { isRecord } from '../text/guards.ts';
import { type JsonNode, readDocument, readFields, readFilledText, report } from '../text/json-file.ts';
import { isKeyText } from '../text/key-or-path.ts';
import { toPrintable } from '../text/printable.ts';
import type { CredentialField } from './fields.ts';
import { readSecretSource } from './secrets.ts';

/** The values of a profile that anybody may see. */
export const PUBLIC_FIELDS = [
  'clientId',
  'redirectUri',
  'scope',
  'hostname',
] as const satisfies readonly CredentialField[];

/** The values of a profile that nobody may. */
export const SECRET_FIELDS = [
  'clientSecret',
  'privateKey',
  'passphrase',
] as const satisfies readonly CredentialField[];

/** One of {@link SECRET_FIELDS}. */
export type SecretField = (typeof SECRET_FIELDS)[number];

/** A secret of a profile: kept in it, or where to get it each time, see `readSecretSource`. */
export type ProfileSecret = { readonly value: string } | { readonly source: string };

/** The saved credentials of one client. */
export type Profile = Readonly<
  Partial<Record<(typeof PUBLIC_FIELDS)[number], string> & Record<SecretField, ProfileSecret>>
>;

/** The version of the file that this program writes, and the only one that it reads. */
const VERSION = 1;

const SHAPE =
  '{"version":1,"clientId","redirectUri","scope","hostname","clientSecret":{"value"},"privateKey":{"source":"file:/path"}}';

/**
 * Reads the text of a profile's file. Unknown fields are refused: a misspelt `hostname` would send the secret to
 * another provider.
 *
 * @param path For messages.
 * @throws SgidError `ERR_FILE` with the JSON path of what is wrong, never a value; `ERR_PROFILE` for the file of
 *   a later version.
 */
export function readProfile(text: string, path: string): Profile {
  return readDocument({ text, path, shape: SHAPE }, (root) => {
    const version = isRecord(root.value) ? root.value['version'] : undefined;
    if (typeof version === 'number' && version > VERSION) throw tooNew(path, version);
    const field = readFields(root, ['version', ...PUBLIC_FIELDS, ...SECRET_FIELDS]);
    if (field === undefined) return {};
    if (version !== VERSION) report(field('version'), `must be ${VERSION}`);
    const isGiven = (name: CredentialField & keyof Profile): boolean => field(name).value !== undefined;
    return {
      ...Object.fromEntries(PUBLIC_FIELDS.filter(isGiven).map((name) => [name, readFilledText(field(name))])),
      ...Object.fromEntries(
        SECRET_FIELDS.filter(isGiven).map((name) => [name, readSecret(field(name), name)]),
      ),
    };
  });
}

/** The text of a profile's file. */
export function formatProfile(profile: Profile): string {
  return `${JSON.stringify({ version: VERSION, ...profile }, null, 2)}\n`;
}

function readSecret(node: JsonNode, name: SecretField): ProfileSecret | undefined {
  const field = readFields(node, ['value', 'source']);
  if (field === undefined) return undefined;
  const [value, source] = [field('value'), field('source')];
  if ((value.value === undefined) === (source.value === undefined)) {
    report(node, 'must have either "value" or "source"');
    return undefined;
  }
  if (source.value === undefined) return readValue(value, name);
  const text = readFilledText(source);
  if (text === undefined) return undefined;
  const reading = readSecretSource(text);
  if (!reading.ok) report(source, reading.problem);
  return { source: text };
}

function readValue(node: JsonNode, name: SecretField): ProfileSecret | undefined {
  const value = readFilledText(node);
  if (value === undefined) return undefined;
  if (name === 'privateKey' && !isKeyText(value)) {
    report(node, 'is no private key; the path of one goes into "source" as file:/path');
  }
  return { value };
}

function tooNew(path: string, version: number): SgidError {
  return new SgidError(
    'ERR_PROFILE',
    `${toPrintable(path)} was written by a later sgid: its version is ${version}, and this one knows ${VERSION}`,
    { step: 'config', hint: 'Update sgid: npm install --global sgid-cli@latest' },
  );
}

const LONGEST_NAME = 64;

/** What Windows takes for a device, whatever its extension. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * Checks the name of a profile, which is also that of its file, on every system: lower-case letters, digits,
 * `.`, `_` and `-`, of which the first is a letter or digit. Two names that differ in case alone would be one
 * on macOS and Windows.
 *
 * @throws SgidError `ERR_PROFILE` with the reason, and the name that was probably meant.
 */
export function readProfileName(name: string): string {
  const reason = findFault(name);
  if (reason === undefined) return name;
  const meant = correct(name);
  throw new SgidError('ERR_PROFILE', `"${toPrintable(name, 100)}" cannot be a profile's name: it ${reason}`, {
    step: 'config',
    hint:
      findFault(meant) === undefined
        ? `Did you mean ${meant}?`
        : 'Use lower-case letters, digits, dots, dashes and underscores, for example staging.',
  });
}

/** Whether a name could be a profile's. */
export function isProfileName(name: string): boolean {
  return findFault(name) === undefined;
}

function findFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > LONGEST_NAME) return `is longer than ${LONGEST_NAME} characters`;
  if (/[/\\]/.test(name)) return 'holds a slash';
  if (/[A-Z]/.test(name))
    return 'holds upper-case letters, which not every system tells from lower-case ones';
  if (!/^[a-z0-9._-]+$/.test(name)) return 'holds more than letters, digits, ".", "_" and "-"';
  if (!/^[a-z0-9]/.test(name)) return 'does not begin with a letter or digit';
  if (name.includes('..')) return 'holds ".."';
  if (DEVICES.test(name.split('.', 1)[0] ?? '')) return 'is the name of a device on Windows';
  return undefined;
}

function correct(name: string): string {
  return name
    .slice(0, 2 * LONGEST_NAME)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[^a-z0-9]+/, '')
    .replace(/[.-]+$/, '')
    .slice(0, LONGEST_NAME);
}
