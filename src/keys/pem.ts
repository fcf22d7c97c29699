/** One `-----BEGIN ...-----` block (RFC 7468), with whatever line breaks and indentation it came in. */
export interface PemBlock {
  /** What stands after BEGIN, for example `RSA PRIVATE KEY`. */
  readonly label: string;
  /** The decoded body, or undefined when it is not base64. */
  readonly body: Buffer | undefined;
  /** The cipher and its initialisation vector (hex) of the old encryption by headers (RFC 1421 4.6). */
  readonly encryption: { readonly cipher: string; readonly iv: string } | undefined;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----((?:(?!-----BEGIN )[\s\S])*?)-----END [A-Z0-9 ]+-----/g;
const ENCRYPTION_HEADERS =
  /^\s*Proc-Type:\s*4\s*,\s*ENCRYPTED\s+DEK-Info:\s*([A-Za-z0-9-]+)\s*,\s*([0-9A-Fa-f]+)\s/;

/** Finds the PEM blocks in a text, in order; what stands around and between them is ignored. */
export function findPemBlocks(text: string): PemBlock[] {
  return Array.from(text.matchAll(BLOCK), ([, label = '', content = '']) => {
    const headers = ENCRYPTION_HEADERS.exec(content);
    const [taken = '', cipher = '', iv = ''] = headers ?? [];
    return {
      label,
      body: decodeBase64(content.slice(taken.length)),
      encryption: headers === null ? undefined : { cipher, iv },
    };
  });
}

/** Whether a text holds a boundary line of PEM, even if the other one is missing. */
export function hasPemBoundary(text: string): boolean {
  return /-----(BEGIN|END) /.test(text);
}

/** Writes a block the way that OpenSSL does: 64 columns and a final newline. */
export function formatPem(label: string, body: Buffer): string {
  return formatBlock(label, [], body);
}

/** Writes a block encrypted by headers the way that OpenSSL expects it: headers, a blank line, 64 columns. */
export function formatEncryptedPem(label: string, cipher: string, iv: string, body: Buffer): string {
  return formatBlock(label, ['Proc-Type: 4,ENCRYPTED', `DEK-Info: ${cipher},${iv.toUpperCase()}`, ''], body);
}

function formatBlock(label: string, headers: readonly string[], body: Buffer): string {
  const lines = body.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...headers, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Decodes base64 or base64url across line breaks and spaces; undefined when the text is anything else. */
export function decodeBase64(text: string): Buffer | undefined {
  const compact = text.replace(/\s+/g, '');
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(compact) ? Buffer.from(compact, 'base64') : undefined;
}
