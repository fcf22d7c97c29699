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

/** A text read through its escapes, and where each of its UTF-16 units began in the text as it came. */
export interface Reading {
  readonly text: string;
  /** One more than the text has units: the last is where the text as it came ends. */
  readonly origins: Uint32Array;
}

/** Text may be escaped several times over, as JSON within JSON within a URL is. */
const DEEPEST_ESCAPING = 3;

const URL_ESCAPE =
  /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi;
const JSON_ESCAPE = /\\u[\da-f]{4}|\\[^ac-eg-mo-qsu-z\d]/gi;
const HTML_ESCAPE = /&#\d+;|&#x[\da-f]+;|&(?:amp|quot|apos|lt|gt);/gi;

/** All at once, as mixed texts need, and each alone: what is plain text to one may look escaped to another. */
const GRAMMARS: readonly RegExp[] = [
  new RegExp([URL_ESCAPE, JSON_ESCAPE, HTML_ESCAPE].map(({ source }) => source).join('|'), 'gi'),
  URL_ESCAPE,
  JSON_ESCAPE,
  HTML_ESCAPE,
];

const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const HTML_NAMES: Readonly<Record<string, string>> = { amp: '&', quot: '"', apos: "'", lt: '<', gt: '>' };
const LAST_CODE_POINT = 0x10ffff;

/**
 * The text as it came, then with its escapes (of URLs, JSON and HTML) undone once, twice and three times, as
 * far as there are any. Takes time in proportion to the text.
 */
export function readingsOf(text: string): Reading[] {
  const asItCame = { text, origins: Uint32Array.from({ length: text.length + 1 }, (_, at) => at) };
  const readings: Reading[] = [asItCame];
  // So does every escape begin, and most texts hold none of them.
  if (!/[%\\&]/.test(text)) return readings;
  for (const grammar of GRAMMARS) {
    let reading = unescapeOnce(asItCame, grammar);
    for (let times = 1; reading !== undefined && times <= DEEPEST_ESCAPING; times++) {
      readings.push(reading);
      reading = unescapeOnce(reading, grammar);
    }
  }
  return readings;
}

/** The text with its escapes undone once; `undefined` when it holds none. */
function unescapeOnce({ text, origins }: Reading, grammar: RegExp): Reading | undefined {
  const pieces: string[] = [];
  const newOrigins = new Uint32Array(origins.length);
  let length = 0;
  let end = 0;
  const keep = (from: number, to: number): void => {
    pieces.push(text.slice(from, to));
    newOrigins.set(origins.subarray(from, to), length);
    length += to - from;
  };
  for (const { 0: escaped, index } of text.matchAll(grammar)) {
    const character = characterOf(escaped);
    keep(end, index);
    pieces.push(character);
    newOrigins.fill(origins[index] ?? 0, length, length + character.length);
    length += character.length;
    end = index + escaped.length;
  }
  if (end === 0) return undefined;
  keep(end, text.length);
  newOrigins[length] = origins[text.length] ?? 0;
  return { text: pieces.join(''), origins: newOrigins.subarray(0, length + 1) };
}

function characterOf(escaped: string): string {
  if (escaped.startsWith('%')) return Buffer.from(escaped.replaceAll('%', ''), 'hex').toString();
  if (escaped.startsWith('\\')) {
    if (escaped.length > 2) return String.fromCharCode(Number.parseInt(escaped.slice(2), 16));
    const character = escaped.slice(1);
    return CONTROLS[character.toLowerCase()] ?? character;
  }
  const name = escaped.slice(1, -1).toLowerCase();
  if (!name.startsWith('#')) return HTML_NAMES[name] ?? escaped;
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= LAST_CODE_POINT ? String.fromCodePoint(code) : escaped;
}

/** A text to search for, prepared for many searches. */
export interface Needle {
  readonly text: string;
  /** For each length of a beginning of the text: the longest shorter beginning that it also ends with. */
  readonly borders: Uint32Array;
}

/** Prepares the search for a text, which must not be empty. */
export function needleOf(text: string): Needle {
  const borders = new Uint32Array(text.length + 1);
  for (let at = 1, matched = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    while (matched > 0 && text.charCodeAt(matched) !== unit) matched = borders[matched] ?? 0;
    if (text.charCodeAt(matched) === unit) matched++;
    borders[at + 1] = matched;
  }
  return { text, borders };
}

/** In UTF-16 units. */
const SHORT = 8;

/**
 * Where the needle is in the text; of occurrences that overlap, the first. By Knuth, Morris and Pratt, in time
 * proportional to the text whatever both hold: that of `indexOf` may grow with the product of their lengths.
 */
export function occurrencesOf(needle: Needle, text: string): number[] {
  const found: number[] = [];
  // Most texts do not even hold the beginning, which is so short that this takes no longer than the text is.
  if (!text.includes(needle.text.slice(0, SHORT))) return found;
  for (let at = 0, matched = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    while (matched > 0 && needle.text.charCodeAt(matched) !== unit) matched = needle.borders[matched] ?? 0;
    if (needle.text.charCodeAt(matched) === unit) matched++;
    if (matched === needle.text.length) {
      found.push(at + 1 - matched);
      matched = 0;
    }
  }
  return found;
}
