/** How the bytes of an ASN.1 structure were written. DER stands for its base64 without boundary lines, too. */
export type KeyEncoding = 'pem' | 'der';

/** What form a private key came in. `pkcs1-encrypted-pem` is the old encryption by headers (RFC 1421). */
export type KeyFormat =
  | `${'pkcs1' | 'pkcs8' | 'pkcs8-encrypted' | 'sec1'}-${KeyEncoding}`
  | 'pkcs1-encrypted-pem'
  | 'pkcs12'
  | 'jwk'
  | 'jwks';
