// Replies of the largest size that is taken, for the tests and for the row of the bench that answers with them.

const MAX_RESPONSE_BYTES = 1024 * 1024;

/** A piece, as often as it fits. */
function fill(piece, head = '', tail = '') {
  const room = MAX_RESPONSE_BYTES - Buffer.byteLength(head + tail);
  return head + piece.repeat(Math.floor(room / Buffer.byteLength(piece))) + tail;
}

/** @param {string} text @returns {string} */
function nestBase64(text) {
  const encoded = Buffer.from(text).toString('base64');
  return encoded.length > MAX_RESPONSE_BYTES ? text : nestBase64(encoded);
}

const manyKeys = Array.from({ length: 70_000 }, (_, index) => `"key${index}":0`).join();

/**
 * On each of them, some way to search, clean or parse it takes hours.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const HOSTILE_REPLIES = {
  'a chain of percent signs in an error': fill('%25', '{"error":"'),
  'a chain of percent signs in an error that ends': fill('%25', '{"error":"', '"}'),
  'a percent sign encoded over and over': fill('25', '%'),
  'lists in lists': fill('['),
  'lists in lists that end': `${fill('[').slice(MAX_RESPONSE_BYTES / 2)}${fill(']').slice(MAX_RESPONSE_BYTES / 2)}`,
  'objects in objects': fill('{"a":'),
  'base64 in base64': nestBase64('client_secret=x'),
  'a long line': fill('x'),
  'a long number': fill('1'),
  colours: fill('\u001b[31m'),
  'an escape sequence that never ends': fill('0', '\u001b['),
  'titles of a terminal that never end': fill('\u001b]'),
  'tags that never end': fill('<'),
  'scripts that never end': fill('<script>'),
  'titles that never end': fill('<title>'),
  'quotes that never end': fill('"code":"'),
  backslashes: fill('\\'),
  'escapes of JSON': fill('\\u0025', '{"error":"', '"}'),
  'escapes of HTML': fill('&#'),
  'half a character': fill('\\ud800', '{"error":"', '"}'),
  'many keys': `{${manyKeys}}`,
  'what nobody sees': fill('\u{e0041}'),
  'line breaks': fill('\r\n'),
  'line breaks of a mail': fill('=\n'),
  blanks: fill(' '),
  'private keys that never end': fill('-----BEGIN PRIVATE KEY-----'),
  'tokens that never end': fill('eyJhbGciOi.'),
  'tokens in headers': fill('Bearer '),
};
