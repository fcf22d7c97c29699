import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listLoginFaults } from '../../src/mock/faults.ts';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import { launchChromium } from './chromium.ts';
import { type RunningGuide, startGuide } from './guide-process.ts';
import { openWatchedPage } from './watched-page.ts';

const IN = 'You are logged in.';
const OUT = 'You are not logged in.';
const REFUSED = 'You did not log in, and nothing was shared.';
const FAILED = 'The login did not succeed. Please try again.';

/** What an application says after a login with each fault of the mock; `no-callback` never comes back to it. */
const AFTER_FAULT = {
  'access-denied': REFUSED,
  'wrong-state': FAILED,
  'invalid-client': FAILED,
  'invalid-grant': FAILED,
  'token-500': FAILED,
  'token-html': FAILED,
  'token-slow': FAILED,
  'wrong-nonce': FAILED,
  'wrong-audience': FAILED,
  'wrong-issuer': FAILED,
  'expired-token': FAILED,
  'bad-signature': FAILED,
  'unknown-kid': FAILED,
  'rotated-keys': IN,
  'alg-none': FAILED,
  'sub-mismatch': FAILED,
  'missing-key': FAILED,
  'bad-block-key': FAILED,
  'bad-field': FAILED,
  'wrong-public-key': FAILED,
  'userinfo-401': FAILED,
  'userinfo-503': FAILED,
  slow: IN,
};

type LoginFault = keyof typeof AFTER_FAULT;

const FAULTS = listLoginFaults()
  .map(({ name }) => name)
  .filter((name): name is LoginFault => name in AFTER_FAULT);

/** What the machine of the test needs, and the faults to ask for: by default all of a login. */
interface GuideOptions {
  readonly settings?: NodeJS.ProcessEnv;
  readonly faults?: readonly LoginFault[];
}

/** Follows a guide in Chromium, and attacks its application. */
export function describeGuide(
  name: string,
  command: string,
  { settings, faults = FAULTS }: GuideOptions = {},
): void {
  describe(name, () => {
    let browser: Browser;
    let guide: RunningGuide;
    beforeAll(async () => {
      browser = await launchChromium();
      guide = await startGuide(command, settings);
    });
    afterAll(() => Promise.all([browser?.close(), guide?.stop()]));

    async function visit() {
      const watched = await openWatchedPage(browser);
      await watched.page.goto(guide.origin);
      return watched;
    }

    /** Where the application sends the browser to log in; the person is chosen already. */
    async function authorizeUrl(page: Page): Promise<string> {
      const answer = await page.request.get(`${guide.origin}/login`, { maxRedirects: 0 });
      return `${answer.headers()['location']}&login_hint=wei-ming`;
    }

    async function logIn(page: Page, person: string): Promise<void> {
      await page.getByRole('button', { name: 'Log in with sgID' }).click();
      await page.getByRole('link', { name: person }).click();
      await page.getByRole('link', { name: 'Share', exact: true }).click();
      await page.getByText(IN).waitFor();
    }

    it('logs a person in, shows the claims, and logs out', async () => {
      const { page, complaints } = await visit();
      const received: Promise<string>[] = [];
      page.on('response', (answer) => {
        if (!answer.url().startsWith(guide.origin)) return;
        received.push(
          answer.text().catch(() => ''),
          answer.allHeaders().then(JSON.stringify),
        );
      });
      await logIn(page, 'TAN WEI MING');
      expect(await page.locator('#claims').textContent()).toContain('TAN WEI MING');
      const texts = (await Promise.all(received)).join();
      expect(texts).toContain('TAN WEI MING');
      const secrets = [TEST_CLIENT_SECRET, TEST_PRIVATE_KEY.split('\n')[1], 'accessToken', 'codeVerifier'];
      expect(secrets.filter((secret = '') => texts.includes(secret))).toEqual([]);
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByText(OUT).waitFor();
      expect((await page.locator('#claims').allTextContents()).join()).toBe('');
      expect(complaints).toEqual([]);
    });

    it('shows long claims in full on a phone, and finishes to load without an error', async () => {
      const { page } = await visit();
      const errors: string[] = [];
      page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
      await page.setViewportSize({ width: 375, height: 700 });
      await page.goto(guide.origin, { waitUntil: 'networkidle' });
      const before = [await page.title(), await page.getByRole('heading').textContent()];
      await logIn(page, 'SUBRAMANIAM');
      await page.goto(guide.origin, { waitUntil: 'networkidle' });
      const after = [await page.title(), await page.getByRole('heading').textContent()];
      expect([before, after]).toEqual([Array(2).fill('Log in with sgID'), Array(2).fill('What sgID shared')]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
      expect(errors).toEqual([]);
    });

    it('says to a person who refused that nothing was shared', async () => {
      const { page, complaints } = await visit();
      await page.getByRole('button', { name: 'Log in with sgID' }).click();
      await page.getByRole('link', { name: 'Refuse' }).click();
      await page.getByText(REFUSED).waitFor();
      await page.goto(`${guide.origin}/?login=constructor`);
      await page.getByText(OUT).waitFor();
      expect(complaints).toEqual([]);
    });

    it('shows markup in a claim as text', async () => {
      const { page, complaints } = await visit();
      await logIn(page, 'MARCUS');
      expect(await page.locator('#claims').textContent()).toContain('& "SONS" <TEST>');
      expect(complaints).toEqual([]);
    });

    /** The callback of a login that the person agreed to. */
    async function callbackFor(page: Page): Promise<URL> {
      const answer = await page.request.get(await authorizeUrl(page), { maxRedirects: 0 });
      return new URL(answer.headers()['location'] ?? '');
    }

    it('takes a callback in the browser that asked for it alone, and once', async () => {
      const { page } = await visit();
      const { href } = await callbackFor(page);
      const { page: stranger } = await visit();
      await callbackFor(stranger);
      await stranger.goto(href);
      await stranger.getByText(FAILED).waitFor();
      await page.goto(href);
      await page.getByText(IN).waitFor();
      await page.goto(href);
      expect(page.url()).toBe(`${guide.origin}/?login=failed`);
      await page.getByText(IN).waitFor();
    });

    it.each<[string, (parameters: URLSearchParams) => void, string]>([
      ['comes second, from another tab', () => {}, IN],
      ['has another state', (parameters) => parameters.set('state', 'other'), FAILED],
      ['has no state', (parameters) => parameters.delete('state'), FAILED],
      [
        'has its state twice',
        (parameters) => parameters.append('state', parameters.get('state') ?? ''),
        FAILED,
      ],
      ['has another code', (parameters) => parameters.set('code', 'other'), FAILED],
      ['has no code', (parameters) => parameters.delete('code'), FAILED],
      ['has two codes', (parameters) => parameters.append('code', 'other'), FAILED],
      ['brings an error and a code', (parameters) => parameters.set('error', 'server_error'), FAILED],
      ['brings a refusal', (parameters) => parameters.set('error', 'access_denied'), REFUSED],
      [
        'brings a refusal with another state',
        (parameters) => {
          parameters.set('error', 'access_denied');
          parameters.set('state', 'other');
        },
        FAILED,
      ],
    ])('when the callback %s', async (_case, change, message) => {
      const { page, complaints } = await visit();
      const callback = await callbackFor(page);
      await callbackFor(page);
      change(callback.searchParams);
      await page.goto(callback.href);
      await page.getByText(message).waitFor();
      expect(await page.getByText('TAN WEI MING').count()).toBe(message === IN ? 1 : 0);
      expect(complaints).toEqual([]);
    });

    it.each<[string, (parameters: URLSearchParams) => void, RequestInit]>([
      ['by HEAD', () => {}, { method: 'HEAD' }],
      ['before anybody asks for it', () => {}, { headers: { 'sec-purpose': 'prefetch' } }],
      ['from another provider', (parameters) => parameters.set('iss', 'https://attacker.example'), {}],
      ['with two codes', (parameters) => parameters.append('code', 'other'), {}],
      ['with two states', (parameters) => parameters.append('state', 'other'), {}],
      [
        'with two errors',
        (parameters) => {
          parameters.append('error', 'access_denied');
          parameters.append('error', 'other');
        },
        {},
      ],
    ])('lets nobody in by a callback %s, and waits for the genuine one', async (_case, change, init) => {
      const { page } = await visit();
      const genuine = await callbackFor(page);
      const callback = new URL(genuine);
      change(callback.searchParams);
      const [cookie] = await page.context().cookies();
      const headers = { ...init.headers, cookie: `${cookie?.name}=${cookie?.value}` };
      const { headers: answered } = await fetch(callback, { ...init, headers, redirect: 'manual' });
      expect(answered.get('location')).not.toBe('/');
      await page.goto(guide.origin);
      await page.getByText(OUT).waitFor();
      await page.goto(genuine.href);
      await page.getByText(IN).waitFor();
    });

    it('writes no code to its log', async () => {
      const { page } = await visit();
      const { href, searchParams } = await callbackFor(page);
      await page.goto(href);
      await page.getByText(IN).waitFor();
      expect(guide.output()).toContain('sgid mock');
      expect(guide.output()).not.toContain(searchParams.get('code'));
    });

    it('locks its page down, and does not say what made it', async () => {
      const { headers } = await fetch(guide.origin);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/script-src 'self'|script-src 'nonce-[\w+/=]{24}' 'strict-dynamic'/);
      expect(policy).toContain("base-uri 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      const others = ['x-content-type-options', 'referrer-policy', 'x-powered-by'];
      expect(others.map((name) => headers.get(name))).toEqual(['nosniff', 'same-origin', null]);
    });

    it('counts an attempt once, whatever comes of it', async () => {
      const { page } = await visit();
      const { href, searchParams } = await callbackFor(page);
      await page.goto(`${guide.origin}/callback?error=access_denied&state=${searchParams.get('state')}`);
      await page.getByText(REFUSED).waitFor();
      await page.goto(href);
      await page.getByText(FAILED).waitFor();
    });

    it('gives its cookie to no request of another site', async () => {
      const answer = await fetch(`${guide.origin}/login`, { redirect: 'manual' });
      expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/; SameSite=Lax\b/i)]);
    });

    it('gives each login a session under a new id, which no script reads, and ends the one before', async () => {
      const { page } = await visit();
      const ids = async () => (await page.context().cookies()).map(({ expires, ...cookie }) => cookie);
      await authorizeUrl(page);
      const [asked] = await ids();
      await page.goto(await authorizeUrl(page));
      const [first] = await ids();
      await page.goto(await authorizeUrl(page));
      const [second, ...others] = await ids();
      if (asked === undefined || first === undefined) throw new Error('there is no cookie');
      expect(others).toEqual([]);
      expect(second).toEqual({ ...asked, value: expect.any(String), httpOnly: true, sameSite: 'Lax' });
      expect(new Set([asked, first, second].map((cookie) => cookie?.value)).size).toBe(3);
      await page.getByText(IN).waitFor();
      for (const old of [asked, first]) {
        await page.context().addCookies([old]);
        await page.goto(guide.origin);
        await page.getByText(OUT).waitFor();
      }
    });

    it('ends the session, and does so for no other site', async () => {
      const { page } = await visit();
      await page.goto(await authorizeUrl(page));
      await page.getByText(IN).waitFor();
      const logOut = (origin: string) =>
        page.request.post(`${guide.origin}/api/logout`, { headers: { origin }, maxRedirects: 0 });
      expect((await logOut('https://attacker.example')).status()).toBe(403);
      await page.reload();
      await page.getByText(IN).waitFor();
      const cookies = await page.context().cookies();
      expect((await logOut(guide.origin)).status()).toBeLessThan(400);
      await page.context().addCookies(cookies);
      await page.goto(guide.origin);
      await page.getByText(OUT).waitFor();
    });

    it('knows every fault after which it is called back', () => {
      const names = listLoginFaults().map(({ name }) => name);
      expect(Object.keys(AFTER_FAULT)).toEqual(names.filter((name) => name !== 'no-callback'));
    });

    it.each(faults)('says what came of a login with the fault %s', async (fault) => {
      const message = AFTER_FAULT[fault];
      const { page } = await visit();
      await page.goto(`${await authorizeUrl(page)}&mock_fault=${fault}`);
      await page.getByText(message).waitFor();
      expect(await page.getByText('TAN WEI MING').count()).toBe(message === IN ? 1 : 0);
    });
  });
}
