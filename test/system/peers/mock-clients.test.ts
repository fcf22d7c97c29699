// Other people's clients, unmodified, against the mock: what they accept is what a provider must say.
import { createPrivateKey } from 'node:crypto';
import { generatePkcePair, SgidClient } from '@opengovsg/sgid-client';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningMockSgid, startMockSgid } from '../../../src/mock.ts';
import { decryptData } from '../../../src/sgid/userinfo.ts';

const SCOPE = 'openid myinfo.name';
const DATA = { 'myinfo.name': 'TAN WEI MING' };

let mock: RunningMockSgid;

beforeAll(async () => {
  mock = await startMockSgid({ approve: 'wei-ming' });
});
afterAll(() => mock.close());

/** The browser: where the provider sends it back to. */
async function visit(url: URL | string): Promise<URL> {
  const redirect = await fetch(url, { redirect: 'manual' });
  return new URL(redirect.headers.get('location') ?? 'nowhere:');
}

/** These clients know OpenID Connect, not sgID's encryption. */
function decrypt({ key, data }: Record<string, unknown>): Promise<Record<string, string>> {
  const fields = Object.entries(Object(data)).map(([name, jwe]) => [name, String(jwe)] as const);
  return decryptData({ key: String(key), fields }, createPrivateKey(mock.client.privateKey));
}

/** The mock's faults that each of them must notice. */
const FAULTS = [
  'wrong-nonce',
  'wrong-audience',
  'wrong-issuer',
  'expired-token',
  'alg-none',
  'sub-mismatch',
] as const;

describe('the official SDK', () => {
  it.each(['sdk', 'mockpass'] as const)('completes a login, with the encryption %s', async (jwe) => {
    const provider = await startMockSgid({ approve: 'wei-ming', jwe });
    const client = new SgidClient({ ...provider.client, hostname: provider.hostname });
    const { codeVerifier, codeChallenge } = generatePkcePair();
    const { url, nonce = null } = client.authorizationUrl({ state: 'a-state', scope: SCOPE, codeChallenge });
    const code = (await visit(url)).searchParams.get('code') ?? '';
    const { sub, accessToken } = await client.callback({ code, nonce, codeVerifier });
    expect((await client.userinfo({ sub, accessToken })).data).toEqual(DATA);
    await provider.close();
  });
});

describe('openid-client', () => {
  async function logIn(): Promise<openid.UserInfoResponse> {
    const { clientId, clientSecret, redirectUri } = mock.client;
    const config = await openid.discovery(
      new URL(mock.issuer),
      clientId,
      undefined,
      openid.ClientSecretPost(clientSecret),
      { execute: [openid.allowInsecureRequests] },
    );
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: SCOPE,
      state: expectedState,
      nonce: expectedNonce,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    const tokens = await openid.authorizationCodeGrant(config, await visit(url), {
      pkceCodeVerifier,
      expectedState,
      expectedNonce,
      idTokenExpected: true,
    });
    return openid.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
  }

  it('completes a login', async () => {
    expect(await decrypt(await logIn())).toEqual(DATA);
  });

  it.each(FAULTS)('notices %s', async (fault) => {
    mock.queueFault(fault);
    await expect(logIn()).rejects.toThrow();
    expect(await decrypt(await logIn())).toEqual(DATA);
  });
});

describe('oauth4webapi', () => {
  async function logIn(): Promise<oauth.UserInfoResponse> {
    const { clientId, clientSecret, redirectUri } = mock.client;
    const insecure = { [oauth.allowInsecureRequests]: true };
    const issuer = new URL(mock.issuer);
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, insecure),
    );
    const client: oauth.Client = { client_id: clientId };
    const verifier = oauth.generateRandomCodeVerifier();
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
    const url = new URL(server.authorization_endpoint ?? '');
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: SCOPE,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString();
    const callback = oauth.validateAuthResponse(server, client, await visit(url), state);
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.ClientSecretPost(clientSecret),
      callback,
      redirectUri,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, answer, insecure);
    const { sub = '' } = oauth.getValidatedIdTokenClaims(tokens) ?? {};
    const userinfo = await oauth.userInfoRequest(server, client, tokens.access_token, insecure);
    return oauth.processUserInfoResponse(server, client, sub, userinfo);
  }

  it('completes a login', async () => {
    expect(await decrypt(await logIn())).toEqual(DATA);
  });

  it.each([...FAULTS, 'bad-signature', 'unknown-kid'] as const)('notices %s', async (fault) => {
    mock.queueFault(fault);
    await expect(logIn()).rejects.toThrow();
    expect(await decrypt(await logIn())).toEqual(DATA);
  });
});
