import type { KeyObject } from 'node:crypto';
import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import { CONTENT_ENCRYPTIONS, decryptJwe, FIELD_ALGORITHMS, KEY_ALGORITHMS } from '../oidc/jwe.ts';
import { isNonEmptyString, isRecord, parseJson } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';
import type { EncryptedData } from './userinfo.ts';

/**
 * Decrypts the fields of a userinfo reply: the private key opens the payload key, which opens each field.
 * Claim names become own properties whatever they are, `__proto__` included.
 *
 * @returns Scope name and UTF-8 text.
 * @throws SgidError `ERR_DECRYPT_KEY` (the private key does not fit), `ERR_DECRYPT_FIELD`,
 *   `ERR_JWE_ALGORITHM` or `ERR_JWE_INVALID`.
 */
export async function decryptData(
  encrypted: EncryptedData,
  privateKey: KeyObject,
): Promise<Record<string, string>> {
  const payloadKey = await decryptPayloadKey(encrypted.key, privateKey);
  const entries = encrypted.fields.map(([name, jwe]) => [name, decryptField(name, jwe, payloadKey)] as const);
  return Object.fromEntries(entries);
}

/**
 * Opens the payload key of a userinfo reply: its `key`.
 *
 * @returns The bytes of the symmetric key.
 * @throws SgidError as {@link decryptData} does.
 */
export async function decryptPayloadKey(jwe: string, privateKey: KeyObject): Promise<Uint8Array> {
  const plaintext = decrypt(jwe, privateKey, KEY_ALGORITHMS, {
    what: () => 'the payload key',
    failed: 'ERR_DECRYPT_KEY',
    failedMessage: 'the private key does not open the data that came',
    hint: 'Use the private key whose public half is registered for this client in the developer portal.',
  });
  const jwk = parseJson(new TextDecoder().decode(plaintext));
  if (!isRecord(jwk) || jwk['kty'] !== 'oct' || !isNonEmptyString(jwk['k'])) {
    throw new SgidError('ERR_JWE_INVALID', 'the payload key is not a symmetric JWK', {
      step: 'decrypt',
      hint: 'The provider broke the protocol; tell its operators.',
    });
  }
  return Buffer.from(jwk['k'], 'base64url');
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decryptField(name: string, jwe: string, payloadKey: Uint8Array): string {
  const what = (): string => `the claim ${toPrintable(name, 100)}`;
  const hint = 'The provider sent a broken field; ask for it again, or leave this scope out.';
  const plaintext = decrypt(jwe, payloadKey, FIELD_ALGORITHMS, {
    what,
    failed: 'ERR_DECRYPT_FIELD',
    hint,
  });
  try {
    return UTF8.decode(plaintext);
  } catch {
    throw new SgidError('ERR_DECRYPT_FIELD', `${what()} is not UTF-8 text`, { step: 'decrypt', hint });
  }
}

interface Decryption {
  /** Names it in a message. */
  readonly what: () => string;
  readonly failed: SgidErrorCode;
  /** What to say instead of "could not be decrypted". */
  readonly failedMessage?: string;
  readonly hint: string;
}

function decrypt(
  jwe: string,
  key: KeyObject | Uint8Array,
  keyAlgorithms: readonly string[],
  { what, failed, failedMessage, hint }: Decryption,
): Uint8Array {
  const reading = decryptJwe(jwe, key, keyAlgorithms);
  if (reading.ok) return reading.plaintext;
  const step = 'decrypt';
  switch (reading.fault) {
    case 'algorithm':
      throw new SgidError(
        'ERR_JWE_ALGORITHM',
        `${what()} is encrypted with an algorithm that is not accepted`,
        { step, hint: `Accepted are ${[...keyAlgorithms, ...CONTENT_ENCRYPTIONS].join(', ')}.` },
      );
    case 'malformed':
      throw new SgidError('ERR_JWE_INVALID', `${what()} is not a well-formed compact JWE`, {
        step,
        hint: 'The provider broke the protocol; tell its operators.',
      });
    case 'undecryptable':
      throw new SgidError(failed, failedMessage ?? `${what()} could not be decrypted`, { step, hint });
  }
}
