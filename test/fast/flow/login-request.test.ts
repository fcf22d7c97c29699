import { describe, expect, it } from 'vitest';
import { startFlow } from '../../helpers/login-flow.ts';

/** The parameters of the authorization request that the browser was opened on. */
const parametersOf = (url: string | undefined): Record<string, string> =>
  Object.fromEntries(new URL(url ?? '').searchParams);

describe('the authorization request of sgid login', () => {
  it('carries PKCE with S256, and state and nonce of 32 random bytes', async () => {
    const flow = await startFlow();
    await flow.login(['--scope', '  openid   myinfo.name openid ']);
    const [first] = flow.browser.opened.map(parametersOf);
    expect(first).toEqual({
      response_type: 'code',
      client_id: flow.env['SGID_CLIENT_ID'],
      redirect_uri: flow.redirectUri,
      scope: 'openid myinfo.name',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('is fresh each time', async () => {
    const flow = await startFlow();
    await flow.login();
    await flow.login();
    const [first, second] = flow.browser.opened.map(parametersOf);
    for (const name of ['state', 'nonce', 'code_challenge']) expect(first?.[name]).not.toBe(second?.[name]);
  });

  it('takes --state and --nonce as given, and the ID token must carry that nonce', async () => {
    const flow = await startFlow();
    const state = 'a+b &c=d#e%20f/?';
    const { exitCode, stdout } = await flow.login(['--state', state, '--nonce', 'n&2', '--include-tokens']);
    expect(exitCode).toBe(0);
    const [url = ''] = flow.browser.opened;
    expect(parametersOf(url)).toMatchObject({ state, nonce: 'n&2' });
    expect([...new URL(url).searchParams]).toHaveLength(8);
    // Every server reads this space.
    expect(url).toContain('scope=openid%20myinfo.name');
    expect(JSON.parse(stdout).claims.nonce).toBe('n&2');
  });

  it('stands alone on an unwrapped line of stderr, before the browser is opened', async () => {
    let stderr = '';
    let before = '';
    const flow = await startFlow({
      visit: async (browser, url) => {
        before = stderr;
        await browser.visit(url);
      },
    });
    const onError = (text: string): void => {
      stderr += text;
    };
    await flow.login([], { onError });
    expect(before.split('\n')).toContain(flow.browser.opened[0]);
  });

  it('asks the provider for each thing once', async () => {
    const flow = await startFlow();
    await flow.login();
    const counts = (['authorize', 'token', 'jwks', 'userinfo'] as const).map(flow.provider.countTo);
    expect(counts).toEqual([1, 1, 1, 1]);
  });
});
