/** A value as one word of a POSIX shell. Single quotes hold everything but themselves; a NUL no shell can hold. */
export function quoteForShell(value: string): string {
  return `'${value.replaceAll('\0', '').replaceAll("'", "'\\''")}'`;
}

/** A word as people type it: quoted where a POSIX shell needs that. */
export function wordForShell(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : quoteForShell(value);
}

export type SplitCommand =
  | { readonly ok: true; readonly words: readonly [program: string, ...args: string[]] }
  | { readonly ok: false; readonly problem: string };

/**
 * Splits a command into words as a POSIX shell would, without any of its other powers: blanks separate, single
 * quotes keep everything, double quotes keep all but a backslash before `"`, `\`, `$` and a backquote. Where
 * paths are written with backslashes (`windows`), a backslash is a plain character. There is at least one word.
 */
export function splitWords(text: string, windows: boolean): SplitCommand {
  const words: string[] = [];
  let word: string | undefined; // undefined between words, '' after an empty pair of quotes
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    if (character === '\\' && !windows && quote !== "'" && (quote === '' || /["\\$`]/.test(next))) {
      if (next === '') return { ok: false, problem: 'ends in a backslash' };
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
  if (quote !== '') return { ok: false, problem: `has no closing ${quote}` };
  if (word !== undefined) words.push(word);
  const [program, ...args] = words;
  return program ? { ok: true, words: [program, ...args] } : { ok: false, problem: 'names no program' };
}
