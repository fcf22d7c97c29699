import { splitWords } from '../config/split-words.ts';
import { type SgidError, usageError } from '../protocol/errors.ts';

/**
 * Splits a browser command into words, see {@link splitWords}.
 *
 * @throws SgidError `ERR_USAGE` when there is no word, or a quote or a final backslash is left open.
 */
export function splitCommand(text: string, windows: boolean = process.platform === 'win32'): string[] {
  const split = splitWords(text, windows);
  if (!split.ok) throw unusable(text, split.problem);
  return [...split.words];
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
  return usageError(
    `the browser command ${JSON.stringify(text)} ${reason}`,
    'Use for example --browser firefox, --browser "firefox --private-window", or --no-browser.',
  );
}
