import { randomBytes } from 'node:crypto';
import { SCOPES } from '../sgid/scopes.ts';
import type { MockClient } from './clients.ts';

// PUBLIC TEST MATERIAL. Everything in this file is published with the package and protects nothing. It is
// embedded because making an RSA key takes longer than all the rest of a mock login.

/** The test client's id. Public test material. */
export const TEST_CLIENT_ID = 'MOCK-7e57c11e';

/** The test client's secret. Public test material; it has characters that a form must encode. */
export const TEST_CLIENT_SECRET = 'public-test-secret/not+secret=';

/** The test client's public key, PEM (SPKI). Public test material. */
export const TEST_PUBLIC_KEY: string = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtmK3zsXb0/SIO24LCZ59
uLFeqJF7NoZNq246ckmOOFdBpRgGN4efeXLuhAaxPblr9mz3Bo5Nn1YOnFVPZcVx
NuRpD93x8sAJzibCcasfDVHAaf8I5bKLTCL4v7GIY3FpVoTp9N524BfbLu3PHWFY
wgwQ6AtB/TILjgiYRRAH3hIYRpydFAjQIOuF4GHbtBV0ucKWfmbdOI2ufG68sNN0
l2H1Tk3touTQc0JTTbaCRCOFX/SBkdFIWkXqXeWdRAV7g1louB6GsrNLxi4I2EbR
qe600amWM7Kgyz8jAY2cRmXezrqTiKVrLP5HC9EeZ/k5J9madXaBUx18ORz2TUS+
twIDAQAB
-----END PUBLIC KEY-----
`;

/** The test client's private key, PEM (PKCS#8), which opens what the mock encrypts. Public test material. */
export const TEST_PRIVATE_KEY: string = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC2YrfOxdvT9Ig7
bgsJnn24sV6okXs2hk2rbjpySY44V0GlGAY3h595cu6EBrE9uWv2bPcGjk2fVg6c
VU9lxXE25GkP3fHywAnOJsJxqx8NUcBp/wjlsotMIvi/sYhjcWlWhOn03nbgF9su
7c8dYVjCDBDoC0H9MguOCJhFEAfeEhhGnJ0UCNAg64XgYdu0FXS5wpZ+Zt04ja58
bryw03SXYfVOTe2i5NBzQlNNtoJEI4Vf9IGR0UhaRepd5Z1EBXuDWWi4Hoays0vG
LgjYRtGp7rTRqZYzsqDLPyMBjZxGZd7OupOIpWss/kcL0R5n+Tkn2Zp1doFTHXw5
HPZNRL63AgMBAAECggEABbFIFmKTjWaE+AHjw02Yk/KpRy6fP2DqvK6IkXedQkHq
8RmyW/pWLma5bhJ9ZrVKWtskzKYVYyM++n8pJr6GXZW8d7vQKOj4hWAtUnnqUrKa
BFTq9Kxhb6NpyyXh4WSxSnuEh9mHsU/dTfYrMDoRGKFix7NOQHZW6Px4sDMjY7l0
S3FIyTStjE6gBSPQC6JEn3kr+qVsIxzZLjbow2nhv6vO8RR9UsL6RIfMdFNkhdpj
bO7T4V0wUGPvquLMNzCDS3ZEpi4XpVs7CgVsBwNwAYJZo6VYTFFyxmfIVdP/NW3L
zrIis7O9FRm29Mp6BuYlH4nCTuzwRM9PzwKQs708wQKBgQDv+RN91HFvGe+UP3G2
xCB2KbHIVjCeBZ/sBgrxJO5uxiLTQtOphSGp1R/ENrvYT0iWokdgNF1rWiJnDxM2
lgp9vC9F9ap98xQ8pxdOOgGfelN2qm84wSaDdyzsfgPe/h3Cz5OlQ8w6xNDikzUu
gIFRa2Pse3OSCw5hzy/5IHI/dwKBgQDCkQuwvV/XjIAgdxhrl79lmIoFj1mhMG1w
+upWTOyzBa2w+7eKW6zet2hVYPatjh2qriArSmu0wQfIyjoT1H+3whaJFBXQ380Q
15Gfd9pQKq5PXLuXn4JHRdvt2UnoKA3iPVwyL0RYyfJwPBstfrGpEwR/hZanOZgB
Z9BdcSnKwQKBgDaFlsIeBG/DqsU57PIjeWSfcH8d5gnhKUaM0OudAnc0mTD6m/CG
CPH3NDJ2ZRNuYAWpdSIMg7UiU3Kq4Cikyllq6iqw+D2Jfu2Q4SCq2TeMqW3qpz5z
0/ZGm3RX5TVC8ywR0W/ZCYvIr9TqsUiRddAz4A4YtldWH7xlQHcPwiVdAoGAYaEQ
gaX00p7wp9m6yjpB0wPgtfuBWQ2IzPlK3vUIjKgbyMP2DBoGO1dCphzaiqnWHw/y
mmZkdzWo50r6K3skfxuH3U7Tx5SVPI8+xgsI49MW1kHM678hSww12DqBCFoY5V4u
xgvLutXSrhiq9oAtO46MYkSxHMYcjQ//kPO4qcECgYEAtna2qA3qCSNAxqj8vDsB
k1sjqXM8D+3hYxo/3yo3dNKs40xNKd6P6t0v303EijV2TS4PdyFttkxfRzG94zsY
tU1yY5QPoi7eLCYqPbyEPYIF3GOpzSrLvUSY8xyBfSsL1zEkx6mvuK4TKqoF9PwW
FKX3gft2Q6CEKPN81TxYD90=
-----END PRIVATE KEY-----
`;

/** The test client's redirect URI unless another is named: that of the official samples. */
export const TEST_REDIRECT_URI = 'http://localhost:5001/api/redirect';

/** A client to register with the mock: the test credentials with the given redirect URIs; by default every scope. */
export function createTestClient(
  redirectUris: readonly string[],
  scopes: readonly string[] = SCOPES.map((scope) => scope.name),
): MockClient {
  return {
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    redirectUris,
    scopes,
    publicKey: TEST_PUBLIC_KEY,
  };
}

const DRAWN_AT_ONCE = 4_096;

let drawn = Buffer.alloc(0);

/**
 * Random bytes of the generator of node:crypto, each handed out once. They are drawn in bulk, because a call takes
 * some microseconds for however few bytes, and a login needs keys and IVs in eight places.
 */
export function takeRandomBytes(count: number): Buffer {
  if (drawn.length < count) drawn = randomBytes(Math.max(count, DRAWN_AT_ONCE));
  const taken = drawn.subarray(0, count);
  drawn = drawn.subarray(count);
  return taken;
}

/**
 * A copy that stands alone. A piece that was cut out of a text keeps all of that text in memory: a nonce of a few
 * characters would hold its whole request.
 */
export function copyText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
