import { SgidError } from '../protocol/errors.ts';

/**
 * Splits a command into words as a POSIX shell would, without any of its other powers: blanks separate, single
 * quotes keep everything, double quotes keep all but a backslash before `"`, `\`, `$` and a backquote. Where
 * paths are written with backslashes (`windows`), a backslash is a plain character.
 *
 * @throws SgidError `ERR_USAGE` when there is no word, or a quote or a final backslash is left open.
 */
export function splitCommand(text: string, windows: boolean = process.platform === 'win32'): string[] {
  const words: string[] = [];
  let word: string | undefined; // undefined between words, '' after an empty pair of quotes
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    if (character === '\\' && !windows && quote !== "'" && (quote === '' || /["\\$`]/.test(next))) {
      if (next === '') throw unusable(text, 'ends in a backslash');
      word = (word ?? '') + next;
      index += 1;
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '') throw unusable(text, `has no closing ${quote}`);
  if (word !== undefined) words.push(word);
  if (!words[0]) throw unusable(text, 'names no program');
  return words;
}

/**
 * Reads `$BROWSER`: a command, or on Unix a list of them separated by colons, of which the first counts.
 * An empty list when none is set.
 *
 * @throws SgidError `ERR_USAGE`, as {@link splitCommand}.
 */
export function readBrowserVariable(
  value: string,
  windows: boolean = process.platform === 'win32',
): string[] {
  const commands = windows ? [value] : value.split(':');
  const first = commands.find((command) => command.trim() !== '');
  return first === undefined ? [] : splitCommand(first, windows);
}

function unusable(text: string, reason: string): SgidError {
  return new SgidError('ERR_USAGE', `the browser command ${JSON.stringify(text)} ${reason}`, {
    step: 'usage',
    hint: 'Use for example --browser firefox, --browser "firefox --private-window", or --no-browser.',
  });
}
