import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { CompactSign, type JSONWebKeySet } from 'jose';
import { testSigningKey } from '../../src/mock/key-ring.ts';
import { TEST_CLIENT_ID, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import { NOW } from './fake-clock.ts';

/** The provider of the tests. Nothing is ever sent there. */
export const HOSTNAME = 'https://provider.test';
export const ISSUER = `${HOSTNAME}/v2`;
/** The pairwise identifier of an invented person. */
export const SUB = 'u=00000000-0000-4000-8000-000000000001';
export const NONCE = 'test-nonce-5f2c';
export const ACCESS_TOKEN = 'test-access-token-c0ffee';
export const NOW_SECONDS: number = NOW / 1000;

/** The key in the provider's JWKS, and an RSA key that is not. Test keys, public knowledge. */
export const signingKey = testSigningKey();
export const strangerKey: KeyObject = createPrivateKey(TEST_PRIVATE_KEY);
/** The first as the JWKS has it. */
export const signingJwk: Jwk = { kty: 'RSA', ...signingKey.jwk };

export type Jwk = JSONWebKeySet['keys'][number];

export function publicKeyOf(key: KeyObject): KeyObject {
  return createPublicKey(key.export({ format: 'pem', type: 'pkcs8' }));
}

export function publicJwkOf(key: KeyObject, more: Record<string, unknown>): Jwk {
  return { kty: 'RSA', ...publicKeyOf(key).export({ format: 'jwk' }), ...more };
}

/** The header of a good ID token, and what a client expects of one. */
export const HEADER = { alg: 'RS256', kid: signingKey.kid } as const;
export const EXPECTED = {
  issuer: ISSUER,
  clientId: TEST_CLIENT_ID,
  nonce: NONCE,
  accessToken: ACCESS_TOKEN,
  now: NOW,
} as const;

/** The `at_hash` of an ID token that comes with this access token. */
export function atHashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}

/** Members to change in a good ID token; `undefined` leaves one out. */
export type ClaimChanges = Readonly<Record<string, unknown>>;

/** Changes in how it is signed. */
export type SigningChanges = { readonly header?: ClaimChanges; readonly key?: KeyObject | Uint8Array };

/** The claims of a good ID token for the test client, with changes. */
export function idTokenClaims(changes: ClaimChanges = {}): Record<string, unknown> {
  return {
    iss: ISSUER,
    sub: SUB,
    aud: TEST_CLIENT_ID,
    exp: NOW_SECONDS + 300,
    iat: NOW_SECONDS,
    nonce: NONCE,
    ...changes,
  };
}

/** Signs an ID token as the provider would, with changes. */
export function signIdToken(changes: ClaimChanges = {}, signing: SigningChanges = {}): Promise<string> {
  const header = JSON.parse(JSON.stringify({ ...HEADER, ...signing.header }));
  const payload = new TextEncoder().encode(JSON.stringify(idTokenClaims(changes)));
  return new CompactSign(payload).setProtectedHeader(header).sign(signing.key ?? signingKey.privateKey);
}

/** Puts a compact JWS together by hand, for what jose refuses to sign. */
export function assembleJws(
  header: Readonly<Record<string, unknown>>,
  payload: unknown,
  sign: (signingInput: Buffer) => Buffer,
): string {
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signingInput = `${encode(header)}.${encode(payload)}`;
  return `${signingInput}.${sign(Buffer.from(signingInput)).toString('base64url')}`;
}
