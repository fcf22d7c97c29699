import { type ProviderRequest, send } from '../protocol/exchange.ts';
import type { Fetch } from '../protocol/fetch.ts';
import { type Answer, readAnswer } from './answers.ts';
import type { OnlineContext } from './online.ts';

/**
 * Sends a request once and reads the answer for comparison. A redirect is looked at and never followed.
 *
 * @param changed See {@link readAnswer}.
 * @throws SgidError as `send` does.
 */
export async function probe(
  { transport, signal }: OnlineContext,
  request: ProviderRequest,
  changed: readonly string[],
): Promise<Answer> {
  let location = '';
  const fetch: Fetch = async (url, init) => {
    const response = await transport.fetch(url, init);
    location = response.headers.get('location') ?? '';
    return response;
  };
  const response = await send({ ...transport, fetch }, request, signal);
  return readAnswer({ ...response, location }, request, changed);
}
