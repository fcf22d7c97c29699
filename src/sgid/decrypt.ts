import type { KeyObject } from 'node:crypto';
import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import { CONTENT_ENCRYPTIONS, decryptJwe, FIELD_ALGORITHMS, KEY_ALGORITHMS } from '../oidc/jwe.ts';
import { isNonEmptyString, isRecord, parseJson } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';

/** The payload key, encrypted to the client, and the fields, encrypted with the payload key. */
export interface EncryptedData {
  readonly key: string;
  readonly fields: readonly (readonly [name: string, jwe: string])[];
}

/**
 * Decrypts the fields of a userinfo reply: the private key opens the payload key, which opens each field.
 * Claim names become own properties whatever they are, `__proto__` included.
 *
 * @returns Scope name and UTF-8 text.
 * @throws SgidError `ERR_DECRYPT_KEY` (the private key does not fit), `ERR_DECRYPT_FIELD`,
 *   `ERR_JWE_ALGORITHM` or `ERR_JWE_INVALID`.
 */
export async function decryptData(
  { key, fields }: EncryptedData,
  privateKey: KeyObject,
): Promise<Record<string, string>> {
  const payloadKey = await decryptPayloadKey(key, privateKey);
  return Object.fromEntries(fields.map(([name, jwe]) => [name, decryptField(name, jwe, payloadKey)]));
}

export async function decryptPayloadKey(jwe: string, privateKey: KeyObject): Promise<Uint8Array> {
  const plaintext = decrypt(jwe, privateKey, KEY_ALGORITHMS, 'the payload key', () =>
    decryptError(
      'ERR_DECRYPT_KEY',
      'the private key cannot decrypt the data',
      'Use the private key whose public half is registered for this client in the developer portal.',
    ),
  );
  const jwk = parseJson(new TextDecoder().decode(plaintext));
  if (isRecord(jwk) && jwk['kty'] === 'oct' && isNonEmptyString(jwk['k']))
    return Buffer.from(jwk['k'], 'base64url');
  throw decryptError('ERR_JWE_INVALID', 'the payload key is not a symmetric JWK', BROKEN);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decryptField(name: string, jwe: string, payloadKey: Uint8Array): string {
  const what = `the claim ${toPrintable(name, 100)}`;
  const fail = (fault: string): SgidError =>
    decryptError(
      'ERR_DECRYPT_FIELD',
      `${what} ${fault}`,
      'The provider sent a broken field. Log in again, or omit this scope.',
    );
  const plaintext = decrypt(jwe, payloadKey, FIELD_ALGORITHMS, what, () => fail('could not be decrypted'));
  try {
    return UTF8.decode(plaintext);
  } catch {
    throw fail('is not UTF-8 text');
  }
}

function decrypt(
  jwe: string,
  key: KeyObject | Uint8Array,
  keyAlgorithms: readonly string[],
  what: string,
  undecryptable: () => SgidError,
): Uint8Array {
  const result = decryptJwe(jwe, key, keyAlgorithms);
  if (result.ok) return result.plaintext;
  if (result.fault === 'undecryptable') throw undecryptable();
  if (result.fault === 'malformed')
    throw decryptError('ERR_JWE_INVALID', `${what} is not a well-formed compact JWE`, BROKEN);
  const accepted = [...keyAlgorithms, ...CONTENT_ENCRYPTIONS].join(', ');
  const message = `${what} is encrypted with an algorithm that is not accepted`;
  throw decryptError('ERR_JWE_ALGORITHM', message, `Accepted are ${accepted}.`);
}

const BROKEN = 'The reply breaks the protocol; report it to the provider.';

function decryptError(code: SgidErrorCode, message: string, hint: string): SgidError {
  return new SgidError(code, message, { hint });
}
