import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { start } from './start.js';

const { CHROME_PATH } = process.env;

let running;
let browser;
let page;

beforeAll(async () => {
  const which = CHROME_PATH ? { executablePath: CHROME_PATH } : { channel: 'chrome' };
  browser = await chromium.launch(which).catch((cause) => {
    throw new Error('No browser starts: install Google Chrome, or name a Chromium in CHROME_PATH.', {
      cause,
    });
  });
});
afterAll(() => browser?.close());

beforeEach(async () => {
  running = await start();
  page = await browser.newPage();
  await page.goto(running.origin);
  await page.getByRole('link', { name: 'Log in with sgID' }).click();
});
afterEach(async () => {
  await page?.close();
  await running?.close();
});

it('logs in and out', async () => {
  await page.getByRole('link', { name: 'TAN WEI MING' }).click();
  await page.getByRole('link', { name: 'Share', exact: true }).click();
  await page.getByRole('heading', { name: 'Hello TAN WEI MING' }).waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();
});

it('shows a long name in full on a phone', async () => {
  await page.setViewportSize({ width: 375, height: 700 });
  await page.getByRole('link', { name: 'SUBRAMANIAM' }).click();
  await page.getByRole('link', { name: 'Share', exact: true }).click();
  await page.getByRole('heading', { name: 'Hello SUBRAMANIAM' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
});

it('thanks nobody who refused', async () => {
  await page.getByRole('link', { name: 'Refuse' }).click();
  expect(await page.getByRole('heading').textContent()).toBe('You did not log in, and nothing was shared.');
});

it('lets a person try again', async () => {
  running.mock.queueFault('expired-token');
  await page.getByRole('link', { name: 'TAN WEI MING' }).click();
  await page.getByRole('link', { name: 'Share', exact: true }).click();
  await page.getByText('The login did not succeed.').waitFor();
  await page.getByRole('link', { name: 'Log in with sgID' }).click();
  await page.getByRole('link', { name: 'TAN WEI MING' }).click();
  await page.getByRole('link', { name: 'Share', exact: true }).click();
  await page.getByRole('heading', { name: 'Hello TAN WEI MING' }).waitFor();
});
