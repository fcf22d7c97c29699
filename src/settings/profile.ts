import * as v from 'valibot';
import { fields, filledText, parseJsonFile, refuseLaterVersion } from '../text/json.ts';
import { isKeyText } from '../text/key-or-path.ts';
import { parseSecretSource } from './secret-source.ts';

export const PUBLIC_FIELDS = ['clientId', 'redirectUri', 'scope', 'hostname'] as const;

export const SECRET_FIELDS = ['clientSecret', 'privateKey', 'passphrase'] as const;

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
