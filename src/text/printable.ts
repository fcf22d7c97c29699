/**
 * What nobody sees, or what moves the cursor or a line, for a character class with the flag `u`: control and format
 * characters (bidi controls are among them), line separators, what a font may ignore (fillers, selectors, tags), and the
 * blank of Braille.
 */
export const UNSEEN = '\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800';

const CONTROLS = [
  '\\u001b\\[[0-?]*[ -/]*[@-~]', // CSI sequences
  '\\u001b[\\]PX^_][^\\n\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?', // OSC, DCS, SOS, PM, APC strings
  '\\u001b[ -/]*[0-~]?', // other escape sequences
  `[${UNSEEN}]`,
].join('|');
const UNPRINTABLE = new RegExp(CONTROLS, 'gu');
/** Lines of ours may be broken, indented and coloured. */
const STRAY = new RegExp(`(?!\\n|\\t|\\u001b\\[[\\d;]*m)(?:${CONTROLS})`, 'gu');

/** Takes escape sequences and what nobody sees out of a line; all else stays as it is. */
export function stripControls(line: string): string {
  return line.replace(UNPRINTABLE, '');
}

/** As {@link stripControls}, line by line. */
export function stripLines(text: string): string {
  return text.split('\n').map(stripControls).join('\n');
}

/** As {@link stripControls}, for a text of ours that may quote others: its line breaks, tabs and colours stay. */
export function stripStrays(text: string): string {
  return text.replace(STRAY, '');
}

// What a CI system takes for a command: GitHub Actions `::` at the start of what may be a line to it, and `##[` anywhere;
// Azure Pipelines `##vso[`, TeamCity `##teamcity[`.

export function holdsCommand(text: string): boolean {
  return COMMAND_ANYWHERE.test(text) || text.split(/[\n\r]/).some((line) => COMMAND.test(line));
}

const COMMAND_ANYWHERE = /##(?=\w{0,40}\[)/;
const COMMAND = new RegExp(`^[\\s${UNSEEN}]*::`, 'u');

/** Breaks commands up in a text of ours, which may quote others. */
export function breakCommands(text: string): string {
  return text
    .split('\n')
    .map((line) => (COMMAND.test(line) ? line.replace('::', ': :') : line))
    .join('\n')
    .replaceAll(new RegExp(COMMAND_ANYWHERE, 'g'), '## ');
}

/**
 * Makes text from elsewhere safe to print: escape sequences and what nobody sees go (so a reply can neither move the
 * cursor nor pose as a line of ours), white space is folded to single spaces, and commands are broken up.
 *
 * @param maxBytes Where the text is cut, in bytes of UTF-8.
 */
export function toPrintable(text: string, maxBytes = 2048): string {
  const line = breakCommands(
    stripControls(text.replace(/[\t\n\r]/g, ' '))
      .replace(/ {2,}/g, ' ')
      .trim(),
  );
  if (Buffer.byteLength(line) <= maxBytes) return line;
  // As many UTF-16 units as fit, without half a character.
  const { read } = new TextEncoder().encodeInto(line, new Uint8Array(maxBytes - 3));
  return `${line.slice(0, read)}…`;
}

/** A value as JSON has it, safe to print and at most 200 bytes. */
export function quoteValue(value: unknown): string {
  return toPrintable(JSON.stringify(value), 200);
}
