import { parseEnv } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type RunningMockSgid, startMockSgid } from '../../../src/mock/mock-sgid.ts';
import { launchChromium } from '../../helpers/chromium.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { logInOverHttp } from '../../helpers/mock-http.ts';
import { lookAtAll, openWatchedPage } from '../../helpers/watched-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

let mock: RunningMockSgid;
beforeEach(async () => {
  mock = await startMockSgid();
});
afterEach(() => mock.close());

it("the developer's page fits, and is open to all, with little on it and with much", async () => {
  const { page, complaints } = await openWatchedPage(browser);
  await page.goto(mock.hostname);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(mock.hostname);
  for (const isBusy of [false, true]) {
    if (isBusy) {
      mock.queueFault('slow', 2);
      for (let turn = 0; turn < 30; turn += 1) await fetch(`${mock.hostname}/v2/oauth/userinfo`);
      await page.reload();
      await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
    }
    await page.getByText('Live', { exact: true }).waitFor();
    for await (const { width, look, barriers } of lookAtAll(page)) {
      expect({ look, barriers }).toEqual({ look, barriers: [] });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
  }
  expect(complaints).toEqual([]);
});

it('a developer queues a fault, sees a login fail without a reload, and that the mock has ended', async () => {
  const { page, complaints } = await openWatchedPage(browser);
  await page.goto(mock.hostname);
  await page.getByRole('button', { name: 'Queue slow' }).first().click();
  await page.getByRole('button', { name: 'Remove slow' }).click();
  await page.getByText('No fault is queued').waitFor();
  await page.getByRole('button', { name: 'Queue invalid-client' }).click();
  await page.getByText('invalid-client next login').waitFor();
  await page.evaluate("document.title = 'not loaded again'");
  expect((await errorOf(() => logInOverHttp(mock.hostname))).code).toBe('ERR_TOKEN_REFUSED');
  const log = page.getByRole('region', { name: 'Request log' }).getByRole('listitem');
  await log.nth(1).waitFor();
  expect(await log.allInnerTexts()).toEqual([
    expect.stringMatching(
      /^401\s+POST \/v2\/oauth\/token\s+[\d:]{8}\s+invalid_client: the fault invalid-client was asked/,
    ),
    expect.stringMatching(
      /^302\s+GET \/v2\/oauth\/authorize\s+[\d:]{8}\s+a code for wei-ming, with the fault invalid-client/,
    ),
  ]);
  await page.getByText('No fault is queued: the next login works.').waitFor();
  expect(await page.title()).toBe('not loaded again');
  expect(complaints).toEqual([]);
  await mock.close();
  await page.getByText('No answer: the mock has ended').waitFor();
});

it('a developer copies the .env', async () => {
  const { page, complaints } = await openWatchedPage(browser, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await page.goto(mock.hostname);
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const { clientId, clientSecret, redirectUri, privateKey } = mock.client;
  expect(parseEnv(await page.evaluate<string>('navigator.clipboard.readText()'))).toEqual({
    SGID_HOSTNAME: mock.hostname,
    SGID_CLIENT_ID: clientId,
    SGID_CLIENT_SECRET: clientSecret,
    SGID_REDIRECT_URI: redirectUri,
    SGID_PRIVATE_KEY: privateKey.trim(),
  });
  expect(complaints).toEqual([]);
});

it('a browser that runs no script shows the same, and queues a fault', async () => {
  const { page } = await openWatchedPage(browser, { javaScriptEnabled: false });
  await page.goto(mock.hostname);
  expect(await page.getByRole('button', { name: 'Copy' }).count()).toBe(0);
  expect(parseEnv(await page.getByLabel('.env of').inputValue())).toHaveProperty('SGID_PRIVATE_KEY');
  await page.getByRole('button', { name: 'Queue alg-none' }).click();
  await page.getByText('alg-none next login').waitFor();
  expect(page.url()).toBe(`${mock.hostname}/#faults`);
});
