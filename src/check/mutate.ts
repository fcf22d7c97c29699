const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();

/**
 * The same text with one character changed to another of its kind: as long, and of the same alphabet, so that
 * nothing but its meaning differs.
 *
 * @param index Which character; counted from the end when negative.
 */
export function changeCharacter(text: string, index: number): string {
  const at = index < 0 ? text.length + index : index;
  const character = text[at] ?? '';
  const alphabet = [DIGITS, LOWER, UPPER].find((letters) => letters.includes(character)) ?? LOWER;
  const changed = alphabet[(alphabet.indexOf(character) + 1) % alphabet.length] ?? '';
  return text.slice(0, at) + changed + text.slice(at + 1);
}

/** A redirect URI that nobody registered: the last letter or digit of its path changed, or a path added. */
export function changeRedirectUri(redirectUri: string): string {
  const url = new URL(redirectUri);
  const last = [...url.pathname].findLastIndex((character) => /[A-Za-z0-9]/.test(character));
  if (last < 0) return `${url.origin}/sgid-check-control${url.search}`;
  return `${url.origin}${changeCharacter(url.pathname, last)}${url.search}`;
}
