/** A command line up to the cursor, without the program's name. */
export interface TypedWords {
  /** The words before the one that is being typed. */
  readonly before: readonly string[];
  /** What is there of the word that is being typed; may be empty. */
  readonly current: string;
}

/**
 * Reads the words that a shell hands over on standard input, each ended by a NUL; what follows the last NUL, such as
 * a newline of PowerShell, does not count. They do not come as arguments, because Node opens a file that
 * `--env-file` names wherever that stands.
 */
export function readTypedWords(text: string): TypedWords {
  const words = text.split('\0').slice(0, -1);
  return { before: words.slice(0, -1), current: unquote(words.at(-1) ?? '') };
}

/** Takes off the quote that a word begins with, or the backslashes of one without: the shells send what was typed. */
function unquote(word: string): string {
  const quote = /^["']/.exec(word)?.[0];
  if (quote === undefined) return word.replace(/\\(.)/g, '$1');
  return word.slice(1).replace(new RegExp(`${quote}$`), '');
}
