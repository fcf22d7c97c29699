import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { launchChromium } from '../../helpers/chromium.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { setUpProcessLogin } from '../../helpers/process-login.ts';
import { type SgidProcess, startSgid } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { openWatchedPage, type WatchedPage } from '../../helpers/watched-page.ts';

/** A --browser command that hands the URL to the test. */
const RECORDER = `
  const { renameSync, writeFileSync } = require('node:fs');
  writeFileSync('url.tmp', process.argv.at(-1));
  renameSync('url.tmp', 'url.txt');`;

let chromium: Browser;
beforeAll(async () => {
  chromium = await launchChromium();
});
afterAll(() => chromium.close());

interface MockLogin extends WatchedPage {
  readonly run: SgidProcess;
}

/** Starts `sgid login --mock` and opens in Chromium what it opens. */
async function startMockLogin(args: readonly string[] = []): Promise<MockLogin> {
  const cwd = await makeTemporaryFolder();
  const command = `${process.execPath} record.js`;
  const run = await startSgid(['login', '--mock', '--browser', command, ...args], {
    cwd,
    files: { 'record.js': RECORDER },
  });
  const url = await expect
    .poll(() => readFile(join(cwd, 'url.txt'), 'utf8').catch(() => ''))
    .toMatch(/^http/)
    .then(() => readFile(join(cwd, 'url.txt'), 'utf8'));
  const watched = await openWatchedPage(chromium);
  await watched.page.goto(url);
  return { ...watched, run };
}

async function claimsOf(run: SgidProcess): Promise<unknown> {
  const { status, stdout } = await run.ended;
  expect(status).toBe(0);
  return JSON.parse(stdout).data;
}

describe('sgid login --mock in Chromium', () => {
  it('prints the claims of the persona that is clicked on', async () => {
    const { page, complaints, run } = await startMockLogin(['--scope', 'openid myinfo.name myinfo.email']);
    expect(await page.title()).toBe('Choose who logs in - Mock sgID');
    await page.getByRole('link', { name: 'ZOË NGUYỄN-CHÉN' }).click();
    expect(await page.title()).toContain('Share with MOCK-');
    await page.getByRole('link', { name: 'Share' }).click();
    await page.getByRole('heading', { name: 'Signed in' }).waitFor();
    expect(await claimsOf(run)).toEqual({
      'myinfo.name': 'ZOË NGUYỄN-CHÉN (陳美玲) மீனா',
      'myinfo.email': 'zoe@example.org',
    });
    expect(complaints).toEqual([]);
  });

  it('prints the claims of the persona that is reached with the keyboard', async () => {
    const { page, complaints, run } = await startMockLogin();
    const focused = page.locator('a:focus');
    const second = PERSONAS[1]?.name ?? '';
    for (let presses = 0; presses < 10; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await focused.filter({ hasText: second }).count()) > 0) break;
    }
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Share' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Signed in' }).waitFor();
    expect(await claimsOf(run)).toEqual({ 'myinfo.name': second });
    expect(complaints).toEqual([]);
  });

  it.each(['jose', 'no-data'])('logs %s in by name', async (persona) => {
    const name = PERSONAS.find(({ id }) => id === persona)?.name;
    const { page, run } = await startMockLogin();
    await page.getByRole('link', { name: name ?? '' }).click();
    await page.getByRole('link', { name: 'Share' }).click();
    await page.getByRole('heading', { name: 'Signed in' }).waitFor();
    expect(await run.ended).toMatchObject({ status: 0 });
  });

  it('exits 4 when the person refuses, and the page says so', async () => {
    const { page, complaints, run } = await startMockLogin();
    await page.getByRole('link', { name: 'Refuse' }).click();
    await page.getByRole('heading', { name: 'Sign-in declined' }).waitFor();
    expect(await run.ended).toMatchObject({ status: 4, stdout: '' });
    expect(complaints).toEqual([]);
  });

  it('shows a page for a callback with a wrong state, and the genuine one still works', async () => {
    const { page, complaints, run } = await startMockLogin();
    const choice = page.url();
    const redirectUri = new URL(choice).searchParams.get('redirect_uri');
    const response = await page.goto(`${redirectUri}?code=x&state=another`);
    expect(response?.status()).toBe(400);
    expect(await page.getByRole('heading').textContent()).toBe('Not the expected callback');
    await page.goto(choice);
    await page.getByRole('link', { name: 'TAN WEI MING' }).click();
    await page.getByRole('link', { name: 'Share' }).click();
    await page.getByRole('heading', { name: 'Signed in' }).waitFor();
    expect(await claimsOf(run)).toEqual({ 'myinfo.name': 'TAN WEI MING' });
    expect(complaints).toEqual([]);
  });

  it('can be finished in a second tab', async () => {
    const { page, run } = await startMockLogin();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('link', { name: 'TAN WEI MING' }).click();
    await other.getByRole('link', { name: 'Share' }).click();
    await other.getByRole('heading', { name: 'Signed in' }).waitFor();
    expect(await run.ended).toMatchObject({ status: 0 });
  });
});

describe('sgid login against a provider that errs, in Chromium', () => {
  it('shows the failure page when the data does not decrypt, with the code alone', async () => {
    const login = await setUpProcessLogin({
      provider: {
        userinfo: async (_request, honest) => {
          const answer = JSON.parse((await honest()).body);
          return reply(200, JSON.stringify({ ...answer, key: undefined }));
        },
      },
    });
    const run = await login.start();
    const { page, complaints } = await openWatchedPage(chromium);
    await page.goto(await run.authorizationUrl());
    await page.getByRole('heading', { name: 'Sign-in failed' }).waitFor();
    expect(await page.locator('code').textContent()).toBe('ERR_JWE_KEY_MISSING');
    expect(await run.ended).toMatchObject({ status: 8, stdout: '' });
    expect(complaints).toEqual([]);
  });
});
