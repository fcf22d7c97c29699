import { describe, expect, it } from 'vitest';
import type { Visit } from '../../helpers/fake-browser.ts';
import { redirectOf, withParameters } from '../../helpers/fake-browser.ts';
import { createGate } from '../../helpers/gate.ts';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { changeJson } from '../../helpers/tampered-id-token.ts';

/** A visit that goes to each of the callbacks made from the genuine one. */
const visitAll =
  (callbacks: (genuine: URL) => readonly string[]): Visit =>
  async (browser, url) => {
    for (const callback of callbacks(await redirectOf(url))) await browser.visit(callback);
  };

describe('a callback that is not that of the login', () => {
  it.each([
    ['the wrong state', 'ERR_STATE_MISMATCH', (url: URL) => withParameters(url, { state: 'x'.repeat(43) })],
    ['no state', 'ERR_STATE_MISMATCH', (url: URL) => url.href.replace(/&state=[^&]*/, '')],
    [
      'a refusal with the wrong state',
      'ERR_STATE_MISMATCH',
      () => new URL('?error=access_denied&state=x', 'http://x.test').search,
    ],
    ['the wrong iss', 'ERR_CALLBACK_ISSUER', (url: URL) => withParameters(url, { iss: 'https://evil.test' })],
    ['a repeated code', 'ERR_CALLBACK_INVALID', (url: URL) => `${url.href}&code=another`],
    ['a repeated state', 'ERR_CALLBACK_INVALID', (url: URL) => `${url.href}&state=another`],
    ['no query', 'ERR_STATE_MISMATCH', (url: URL) => url.origin + url.pathname],
  ])('%s gets a 400 page, a warning, and the genuine one still counts', async (_name, code, spoil) => {
    const visit = visitAll((genuine) => [new URL(spoil(genuine), genuine).href, genuine.href]);
    const flow = await startFlow({ visit });
    const { exitCode, stdout, stderr } = await flow.login();
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).data['myinfo.name']).toBe('TAN WEI MING');
    const [unexpected, genuine] = flow.browser.pages;
    expect(unexpected).toMatchObject({ status: 400, body: expect.stringContaining(code) });
    expect(unexpected?.body).toContain('Not the expected callback');
    expect(genuine).toMatchObject({ status: 200, body: expect.stringContaining('Signed in') });
    expect(stderr).toMatch(/^warning: ignored: the callback .* Still waiting\.$/m);
    expect(flow.provider.countTo('token')).toBe(1);
  });

  it('comes after the login and changes nothing: it gets the polite page', async () => {
    const userinfoAsked = createGate();
    const release = createGate();
    const flow = await startFlow({
      provider: {
        userinfo: async (_request, honest) => {
          userinfoAsked.open();
          await release.passed;
          return honest();
        },
      },
      visit: async (browser, url) => {
        const genuine = await redirectOf(url);
        const first = browser.visit(genuine.href);
        await userinfoAsked.passed;
        const second = await browser.visit(withParameters(genuine, { error: 'access_denied' }));
        expect(second).toMatchObject({ status: 200, body: expect.stringContaining('already finished') });
        release.open();
        expect((await first).body).toContain('Signed in');
      },
    });
    expect(await flow.login()).toMatchObject({ exitCode: 0 });
    expect(flow.provider.countTo('token')).toBe(1);
    expect(flow.browser.pages).toHaveLength(2);
  });
});

describe('the genuine callback', () => {
  it('with error=access_denied ends the login with exit 4 and a page that says so', async () => {
    const visit: Visit = async (browser, url) => {
      await browser.visit(`${url}&mock_decision=refuse`);
    };
    const flow = await startFlow({ visit });
    const run = await flow.login();
    expect(run).toMatchObject({ exitCode: 4, stdout: '' });
    expect(errorCodeOf(run)).toBe('ERR_ACCESS_DENIED');
    expect(run.stderr).toContain('(access_denied: the person refused)');
    expect(flow.browser.pages[0]?.body).toContain('Sign-in declined');
    expect(flow.provider.countTo('token')).toBe(0);
  });

  it.each([
    ['another error', 4, 'ERR_AUTHORIZATION', { error: 'server_error', error_description: 'a\u001b[31mb' }],
    ['neither code nor error', 7, 'ERR_CALLBACK_INVALID', {}],
    ['an empty code', 7, 'ERR_CALLBACK_INVALID', { code: '' }],
  ])('with %s ends the login: exit %i', async (_name, exit, code, parameters) => {
    const visit = visitAll((genuine) => {
      genuine.searchParams.delete('code');
      return [withParameters(genuine, parameters)];
    });
    const flow = await startFlow({ visit });
    const run = await flow.login();
    expect(run).toMatchObject({ exitCode: exit, stdout: '' });
    expect(errorCodeOf(run)).toBe(code);
    expect(run.stderr).not.toContain('\u001b');
    expect(flow.browser.pages[0]?.body).toContain(code);
  });
});

describe('the page that the browser ends on', () => {
  it('comes only after the decryption, and says failed with the code when that fails', async () => {
    const spoilt = changeJson(({ key, ...rest }) => ({
      ...rest,
      key: `${String(key).slice(0, -8)}AAAAAAAA`,
    }));
    const flow = await startFlow({ provider: { userinfo: spoilt } });
    const run = await flow.login();
    expect(run).toMatchObject({ exitCode: 8, stdout: '' });
    expect(flow.browser.pages[0]?.body).toContain('Sign-in failed');
    expect(flow.browser.pages[0]?.body).toContain('ERR_DECRYPT_KEY');
    expect(flow.browser.pages[0]?.body).not.toContain('Signed in');
  });

  it('says failed with the code when the exchange fails', async () => {
    const flow = await startFlow({ provider: { token: () => reply(500) } });
    await flow.login();
    expect(flow.browser.pages[0]?.body).toContain('<code>ERR_PROVIDER_UNAVAILABLE</code>');
  });

  it('holds nothing of the query', async () => {
    const visit = visitAll((genuine) => [
      withParameters(genuine, { state: 'STATE-CANARY', code: 'CODE-CANARY<script>' }),
      genuine.href,
    ]);
    const flow = await startFlow({ visit });
    await flow.login();
    expect(flow.browser.pages.map((page) => page.body).join('')).not.toMatch(/CANARY|<script/);
  });
});
