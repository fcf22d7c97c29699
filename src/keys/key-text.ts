/** Why a text is not a key, as far as its look tells. */
export type TextLook = 'empty' | 'path' | 'html' | 'putty' | 'ssh-public-key' | 'binary-text' | 'unknown';

/**
 * Takes off what environment files, shells and secret stores wrap around a key: a byte order mark, white
 * space and up to three layers of quotes.
 */
export function unwrapKeyText(text: string): string {
  let bare = text.trim();
  for (let layer = 0; layer < 3 && /^(["'`])[\s\S]*\1$/.test(bare); layer += 1) {
    bare = bare.slice(1, -1).trim();
  }
  return bare;
}

/**
 * Turns the escapes of shells and JSON into the characters they stand for: line breaks (`\n`, `\r\n`, `\\n`),
 * quotes, slashes and `\u002b`.
 */
export function unescapeKeyText(text: string): string {
  return text
    .replace(/\\{1,4}[nr]/g, '\n')
    .replace(/\\{1,4}u([0-9A-Fa-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\{1,4}(["/])/g, '$1');
}

/** Judges by its look a text that holds no key in any known form. */
export function lookOfText(text: string): TextLook {
  if (text === '') return 'empty';
  if (/^<(!doctype|html|\?xml)/i.test(text)) return 'html';
  if (text.startsWith('PuTTY-User-Key-File-')) return 'putty';
  if (/^ssh-[a-z0-9-]+ AAAA/.test(text)) return 'ssh-public-key';
  if (/[^\P{Cc}\s]|\ufffd/u.test(text)) return 'binary-text';
  return looksLikePath(text) ? 'path' : 'unknown';
}

function looksLikePath(text: string): boolean {
  if (text.length > 1024 || /[\r\n]/.test(text)) return false;
  return (
    /^(~|\.{0,2}[\\/]|[A-Za-z]:[\\/]|file:)/.test(text) ||
    /\.(pem|key|p8|p12|pfx|der|jwk|json|txt|crt|cer)$/i.test(text)
  );
}
