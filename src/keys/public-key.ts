import { createPublicKey, hash, type JsonWebKey, type KeyObject } from 'node:crypto';
import { unwrapValue } from '../text/credential-value.ts';
import { attempt, decodeText, isRecord, parseJson } from '../text/guards.ts';
import { decodeBase64, findPemBlocks, looksLikeDer, parsePublicDer, unescapeKeyText } from './encoding.ts';
import { isJwks } from './jwk.ts';

export function fingerprintKey(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex');
}

/** Public keys from one place, of which one is said to belong to a private key. */
export type PublicKeyClaim = { readonly origin: string; readonly keys: readonly KeyObject[] };

/** The claims that are wrong. One without a readable key claims nothing. */
export function findForeignClaims(
  privateKey: KeyObject,
  claims: readonly PublicKeyClaim[],
): readonly PublicKeyClaim[] {
  const fingerprint = fingerprintKey(privateKey);
  const isForeign = (key: KeyObject): boolean => fingerprintKey(key) !== fingerprint;
  return claims.filter(({ keys }) => keys.length > 0 && keys.every(isForeign));
}

/** SPKI, PKCS#1 (RFC 8017 A.1.1), certificates, JWK and JWKS. All else is ignored, private keys too. */
export function findPublicKeys(input: string | Uint8Array): KeyObject[] {
  const bytes = Buffer.from(input);
  return looksLikeDer(bytes) ? findInDer(bytes) : findInText(decodeText(bytes));
}

function findInText(text: string): KeyObject[] {
  const plain = unescapeKeyText(unwrapValue(text));
  const json = parseJson(unwrapValue(text)) ?? parseJson(plain);
  if (isJwks(json)) return json.keys.flatMap(findInJwk);
  if (isRecord(json)) return findInJwk(json);
  const blocks = findPemBlocks(plain);
  const bodies = blocks.length > 0 ? blocks.map(({ body }) => body) : [decodeBase64(plain)];
  return bodies.flatMap((body = Buffer.alloc(0)) => findInDer(body));
}

function findInJwk(jwk: unknown): KeyObject[] {
  if (!isRecord(jwk) || 'd' in jwk) return [];
  const { kty, n, e } = jwk;
  const key = attempt(() => createPublicKey({ key: { kty, n, e } as JsonWebKey, format: 'jwk' }));
  return key === undefined ? [] : [key];
}

function findInDer(bytes: Buffer): KeyObject[] {
  const found = parsePublicDer(bytes);
  return found === undefined ? [] : [found.key];
}
