/**
 * The characters beyond C0 that must not reach a terminal, as ranges for a character class: DEL and C1, bidi
 * controls, invisible characters and line separators.
 */
export const CONTROLS_BEYOND_C0 =
  '\\u007f-\\u009f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff';

const UNPRINTABLE = new RegExp(
  [
    '\\u001b\\[[0-?]*[ -/]*[@-~]', // CSI sequences
    '\\u001b[\\]PX^_][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?', // OSC, DCS, SOS, PM, APC strings
    '\\u001b[ -/]*[0-~]?', // other escape sequences
    `[\\u0000-\\u001f${CONTROLS_BEYOND_C0}]`,
  ].join('|'),
  'gu',
);

/** Takes control characters, escape sequences and bidi controls out of a line; all else stays as it is. */
export function stripControls(line: string): string {
  return line.replace(UNPRINTABLE, '');
}

/**
 * Makes text from elsewhere safe to print: control characters, escape sequences and bidi controls go (so a
 * reply can neither move the cursor nor pose as a line of ours), white space is folded to single spaces, and
 * what a runner of GitHub Actions would take for a command (`::` at the start, `##[` anywhere) is broken up.
 *
 * @param maxBytes Where the text is cut, in bytes of UTF-8.
 */
export function toPrintable(text: string, maxBytes = 2048): string {
  const line = stripControls(text.replace(/[\t\n\r]+/g, ' '))
    .replace(/ {2,}/g, ' ')
    .trim()
    .replaceAll('##[', '## [')
    .replace(/^::/, ': :');
  return Buffer.byteLength(line) <= maxBytes ? line : `${truncate(line, maxBytes - 3)}…`;
}

function truncate(text: string, maxBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
