import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The passphrase of every encrypted fixture. */
export const PASSPHRASE = 'test-passphrase';

/** A file of `test/fixtures/keys` as bytes. */
export function keyBytes(name: string): Buffer {
  return readFileSync(new URL(`../../fixtures/keys/${name}`, import.meta.url));
}

/** A file of `test/fixtures/keys` as text. */
export function keyText(name: string): string {
  return keyBytes(name).toString('utf8');
}

/** The JWK of the one RSA key that the `rsa-2048.*` files share. */
export function rsaJwk(): Record<string, string> {
  return JSON.parse(keyText('rsa-2048.jwk.json'));
}

/** SHA-256 of the public part, to tell whether two keys are the same. */
export function fingerprint(key: KeyObject): string {
  const spki = createPublicKey({ key: key.export({ format: 'pem', type: 'pkcs8' }), format: 'pem' });
  return createHash('sha256')
    .update(spki.export({ format: 'der', type: 'spki' }))
    .digest('hex');
}

/** The fingerprint of the key in the `rsa-2048.*` files, taken from the public key made by OpenSSL. */
export const RSA_2048 = createHash('sha256')
  .update(createPublicKey(keyText('public.pem')).export({ format: 'der', type: 'spki' }))
  .digest('hex');
