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
