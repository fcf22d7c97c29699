import { createPublicKey, type KeyObject } from 'node:crypto';
import type { FaultName } from './faults.ts';
import {
  encryptToPublicKey,
  encryptWithSharedKey,
  type PublicKeyHeader,
  type SharedKeyHeader,
} from './jwe.ts';
import { takeRandomBytes } from './random-bytes.ts';
import { importSigningKey } from './signing-key.ts';

/** How a provider encrypts personal data: the algorithms of each layer (RFC 7518). */
export interface EncryptionProfile {
  /** The `key` JWE, which carries the payload key to the client. */
  readonly key: PublicKeyHeader;
  /** The payload key: the `alg` that its JWK names, its size, and whether its JWK has a `kid`. */
  readonly payloadKey: { readonly alg: string; readonly bytes: number; readonly named?: boolean };
  /** The JWE of each field. */
  readonly field: SharedKeyHeader;
}

/** What the userinfo endpoint sends besides `sub`: compact JWEs. */
export interface EncryptedUserinfo {
  /** Absent under the fault `missing-key`. */
  readonly key?: string;
  readonly data: Readonly<Record<string, string>>;
}

/** The algorithms of the official SDK's test fixtures. */
export const SDK_PROFILE: EncryptionProfile = {
  key: { alg: 'RSA-OAEP-256', enc: 'A256GCM' },
  payloadKey: { alg: 'A128GCM', bytes: 16 },
  field: { alg: 'A128GCMKW', enc: 'A128GCM' },
};

/** The algorithms of MockPass. */
export const MOCKPASS_PROFILE: EncryptionProfile = {
  key: { alg: 'RSA-OAEP', enc: 'A128CBC-HS256' },
  payloadKey: { alg: 'A256GCM', bytes: 32, named: true },
  field: { alg: 'dir', enc: 'A256GCM' },
};

/** The profiles by the name that options give them. */
export const ENCRYPTION_PROFILES: { readonly sdk: EncryptionProfile; readonly mockpass: EncryptionProfile } =
  {
    sdk: SDK_PROFILE,
    mockpass: MOCKPASS_PROFILE,
  };

/**
 * Encrypts each value under a fresh payload key, and that key, as JWK text, to the client's RSA key. A fault
 * breaks one of the layers.
 */
export function encryptUserinfo(
  values: Readonly<Record<string, string>>,
  publicKey: KeyObject,
  profile: EncryptionProfile = SDK_PROFILE,
  fault?: FaultName,
): EncryptedUserinfo {
  const { alg, bytes, named } = profile.payloadKey;
  const payloadKey = takeRandomBytes(bytes);
  const kid = named ? { kid: takeRandomBytes(32).toString('base64url') } : {};
  const jwk = { kty: 'oct', alg, k: payloadKey.toString('base64url'), ...kid };
  const keyText = fault === 'bad-block-key' ? 'not a key' : JSON.stringify(jwk);
  const recipient = fault === 'wrong-public-key' ? createPublicKey(importSigningKey().privateKey) : publicKey;
  const key = encryptToPublicKey(keyText, recipient, profile.key);
  const fields = Object.entries(values).map(([name, value]): [string, string] => [
    name,
    encryptWithSharedKey(value, payloadKey, profile.field),
  ]);
  const data = Object.fromEntries(fault === 'bad-field' ? breakFirst(fields) : fields);
  return fault === 'missing-key' ? { data } : { key, data };
}

/** Turns a bit of the first field's ciphertext, so that its tag does not fit. */
function breakFirst(fields: readonly [string, string][]): readonly [string, string][] {
  return fields.map(([name, jwe], index) => {
    if (index > 0) return [name, jwe];
    const [header, key, iv, ciphertext = '', tag] = jwe.split('.');
    const bytes = Buffer.from(ciphertext, 'base64url');
    if (bytes.length > 0) bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    return [name, [header, key, iv, bytes.toString('base64url'), tag].join('.')];
  });
}
