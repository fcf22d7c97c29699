import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf } from '../../helpers/error-of.ts';
import { redirectOf } from '../../helpers/fake-browser.ts';
import { takeFiveSteps } from '../../helpers/five-steps.ts';
import { type MockPass, startMockPass } from '../../helpers/mockpass.ts';
import { setUpPeerClients } from '../../helpers/peer-clients.ts';

/** The library as it is published: the bundle in `dist/`. */
const library: typeof import('../../../src/index.ts') = createRequire(import.meta.url)(
  '../../../dist/index.cjs',
);
let mockpass: MockPass;
beforeAll(async () => {
  mockpass = await startMockPass({ loginPage: false });
});
afterAll(() => mockpass.stop());

function createClient(hostname = mockpass.hostname) {
  return new library.SgidClient({
    clientId: 'any',
    clientSecret: 'any',
    privateKey: mockpass.privateKey,
    redirectUri: 'http://localhost:5001/api/redirect',
    hostname,
  });
}

describe('the built library with MockPass', () => {
  it('takes the five steps', async () => {
    const scope = 'openid myinfo.name myinfo.registered_address';
    expect(await takeFiveSteps(createClient(), library.generatePkcePair(), scope)).toEqual({
      state: 'test-state',
      sub: expect.stringMatching(/^u=/),
      data: {
        'myinfo.name': 'LIM YONG XIANG',
        'myinfo.registered_address': '123 LORONG 1 TOA PAYOH\n#12-22\nSINGAPORE 310123',
        'myinfo.nric_number': 'S9812379B',
      },
    });
  });

  it('discovers its endpoints', async () => {
    expect((await createClient().discover()).token).toContain('/v2/');
  });

  it('notices a nonce of another login', async () => {
    const client = createClient();
    const { codeChallenge, codeVerifier } = library.generatePkcePair();
    const code = (await redirectOf(client.authorizationUrl({ codeChallenge }).url)).searchParams.get('code');
    const attempt = client.callback({ code: code ?? '', nonce: 'another', codeVerifier });
    await expect(attempt).rejects.toMatchObject({ code: 'ERR_ID_TOKEN_NONCE' });
  });
});

describe('what MockPass lets pass and the embedded provider does not', () => {
  /** Exchanges a code with the verifier of another login. */
  const misuse = async (client: ReturnType<typeof createClient>) => {
    const { codeChallenge } = library.generatePkcePair();
    const { codeVerifier } = library.generatePkcePair();
    const { url, nonce = null } = client.authorizationUrl({ codeChallenge });
    const code = (await redirectOf(url)).searchParams.get('code') ?? '';
    return client.callback({ code, nonce, codeVerifier });
  };

  it('is a code verifier that does not fit', async () => {
    expect(await misuse(createClient())).toMatchObject({ sub: expect.stringMatching(/^u=/) });
    const { ours } = await setUpPeerClients();
    expect((await errorOf(() => misuse(ours()))).code).toBe('ERR_TOKEN_REFUSED');
  });
});
