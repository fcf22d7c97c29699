import type { Fetch } from '../oidc/transport.ts';
import type { Browser } from '../system/browser.ts';

const MOST_REDIRECTS = 5;

/** Follows the redirects to the callback, as the browser of somebody who consents would. */
export function createPersonaBrowser(fetch: Fetch): { open(url: string): ReturnType<Browser['open']> } {
  return { open: async (url) => ({ failed: follow(fetch, url) }) };
}

async function follow(fetch: Fetch, start: string): Promise<string | undefined> {
  let url = start;
  try {
    for (let hops = 0; hops < MOST_REDIRECTS; hops += 1) {
      const headers = { accept: 'text/html' };
      const response = await fetch(url, { method: 'GET', headers, redirect: 'manual' });
      const location = response.headers.get('location');
      if (location === null)
        return response.status === 200 ? undefined : `HTTP ${response.status} from the provider`;
      url = new URL(location, url).href;
    }
    return 'too many redirects';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
