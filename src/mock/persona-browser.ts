import { SgidError } from '../errors/sgid-error.ts';
import { send } from '../oidc/exchange.ts';
import type { Step } from '../oidc/journal.ts';
import type { FetchInit, Transport } from '../oidc/transport.ts';

const MOST_REDIRECTS = 5;
const INIT: FetchInit = { method: 'GET', headers: { accept: 'text/html' }, redirect: 'manual' };

/** Follows the redirects to the callback, as the browser of somebody who consents would. */
export function createPersonaBrowser(transport: Transport, step: Step) {
  const follow = async (url: string, hops: number): Promise<string | undefined> => {
    if (hops === 0) return 'too many redirects';
    const response = await send(transport, { step: 'authorize', url, init: INIT, secrets: [] }, { step });
    const location = response.headers.get('location');
    if (location !== null) return follow(new URL(location, url).href, hops - 1);
    return response.status === 200 ? undefined : `HTTP ${response.status} from the provider`;
  };
  const open = (url: string): Promise<string | SgidError | undefined> =>
    follow(url, MOST_REDIRECTS).catch((error: unknown) => {
      if (error instanceof SgidError) return error;
      throw error;
    });
  return { open };
}
