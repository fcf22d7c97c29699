// The ready-made test client of `sgid mock`, and what is encrypted to it.
import { createPublicKey } from 'node:crypto';
import { loadSource } from '../load-source.mjs';

const { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } = await loadSource(
  'src/mock/test-credentials.ts',
);
const { encryptUserinfo, SDK_PROFILE } = await loadSource('src/mock/encryption.ts');

/** The client that `sgid mock` has registered. */
export const TEST_CLIENT = {
  clientId: TEST_CLIENT_ID,
  clientSecret: TEST_CLIENT_SECRET,
  privateKey: TEST_PRIVATE_KEY,
};

/** One that it is registered with. */
export const REDIRECT_URI = 'http://localhost:5001/api/redirect';

/** A userinfo reply with so many fields, encrypted as the SDK expects it. */
export async function makeUserinfo(fields) {
  const names = Array.from({ length: fields }, (_, index) => `myinfo.field_${index}`);
  const values = Object.fromEntries(names.map((name) => [name, `VALUE OF ${name} ${'X'.repeat(30)}`]));
  const publicKey = createPublicKey(TEST_PRIVATE_KEY);
  return JSON.stringify({ sub: 'u=bench', ...encryptUserinfo(values, publicKey, SDK_PROFILE) });
}
