// What sgID and its mocks were seen to use, and the stronger variants; RSA1_5 never (RFC 8725 section 3.2).

/** How the payload key of a userinfo reply may be encrypted to the client (RFC 7518 section 4). */
export const KEY_ALGORITHMS: readonly string[] = ['RSA-OAEP-256', 'RSA-OAEP'];

/** How a field may be encrypted with the payload key (RFC 7518 section 4). */
export const FIELD_ALGORITHMS: readonly string[] = ['dir', 'A128GCMKW', 'A192GCMKW', 'A256GCMKW'];

/** How the content of either may be encrypted (RFC 7518 section 5). */
export const CONTENT_ENCRYPTIONS: readonly string[] = [
  'A128GCM',
  'A192GCM',
  'A256GCM',
  'A128CBC-HS256',
  'A192CBC-HS384',
  'A256CBC-HS512',
];
