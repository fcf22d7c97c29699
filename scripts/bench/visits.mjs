// The least of a browser: a request on a connection of its own, because a provider may close one that is kept just when
// it is used again.
import { once } from 'node:events';
import { request } from 'node:http';

/** Requests a URL; resolves to the answer when all of it has come. */
export async function get(url) {
  const sent = request(url, { agent: false }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  await once(response, 'end');
  return response;
}

/** Goes to a URL of the provider, and from there to where it redirects. */
export async function visit(url) {
  const { headers } = await get(url);
  return headers.location === undefined ? undefined : get(headers.location);
}
