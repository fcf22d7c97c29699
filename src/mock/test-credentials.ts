import { SCOPE_NAMES } from '../sgid/scopes.ts';
import type { MockClient } from './clients.ts';
import keys from './test-keys.json' with { type: 'json' };

// PUBLIC TEST MATERIAL, published with the package; the keys are embedded because making one takes longer than all the
// rest of a mock login.

export const TEST_CLIENT_ID = 'MOCK-7e57c11e';

export const TEST_CLIENT_SECRET = 'public-test-secret/not+secret='; // with characters that a form must encode

export function createTestClient(
  redirectUris: readonly string[],
  scopes: readonly string[] = SCOPE_NAMES,
): MockClient {
  return {
    clientId: TEST_CLIENT_ID,
    clientSecret: TEST_CLIENT_SECRET,
    redirectUris,
    scopes,
    publicKey: TEST_PUBLIC_KEY,
  };
}

export const TEST_PUBLIC_KEY: string = keys.clientPublicKey;
export const TEST_PRIVATE_KEY: string = keys.clientPrivateKey;
/** A mock signs ID tokens with it until its keys are rotated. */
export const TEST_SIGNING_KEY: string = keys.signingKey;
