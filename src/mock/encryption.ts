import { type KeyObject, randomBytes } from 'node:crypto';
import { CompactEncrypt } from 'jose';

/** How a provider encrypts personal data: the algorithms of each layer (RFC 7518). */
export interface EncryptionProfile {
  /** The `key` JWE, which carries the payload key to the client. */
  readonly key: { readonly alg: string; readonly enc: string };
  /** The payload key: the `alg` that its JWK names, and its size. */
  readonly payloadKey: { readonly alg: string; readonly bytes: number };
  /** The JWE of each field. */
  readonly field: { readonly alg: string; readonly enc: string };
}

/** What the userinfo endpoint sends besides `sub`: compact JWEs. */
export interface EncryptedUserinfo {
  readonly key: string;
  readonly data: Readonly<Record<string, string>>;
}

/** The algorithms of the official SDK's test fixtures. */
export const SDK_PROFILE: EncryptionProfile = {
  key: { alg: 'RSA-OAEP-256', enc: 'A256GCM' },
  payloadKey: { alg: 'A128GCM', bytes: 16 },
  field: { alg: 'A128GCMKW', enc: 'A128GCM' },
};

/** Encrypts each value under a fresh payload key, and that key, as JWK text, to the client's RSA key. */
export async function encryptUserinfo(
  values: Readonly<Record<string, string>>,
  publicKey: KeyObject,
  profile: EncryptionProfile = SDK_PROFILE,
): Promise<EncryptedUserinfo> {
  const payloadKey = randomBytes(profile.payloadKey.bytes);
  const jwk = { kty: 'oct', alg: profile.payloadKey.alg, k: payloadKey.toString('base64url') };
  const [key, ...fields] = await Promise.all([
    encrypt(JSON.stringify(jwk), publicKey, profile.key),
    ...Object.entries(values).map(
      async ([name, value]): Promise<[string, string]> => [
        name,
        await encrypt(value, payloadKey, profile.field),
      ],
    ),
  ]);
  return { key, data: Object.fromEntries(fields) };
}

function encrypt(
  text: string,
  key: KeyObject | Uint8Array,
  header: { readonly alg: string; readonly enc: string },
): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text)).setProtectedHeader({ ...header }).encrypt(key);
}
