import * as v from 'valibot';
import { SgidError } from '../errors/sgid-error.ts';
import { fields, filledText, parseJsonFile } from '../text/json.ts';
import { isKeyText } from '../text/key-or-path.ts';
import { toPrintable } from '../text/printable.ts';
import { parseSecretSource } from './secret-source.ts';

/** The values of a profile that anybody may see. */
export const PUBLIC_FIELDS = ['clientId', 'redirectUri', 'scope', 'hostname'] as const;

/** The values of a profile that nobody may see. */
export const SECRET_FIELDS = ['clientSecret', 'privateKey', 'passphrase'] as const;

const sourceText = v.pipe(
  filledText,
  v.rawCheck(({ dataset, addIssue }) => {
    const source = dataset.typed ? parseSecretSource(dataset.value) : undefined;
    if (source?.ok === false) addIssue({ message: source.problem });
  }),
);

/** A secret: kept in the profile, or where to get it each time, see `parseSecretSource`. */
function secretOf(valueSchema: v.GenericSchema<string>) {
  return v.pipe(
    fields({ value: v.optional(valueSchema), source: v.optional(sourceText) }),
    v.check(
      ({ value, source }) => (value === undefined) !== (source === undefined),
      'must have either "value" or "source"',
    ),
  );
}

const keyText = v.pipe(
  filledText,
  v.check(isKeyText, 'is not a private key; the path of one goes into "source" as file:/path'),
);

const VALUES = {
  clientId: v.optional(filledText),
  redirectUri: v.optional(filledText),
  scope: v.optional(filledText),
  hostname: v.optional(filledText),
  clientSecret: v.optional(secretOf(filledText)),
  privateKey: v.optional(secretOf(keyText)),
  passphrase: v.optional(secretOf(filledText)),
};

/** The saved credentials of one client. */
export type Profile = { readonly [Name in keyof typeof VALUES]?: v.InferOutput<(typeof VALUES)[Name]> };

/** The version of the file that this program writes, and the only one that it reads. */
const VERSION = 1;

const HINT =
  'Fix the file. It holds {"version":1,"clientId","redirectUri","scope","hostname","clientSecret":{"value"},"privateKey":{"source":"file:/path"}}';

/**
 * Parses the text of a profile's file. Unknown fields are refused: a misspelt `hostname` would send the secret to
 * another provider.
 */
export function parseProfile(text: string, path: string): Profile {
  const version = v.custom<number>((value) => {
    // Of a later version nothing else can be said.
    if (typeof value === 'number' && value > VERSION) throw tooNew(path, value);
    return value === VERSION;
  }, `must be ${VERSION}`);
  const { version: _, ...profile } = parseJsonFile(fields({ version, ...VALUES }), {
    text,
    path,
    hint: HINT,
  });
  return profile;
}

export function formatProfile(profile: Profile): string {
  return `${JSON.stringify({ version: VERSION, ...profile }, null, 2)}\n`;
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
 * Validates the name of a profile, which is also that of its file, on every system: two names that differ in case
 * alone would be one on macOS and Windows.
 *
 * @throws SgidError `ERR_PROFILE` with the reason, and the name that was probably meant.
 */
export function validateProfileName(name: string): string {
  const reason = findFault(name);
  if (reason === undefined) return name;
  const meant = correct(name);
  throw new SgidError('ERR_PROFILE', `"${toPrintable(name, 100)}" cannot be a profile's name: it ${reason}`, {
    step: 'config',
    hint: isProfileName(meant)
      ? `Did you mean ${meant}?`
      : 'Use lower-case letters, digits, dots, dashes and underscores, for example staging.',
  });
}

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
