// Other people's clients, unmodified, against the mock: what they accept is what a provider must say.
import { createPrivateKey } from 'node:crypto';
import { generatePkcePair, SgidClient } from '@opengovsg/sgid-client';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningMockSgid, startMockSgid } from '../../../src/mock.ts';
import { decryptUserinfo } from '../../../src/sgid/userinfo.ts';
import { redirectOf } from '../../helpers/fake-browser.ts';
import { takeFiveSteps } from '../../helpers/five-steps.ts';

const SCOPE = 'openid myinfo.name';
const DATA = { 'myinfo.name': 'TAN WEI MING' };

let mock: RunningMockSgid;

beforeAll(async () => {
  mock = await startMockSgid({ approve: 'wei-ming' });
});
afterAll(() => mock.close());

/** That client knows OpenID Connect, not sgID's encryption. */
function decrypt({ key, data }: Record<string, unknown>): Record<string, string> {
  const fields = Object.entries(Object(data)).map(([name, jwe]) => [name, String(jwe)] as const);
  const reply = { sub: '', encrypted: { key: String(key), fields } };
  return decryptUserinfo(reply, createPrivateKey(mock.client.privateKey)).data;
}

it('the official SDK completes a login with the encryption of MockPass, too', async () => {
  const provider = await startMockSgid({ approve: 'wei-ming', jwe: 'mockpass' });
  const client = new SgidClient({ ...provider.client, hostname: provider.hostname });
  expect((await takeFiveSteps(client, generatePkcePair(), SCOPE)).data).toEqual(DATA);
  await provider.close();
});

describe('openid-client', () => {
  async function logIn(): Promise<openid.UserInfoResponse> {
    const { clientId, clientSecret, redirectUri } = mock.client;
    const config = await openid.discovery(
      new URL(mock.issuer),
      clientId,
      undefined,
      openid.ClientSecretPost(clientSecret),
      { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] },
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
    const tokens = await openid.authorizationCodeGrant(config, await redirectOf(url.href), {
      pkceCodeVerifier,
      expectedState,
      expectedNonce,
      idTokenExpected: true,
    });
    return openid.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
  }

  it('completes a login', async () => {
    expect(decrypt(await logIn())).toEqual(DATA);
  });

  it.each([
    ...(['wrong-nonce', 'wrong-audience', 'wrong-issuer', 'expired-token'] as const),
    ...(['alg-none', 'sub-mismatch', 'bad-signature', 'unknown-kid'] as const),
  ])('notices %s', async (fault) => {
    mock.queueFault(fault);
    await expect(logIn()).rejects.toThrow();
    expect(decrypt(await logIn())).toEqual(DATA);
  });
});
