import { createPrivateKey } from 'node:crypto';
import { compactDecrypt, type JSONWebKeySet } from 'jose';
import { listFaults } from '../../../src/mock/faults.ts';
import { createMockProvider, type MockProvider } from '../../../src/mock/provider.ts';
import type { MockProviderOptions } from '../../../src/mock/provider-state.ts';
import {
  createTestClient,
  TEST_CLIENT_ID,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
} from '../../../src/mock/test-credentials.ts';
import type { ServerRequest, ServerResponse } from '../../../src/system/http-server.ts';

export const HOSTNAME = 'http://localhost:5157';
export const ISSUER = `${HOSTNAME}/v2`;
export const REDIRECT_URI = 'http://localhost:5001/api/redirect';

/** The PKCE pair of the sgID documentation. */
export const VERIFIER = 'bbGcObXZC1YGBQZZtZGQH9jsyO1vypqCGqnSU_4TI5S';
const CHALLENGE = 'zaqUHoBV3rnhBF2g0Gkz1qkpEZXHqi2OrPK1DqRi-Lk';

/** The other faults are of one request each, and begin with the name of its document. */
export const LOGIN_FAULTS = listFaults().filter(({ name }) => !/^(discovery|jwks)-/.test(name));

/** A provider that knows the test client, at a time that the test sets. */
export function createTestProvider(options: Partial<MockProviderOptions> = {}): MockProvider {
  return createMockProvider({ hostname: HOSTNAME, clients: [createTestClient([REDIRECT_URI])], ...options });
}

/** Parameters to change in a good request; undefined leaves one out. */
export type Changes = Readonly<Record<string, string | undefined>>;

function encode(parameters: Changes): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return query.toString();
}

/** The query of a good authorization request, with changes. */
export function authorizationQuery(changes: Changes = {}): string {
  return encode({
    response_type: 'code',
    client_id: TEST_CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    scope: 'openid myinfo.name',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 'a-state',
    nonce: 'a-nonce',
    ...changes,
  });
}

export function send(provider: MockProvider, target: string, request: Partial<ServerRequest> = {}) {
  return provider.handle({ method: 'GET', target, headers: {}, body: '', ...request });
}

export function authorize(provider: MockProvider, changes: Changes = {}): Promise<ServerResponse> {
  return send(provider, `/v2/oauth/authorize?${authorizationQuery(changes)}`);
}

export function locationOf(response: ServerResponse): URL {
  return new URL(response.headers['location'] ?? 'no-location:');
}

/** Logs a persona in and returns the code. */
export async function obtainCode(provider: MockProvider, changes: Changes = {}): Promise<string> {
  const response = await authorize(provider, { login_hint: 'wei-ming', ...changes });
  const code = locationOf(response).searchParams.get('code');
  if (code === null) throw new Error(`no code: ${response.status}`);
  return code;
}

/** The body of a good token request, with changes. */
export function tokenForm(code: string, changes: Changes = {}): string {
  return encode({
    client_id: TEST_CLIENT_ID,
    client_secret: TEST_CLIENT_SECRET,
    code,
    grant_type: 'authorization_code',
    redirect_uri: REDIRECT_URI,
    code_verifier: VERIFIER,
    ...changes,
  });
}

export function postToken(provider: MockProvider, body: string, changes: ServerRequest['headers'] = {}) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...changes };
  return send(provider, '/v2/oauth/token', { method: 'POST', headers, body });
}

/** Logs a persona in and exchanges the code. */
export async function obtainTokens(
  provider: MockProvider,
  changes: Changes = {},
): Promise<Record<'access_token' | 'id_token', string>> {
  const response = await postToken(provider, tokenForm(await obtainCode(provider, changes)));
  if (response.status !== 200) throw new Error(`no tokens: ${response.body}`);
  return JSON.parse(response.body);
}

export function getUserinfo(provider: MockProvider, authorization?: string, query = '') {
  const headers = authorization === undefined ? {} : { authorization };
  return send(provider, `/v2/oauth/userinfo${query}`, { headers });
}

async function decryptText(jwe: string, key: Parameters<typeof compactDecrypt>[1]): Promise<string> {
  return new TextDecoder().decode((await compactDecrypt(jwe, key)).plaintext);
}

/** The text of the `key` of a userinfo answer, opened with the test client's private key by plain jose. */
export function decryptPayloadKey(body: string): Promise<string> {
  return decryptText(JSON.parse(body).key, createPrivateKey(TEST_PRIVATE_KEY));
}

/** A userinfo answer, its fields opened by plain jose. */
export async function decryptUserinfo(body: string): Promise<{ sub: string; data: Record<string, string> }> {
  const { sub, data } = JSON.parse(body);
  const payloadKey = Buffer.from(JSON.parse(await decryptPayloadKey(body)).k, 'base64url');
  const values: Record<string, string> = {};
  for (const [name, jwe] of Object.entries<string>(data)) values[name] = await decryptText(jwe, payloadKey);
  return { sub, data: values };
}

export async function jwksOf(provider: MockProvider): Promise<JSONWebKeySet> {
  return JSON.parse((await send(provider, '/v2/.well-known/jwks.json')).body);
}
