import type { MockProvider } from './provider.ts';
import { MAX_BODY_BYTES, MAX_TARGET_LENGTH } from './request-limits.ts';

/**
 * Lets a provider answer WHATWG requests, as frameworks and service workers hand them over, within the limits
 * of the server. Of a body that is too large no more is read than it takes to know.
 */
export function createWebHandler(provider: MockProvider): (request: Request) => Promise<Response> {
  return async (request) => {
    const { host, pathname, search } = new URL(request.url);
    const target = pathname + search;
    if (target.length > MAX_TARGET_LENGTH) return new Response(null, { status: 414 });
    const body = await readBody(request);
    if (body === undefined) return new Response(null, { status: 413 });
    const answer = await provider.handle({
      method: request.method,
      target,
      // A request that was made and not received has no Host.
      headers: { host, ...Object.fromEntries(request.headers) },
      body,
    });
    const { status, headers } = answer;
    const isBodyless = request.method === 'HEAD' || status === 204 || status === 304;
    return new Response(isBodyless ? null : answer.body, { status, headers });
  };
}

/** The body as UTF-8 text; `undefined` when it is too large. */
async function readBody({ body, headers }: Request): Promise<string | undefined> {
  if (Number(headers.get('content-length') ?? 0) > MAX_BODY_BYTES) {
    await body?.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
