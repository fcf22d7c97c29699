import { SgidError } from '../errors/sgid-error.ts';
import { send } from '../oidc/exchange.ts';
import type { Step } from '../oidc/journal.ts';
import type { FetchInit, ProviderResponse, Transport } from '../oidc/transport.ts';

const MOST_REDIRECTS = 5;
const INIT: FetchInit = { method: 'GET', headers: { accept: 'text/html' }, redirect: 'manual' };

/** Follows the redirects to the callback, as the browser of somebody who consents would. */
export function createPersonaBrowser(transport: Transport, step: Step) {
  return { open: async (url: string) => ({ failed: follow(transport, step, url) }) };
}

async function follow(
  transport: Transport,
  step: Step,
  start: string,
): Promise<string | SgidError | undefined> {
  let url = start;
  for (let hops = 0; hops < MOST_REDIRECTS; hops += 1) {
    let response: ProviderResponse;
    try {
      response = await send(transport, { step: 'authorize', url, init: INIT, secrets: [] }, { step });
    } catch (error) {
      if (error instanceof SgidError) return error;
      throw error;
    }
    const location = response.headers.get('location');
    if (location === null)
      return response.status === 200 ? undefined : `HTTP ${response.status} from the provider`;
    url = new URL(location, url).href;
  }
  return 'too many redirects';
}
