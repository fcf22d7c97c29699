import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningMockSgid, startMockSgid } from '../../../src/mock/mock-sgid.ts';
import { SCOPE_NAMES } from '../../../src/sgid/scopes.ts';
import { type RunningServer, startServer } from '../../../src/system/http-server.ts';
import { authorizationQuery, type Changes } from '../../fast/mock/relying-party.ts';
import { launchChromium } from '../../helpers/chromium.ts';
import { OF_COLOUR, openWatchedPage, type WatchedPage } from '../../helpers/watched-page.ts';

const EVERYTHING = SCOPE_NAMES.join(' ');

/** Every page of the mock, with little on it and with much. */
const PAGES: readonly (readonly [string, Changes])[] = [
  ['picker', {}],
  ['picker, every scope', { scope: EVERYTHING }],
  ['picker, a fault', { mock_fault: 'slow' }],
  ['consent', { mock_persona: 'wei-ming' }],
  ['consent, a fault', { mock_persona: 'wei-ming', mock_fault: 'slow' }],
  ['consent, openid alone', { mock_persona: 'no-data', scope: 'openid' }],
  ['consent, long values', { mock_persona: 'subramaniam', scope: EVERYTHING }],
  ['consent, markup in the values', { mock_persona: 'marcus', scope: EVERYTHING }],
  ['consent, text from right to left', { mock_persona: 'yusuf', scope: EVERYTHING }],
  ['error, redirect URI', { redirect_uri: `https://app.example/${'long'.repeat(40)}` }],
  ['error, persona', { login_hint: 'nobody' }],
  ['no callback', { login_hint: 'zoe', state: 'mock-fault:no-callback' }],
];

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let browser: Browser;
let application: RunningServer;
let redirectUri: string;
let mock: RunningMockSgid;

beforeAll(async () => {
  const handle = async () => ({ status: 200, headers: {}, body: 'Called back' });
  application = await startServer({ addresses: ['127.0.0.1'], port: 0, handle });
  redirectUri = `http://127.0.0.1:${application.port}/callback`;
  mock = await startMockSgid({ redirectUris: [redirectUri] });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await mock.close();
  await application.close();
});

/** Opens the page that a request gets, in a context of its own. */
async function openPage(
  changes: Changes = {},
  { width = 1280, height = 740, colorScheme = 'light' as 'light' | 'dark' } = {},
): Promise<WatchedPage> {
  const watched = await openWatchedPage(browser, { colorScheme, viewport: { width, height } });
  const query = authorizationQuery({ redirect_uri: redirectUri, ...changes });
  await watched.page.goto(`${mock.hostname}/v2/oauth/authorize?${query}`);
  return watched;
}

/** The names of the parameters that the application was called back with. */
async function callbackOf(page: Page): Promise<string[]> {
  await page.waitForURL(`${redirectUri}?*`);
  return [...new URL(page.url()).searchParams.keys()];
}

it.each(PAGES)(
  '%s: runs no script, has its style, fits a narrow phone, and axe finds no fault in any look',
  async (_name, changes) => {
    // So high that the bar which stays in view covers nothing: axe cannot judge what is covered.
    const { page, complaints } = await openPage(changes, { height: 6000 });
    expect(await page.evaluate('document.scripts.length + document.forms.length')).toBe(0);
    expect(await page.evaluate("getComputedStyle(document.querySelector('main')).borderTopStyle")).toBe(
      'solid',
    );
    await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
    await page.evaluate(axe.source);
    for (const width of [360, 1280])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 6000 });
        await page.emulateMedia({ colorScheme });
        const runOnly = colorScheme === 'dark' ? OF_COLOUR : STANDARDS;
        const { violations, incomplete } = await page.evaluate<axe.AxeResults>(
          `axe.run({ runOnly: ${JSON.stringify(runOnly)} })`,
        );
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        // Whether a name covers the line below it depends on the fonts of the machine, so axe may not tell the contrast.
        expect(incomplete.map(({ id }) => id).filter((id) => id !== 'color-contrast')).toEqual([]);
      }
    await page.setViewportSize({ width: 320, height: 740 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(complaints).toEqual([]);
  },
);

describe('a person with a keyboard', () => {
  it('chooses, reads and shares in an order that makes sense', async () => {
    const { page } = await openPage();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Share with' }).waitFor();
    const order: unknown[] = [];
    for (const _ of [1, 2, 3]) {
      await page.keyboard.press('Tab');
      order.push(await page.evaluate('document.activeElement.textContent'));
    }
    expect(order).toEqual(['Choose someone else', 'Share', 'Refuse']);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    expect(await callbackOf(page)).toEqual(['code', 'state', 'iss']);
  });
});

describe('a person with a mouse', () => {
  it('thinks again, then refuses', async () => {
    const { page } = await openPage({}, { width: 360, colorScheme: 'dark' });
    await page.getByRole('link', { name: 'SITI AMINAH' }).click();
    await page.getByRole('link', { name: 'Choose someone else' }).click();
    await page.getByRole('link', { name: 'MARCUS' }).click();
    await page.getByText(`MARCUS D'SOUZA & "SONS" <TEST>`).first().waitFor();
    await page.getByRole('link', { name: 'Refuse' }).click();
    expect(await callbackOf(page)).toEqual(['error', 'error_description', 'state', 'iss']);
  });

  it('can refuse without choosing anybody', async () => {
    const { page } = await openPage();
    await page.getByRole('link', { name: 'Refuse' }).click();
    expect(await callbackOf(page)).toContain('error');
  });
});

describe('the consent of a person with much data', () => {
  it.each([360, 1280])('keeps the decision in view at %d px', async (width) => {
    const { page } = await openPage({ mock_persona: 'subramaniam', scope: EVERYTHING }, { width });
    for (const name of ['Share', 'Refuse']) {
      const box = await page.getByRole('link', { name, exact: true }).boundingBox();
      expect(box === null ? Number.NaN : box.y + box.height).toBeLessThanOrEqual(740);
      expect(box?.height).toBeGreaterThanOrEqual(44);
    }
  });
});
