import { posix, win32 } from 'node:path';
import * as v from 'valibot';
import { SgidError } from '../errors/sgid-error.ts';
import { fields, filledText, parseJsonFile, refuseLaterVersion } from '../text/json.ts';
import { isKeyText } from '../text/key-or-path.ts';
import { toPrintable } from '../text/printable.ts';
import { splitWords } from '../text/shell-words.ts';
import type { FieldName } from './fields.ts';

export const PUBLIC_FIELDS = ['clientId', 'redirectUri', 'scope', 'hostname'] as const;

export const SECRET_FIELDS = ['clientSecret', 'privateKey', 'passphrase'] as const;

/** Where a secret is: the name of a variable, a path, or the words of a command. */
interface SecretSource {
  readonly kind: 'env' | 'file' | 'command' | 'keyring';
  readonly words: readonly [name: string, ...args: string[]];
}

/**
 * Parses where a profile keeps a secret: `env:NAME`, `file:/path`, `file:~/path`, `command:program with arguments` or
 * `keyring`. The problem does not repeat the text, for it may be the secret.
 */
export function parseSecretSource(
  text: string,
  platform = process.platform,
): SecretSource | { readonly problem: string } {
  if (text === 'keyring') return { kind: 'keyring', words: [text] };
  const [, kind, rest = ''] = /^(env|file|command):(.*)$/s.exec(text) ?? [];
  if (kind === 'env') {
    if (/^[A-Za-z_]\w*$/.test(rest)) return { kind, words: [rest] };
    return { problem: 'must name a variable after env:, for example env:STAGING_SECRET' };
  }
  if (kind === 'file') {
    // A path that starts at the current folder would be another file in each.
    const isFixed = /^~[\\/]./.test(rest) || (platform === 'win32' ? win32 : posix).isAbsolute(rest);
    if (isFixed && !rest.includes('\0')) return { kind, words: [rest] };
    return { problem: 'must have an absolute path after file:, or one that begins with ~/' };
  }
  if (kind === 'command') {
    const split = splitWords(rest, platform === 'win32');
    return split.ok ? { kind, words: split.words } : { problem: `has a command that ${split.problem}` };
  }
  return { problem: 'must be env:NAME, file:/path, command:program or keyring' };
}

export function keyringAccount(profile: string, field: FieldName): string {
  return `${profile}/${field}`;
}

const sourceText = v.pipe(
  filledText,
  v.rawCheck(({ dataset, addIssue }) => {
    const source = dataset.typed && parseSecretSource(dataset.value);
    if (source && 'problem' in source) addIssue({ message: source.problem });
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
    refuseLaterVersion('ERR_PROFILE', path, value, VERSION);
    return value === VERSION;
  }, `must be ${VERSION}`);
  const schema = fields({ version, ...VALUES });
  const { version: _, ...profile } = parseJsonFile(schema, { text, path, hint: HINT });
  return profile;
}

export function formatProfile(profile: Profile): string {
  return `${JSON.stringify({ version: VERSION, ...profile }, null, 2)}\n`;
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
  if (/[A-Z]/.test(name)) return 'holds upper-case letters, which some systems treat as lower-case ones';
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
