import { describe, expect, it } from 'vitest';
import {
  type AuthorizationUrlParams,
  type CallbackParams,
  type LoadPrivateKeyOptions,
  loadPrivateKey,
  SgidClient,
  type SgidClientParams,
  SgidError,
  type SgidErrorDetails,
} from '../../src/index.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import { errorOf } from '../helpers/error-of.ts';
import { createFakeProvider } from '../helpers/fake-provider.ts';
import { HOSTNAME } from '../helpers/sign-id-token.ts';

/** The properties that may be left out, all to be given. */
type OptionalOf<T> = Required<{ [K in keyof T as Partial<Pick<T, K>> extends Pick<T, K> ? K : never]: T[K] }>;

const PARAMS = { clientId: TEST_CLIENT_ID, clientSecret: TEST_CLIENT_SECRET, privateKey: TEST_PRIVATE_KEY };

// Compiling under exactOptionalPropertyTypes is the greater part of these tests.
describe('what may be left out may be undefined', () => {
  it('takes the nonce that authorizationUrl returned for callback', async () => {
    const client = new SgidClient({
      ...PARAMS,
      redirectUri: 'http://localhost/x',
      hostname: HOSTNAME,
      fetch: createFakeProvider({ token: { status: 400 } }).fetch,
    });
    const { url, nonce } = client.authorizationUrl({ codeChallenge: 'a-challenge', nonce: null });
    expect(url).not.toContain('nonce');
    const error = await errorOf(() => client.callback({ code: 'a-code', nonce, codeVerifier: 'a-verifier' }));
    expect(error.code).toBe('ERR_TOKEN_REFUSED');
  });

  it('holds for the client and its calls', async () => {
    const params: OptionalOf<SgidClientParams> = {
      privateKeyPassphrase: undefined,
      redirectUri: undefined,
      hostname: undefined,
      timeoutMs: undefined,
      fetch: undefined,
    };
    const request: OptionalOf<AuthorizationUrlParams> = {
      state: undefined,
      scope: undefined,
      nonce: undefined,
      redirectUri: undefined,
    };
    const callback: OptionalOf<CallbackParams> = { nonce: undefined, redirectUri: undefined };

    const client = new SgidClient({ ...PARAMS, ...params });
    const given = { codeChallenge: 'a-challenge', redirectUri: 'http://localhost/x' };
    const { url, nonce } = client.authorizationUrl({ ...request, ...given });
    expect(url).toMatch(/^https:\/\/api\.id\.gov\.sg\/v2\/.*&scope=myinfo\.name%20openid&/);
    expect(nonce).toMatch(/^[\w-]{43}$/);
    const error = await errorOf(() => client.callback({ code: 'x', codeVerifier: 'x', ...callback }));
    expect(error.code).toBe('ERR_MISSING_CREDENTIALS');
  });

  it('holds for loadPrivateKey and SgidError', async () => {
    const options: OptionalOf<LoadPrivateKeyOptions> = { passphrase: undefined, askPassphrase: undefined };
    expect((await loadPrivateKey(TEST_PRIVATE_KEY, options)).type).toBe('private');
    const details: OptionalOf<Omit<SgidErrorDetails, 'cause'>> = {
      step: undefined,
      hint: undefined,
      causes: undefined,
      reply: undefined,
    };
    const error = new SgidError('ERR_INTERNAL', 'a bug', { ...details, cause: undefined });
    expect(error).toMatchObject({ step: 'program', causes: [], reply: undefined });
    expect('cause' in error).toBe(false);
  });
});
