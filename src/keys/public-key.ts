import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isRecord, parseJson } from '../text/guards.ts';
import { looksLikeDer, outlineDer } from './der.ts';
import { isJwks } from './jwk.ts';
import { decodeBase64, decodeText, findPemBlocks, unescapeKeyText, unwrapKeyText } from './key-text.ts';

/** The fingerprint of a key, private or public: the SHA-256 of its public half as SPKI (RFC 5280 4.1) in hex. */
export function fingerprintKey(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** Whether one of the public keys is the public half of the private key. */
export function belongTogether(privateKey: KeyObject, publicKeys: readonly KeyObject[]): boolean {
  const fingerprint = fingerprintKey(privateKey);
  return publicKeys.some((publicKey) => fingerprintKey(publicKey) === fingerprint);
}

/** The public half of an RSA private key as SPKI PEM or as a JWK, with a final newline. */
export function writePublicKey(privateKey: KeyObject, format: 'pem' | 'jwk'): string {
  const publicKey = createPublicKey(privateKey);
  return format === 'pem'
    ? publicKey.export({ type: 'spki', format: 'pem' }).toString()
    : `${JSON.stringify(publicKey.export({ format: 'jwk' }), null, 2)}\n`;
}

/**
 * Finds the public keys in a text or in the bytes of a file: SPKI, PKCS#1 (RFC 8017 A.1.1) and certificates, each
 * in PEM, DER or base64, JWK and JWKS. Private keys beside them and what cannot be decoded are passed over. Never
 * throws.
 */
export function findPublicKeys(input: string | Uint8Array): KeyObject[] {
  if (typeof input === 'string') return findInText(input);
  const bytes = Buffer.from(input);
  return looksLikeDer(bytes) ? findInDer(bytes) : findInText(decodeText(bytes));
}

function findInText(text: string): KeyObject[] {
  const plain = unescapeKeyText(unwrapKeyText(text));
  const json = parseJson(unwrapKeyText(text)) ?? parseJson(plain);
  if (isJwks(json)) return json.keys.flatMap(findInJwk);
  if (isRecord(json)) return findInJwk(json);
  const blocks = findPemBlocks(plain);
  const bodies = blocks.length > 0 ? blocks.map(({ body }) => body) : [decodeBase64(plain)];
  return bodies.flatMap((body) => (body === undefined ? [] : findInDer(body)));
}

function findInJwk(jwk: unknown): KeyObject[] {
  if (!isRecord(jwk) || 'd' in jwk) return [];
  const { kty, n, e } = jwk;
  if (kty !== 'RSA' || typeof n !== 'string' || typeof e !== 'string') return [];
  return attempt(() => createPublicKey({ key: { kty, n, e }, format: 'jwk' }));
}

function findInDer(bytes: Buffer): KeyObject[] {
  const { shape, algorithm, length } = outlineDer(bytes);
  const der = bytes.subarray(0, length);
  if (shape === 'certificate') return attempt(() => new X509Certificate(der).publicKey);
  if (shape !== 'public-key') return [];
  const type = algorithm === undefined ? 'pkcs1' : 'spki';
  return attempt(() => createPublicKey({ key: der, format: 'der', type }));
}

function attempt(action: () => KeyObject): KeyObject[] {
  try {
    return [action()];
  } catch {
    return [];
  }
}
