import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../../helpers/chromium.ts';
import { startSgid } from '../../helpers/sgid-process.ts';
import { openWatchedPage, type WatchedPage } from '../../helpers/watched-page.ts';

let chromium: Browser;
beforeAll(async () => {
  chromium = await launchChromium();
});
afterAll(() => chromium.close());

/** Starts `sgid login --mock`, opens its URL in Chromium, and lets a person do something there. */
async function logIn(act: (page: WatchedPage['page']) => Promise<void>, args: readonly string[] = []) {
  const run = await startSgid(['login', '--mock', '--no-browser', ...args]);
  const { page, complaints } = await openWatchedPage(chromium);
  await page.goto(await run.authorizationUrl());
  await act(page);
  const ended = await run.ended;
  expect(complaints).toEqual([]);
  return ended;
}

/** Chooses a person and consents. */
async function consent(page: WatchedPage['page'], name = 'TAN WEI MING'): Promise<void> {
  await page.getByRole('link', { name }).click();
  await page.getByRole('link', { name: 'Share' }).click();
  await page.getByRole('heading', { name: 'Logged in' }).waitFor();
}

it('sgid login --mock prints the claims of the persona that is clicked on', async () => {
  const args = ['--scope', 'openid myinfo.name myinfo.email'];
  const { status, stdout } = await logIn((page) => consent(page, 'ZOË NGUYỄN-CHÉN'), args);
  expect(status).toBe(0);
  expect(JSON.parse(stdout).data).toEqual({
    'myinfo.name': 'ZOË NGUYỄN-CHÉN (陳美玲) மீனா',
    'myinfo.email': 'zoe@example.org',
  });
});

it('exits 4 when the person refuses, and the page says so', async () => {
  const refuse = async (page: WatchedPage['page']): Promise<void> => {
    await page.getByRole('link', { name: 'Refuse' }).click();
    await page.getByRole('heading', { name: 'Login refused' }).waitFor();
  };
  expect(await logIn(refuse)).toMatchObject({ status: 4, stdout: '' });
});

it('shows a page for a callback with a wrong state, and a second tab can finish the login', async () => {
  const ended = await logIn(async (page) => {
    const choice = page.url();
    const other = await page.context().newPage();
    const redirectUri = new URL(choice).searchParams.get('redirect_uri');
    const response = await page.goto(`${redirectUri}?code=x&state=another`);
    expect(response?.status()).toBe(400);
    expect(await page.getByRole('heading').textContent()).toBe('Not the expected callback');
    await other.goto(choice);
    await consent(other);
  });
  expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('TAN WEI MING') });
});
