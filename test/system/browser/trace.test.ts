import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  exchangeRecord,
  failedTrace,
  hostileTrace,
  localRecord,
  sampleTrace,
} from '../../fast/trace/sample-trace.ts';
import { launchChromium } from '../../helpers/chromium.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { startFlow } from '../../helpers/login-flow.ts';
import { reply } from '../../helpers/loopback-provider.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { lookAtAll, openWatchedPage } from '../../helpers/watched-page.ts';

let chromium: Browser;
beforeAll(async () => {
  chromium = await launchChromium();
});
afterAll(() => chromium.close());

/** More than fit on a screen; axe takes as long as there are rows, and more of the same teach it nothing. */
const LONG = {
  records: Array.from({ length: 80 }, (_, index) =>
    exchangeRecord({ startMs: index * 1_000, url: `https://provider.test/${'path/'.repeat(index % 40)}` }),
  ),
};
const CHECKS = ['credentials', 'private-key', 'redirect-uri-registered', 'client-secret'].map(
  (check, index) =>
    localRecord({ step: 'check', startMs: 0, durationMs: 3 * index, verdicts: [{ check, verdict: 'pass' }] }),
);

/** Every kind of page that there is, as the trace that it is made of. */
const TRACES: readonly (readonly [name: string, heading: string, trace: string])[] = [
  ['a good login', 'sgid login Succeeded', JSON.stringify(sampleTrace())],
  ['a failed login', 'sgid login Failed', JSON.stringify(failedTrace())],
  ['nothing', 'sgid login Succeeded', JSON.stringify(sampleTrace({ records: [] }))],
  ['eighty records', 'sgid login Succeeded', JSON.stringify(sampleTrace(LONG))],
  [
    'sgid check',
    'sgid check Succeeded',
    JSON.stringify(
      sampleTrace({ command: 'check', durationMs: 40, records: [...CHECKS, exchangeRecord({ startMs: 1 })] }),
    ),
  ],
  ['hostile text', 'Failed', hostileTrace()],
];

/** Opens the page of a trace as a person would who was sent it: from a file, without a network. */
async function openPageOf(trace: string) {
  const path = join(await makeTemporaryFolder(), 'trace.html');
  const run = await runSgid(['trace', 'view', '-', '--html', path], { stdin: trace });
  expect(run.exitCode).toBe(0);
  const watched = await openWatchedPage(chromium, { offline: true });
  await watched.page.goto(pathToFileURL(path).href);
  return watched;
}

it.each(TRACES)(
  'the page of %s is open to all, fits, and asks for nothing',
  async (_name, heading, trace) => {
    const { page, complaints } = await openPageOf(trace);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(heading);
    expect(await page.evaluate('document.scripts.length + document.images.length')).toBe(0);
    for await (const { width, look, barriers } of lookAtAll(page)) {
      expect({ look, barriers }).toEqual({ look, barriers: [] });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
    expect(complaints).toEqual([]);
  },
);

describe('the page of a login', () => {
  it('is drawn: bars one after the other, arrows between the lanes, in the style of the page', async () => {
    const flow = await startFlow();
    const path = join(await makeTemporaryFolder(), 'trace.json');
    expect((await flow.login(['--trace', path])).exitCode).toBe(0);
    const { page } = await openPageOf(await readFile(path, 'utf8'));
    const bars = await page
      .locator('.bar')
      .evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect().x));
    expect(bars).toHaveLength(7);
    expect(bars).toEqual(bars.toSorted((a, b) => a - b));
    expect(new Set(bars).size).toBeGreaterThan(4);

    const middleOf = async (selector: string): Promise<number> => {
      const box = await page.locator(selector).first().boundingBox();
      return box === null ? Number.NaN : box.x + box.width / 2;
    };
    const sgid = await middleOf('.actor.sgid');
    const provider = await middleOf('.actor.provider');
    const arrow = await page.locator('.sgid-provider .arrow').first().boundingBox();
    expect(Math.abs((arrow?.x ?? 0) - sgid)).toBeLessThan(2);
    expect(Math.abs((arrow?.x ?? 0) + (arrow?.width ?? 0) - provider)).toBeLessThan(2);
    expect(await page.evaluate("getComputedStyle(document.querySelector('section')).borderTopStyle")).toBe(
      'solid',
    );
  });

  it('that failed points to what failed', async () => {
    const flow = await startFlow({ provider: { token: () => reply(400, '{"error":"invalid_grant"}') } });
    const path = join(await makeTemporaryFolder(), 'trace.json');
    await flow.login(['--trace', path]);
    const { page } = await openPageOf(await readFile(path, 'utf8'));
    await page.getByText('sgid explain ERR_TOKEN_REFUSED').waitFor();
    const row = page.getByRole('row', { name: 'token' });
    expect(await row.getByText('400').isVisible()).toBe(true);
    expect(await row.locator('.bar.fail').count()).toBe(1);
    expect(await page.getByRole('listitem').filter({ hasText: 'failed: response' }).textContent()).toContain(
      'ERR_TOKEN_REFUSED (invalid_grant)',
    );
  });

  it('is readable by keyboard and screen reader: headings, a table with headings, lists', async () => {
    const { page } = await openPageOf(JSON.stringify(sampleTrace()));
    const headings = await page.getByRole('heading', { level: 2 }).allTextContents();
    expect(headings).toEqual(['Timeline', 'Sequence', 'Authorization request', 'Checks']);
    expect(await page.getByRole('columnheader').allTextContents()).toEqual(
      expect.arrayContaining(['Step', 'Status', 'Size', 'Time']),
    );
    expect(await page.getByRole('rowheader').count()).toBe(4);
    expect(await page.getByRole('listitem').filter({ hasText: 'sgid to Provider' }).count()).toBe(1);
  });

  it('keeps its colours on paper', async () => {
    const { page } = await openPageOf(JSON.stringify(failedTrace()));
    await page.emulateMedia({ media: 'print' });
    expect(
      await page.evaluate("getComputedStyle(document.querySelector('.messages')).printColorAdjust"),
    ).toBe('exact');
    expect((await page.pdf()).length).toBeGreaterThan(5_000);
  });
});
