import { stripStrays, toPrintable } from './printable.ts';

export const REDACTED = '[redacted]';

const SECRET_NAMES =
  'access_token|accessToken|id_token|idToken|refresh_token|client_secret|clientSecret|code|code_verifier|codeVerifier|authorization|private_key|privateKey|assertion|password|secret';

const BY_SHAPE: readonly (readonly [RegExp, string])[] = [
  // JSON fields, a value cut off included; our own hints have "..." there.
  [new RegExp(`("(?:${SECRET_NAMES})"\\s*:\\s*)"(?!\\.{3}")(?:[^"\\\\]|\\\\.)*"?`, 'gi'), `$1"${REDACTED}"`],
  // Form and query parameters.
  [
    new RegExp(`((?:^|[?&\\s;]|%(?:25)*(?:3F|26))(?:${SECRET_NAMES})(?:=|%(?:25)*3D))[^&\\s"'<>]+`, 'gi'),
    `$1${REDACTED}`,
  ],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // Compact JWS and JWE: a JSON header, then two to four more parts.
  [/(?<![\w-])eyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, REDACTED],
];

/** PEM, whole or cut off, where a line break or a run of base64 follows the label: a label alone is harmless. */
const PEM_PRIVATE_KEY =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----(?=[ \t]*(?:[\r\n]|\\+[rn])\s*[\w\\]|[^\w+/]*[\w+/]{16})[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** Shorter values look like ordinary words. */
const SHORTEST_SECRET = 4;

/** Takes secrets out of texts; more can be added at any time. */
export interface Redactor {
  /** Takes these values out of every text from now on. */
  hide(secrets: Iterable<string>): void;
  redact(text: string): string;
}

/** A redactor for many texts: what it searches for is prepared once, not for each text. */
export function createRedactor(): Redactor {
  const known = new Set<string>();
  let needles: readonly string[] = [];
  return {
    hide(secrets) {
      const added = [...secrets].filter((secret) => !known.has(secret));
      if (added.length === 0) return;
      for (const secret of added) known.add(secret);
      needles = distinct([...needles, ...needlesOf(added)]);
    },
    redact: (text) => redactNeedles(text, needles),
  };
}

/**
 * Takes secrets out of a text: by value, plain or as URLs, forms, JSON and base64 spell it, and by name and shape
 * (token fields, bearer headers, JWTs, JWEs, PEM private keys), so that values nobody registered go too.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  return redactNeedles(text, needlesOf(secrets));
}

/** How much of a reply is looked at, in UTF-16 units: twice the 2 kB that are shown. */
const QUOTED = 4096;

/**
 * The beginning of what a provider says, at most 2 kB, without secrets and safe to print. Looks no further than twice the
 * longest secret behind that, which may be broken over lines, so that a hostile reply costs no more time than another.
 */
export function quoteReply(reply: string, secrets: readonly string[]): string {
  const spelt = needlesOf([...secrets, ...secrets.map(cleanReply)]);
  // As the reply is read: of a form, its signs are decoded and its blanks are not.
  const needles = distinct([...spelt, ...spelt.map(cleanReply).map(fold)]);
  const longest = 2 * Math.max(0, ...needles.map(({ length }) => length));
  const looked = reply.slice(0, 2 * QUOTED + longest);
  const text = cleanReply(looked);
  // A secret that begins behind this may itself be cut off.
  const end = looked.length < reply.length ? text.length - longest : text.length;
  return toPrintable(redactNeedles(text, needles, Math.min(QUOTED, end)));
}

const ESCAPE =
  /(?<!\\)\\+(?:u([\da-f]{4})|x([\da-f]{2})|u\{0*([\da-f]{1,5})\})|&(?:amp;)*#x0*([\da-f]{1,5})(?![\da-f]);?|&(?:amp;)*#0*(\d{1,6})(?!\d);?|&(?:amp;)*(amp|quot|apos|lt|gt|sol|plus|equals|lowbar|tab|newline);|%(?:25)*([2-7][\da-f])/gi;
const HTML_NAMES: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  sol: '/',
  plus: '+',
  equals: '=',
  lowbar: '_',
  tab: '\t',
  newline: '\n',
};

/**
 * Undoes escapes of JSON, string literals, HTML and URLs, and takes out what is not printable: all can keep the pieces of a
 * secret apart.
 */
function cleanReply(text: string): string {
  const plain = text.replace(ESCAPE, (_, ...groups: (string | undefined)[]) => {
    const [json, byte, point, html, decimal, name, url] = groups;
    const code = decimal ?? `0x${json ?? byte ?? point ?? html ?? url}`;
    return HTML_NAMES[name?.toLowerCase() ?? ''] ?? String.fromCodePoint(Number(code));
  });
  return toPrintable(plain, Infinity);
}

/** Redacts a text and cuts it at `end`: a secret that begins before that goes as a whole. */
function redactNeedles(text: string, needles: readonly string[], end = Infinity): string {
  // Keys first, while their lines still show what they are.
  const result = redactByValue(stripStrays(text).replace(PEM_PRIVATE_KEY, REDACTED), needles, end);
  return BY_SHAPE.reduce((shown, [pattern, replacement]) => shown.replace(pattern, replacement), result);
}

function redactByValue(text: string, needles: readonly string[], end: number): string {
  const folded = fold(text);
  const spans = needles.flatMap((needle) => spansOf(needle, folded));
  spans.push(...findBroken(folded, needles));
  let result = '';
  let shown = 0;
  for (const [from, to] of spans.sort(([a], [b]) => a - b)) {
    if (from >= end) break;
    if (from >= shown) result += text.slice(shown, from) + REDACTED;
    shown = Math.max(shown, to);
  }
  return result + text.slice(shown, Math.max(shown, end));
}

type Span = readonly [from: number, to: number];

function spansOf(needle: string, text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
    spans.push([at, at + needle.length]);
  }
  return spans;
}

/** White space, tags, line breaks as JSON and URLs write them, and "=", which ends base64 and a soft line of mails. */
const GAP = /=|\s|<\/?\w{1,6} ?\/?>|(?<!\\)\\+[rn]|%(?:25)*0[ad]/g;

/** Shorter values may be found in words that stand side by side. */
const SHORTEST_BROKEN = 8;

/** Where secrets are that white space or line breaks keep apart, as base64 of mails and PEM files is. */
function findBroken(text: string, needles: readonly string[]): Span[] {
  const joined = text.replace(GAP, '');
  const found = distinct(needles.map((needle) => needle.replace(GAP, '')))
    .filter(({ length }) => length >= SHORTEST_BROKEN)
    .flatMap((needle) => spansOf(needle, joined));
  if (found.length === 0) return [];
  /** Where in `text` each character of `joined` is. */
  const places: number[] = [];
  let next = 0;
  for (const { 0: gap, index } of [...text.matchAll(GAP), { 0: '', index: text.length }]) {
    while (next < index) places.push(next++);
    next += gap.length;
  }
  return found.map(([from, to]): Span => [places[from] ?? 0, (places[to - 1] ?? 0) + 1]);
}

/** Makes upper and lower case one, as in %2f and %2F, and keeps the length: letters beyond ASCII may change theirs. */
function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function needlesOf(secrets: Iterable<string>): string[] {
  const plain = new Set([...secrets].flatMap((secret) => [secret, stripStrays(secret)]));
  return distinct([...plain].flatMap(partsOf).flatMap(spellingsOf).map(fold));
}

function distinct(needles: readonly string[]): string[] {
  return [...new Set(needles)].filter(({ length }) => length >= SHORTEST_SECRET);
}

/** A longer secret is split into parts of this length, so that every search text is short. */
const LONGEST_PART = 512;
/** The parts overlap by one unit of base64, so that nothing between them stays visible. */
const OVERLAP = 3;

/** No key, token or secret is longer; a file that was taken for one may be. */
const LONGEST_SECRET = 32 * 1024;

/** Of a PEM, each line of base64 is a secret by itself; the PEM as a whole goes by its shape. */
function partsOf(whole: string): string[] {
  const secret = whole.slice(0, LONGEST_SECRET);
  const lines = secret
    .split(/-----BEGIN [A-Z0-9 ]+-----/)
    .slice(1)
    .flatMap((block) => block.split('-----END', 1))
    .flatMap((body) => body.split(/\s|\\{1,4}[nrt]/))
    .filter((line) => /^[\w+/]{8,}={0,2}$/.test(line));
  return lines.length > 0 ? lines : splitLong(secret);
}

function splitLong(secret: string): string[] {
  const step = LONGEST_PART - OVERLAP;
  // What the last one would hold alone is too short to be looked for.
  return Array.from({ length: Math.ceil((secret.length - OVERLAP) / step) }, (_, index) =>
    secret.slice(index * step, index * step + LONGEST_PART),
  );
}

function spellingsOf(secret: string): string[] {
  const inUrl = encodeURIComponent(Buffer.from(secret).toString());
  const inForm = inUrl
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const inJson = JSON.stringify(secret).slice(1, -1);
  // A form is what we send: a provider may give all of it back.
  const inBase64 = [...new Set([secret, inUrl, inForm, inJson])].flatMap((text) =>
    [0, 1, 2].flatMap((offset) => encodeBase64At(offset, text)),
  );
  return [
    secret,
    inUrl,
    // As a path may have it.
    inUrl.replaceAll('%2B', '+'),
    inForm,
    inJson,
    inJson.replaceAll('/', '\\/'),
    JSON.stringify(inJson).slice(1, -1),
    // In an address that is a parameter of another.
    encodeURIComponent(inUrl),
    // As a dump shows bytes.
    Buffer.from(secret).toString('hex'),
    ...inBase64,
    ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ...inBase64.map(encodeURIComponent),
  ];
}

/** The characters of base64 that show a text behind `offset` other bytes: where more follows, and where it is the end. */
function encodeBase64At(offset: number, text: string): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
  const encoded = bytes
    .toString('base64')
    .replaceAll('=', '')
    .slice(Math.ceil((offset * 8) / 6));
  // Some bits of the last one may be those of what follows.
  return [encoded.slice(0, -1), encoded];
}
