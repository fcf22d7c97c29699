/** What stands in place of a secret. */
export const REDACTED = '[redacted]';

const SECRET_FIELDS =
  'access_token|accessToken|id_token|idToken|refresh_token|client_secret|clientSecret|code|code_verifier|codeVerifier|authorization|private_key|privateKey|assertion|password|secret';

const BY_SHAPE: readonly (readonly [RegExp, string])[] = [
  // JSON fields, a value cut off included.
  [new RegExp(`("(?:${SECRET_FIELDS})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"?`, 'gi'), `$1"${REDACTED}"`],
  // Form and query parameters.
  [new RegExp(`((?:^|[?&\\s;])(?:${SECRET_FIELDS})=)[^&\\s"'<>]+`, 'gi'), `$1${REDACTED}`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // Compact JWS and JWE: a JSON header, then two to four more parts.
  [/(?<![\w-])eyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, REDACTED],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED],
];

/** Shorter values cannot be told from ordinary words. */
const SHORTEST_SECRET = 4;

/**
 * Takes secrets out of a text: by value, however a URL, a form, JSON, HTML or base64 spells it, and by name
 * and shape (token fields, bearer headers, JWTs, JWEs, PEM private keys), so that values nobody registered go
 * too.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  const forms = [...new Set([...secrets].flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const byValue = forms.reduce((result, form) => result.replace(anySpelling(form), REDACTED), text);
  return BY_SHAPE.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), byValue);
}

function formsOf(secret: string): string[] {
  if (secret.length < SHORTEST_SECRET) return [];
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    // A key's lines are secrets each by itself.
    ...(secret.includes('-----BEGIN')
      ? secret.split(/\r?\n|\\n/).filter((line) => /^[\w+/=]{16,}$/.test(line))
      : []),
  ];
}

/** Finds a value whose reserved characters may be percent-encoded, or escaped as in JSON or HTML. */
function anySpelling(value: string): RegExp {
  const characters = Array.from(value, (character) =>
    /[a-z0-9]/i.test(character) ? character : `(?:${spellingsOf(character).map(escapePattern).join('|')})`,
  );
  return new RegExp(characters.join(''), 'giu');
}

const HTML_NAMES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '"': 'quot',
  "'": 'apos',
  '<': 'lt',
  '>': 'gt',
};

function spellingsOf(character: string): string[] {
  const code = character.codePointAt(0) ?? 0;
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return [
    character,
    ...(character === ' ' ? ['+'] : []),
    `%${Buffer.from(character).toString('hex').match(/../g)?.join('%')}`,
    JSON.stringify(character).slice(1, -1),
    `\\${character}`,
    units.map((unit) => `\\u${unit}`).join(''),
    `&#${code};`,
    `&#x${code.toString(16)};`,
    ...(character in HTML_NAMES ? [`&${HTML_NAMES[character]};`] : []),
  ];
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
