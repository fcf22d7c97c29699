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
