import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import type { Browser } from '../../src/system/browser.ts';
import { createHttpClient } from '../../src/system/http-client.ts';

/** A page that the browser ended on. */
export interface VisitedPage {
  readonly url: string;
  readonly status: number;
  readonly body: string;
}

/** What a browser does with the URL that it is opened on; a text that it gives is the launcher's failure. */
export type Visit = (browser: FakeBrowser, url: string) => Promise<unknown>;

/** A browser that does the HTTP and shows nothing. */
export interface FakeBrowser {
  readonly open: Browser['open'];
  /** The URLs that it was opened on. */
  readonly opened: readonly string[];
  /** The programs that it was asked to use; empty lists for the system's browser. */
  readonly commands: readonly (readonly string[])[];
  /** The pages on which its visits ended, in order. */
  readonly pages: readonly VisitedPage[];
  /** Goes to a URL and follows its redirects. */
  visit(url: string): Promise<VisitedPage>;
  /** Resolves when all visits are over; rejects when one failed. */
  idle(): Promise<void>;
}

// For `localhost`, Node tries the next address after 250 ms without a connection: on a busy machine, one that stands is not noticed
// in that time, and the listener may have closed before the next try.
setDefaultAutoSelectFamilyAttemptTimeout(60_000);

const MOST_REDIRECTS = 5;

const request = createHttpClient({ timeoutMs: 100_000, maxBytes: 1_000_000 });

/** A browser that visits what it is opened on, or does what `visit` says instead. */
export function createFakeBrowser(visit?: Visit): FakeBrowser {
  const opened: string[] = [];
  const commands: (readonly string[])[] = [];
  const pages: VisitedPage[] = [];
  const visits: Promise<unknown>[] = [];
  const track = <T>(visiting: Promise<T>): Promise<T> => {
    visits.push(visiting);
    visiting.catch(() => {});
    return visiting;
  };
  const browser: FakeBrowser = {
    opened,
    commands,
    pages,
    open: async (url, command = []) => {
      opened.push(url);
      commands.push(command);
      const failure = track(visit ? visit(browser, url) : browser.visit(url));
      const outcome = await failure;
      return typeof outcome === 'string' ? outcome : undefined;
    },
    visit: (url) => track(follow(url, pages)),
    idle: async () => {
      await Promise.all(visits);
    },
  };
  return browser;
}

/** Where a URL leads, without going there. */
export async function redirectOf(url: string): Promise<URL> {
  const response = await request(url, { method: 'GET', headers: {} });
  const location = response.headers.get('location');
  if (location === null) throw new Error(`no redirect from ${url}: HTTP ${response.status}`);
  return new URL(location, url);
}

/** A URL with some of its query parameters replaced. */
export function withParameters(url: URL, changes: Readonly<Record<string, string>>): string {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(changes)) changed.searchParams.set(name, value);
  return changed.href;
}

/** Follows redirects, and notes the page at their end. */
async function follow(url: string, pages: VisitedPage[], hops = 0): Promise<VisitedPage> {
  if (hops === MOST_REDIRECTS) throw new Error('too many redirects');
  const response = await request(url, { method: 'GET', headers: {} });
  const location = response.headers.get('location');
  if (location !== null) return follow(new URL(location, url).href, pages, hops + 1);
  const page = { url, status: response.status, body: await response.text() };
  pages.push(page);
  return page;
}
