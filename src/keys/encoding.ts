import { notAPrivateKey } from './key-errors.ts';

/** Undoes the escapes of shells and JSON: line breaks, tabs, quotes, slashes and `\u002b`. */
export function unescapeKeyText(text: string): string {
  return text
    .replace(/\\{1,4}(?:[nrt]|\r?\n)/g, '\n')
    .replace(/\\{1,4}u([0-9A-Fa-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\{1,4}(["/])/g, '$1');
}

export function decodeBase64(text: string): Buffer | undefined {
  const compact = text.replace(/\s/g, '');
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(compact) ? Buffer.from(compact, 'base64') : undefined;
}

/** One `-----BEGIN ...-----` block (RFC 7468), with whatever line breaks and indentation it came in. */
export type PemBlock = ReturnType<typeof findPemBlocks>[number];

/** More than a key with its certificates takes. Each costs OpenSSL up to some milliseconds. */
const MAXIMUM_BLOCKS = 64;

// One that is cut off ends where the next begins.
const BLOCK =
  /-----BEGIN ([A-Z0-9 ]+)-----((?:(?!-----BEGIN )[\s\S])*?)(?:-----END [A-Z0-9 ]+-----|(?=-----BEGIN ))/g;
const ENCRYPTION_HEADERS =
  /^\s*Proc-Type:\s*4\s*,\s*ENCRYPTED\s+DEK-Info:\s*([A-Za-z0-9-]+)\s*,\s*([0-9A-Fa-f]+)\s/;

/** `encryption` is what the headers declare (RFC 1421 4.6), with the PEM in the form that OpenSSL expects. */
export function findPemBlocks(text: string) {
  return Array.from(text.matchAll(BLOCK), ([, label = '', content = ''], index) => {
    if (index === MAXIMUM_BLOCKS) throw notAPrivateKey('many-blocks');
    const [headers = '', cipher, iv = ''] = ENCRYPTION_HEADERS.exec(content) ?? [];
    const body = decodeBase64(content.slice(headers.length));
    if (cipher === undefined || body === undefined) return { label, body, encryption: undefined };
    const pem = [
      `-----BEGIN ${label}-----`,
      'Proc-Type: 4,ENCRYPTED',
      `DEK-Info: ${cipher},${iv}`,
      '',
      body.toString('base64').replace(/.{64}(?=.)/g, '$&\n'),
      `-----END ${label}-----`,
    ].join('\n');
    return { label, body, encryption: { cipher, pem } };
  });
}

export function hasPemBoundary(text: string): boolean {
  return /-----(BEGIN|END) /.test(text);
}

/** Whether bytes can be DER rather than text: a SEQUENCE (0x30) whose length is in the long form or fits exactly. */
export function looksLikeDer(bytes: Buffer): boolean {
  const [tag, length = 0] = bytes;
  return tag === 0x30 && (length >= 0x80 || length === bytes.length - 2);
}
