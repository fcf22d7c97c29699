const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();

/** bcrypt, which a provider may keep secrets with, looks at 72 bytes and no more. */
const LAST_COUNTED = 70;

/**
 * A client secret that is wrong: one character in the middle changed. A first character may belong to a prefix
 * that tells kinds of secrets apart, a last one may hold no more than the padding of a base64 text.
 */
export function changeSecret(secret: string): string {
  return changeCharacter(secret, Math.min(secret.length >> 1, LAST_COUNTED));
}

/** A redirect URI that nobody registered: the last letter or digit of its path changed, or a path added. */
export function changeRedirectUri(redirectUri: string): string {
  const { origin, pathname, search } = new URL(redirectUri);
  // A changed character in a percent-encoding (%2F) would make the path malformed, not another one.
  const last = pathname.search(/(?<!%|%[0-9A-F])[A-Z0-9](?:[^A-Z0-9]|%[0-9A-F]{2})*$/i);
  const changed = last < 0 ? '/sgid-check-control' : changeCharacter(pathname, last);
  return origin + changed + search;
}

/**
 * The same text with one character changed to another of its kind: as long, and of the same alphabet, so that
 * nothing but its meaning differs.
 */
function changeCharacter(text: string, index: number): string {
  const character = text.charAt(index);
  const alphabet = [DIGITS, LOWER, UPPER].find((letters) => letters.includes(character)) ?? LOWER;
  const changed = alphabet.charAt((alphabet.indexOf(character) + 1) % alphabet.length);
  return text.slice(0, index) + changed + text.slice(index + 1);
}
