import { UNSEEN } from './printable.ts';

/**
 * Takes off what surroundings put around a value: a byte order mark, blanks, line ends, and up to three layers of
 * quotes, which `docker run --env-file` and many a dashboard keep.
 */
export function unwrapValue(text: string): string {
  let bare = text.trim();
  for (let layer = 0; layer < 3 && QUOTED.test(bare); layer += 1) bare = bare.slice(1, -1).trim();
  return bare;
}

/** Typographic quotes are those of a document that the value was copied from. */
const QUOTED = /^(?:(["'`])[\s\S]*\1|\u201c[\s\S]*\u201d|\u2018[\s\S]*\u2019)$/;

/** What a text is that stands where a value belongs; `undefined` for what can be a value. */
export function describeNonValue(text: string): string | undefined {
  return NON_VALUES.find(([, pattern]) => pattern.test(text))?.[0];
}

const REFERENCE = 'an unresolved reference';

// No value of sgID looks like one of these. Prefixes are bounded, so that no text takes long.
const NON_VALUES: readonly (readonly [what: string, pattern: RegExp])[] = [
  [`${REFERENCE} (\${NAME})`, /^\$\{[^{}]{0,200}\}$/],
  [`${REFERENCE} ($NAME)`, /^\$[A-Za-z_]\w{0,200}$/],
  [`${REFERENCE} (%NAME%)`, /^%[A-Za-z_]\w{0,200}%$/],
  [`${REFERENCE} ($(command))`, /^\$\([\s\S]{0,500}\)$/],
  [`${REFERENCE} (\${{ secrets.NAME }})`, /^\$?\{\{[\s\S]{0,500}\}\}$/],
  [
    `${REFERENCE} (op://...)`,
    /^(?:op|vault|bws|doppler|infisical|akv|aws-?sm|gcp-?sm|secret|ref\+\w{1,40}):\/\//i,
  ],
  [`${REFERENCE} (secretref:..., vault:..., keyvault:...)`, /^(?:secretref|vault|keyvault):|^sm:\/\//i],
  [`${REFERENCE} (__NAME__, #{NAME}#)`, /^(?:__\w{1,200}__|#\{[^{}]{0,200}\}#?)$/],
  ['a whole line NAME=value', /^(?:export\s+)?SGID_[A-Z_]{1,40}=/],
  [`${REFERENCE} (@Microsoft.KeyVault)`, /^@Microsoft\.KeyVault\(/i],
  [`${REFERENCE} (arn:aws:...)`, /^arn:aws[\w-]{0,20}:(?:secretsmanager|ssm):/],
  [`${REFERENCE} (projects/.../secrets/...)`, /^projects\/[^/\s]{1,100}\/secrets\//],
  [
    `${REFERENCE} (env:NAME, file:/path), which only a profile resolves`,
    /^(?:env:[A-Za-z_]\w{0,200}|command:[\s\S]{1,500})$/,
  ],
  ['a value that is still encrypted (encrypted:..., ENC[...])', /^(?:encrypted:|ENC\[)/],
  ['a masked value (***)', /^(?:[*\u2022\u25CF]{3,200}|\[redacted\]|\(hidden\)|<hidden>)$/i],
  ['a placeholder', /^(?:<[^<>]{0,200}>|\[[^[\]]{0,200}\]|\.{3,9}|\u2026|x{3,100})$/i],
  ['a placeholder', /^(?:todo|tbd|fixme|placeholder|(?:change|replace)[-_ ]?(?:me|this|it))[!.]*$/i],
  // A client id ends in eight hexadecimal digits, whatever its application is called.
  ['a placeholder', /^(?![\w -]{0,100}-[\da-f]{8}$)(?:your|insert|enter|paste|put)[-_ ][\w -]{0,100}$/i],
  ['the word for a missing value', /^(?:undefined|null|none|nan)$/i],
];

/** A template within a text that is not a secret, of which any character may be part. */
const TEMPLATE = /\$\{[^{}]{0,200}\}|\{\{|\}\}|<[^<>]{1,200}>/;

/** What a redirect URI, provider or scope holds that none can hold; `undefined` for what can be one. */
export function describeNonPublic(text: string): string | undefined {
  return describeNonValue(text) ?? (TEMPLATE.test(text) ? REFERENCE : undefined);
}

/** A tab is a blank, which a secret may hold. */
const HIDDEN = new RegExp(`(?!\\t)[${UNSEEN}]`, 'u');

/** As {@link describeNonPublic}, for a client id, which is one word. */
export function describeNonClientId(text: string): string | undefined {
  if (HIDDEN.test(text)) return 'invisible characters';
  return describeNonPublic(text) ?? (/\s/.test(text) ? 'white space' : undefined);
}

/** What a client secret holds that none can hold; `undefined` for what can be one. */
export function describeNonSecret(text: string): string | undefined {
  if (text.includes('-----BEGIN')) return 'a PEM key or certificate';
  if (/[\r\n]/.test(text)) return 'more than one line';
  return HIDDEN.test(text) ? 'invisible characters' : undefined;
}
