import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** A page of a browser, and what one would find in its developer tools. */
export interface WatchedPage {
  readonly page: Page;
  /** Console errors, violations of the content security policy and requests that leave this machine. */
  readonly complaints: readonly string[];
}

/** Opens an empty page in a context of its own; both are gone when the test has finished. */
export async function openWatchedPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  // On a busy machine; the time of the test is what ends a wait.
  context.setDefaultTimeout(0);
  const page = await context.newPage();
  const complaints: string[] = [];
  // Chromium calls every violation of the policy an error; and also every status from 400 up, which we may mean.
  page.on('console', (message) => {
    if (
      ['error', 'warning'].includes(message.type()) &&
      !/the server responded with a status of/.test(message.text())
    )
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    const isHere = protocol === 'file:' || ['localhost', '127.0.0.1'].includes(hostname);
    if (!isHere) complaints.push(`request to ${hostname}`);
  });
  return { page, complaints };
}

/** The rules of axe-core that a colour scheme can break; what breaks another breaks it in the light, too. */
export const OF_COLOUR = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } as const;

/** Shows the page on a phone and on a desktop, in the light and in the dark, with what axe-core finds wrong each time. */
export async function* lookAtAll(page: Page) {
  for (const [width, height] of [
    [360, 740],
    [1280, 800],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      yield {
        width,
        look: `${width} ${colorScheme}`,
        barriers: await findBarriers(page, colorScheme === 'dark' ? OF_COLOUR : undefined),
      };
    }
}

/** Runs in the page. */
const AUDIT = `.then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`;

/** What axe-core finds wrong with the page as it is: rule and element. */
export async function findBarriers(page: Page, runOnly?: typeof OF_COLOUR): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found: unknown = await page.evaluate(`axe.run(${JSON.stringify({ runOnly })})${AUDIT}`);
  return Array.isArray(found) ? found.map(String) : ['axe-core gave no result'];
}
