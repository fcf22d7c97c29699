import { createPublicKey, randomBytes } from 'node:crypto';
import { CompactEncrypt, type JWK } from 'jose';
import { TEST_PUBLIC_KEY } from '../../src/mock/test-credentials.ts';

/** Which algorithms encrypt the payload key to the client, and a field with the payload key. */
export interface Sealing {
  readonly key: { readonly alg: string; readonly enc: string };
  readonly field: { readonly alg: string; readonly enc: string };
}

export const SEALING: Sealing = {
  key: { alg: 'RSA-OAEP-256', enc: 'A256GCM' },
  field: { alg: 'A128GCMKW', enc: 'A128GCM' },
};

const PUBLIC_KEY = createPublicKey(TEST_PUBLIC_KEY);

/** What a userinfo reply for the test client holds beside its subject, encrypted in whichever way jose knows. */
export async function sealUserinfo(
  values: Readonly<Record<string, string | Uint8Array>>,
  { key, field }: Sealing = SEALING,
  payloadKey: Uint8Array = randomBytes(keyBytes(field)),
) {
  const jwk: JWK = { kty: 'oct', k: Buffer.from(payloadKey).toString('base64url') };
  const fields = Object.entries(values).map(async ([name, value]): Promise<[string, string]> => {
    return [name, await sealText(value, payloadKey, field)];
  });
  return {
    key: await sealText(JSON.stringify(jwk), PUBLIC_KEY, key),
    data: Object.fromEntries(await Promise.all(fields)) as Record<string, string>,
  };
}

/** A compact JWE. */
export function sealText(
  text: string | Uint8Array,
  key: Parameters<CompactEncrypt['encrypt']>[0] = PUBLIC_KEY,
  header: Sealing['key'] = SEALING.key,
): Promise<string> {
  return new CompactEncrypt(Buffer.from(text)).setProtectedHeader({ ...header }).encrypt(key);
}

function keyBytes({ alg, enc }: Sealing['field']): number {
  const bits = Number((alg === 'dir' ? enc : alg).slice(1, 4));
  // AES-CBC with HMAC takes a key for each of the two (RFC 7518 section 5.2).
  return (alg === 'dir' && enc.includes('CBC') ? 2 * bits : bits) / 8;
}
