import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { attempt, isRecord } from '../text/guards.ts';
import { type KeyProblem, wrongKeyType } from './key-errors.ts';

type FoundJwk = { kind: 'open'; format: 'jwk' | 'jwks'; key: KeyObject };

/** Whether parsed JSON has the shape of a JWKS (RFC 7517 section 5). */
export function isJwks(json: unknown): json is { readonly keys: readonly unknown[] } {
  return isRecord(json) && Array.isArray(json['keys']);
}

/** The numbers of a private RSA key, RFC 7518 section 6.3. */
const RSA_MEMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const;

const OTHER_TYPES: Readonly<Record<string, string>> = { EC: 'EC', OKP: 'OKP (Ed25519, X25519)', AKP: 'AKP' };

/** The most base64url characters of a 16384-bit number. Node 20 and 22 take quadratic time to read a longer one. */
const LONGEST_NUMBER = Math.ceil(16_384 / 6);

export function isGiant(...numbers: readonly string[]): boolean {
  return numbers.some((number) => number.replace(/=+$/, '').length > LONGEST_NUMBER);
}

/** A JWK (RFC 7517 section 4), or a JWKS (section 5) that holds exactly one private RSA key. */
export function findJwk(json: unknown): FoundJwk | KeyProblem {
  if (!isJwks(json)) return findInJwk(json, 'jwk');
  const keys = json.keys.filter(isRecord).filter((key) => key['kty'] === 'RSA' && 'd' in key);
  if (new Set(keys.map((key) => key['n'])).size > 1) return 'several-keys';
  return keys.length === 0 ? 'jwks-without-key' : findInJwk(keys[0], 'jwks');
}

function findInJwk(jwk: unknown, format: 'jwk' | 'jwks'): FoundJwk | KeyProblem {
  if (!isRecord(jwk)) return 'json';
  const { kty: type } = jwk;
  if (typeof type !== 'string') return 'json';
  if (type === 'oct') return 'symmetric-key';
  if (type !== 'RSA') throw wrongKeyType(OTHER_TYPES[type] ?? 'unknown');
  if (!('d' in jwk)) return 'public-key';
  // Node.js accepts characters that are not base64url.
  const key: JsonWebKey = { kty: 'RSA' };
  for (const name of RSA_MEMBERS) {
    const number = jwk[name];
    if (typeof number !== 'string' || !/^[\w-]+={0,2}$/.test(number)) return 'jwk-incomplete';
    if (isGiant(number)) return 'too-large';
    key[name] = number;
  }
  const opened = attempt(() => createPrivateKey({ key, format: 'jwk' }));
  return opened === undefined ? 'damaged' : { kind: 'open', format, key: opened };
}
