import type { JsonWebKey } from 'node:crypto';
import { isRecord } from '../text/guards.ts';
import { notAPrivateKey, wrongKeyType } from './key-errors.ts';

/** The numbers of a private RSA key, RFC 7518 section 6.3. */
const RSA_MEMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const;

/** What to call the JWK key types that sgID cannot use. */
const OTHER_TYPES: Readonly<Record<string, string>> = { EC: 'EC', OKP: 'OKP (Ed25519, X25519)', AKP: 'AKP' };

/**
 * Picks the private RSA key out of parsed JSON: a JWK (RFC 7517 section 4), or a JWKS (section 5) that holds
 * exactly one.
 *
 * @throws SgidError `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`
 */
export function readRsaJwk(json: unknown): JsonWebKey {
  if (isJwks(json)) return readOnlyKey(json.keys);
  if (!isRecord(json)) throw notAPrivateKey('json');
  return readKey(json);
}

/** Whether parsed JSON has the shape of a JWKS (RFC 7517 section 5). */
export function isJwks(json: unknown): json is { readonly keys: readonly unknown[] } {
  return isRecord(json) && Array.isArray(json['keys']);
}

function readOnlyKey(keys: readonly unknown[]): JsonWebKey {
  const candidates = keys.filter(isRecord).filter((key) => key['kty'] === 'RSA' && 'd' in key);
  const [only, ...others] = candidates;
  if (only === undefined) throw notAPrivateKey('jwks-without-key');
  if (others.some((other) => other['n'] !== only['n'])) throw notAPrivateKey('several-keys');
  return readKey(only);
}

function readKey(jwk: Readonly<Record<string, unknown>>): JsonWebKey {
  const type = jwk['kty'];
  if (typeof type !== 'string') throw notAPrivateKey('json');
  if (type === 'oct') throw notAPrivateKey('symmetric-key');
  if (type !== 'RSA') throw wrongKeyType(OTHER_TYPES[type] ?? 'unknown');
  if (!('d' in jwk)) throw notAPrivateKey('public-key');
  const members = RSA_MEMBERS.map((name) => [name, jwk[name]] as const);
  if (!members.every(([, value]) => isBase64url(value))) throw notAPrivateKey('jwk-incomplete');
  return { kty: 'RSA', ...Object.fromEntries(members) };
}

function isBase64url(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9_-]+={0,2}$/.test(value);
}
