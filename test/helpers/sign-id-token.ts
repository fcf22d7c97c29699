import { createPrivateKey, type KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import { testSigningKey } from '../../src/mock/key-ring.ts';
import { TEST_CLIENT_ID, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import { NOW } from './fake-clock.ts';

/** The provider of the tests. Nothing is ever sent there. */
export const HOSTNAME = 'https://provider.test';
export const ISSUER = `${HOSTNAME}/v2`;
/** The pairwise identifier of an invented person. */
export const SUB = 'u=00000000-0000-4000-8000-000000000001';
export const NONCE = 'test-nonce-5f2c';
export const NOW_SECONDS: number = NOW / 1000;

/** The key in the provider's JWKS, and an RSA key that is not. Test keys, public knowledge. */
export const signingKey = testSigningKey();
export const strangerKey: KeyObject = createPrivateKey(TEST_PRIVATE_KEY);

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
  const header = JSON.parse(JSON.stringify({ alg: 'RS256', kid: signingKey.kid, ...signing.header }));
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
