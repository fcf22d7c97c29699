import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { html } from '../../../src/html/html.ts';
import { renderPage } from '../../../src/html/page.ts';
import { callbackPage } from '../../../src/login/result-page.ts';
import { type RunningServer, type ServerResponse, startServer } from '../../../src/system/http-server.ts';
import { launchChromium } from '../../helpers/chromium.ts';
import { findBarriers, lookAtAll, openWatchedPage } from '../../helpers/watched-page.ts';

const unexpected = new SgidError('ERR_STATE_MISMATCH', 'an unexpected callback', { step: 'callback' });

/** Every page of a login's own (those of the mock are in mock-pages), by its path, and its heading. */
const PAGES: readonly (readonly [name: string, heading: string, page: ServerResponse])[] = [
  ['logged-in', 'Logged in to APP-1', loggedIn(['myinfo.name', `myinfo.${'x'.repeat(200)}`])],
  ['logged-in-openid', 'Logged in to APP-1', loggedIn([])],
  ['refused', 'Login refused', callbackPage({ kind: 'refused' })],
  ['failed', 'Login failed', callbackPage({ kind: 'failed', code: 'ERR_PRIVATE_KEY_PASSPHRASE' })],
  ['rejected', 'Not the expected callback', callbackPage({ kind: 'rejected', error: unexpected })],
  ['settled', 'Login already finished', callbackPage({ kind: 'settled' })],
];

function loggedIn(scopes: readonly string[]): ServerResponse {
  return callbackPage({ kind: 'logged-in', clientId: 'APP-1', scopes });
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
      return found ? found[2] : spoilt();
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
