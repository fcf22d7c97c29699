import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../helpers/chromium.ts';
import { commandOf, type RunningGuide, startGuide } from '../helpers/guide-process.ts';
import { openWatchedPage } from '../helpers/watched-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe.each([
  ['sgid-cli', commandOf('express')],
  ['the official SDK', 'npm run start:sdk --prefix examples/express'],
])('the Express server with %s', (_library, command) => {
  let guide: RunningGuide;
  beforeAll(async () => {
    guide = await startGuide(command);
  });
  afterAll(() => guide?.stop());

  it('logs a person in, shows the claims, and logs out', async () => {
    const { page, complaints } = await openWatchedPage(browser);
    await page.goto(guide.origin);
    await page.getByRole('button', { name: 'Log in with sgID' }).click();
    await page.getByRole('link', { name: 'TAN WEI MING' }).click();
    await page.getByRole('link', { name: 'Share', exact: true }).click();
    await page.getByText('You are logged in.').waitFor();
    expect(await page.locator('#claims').textContent()).toContain('TAN WEI MING');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are not logged in.').waitFor();
    expect(await page.locator('#claims').textContent()).toBe('');
    expect(complaints).toEqual([]);
  });

  it('tells a person who refused that nothing was shared', async () => {
    const { page, complaints } = await openWatchedPage(browser);
    await page.goto(guide.origin);
    await page.getByRole('button', { name: 'Log in with sgID' }).click();
    await page.getByRole('link', { name: 'Refuse' }).click();
    await page.getByText('You did not log in, and nothing was shared.').waitFor();
    expect(complaints).toEqual([]);
  });
});
