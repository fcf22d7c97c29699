// Clients that know OpenID Connect, and not sgID: each makes all of its own checks.
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import type { RunningMockSgid } from '../../src/mock.ts';
import { redirectOf } from './fake-browser.ts';

/** Parameters of the authorization request; with `max_age` the ID token must have a fitting `auth_time`. */
export type AuthorizationParameters = Readonly<Record<string, string>> & { readonly max_age?: string };

type LogIn = (mock: RunningMockSgid, parameters: AuthorizationParameters) => Promise<openid.UserInfoResponse>;

const logInWithOpenidClient: LogIn = async ({ issuer, client }, parameters) => {
  const config = await openid.discovery(
    new URL(issuer),
    client.clientId,
    undefined,
    openid.ClientSecretPost(client.clientSecret),
    { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] },
  );
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
  const url = openid.buildAuthorizationUrl(config, {
    ...parameters,
    redirect_uri: client.redirectUri,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const tokens = await openid.authorizationCodeGrant(config, await redirectOf(url.href), {
    pkceCodeVerifier,
    expectedState,
    expectedNonce,
    idTokenExpected: true,
    ...maxAgeOf(parameters),
  });
  return openid.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
};

const logInWithOauth4webapi: LogIn = async ({ issuer, client }, parameters) => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuerUrl = new URL(issuer);
  const server = await oauth.processDiscoveryResponse(
    issuerUrl,
    await oauth.discoveryRequest(issuerUrl, insecure),
  );
  const self = { client_id: client.clientId };
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(server.authorization_endpoint ?? '');
  url.search = new URLSearchParams({
    ...parameters,
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  const callback = oauth.validateAuthResponse(server, self, await redirectOf(url.href), state);
  const authenticate = oauth.ClientSecretPost(client.clientSecret);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    self,
    authenticate,
    callback,
    client.redirectUri,
    verifier,
    insecure,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, self, response, {
    expectedNonce: nonce,
    requireIdToken: true,
    ...maxAgeOf(parameters),
  });
  await oauth.validateApplicationLevelSignature(server, response, insecure);
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  return oauth.processUserInfoResponse(
    server,
    self,
    claims?.sub ?? '',
    await oauth.userInfoRequest(server, self, tokens.access_token, insecure),
  );
};

function maxAgeOf({ max_age }: AuthorizationParameters): { readonly maxAge?: number } {
  return max_age === undefined ? {} : { maxAge: Number(max_age) };
}

export const FOREIGN_CLIENTS: readonly (readonly [string, LogIn])[] = [
  ['openid-client', logInWithOpenidClient],
  ['oauth4webapi', logInWithOauth4webapi],
];
