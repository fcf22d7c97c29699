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
];

/** PEM, whole or cut off, where a line break or a run of base64 follows the label: a label alone is harmless. */
const PEM_PRIVATE_KEY =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----(?=[ \t]*(?:[\r\n]|\\+[rn])\s*[\w\\]|[^\w+/]*[\w+/]{16})[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** Shorter values cannot be told from ordinary words. */
const SHORTEST_SECRET = 4;

/** Takes secrets out of texts, and may be told of more secrets at any time. */
export interface Redactor {
  /** Takes these values out of every text from now on. */
  hide(secrets: Iterable<string>): void;
  /** The text without secrets, see {@link redact}. */
  redact(text: string): string;
}

/** A redactor for many texts: what it searches for is prepared once, not for each text. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  let patterns: readonly RegExp[] | undefined;
  return {
    hide(values) {
      for (const value of values) secrets.add(value);
      patterns = undefined;
    },
    redact(text) {
      patterns ??= patternsOf(secrets);
      // Keys first, while their lines still show what they are.
      const byValue = patterns.reduce(
        (result, pattern) => result.replace(pattern, REDACTED),
        text.replace(PEM_PRIVATE_KEY, REDACTED),
      );
      return BY_SHAPE.reduce(
        (result, [pattern, replacement]) => result.replace(pattern, replacement),
        byValue,
      );
    },
  };
}

/**
 * Takes secrets out of one text: by value, however a URL, a form, JSON, HTML or base64 spells it, and by name
 * and shape (token fields, bearer headers, JWTs, JWEs, PEM private keys), so that values nobody registered go
 * too.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  const redactor = createRedactor();
  redactor.hide(secrets);
  return redactor.redact(text);
}

/** The longest first, so that no rest of one stays when a shorter one is part of it. */
function patternsOf(secrets: Iterable<string>): RegExp[] {
  const forms = new Set([...secrets].flatMap(formsOf));
  return [...forms].sort((a, b) => b.length - a.length).map(anySpelling);
}

function formsOf(secret: string): string[] {
  if (secret.length < SHORTEST_SECRET) return [];
  const keyLines = secret.includes('-----BEGIN') ? linesOfPem(secret) : [];
  if (keyLines.length > 0) return keyLines;
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
}

/**
 * The lines of base64 in a PEM, each a secret by itself. The PEM as a whole goes by its shape; as a pattern
 * it would be slow.
 */
function linesOfPem(pem: string): string[] {
  return [...pem.matchAll(/-----BEGIN [A-Z0-9 ]+-----([\s\S]*?)(?:-----END|$)/g)]
    .flatMap(([, body = '']) => body.split(/(?:\s|\\+[nr])+/))
    .filter((line) => /^[\w+/]{8,}={0,2}$/.test(line));
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
