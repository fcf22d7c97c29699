import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { html } from '../../../src/html/html.ts';
import { renderPage } from '../../../src/html/page.ts';
import { callbackPage } from '../../../src/login/result-page.ts';
import { createMockProvider } from '../../../src/mock/provider.ts';
import { createTestClient, TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import { SCOPES } from '../../../src/sgid/scopes.ts';
import { type RunningServer, type ServerResponse, startServer } from '../../../src/system/http-server.ts';
import { launchChromium } from '../../helpers/chromium.ts';
import { findBarriers, lookAtAll, openWatchedPage } from '../../helpers/watched-page.ts';

const REDIRECT_URI = 'http://localhost:5001/callback';
const stray = new SgidError('ERR_STATE_MISMATCH', 'a stray', { step: 'callback' });

/** Every page that a person may see, by its path, and its heading. */
const PAGES: readonly (readonly [name: string, heading: string, page: () => Promise<ServerResponse>])[] = [
  ['signed-in', 'Signed in', async () => callbackPage({ kind: 'signed-in' })],
  ['denied', 'Sign-in declined', async () => callbackPage({ kind: 'denied' })],
  [
    'failed',
    'Sign-in failed',
    async () => callbackPage({ kind: 'failed', code: 'ERR_PRIVATE_KEY_PASSPHRASE' }),
  ],
  ['rejected', 'Not the expected callback', async () => callbackPage({ kind: 'rejected', error: stray })],
  ['settled', 'Login already finished', async () => callbackPage({ kind: 'settled' })],
  ['choice', `Log in to ${TEST_CLIENT_ID}`, () => authorize({})],
  ['choice-openid', `Log in to ${TEST_CLIENT_ID}`, () => authorize({ scope: 'openid' })],
  [
    'choice-all',
    `Log in to ${TEST_CLIENT_ID}`,
    () => authorize({ scope: SCOPES.map(({ name }) => name).join(' ') }),
  ],
  [
    'mock-error',
    'This login cannot go on',
    () => authorize({ redirect_uri: `${REDIRECT_URI}/${'long'.repeat(40)}` }),
  ],
];

const provider = createMockProvider({
  hostname: 'http://127.0.0.1:5157',
  clients: [createTestClient([REDIRECT_URI])],
});

/** What the mock answers to an authorization request with some of its parameters changed. */
function authorize(changes: Readonly<Record<string, string>>): Promise<ServerResponse> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: TEST_CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    scope: 'openid myinfo.name myinfo.email',
    state: 'state',
    nonce: 'nonce',
    code_challenge: 'zaqUHoBV3rnhBF2g0Gkz1qkpEZXHqi2OrPK1DqRi-Lk',
    code_challenge_method: 'S256',
    ...changes,
  });
  return provider.handle({ method: 'GET', target: `/v2/oauth/authorize?${query}`, headers: {}, body: '' });
}

let chromium: Browser;
let server: RunningServer;
beforeAll(async () => {
  chromium = await launchChromium();
  server = await startServer({
    addresses: ['127.0.0.1'],
    port: 0,
    handle: async ({ target }) => {
      const found = PAGES.find(([name]) => target === `/${name}`);
      return found ? found[2]() : spoilt();
    },
  });
});
afterAll(async () => {
  await chromium.close();
  await server.close();
});

/** A page of ours into which a script, a picture and a foreign style got. */
function spoilt(): ServerResponse {
  const main = html`<h1>Spoilt</h1>`;
  const page = renderPage({ title: 'Spoilt', main });
  const foreign = '<script>document.title = "open"</script><p style="color: red">x</p><img src="/picture">';
  return { status: 200, ...page, body: page.body.replace('</main>', `${foreign}</main>`) };
}

it.each(PAGES)('the page %s is open to all and fits', async (name, heading) => {
  const { page, complaints } = await openWatchedPage(chromium);
  await page.goto(`http://127.0.0.1:${server.port}/${name}`);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(heading);
  for await (const { width, look, barriers } of lookAtAll(page)) {
    expect({ look, barriers }).toEqual({ look, barriers: [] });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  }
  expect(complaints).toEqual([]);
});

describe('the checks of this file', () => {
  it('see what the policy of the pages stops: scripts, styles and pictures', async () => {
    const { page, complaints } = await openWatchedPage(chromium);
    await page.goto(`http://127.0.0.1:${server.port}/spoilt`);
    expect(await page.title()).toBe('Spoilt');
    const directives = complaints.map((words) => /directive[^"']*["'](\S+)/.exec(words)?.[1] ?? words);
    expect(directives.toSorted()).toEqual(['default-src', 'default-src', 'style-src']);
  });

  it('see what a screen reader would miss', async () => {
    const { page } = await openWatchedPage(chromium);
    await page.goto(`http://127.0.0.1:${server.port}/spoilt`);
    expect(await findBarriers(page)).toEqual([expect.stringContaining('image-alt: <img')]);
  });
});
