/**
 * The text of a file, without its byte order mark. UTF-8, or UTF-16 where the mark says so: that is what
 * PowerShell's `>` writes.
 */
export function decodeText(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}
