/**
 * Whether a text is a key rather than the path of one: PEM, a JWK, or DER in base64 (which, being an ASN.1
 * sequence longer than 255 bytes, begins with `MI`).
 */
export function isKeyText(text: string): boolean {
  const bare = text.replace(/^[\s"'\uFEFF]+/, '');
  return bare.includes('-----BEGIN') || bare.startsWith('{') || /^MI[\w+/=\\\s-]{400,}["']?\s*$/.test(bare);
}
