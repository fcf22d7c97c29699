import { type CryptoKey, compactDecrypt, type KeyObject } from 'jose';
import { CONTENT_ENCRYPTIONS } from '../../../src/oidc/jwe.ts';
import { isNestedTooDeep, isRecord, parseJson } from '../../../src/text/guards.ts';

/** What a JWE holds as jose reads it; it throws for any other, and for what we alone refuse. */
export async function openByJose(
  jwe: string,
  key: CryptoKey | KeyObject | Uint8Array,
  algorithms: readonly string[],
): Promise<Uint8Array> {
  if (isLenient(jwe)) throw new Error('refused');
  const { plaintext } = await compactDecrypt(jwe, key, {
    keyManagementAlgorithms: [...algorithms],
    contentEncryptionAlgorithms: [...CONTENT_ENCRYPTIONS],
  });
  return plaintext;
}

/** Padding and white space, which RFC 7515 section 2 forbids; compression; and a header that is nested deep. */
function isLenient(jwe: string): boolean {
  const header = parseJson(Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString());
  return (
    !/^[\w.-]*$/.test(jwe) || isNestedTooDeep(header) || (isRecord(header) && header['zip'] !== undefined)
  );
}
