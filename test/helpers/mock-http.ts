import type { MockClient } from '../../src/mock/clients.ts';
import type { MockCredentials } from '../../src/mock/mock-sgid.ts';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
} from '../../src/mock/test-credentials.ts';
import { generatePkcePair } from '../../src/oidc/pkce.ts';
import type { Fetch } from '../../src/oidc/transport.ts';
import { SgidClient } from '../../src/sgid/sgid-client.ts';
import { createHttpClient } from '../../src/system/http-client.ts';

const REDIRECT_URI = 'http://localhost:5001/api/redirect';

export const TEST_CREDENTIALS: MockCredentials = {
  clientId: TEST_CLIENT_ID,
  clientSecret: TEST_CLIENT_SECRET,
  privateKey: TEST_PRIVATE_KEY,
  redirectUri: REDIRECT_URI,
};

export const TEST_CLIENTS: readonly MockClient[] = [createTestClient([REDIRECT_URI])];

const request = createHttpClient({ timeoutMs: 100_000, maxBytes: 1_000_000 });

/** Sends a GET and gives status, headers and body; follows no redirect. */
export function get(url: string): ReturnType<Fetch> {
  return request(url, { method: 'GET', headers: {} });
}

/** A whole login as an application does it, over HTTP unless told otherwise; gives the person's data. */
export async function logInOverHttp(
  hostname: string,
  {
    fetch,
    persona = 'wei-ming',
    client: credentials = TEST_CREDENTIALS,
  }: { readonly fetch?: Fetch; readonly persona?: string; readonly client?: MockCredentials } = {},
): Promise<Record<string, string>> {
  const client = new SgidClient({ ...credentials, hostname, ...(fetch === undefined ? {} : { fetch }) });
  const { codeVerifier, codeChallenge } = generatePkcePair();
  const { url, nonce } = client.authorizationUrl({ codeChallenge, state: 'a-state' });
  const browse = fetch ?? request;
  const init = { method: 'GET', headers: {}, redirect: 'manual' } as const;
  const redirect = await browse(`${url}&login_hint=${persona}`, init);
  const code = new URL(redirect.headers.get('location') ?? 'none:').searchParams.get('code');
  if (code === null) throw new Error(`no code, status ${redirect.status}`);
  const tokens = await client.callback({ code, codeVerifier, nonce: nonce ?? null });
  return (await client.userinfo(tokens)).data;
}
