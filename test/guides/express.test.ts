import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type APIRequestContext, type Browser, request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createMockSgid } from '../../src/mock/mock-sgid.ts';
import { TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import { launchChromium } from '../helpers/chromium.ts';
import { commandOf, type RunningGuide, startGuide } from '../helpers/guide-process.ts';
import { startProgram } from '../helpers/sgid-process.ts';
import { takePort } from '../helpers/take-port.ts';
import { openWatchedPage } from '../helpers/watched-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe.each([
  ['sgid-cli', commandOf('express'), 'server.js'],
  ['the official SDK', 'npm run start:sdk --prefix examples/express', 'server-sdk.js'],
])('the Express server with %s', (_library, command, file) => {
  let guide: RunningGuide;
  beforeAll(async () => {
    guide = await startGuide(command);
  });
  afterAll(() => guide?.stop());

  async function openApplication() {
    const watched = await openWatchedPage(browser);
    const received: string[] = [];
    watched.page.on('response', async (response) => {
      const { origin } = new URL(response.url());
      if (origin !== guide.origin) return;
      received.push(JSON.stringify(await response.allHeaders()), await response.text().catch(() => ''));
    });
    await watched.page.goto(guide.origin);
    return { ...watched, received };
  }

  it('logs a person in, shows the claims, and logs out', async () => {
    const { page, complaints, received } = await openApplication();
    await page.getByRole('button', { name: 'Log in with sgID' }).click();
    await page.getByRole('link', { name: 'TAN WEI MING' }).click();
    await page.getByRole('link', { name: 'Share', exact: true }).click();
    await page.getByText('You are logged in.').waitFor();
    expect(await page.locator('#claims').textContent()).toContain('TAN WEI MING');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are not logged in.').waitFor();
    expect(await page.locator('#claims').textContent()).toBe('');
    expect(complaints).toEqual([]);
    const secrets = [
      TEST_CLIENT_SECRET,
      TEST_PRIVATE_KEY.split('\n')[1] ?? '',
      'accessToken',
      'codeVerifier',
    ];
    expect(received.join()).toContain('TAN WEI MING');
    expect(received.join()).toContain(`"content-security-policy":"default-src 'none'`);
    for (const secret of secrets) expect(received.join()).not.toContain(secret);
  });

  it('tells a person who refused that nothing was shared', async () => {
    const { page, complaints } = await openApplication();
    await page.getByRole('button', { name: 'Log in with sgID' }).click();
    await page.getByRole('link', { name: 'Refuse' }).click();
    await page.getByText('You did not log in, and nothing was shared.').waitFor();
    await page.goto(`${guide.origin}/?login=constructor`);
    await page.getByText('You are not logged in.').waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows markup in a claim as text', async () => {
    const { page, complaints } = await openApplication();
    await page.getByRole('button', { name: 'Log in with sgID' }).click();
    await page.getByRole('link', { name: 'MARCUS' }).click();
    await page.getByRole('link', { name: 'Share', exact: true }).click();
    await page.getByText('You are logged in.').waitFor();
    expect(await page.locator('#claims').textContent()).toContain('& "SONS" <TEST>');
    expect(complaints).toEqual([]);
  });

  /** A browser without pages: its cookies, and where it is sent. */
  async function openVisitor() {
    const cookies = await request.newContext({ baseURL: guide.origin, timeout: 0 });
    onTestFinished(() => cookies.dispose());
    const follow = async (url: string) =>
      (await cookies.get(url, { maxRedirects: 0 })).headers()['location'] ?? '';
    return { cookies, follow, person: () => statusOf(cookies) };
  }

  const statusOf = async (cookies: APIRequestContext) => (await cookies.get('/api/person')).status();

  /** Begins a login, and gives the callback that answers it. */
  async function beginLogin(follow: (url: string) => Promise<string>, parameters = 'login_hint=wei-ming') {
    return new URL(await follow(`${await follow('/login')}&${parameters}`));
  }

  it.each<[string, (callback: URL) => void, string]>([
    ['comes as it was sent', () => {}, '/'],
    ['has another state', ({ searchParams }) => searchParams.set('state', 'other'), '/?login=failed'],
    ['has no state', ({ searchParams }) => searchParams.delete('state'), '/?login=failed'],
    [
      'has its state twice',
      ({ searchParams }) => searchParams.append('state', searchParams.get('state') ?? ''),
      '/?login=failed',
    ],
    ['has another code', ({ searchParams }) => searchParams.set('code', 'other'), '/?login=failed'],
    ['has no code', ({ searchParams }) => searchParams.delete('code'), '/?login=failed'],
    ['has two codes', ({ searchParams }) => searchParams.append('code', 'other'), '/?login=failed'],
    [
      'brings a refusal with another state',
      (callback) => {
        callback.search = '?error=access_denied&state=other';
      },
      '/?login=failed',
    ],
    [
      'brings an error with markup',
      ({ searchParams }) => {
        searchParams.delete('code');
        searchParams.set('error', '<script>');
      },
      '/?login=failed',
    ],
  ])('when the callback %s', async (_case, change, outcome) => {
    const { follow, person } = await openVisitor();
    const callback = await beginLogin(follow);
    change(callback);
    expect(await follow(callback.href)).toBe(outcome);
    expect(await person()).toBe(outcome === '/' ? 200 : 401);
  });

  it('lets nobody in with the callback of another browser', async () => {
    const [victim, attacker] = [await openVisitor(), await openVisitor()];
    await beginLogin(victim.follow);
    expect(await victim.follow((await beginLogin(attacker.follow)).href)).toBe('/?login=failed');
    expect(await victim.person()).toBe(401);
  });

  it('takes a callback once, and keeps the person when it comes again', async () => {
    const { follow, person } = await openVisitor();
    const { href } = await beginLogin(follow);
    expect([await follow(href), await follow(href), await person()]).toEqual(['/', '/?login=failed', 200]);
  });

  it('begins anew after a refusal', async () => {
    const { follow, person } = await openVisitor();
    const callback = await beginLogin(follow);
    const refusal = `/callback?error=access_denied&state=${callback.searchParams.get('state')}`;
    expect(await follow(refusal)).toBe('/?login=refused');
    expect([await follow(callback.href), await person()]).toEqual(['/?login=failed', 401]);
  });

  it('logs in with whichever of two tabs finishes', async () => {
    const { follow } = await openVisitor();
    const first = await beginLogin(follow);
    await beginLogin(follow);
    expect(await follow(first.href)).toBe('/');
  });

  it.each(['wrong-nonce', 'expired-token', 'alg-none', 'wrong-audience', 'sub-mismatch', 'bad-field'])(
    'lets nobody in under the fault %s',
    async (fault) => {
      const { follow, person } = await openVisitor();
      const callback = await beginLogin(follow, `login_hint=wei-ming&mock_fault=${fault}`);
      expect(await follow(callback.href)).toBe('/?login=failed');
      expect(await person()).toBe(401);
    },
  );

  const sessionOf = async (cookies: APIRequestContext) => (await cookies.storageState()).cookies;

  it('gives the session another id after the login, and hides it from scripts', async () => {
    const { cookies, follow } = await openVisitor();
    const { href } = await beginLogin(follow);
    const before = await sessionOf(cookies);
    await follow(href);
    const after = await sessionOf(cookies);
    expect(after).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Lax' })]);
    expect(after[0]?.value).not.toBe(before[0]?.value);
    const old = { cookie: `${before[0]?.name}=${before[0]?.value}` };
    expect((await fetch(`${guide.origin}/api/person`, { headers: old })).status).toBe(401);
  });

  it('logs out for its own page alone, and the session is gone', async () => {
    const { cookies, follow, person } = await openVisitor();
    await follow((await beginLogin(follow)).href);
    const [kept] = await sessionOf(cookies);
    const logOut = async (origin: string) =>
      (await cookies.post('/api/logout', { headers: { origin } })).status();
    expect([await logOut('https://attacker.example'), await person()]).toEqual([403, 200]);
    expect([await logOut(guide.origin), await person()]).toEqual([204, 401]);
    const old = { cookie: `${kept?.name}=${kept?.value}` };
    expect((await fetch(`${guide.origin}/api/person`, { headers: old })).status).toBe(401);
  });

  /** Starts the server by itself, with other settings. */
  async function startServer(settings: { SGID_REDIRECT_URI: string; SGID_HOSTNAME?: string }) {
    const port = await takePort();
    const { clientId, clientSecret, privateKey } = createMockSgid().client;
    const { child } = await startProgram([process.execPath, `examples/express/${file}`], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: {
        PORT: String(port),
        SGID_CLIENT_ID: clientId,
        SGID_CLIENT_SECRET: clientSecret,
        SGID_PRIVATE_KEY: privateKey,
        ...settings,
      },
    });
    await once(child.stdout ?? child, 'data');
    return `http://localhost:${port}`;
  }

  it('gives its cookie to https alone where the redirect URI is https', async () => {
    const origin = await startServer({ SGID_REDIRECT_URI: 'https://app.example/callback' });
    const cookieOf = async (proto: string) => {
      const headers = { 'x-forwarded-proto': proto };
      const answer = await fetch(`${origin}/login`, { headers, redirect: 'manual' });
      return answer.headers.get('set-cookie');
    };
    expect(await cookieOf('http')).toBe(null);
    expect(await cookieOf('https')).toContain('; Secure;');
  });

  it('exchanges a code once, though the callback comes again meanwhile', async () => {
    const exchanges: ServerResponse[] = [];
    const provider = createServer(({ method }, response) => {
      if (method === 'POST') exchanges.push(response);
      else response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void provider.close());
    await once(provider, 'listening');
    const { port } = Object.assign({ port: 0 }, provider.address());
    const origin = await startServer({
      SGID_REDIRECT_URI: 'http://localhost/callback',
      SGID_HOSTNAME: `http://127.0.0.1:${port}`,
    });
    const { follow } = await openVisitor();
    const state = new URL(await follow(`${origin}/login`)).searchParams.get('state');
    const callback = `${origin}/callback?code=once&state=${state}`;
    const first = follow(callback);
    await expect.poll(() => exchanges.length).toBe(1);
    expect(await follow(callback)).toBe('/?login=failed');
    exchanges[0]?.writeHead(500).end();
    expect(await first).toBe('/?login=failed');
    expect(exchanges.length).toBe(1);
  });
});
