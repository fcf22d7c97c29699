import type { SgidError } from '../errors/sgid-error.ts';
import { networkError } from '../oidc/network-error.ts';
import type { Fetch, FetchResponse } from '../oidc/transport.ts';

const MOST_REDIRECTS = 5;

/** Follows the redirects to the callback, as the browser of somebody who consents would. */
export function createPersonaBrowser(fetch: Fetch) {
  return { open: async (url: string) => ({ failed: follow(fetch, url) }) };
}

async function follow(fetch: Fetch, start: string): Promise<string | SgidError | undefined> {
  let url = start;
  for (let hops = 0; hops < MOST_REDIRECTS; hops += 1) {
    let response: FetchResponse;
    try {
      response = await fetch(url, { method: 'GET', headers: { accept: 'text/html' }, redirect: 'manual' });
    } catch (error) {
      return networkError(error, { step: 'authorize', url });
    }
    const location = response.headers.get('location');
    if (location === null)
      return response.status === 200 ? undefined : `HTTP ${response.status} from the provider`;
    url = new URL(location, url).href;
  }
  return 'too many redirects';
}
