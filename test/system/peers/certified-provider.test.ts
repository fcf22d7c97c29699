// Our client against oidc-provider, which is certified: what a correct provider says, it must take.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import { claimValue, PERSONAS } from '../../../src/mock/personas.ts';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { generateCodeVerifier, generatePkcePair } from '../../../src/oidc/pkce.ts';
import type { SgidClientParams } from '../../../src/sgid/client-parameters.ts';
import { SCOPE_NAMES } from '../../../src/sgid/scopes.ts';
import { SgidClient } from '../../../src/sgid/sgid-client.ts';
import { browseToCallback, startCertifiedProvider } from '../../helpers/certified-provider.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { createFakeBrowser } from '../../helpers/fake-browser.ts';
import { runSgid } from '../../helpers/fake-platform.ts';

const NAMES = SCOPE_NAMES.filter((name) => name !== 'openid');
const SCOPE = ['openid', ...NAMES].join(' ');

async function logIn(client: SgidClient, persona: string, scope = SCOPE) {
  const { codeVerifier, codeChallenge } = generatePkcePair();
  const { url, nonce = null } = client.authorizationUrl({ state: 'a-state', scope, codeChallenge });
  const { searchParams } = await browseToCallback(`${url}&login_hint=${persona}`);
  return { codeVerifier, nonce, code: searchParams.get('code') ?? '' };
}

type CertifiedProvider = Awaited<ReturnType<typeof startCertifiedProvider>>;

const clientOf = ({ client, hostname }: CertifiedProvider, changes: Partial<SgidClientParams> = {}) =>
  new SgidClient({ ...client, privateKey: TEST_PRIVATE_KEY, hostname, ...changes });

describe.each(['sdk', 'mockpass'] as const)('with the encryption %s', (profile) => {
  let provider: CertifiedProvider;
  beforeAll(async () => {
    provider = await startCertifiedProvider(profile);
  });
  afterAll(() => provider.close());

  it.each(PERSONAS)('logs in $id with every scope', async (persona) => {
    const client = clientOf(provider);
    const tokens = await client.callback(await logIn(client, persona.id));
    expect(await client.userinfo(tokens)).toEqual({
      sub: persona.id,
      data: Object.fromEntries(NAMES.map((name) => [name, claimValue(persona, name)])),
    });
  });

  it('logs in with openid alone', async () => {
    const client = clientOf(provider);
    const tokens = await client.callback(await logIn(client, 'zoe', 'openid'));
    expect(await client.userinfo(tokens)).toEqual({ sub: 'zoe', data: {} });
  });
});

describe('what goes wrong', () => {
  let provider: CertifiedProvider;
  let client: SgidClient;
  beforeAll(async () => {
    provider = await startCertifiedProvider();
    client = clientOf(provider);
  });
  afterAll(() => provider.close());

  it('understands a refused secret', async () => {
    const login = await logIn(client, 'zoe');
    const stranger = clientOf(provider, { clientSecret: 'another secret of the tests' });
    const error = await errorOf(() => stranger.callback(login));
    expect(error).toMatchObject({ step: 'token', reply: { status: 401, error: 'invalid_client' } });
  });

  it.each([
    ['a code verifier of another login', { codeVerifier: generateCodeVerifier() }],
    ['another redirect URI', { redirectUri: 'http://localhost:5001/other' }],
    ['another code', { code: 'another-code' }],
  ])('understands a refused grant: %s', async (_what, changes) => {
    const login = await logIn(client, 'zoe');
    const error = await errorOf(() => client.callback({ ...login, ...changes }));
    expect(error).toMatchObject({ step: 'token', reply: { status: 400, error: 'invalid_grant' } });
  });

  it('understands that a code works once, and that a second use revokes its token', async () => {
    const login = await logIn(client, 'zoe');
    const tokens = await client.callback(login);
    expect(await errorOf(() => client.callback(login))).toMatchObject({ reply: { error: 'invalid_grant' } });
    const error = await errorOf(() => client.userinfo(tokens));
    expect(error).toMatchObject({ step: 'userinfo', reply: { status: 401 } });
  });

  it('refuses an ID token that is not for this login', async () => {
    const login = { ...(await logIn(client, 'zoe')), nonce: 'of another login' };
    expect(await errorOf(() => client.callback(login))).toMatchObject({ code: 'ERR_ID_TOKEN_NONCE' });
  });
});

describe('sgid login', () => {
  async function runLogin(hint: string) {
    const redirectUri = `http://localhost:${await takePort()}/callback`;
    const { hostname, client, close } = await startCertifiedProvider('sdk', redirectUri);
    const browser = createFakeBrowser(async ({ visit }, url) =>
      visit((await browseToCallback(url + hint)).href),
    );
    const env = {
      SGID_HOSTNAME: hostname,
      SGID_CLIENT_ID: client.clientId,
      SGID_CLIENT_SECRET: client.clientSecret,
      SGID_PRIVATE_KEY: TEST_PRIVATE_KEY,
      SGID_REDIRECT_URI: redirectUri,
    };
    const result = await runSgid(['login'], { browser: browser.open, env });
    await browser.idle();
    close();
    return result;
  }

  it('logs in', async () => {
    const { exitCode, stdout } = await runLogin('&login_hint=zoe');
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { sub: 'zoe' }]);
  });

  it('understands a refusal by the person', async () => {
    expect(await runLogin('')).toMatchObject({ exitCode: 4, code: 'ERR_ACCESS_DENIED' });
  });
});
