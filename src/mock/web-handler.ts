import type { ServerResponse } from '../system/http-server.ts';
import type { MockProvider } from './provider.ts';
import { MAX_BODY_BYTES, MAX_TARGET_LENGTH } from './server.ts';

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

/** An OAuth error: its code and a sentence for the developer. */
export interface OAuthError {
  readonly error: string;
  readonly description: string;
}

/** A JSON answer that no cache keeps (RFC 6749 section 5.1). */
export function jsonResponse(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): ServerResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: JSON.stringify(body),
  };
}

/** An OAuth error as JSON (RFC 6749 section 5.2). */
export function errorResponse(
  status: number,
  { error, description }: OAuthError,
  headers: Readonly<Record<string, string>> = {},
): ServerResponse {
  return jsonResponse(status, { error, error_description: printableDescription(description) }, headers);
}

/**
 * A redirect back to the client with parameters added to those that its redirect URI already has
 * (RFC 6749 section 3.1.2). Parameters that are undefined are left out.
 */
export function redirectResponse(
  redirectUri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): ServerResponse {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, value);
  }
  const location = `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`;
  return {
    status: 302,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    body: '',
  };
}

/**
 * Text fit for `error_description` and for a quoted header value: printable ASCII without `"` and `\`
 * (RFC 6749 section 5.2, RFC 6750 section 3), at most 500 characters.
 */
export function printableDescription(text: string): string {
  return text
    .replaceAll('"', "'")
    .replace(/[^\x20-\x5B\x5D-\x7E]/g, '?')
    .slice(0, 500);
}

/** The parameters of a query or a form. */
export interface RequestParameters {
  /** Values by name. A parameter without a value counts as left out (RFC 6749 section 3.1). */
  readonly values: ReadonlyMap<string, string>;
  /** Names that came more than once, which is never allowed (RFC 6749 sections 3.1 and 3.2). */
  readonly repeated: ReadonlySet<string>;
}

/** Reads `application/x-www-form-urlencoded` text: a query without its `?`, or a form body. */
export function readParameters(text: string): RequestParameters {
  const values = new Map<string, string>();
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
    if (value !== '' && !values.has(name)) values.set(name, value);
  }
  return { values, repeated };
}
