import type { KeyObject } from 'node:crypto';
import { openPrivateKey, type PassphraseOptions } from './open-private-key.ts';
import { requireSoundKey } from './private-key.ts';

/** How `loadPrivateKey` comes by the passphrase of an encrypted key. */
export type LoadPrivateKeyOptions = PassphraseOptions;

/**
 * Reads an RSA private key of 2048 bits or more, and proves with one RSA-OAEP round trip that it is sound.
 *
 * A text may hold PEM (PKCS#1, PKCS#8, or either of them encrypted), a JWK, a JWKS with one private RSA key, or
 * the base64 of any of these, of DER or of PKCS#12 (RFC 7292); bytes may hold the same, or DER or PKCS#12 as
 * they are. A PKCS#12 file must hold exactly one private key; copies of the same key count as one. Quotes,
 * escaped newlines, CRLF, a byte order mark and text around the PEM do no harm. For an encrypted key that came
 * without a passphrase the empty one, common in PKCS#12, is tried before `askPassphrase` is called.
 *
 * @throws SgidError `ERR_PRIVATE_KEY`, `ERR_PRIVATE_KEY_TYPE`, `ERR_PRIVATE_KEY_SIZE`,
 *   `ERR_PRIVATE_KEY_PASSPHRASE`; or whatever `askPassphrase` rejects with.
 */
export async function loadPrivateKey(
  input: string | Uint8Array,
  options: LoadPrivateKeyOptions = {},
): Promise<KeyObject> {
  const { key } = await openPrivateKey(input, options);
  return requireSoundKey(key);
}
