/** How the bytes of an ASN.1 structure were written. DER stands for its base64 without boundary lines, too. */
export type KeyEncoding = 'pem' | 'der';

/** What form a private key came in. `pkcs1-encrypted-pem` is the old encryption by headers (RFC 1421). */
export type KeyFormat =
  | `${'pkcs1' | 'pkcs8' | 'pkcs8-encrypted' | 'sec1'}-${KeyEncoding}`
  | 'pkcs1-encrypted-pem'
  | 'pkcs12'
  | 'jwk'
  | 'jwks';

/** Every form that a private key can be written in. */
export const KEY_TARGETS = ['pkcs1', 'pkcs8', 'pkcs8-encrypted', 'pkcs12', 'jwk', 'der', 'env'] as const;

/** A form that a private key can be written in. */
export type KeyTarget = (typeof KEY_TARGETS)[number];

/** A form that takes a passphrase. */
export type EncryptedTarget = Extract<KeyTarget, 'pkcs8-encrypted' | 'pkcs12'>;

/** A form that anybody can read. */
export type PlainTarget = Exclude<KeyTarget, EncryptedTarget>;

/** Whether a form takes a passphrase. */
export function isEncryptedTarget(target: KeyTarget): target is EncryptedTarget {
  return target === 'pkcs8-encrypted' || target === 'pkcs12';
}

/** Whether a form is bytes rather than text. */
export function isBinaryTarget(target: KeyTarget): boolean {
  return target === 'pkcs12' || target === 'der';
}
