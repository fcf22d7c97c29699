/** Whether a text is a key rather than the path of one: PEM, a JWK, or either of them, DER or PKCS#12 in base64. */
export function isKeyText(text: string): boolean {
  const bare = text
    .replace(/^[\s"'`\uFEFF]+/, '')
    .trimEnd()
    .replace(/["'`]$/, '');
  if (bare.includes('-----BEGIN') || bare.startsWith('{')) return true;
  const base64 = bare.replace(/\s|\\{1,4}[nrt]/g, '');
  if (!/^[\w+/-]{400,}={0,2}$/.test(base64)) return false;
  const bytes = Buffer.from(base64, 'base64');
  // An ASN.1 sequence longer than 255 bytes.
  return (bytes[0] === 0x30 && bytes[1] === 0x82) || isKeyText(bytes.toString('latin1'));
}

/**
 * Whether a text can only be meant as a path and may be shown as one. Whatever could be a secret, a key or a
 * piece of one in the wrong variable is not.
 */
export function isPlainlyPath(text: string): boolean {
  if (text.length > 1024 || /[\r\n+=]|-----/.test(text) || isKeyText(text)) return false;
  return endsLikeFileName(text) || (/[\\/]/.test(text) && !holdsBase64(text));
}

/** Whether a text ends as the files do that hold keys and secrets. No piece of base64 does. */
export function endsLikeFileName(text: string): boolean {
  return /^.{1,255}\.(?:pem|key|p8|pk8|p12|pfx|der|jwk|json|txt|crt|cer)$/i.test(text);
}

/**
 * Letters of both cases and digits in one run: random bytes rather than words. A slash counts only where the run is the whole
 * text, or as long as a line of PEM.
 */
export function holdsBase64(text: string): boolean {
  const runs = text.matchAll(/^[A-Za-z0-9/]{16,}$|[A-Za-z0-9/]{48,}|[A-Za-z0-9]{16,}/g);
  return [...runs].some(([run]) => /[A-Z]/.test(run) && /[a-z]/.test(run) && /\d/.test(run));
}
