import { type Reading, readingsOf } from './escapes.ts';
import { type Needle, needleOf, occurrencesOf } from './substring-search.ts';

/** What stands in place of a secret. */
export const REDACTED = '[redacted]';

const SECRET_FIELDS =
  'access_token|accessToken|id_token|idToken|refresh_token|client_secret|clientSecret|code|code_verifier|codeVerifier|authorization|private_key|privateKey|assertion|password|secret';

const BY_SHAPE: readonly (readonly [RegExp, string])[] = [
  // JSON fields, a value cut off included; our own hints have "..." there.
  [new RegExp(`("(?:${SECRET_FIELDS})"\\s*:\\s*)"(?!\\.{3}")(?:[^"\\\\]|\\\\.)*"?`, 'gi'), `$1"${REDACTED}"`],
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
  let needles: readonly Needle[] | undefined;
  return {
    hide(values) {
      for (const value of values) secrets.add(value);
      needles = undefined;
    },
    redact(text) {
      return failClosed(() => {
        needles ??= needlesOf(secrets);
        // Keys first, while their lines still show what they are.
        return redactByShape(redactByValue(text.replace(PEM_PRIVATE_KEY, REDACTED), needles));
      });
    },
  };
}

/**
 * Takes secrets out of one text: by value, however a URL, a form, JSON, HTML or base64 spells it, and by name
 * and shape (token fields, bearer headers, JWTs, JWEs, PEM private keys), so that values nobody registered go
 * too. Never throws, and takes time in proportion to the text: the secrets may be a stranger's choice.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  return failClosed(() => {
    const redactor = createRedactor();
    redactor.hide(secrets);
    return redactor.redact(text);
  });
}

/** An error would carry text past the redactor, so that all of the text goes instead. */
function failClosed(run: () => string): string {
  try {
    return run();
  } catch {
    return REDACTED;
  }
}

function redactByShape(text: string): string {
  return BY_SHAPE.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/** Searches every reading of the text, and takes out of the text itself what any of them shows. */
function redactByValue(text: string, needles: readonly Needle[]): string {
  if (needles.length === 0) return text;
  const spans = readingsOf(text).flatMap((reading) => spansOf(reading, needles));
  if (spans.length === 0) return text;
  spans.sort(([a], [b]) => a - b);
  const pieces: string[] = [];
  let end = 0;
  for (const [from, to] of spans) {
    if (from >= end) pieces.push(text.slice(end, from), REDACTED);
    end = Math.max(end, to);
  }
  return pieces.join('') + text.slice(end);
}

/** Where the text as it came spells a needle: first unit, and the one after the last. */
function spansOf({ text, origins }: Reading, needles: readonly Needle[]): (readonly [number, number])[] {
  const spans: (readonly [number, number])[] = [];
  const folded = fold(text);
  for (const needle of needles) {
    for (const at of occurrencesOf(needle, folded)) {
      spans.push([origins[at] ?? 0, origins[at + needle.text.length] ?? Number.POSITIVE_INFINITY]);
    }
  }
  return spans;
}

/** Upper and lower case, and the two ways a form spells a space, made one. Keeps the length. */
function fold(text: string): string {
  // The one letter that lower case makes longer, and the one whose lower case depends on its place.
  return text.replaceAll('\u0130', 'i').toLowerCase().replaceAll('\u03c2', '\u03c3').replaceAll('+', ' ');
}

/** A secret may itself look escaped, and the text around it be read as if it were. */
function needlesOf(secrets: Iterable<string>): Needle[] {
  const texts = [...secrets]
    .flatMap(formsOf)
    .flatMap(readingsOf)
    .map((reading) => fold(reading.text))
    .filter((text) => text.length >= SHORTEST_SECRET);
  return [...new Set(texts)].map(needleOf);
}

function formsOf(secret: string): string[] {
  if (secret.length < SHORTEST_SECRET) return [];
  const keyLines = secret.includes('-----BEGIN') ? linesOfPem(secret) : [];
  if (keyLines.length > 0) return keyLines;
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
}

/**
 * The lines of base64 in a PEM, each a secret by itself. The PEM as a whole goes by its shape.
 */
function linesOfPem(pem: string): string[] {
  return [...pem.matchAll(/-----BEGIN [A-Z0-9 ]+-----([\s\S]*?)(?:-----END|$)/g)]
    .flatMap(([, body = '']) => body.split(/(?:\s|\\+[nr])+/))
    .filter((line) => /^[\w+/]{8,}={0,2}$/.test(line));
}
