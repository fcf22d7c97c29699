import { SgidError } from '../protocol/errors.ts';
import { isRecord } from '../protocol/guards.ts';
import { toPrintable } from '../protocol/printable.ts';
import type { CredentialField } from './credential-fields.ts';
import { type JsonNode, readDocument, readFields, readFilledText, report } from './json-file.ts';
import { isKeyText } from './key-or-path.ts';
import { readSecretSource } from './secret-source.ts';

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
