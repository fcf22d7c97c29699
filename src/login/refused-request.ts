import type { ServerRefusal, ServerRequest } from '../system/http-server.ts';
import { toPrintable } from '../text/printable.ts';
import type { ListenPlan } from './listen-plan.ts';

export type RefusalKind = ServerRefusal | 'host' | 'path' | 'method' | 'query';

/** Why a request is not the callback, whatever it carries; `undefined` when it may be. */
export function findRefusal(
  { method, target, headers }: ServerRequest,
  { hosts, path }: ListenPlan,
): RefusalKind | undefined {
  // After DNS rebinding, a web page's requests carry that page's host name.
  if (!hosts.includes(headers['host']?.toLowerCase() ?? '')) return 'host';
  // The path as it was sent: after decoding, other paths could equal the callback's.
  const [found, query = ''] = target.split(/\?(.*)/s, 2);
  if (found !== path) return 'path';
  if (method !== 'GET') return 'method';
  return query === '' ? 'query' : undefined;
}

/** What browsers fetch of their own accord, and the probe of another login. */
const BACKGROUND = /^\/(?:favicon\.ico|apple-touch-icon|robots\.txt|\.well-known\/|\.sgid-probe\/)/;

/** Whether a browser sends it by itself: nobody needs to hear of its refusal. */
export function isBackground({ target, headers }: ServerRequest): boolean {
  const destination = headers['sec-fetch-dest'] ?? 'document';
  return BACKGROUND.test(target) || destination !== 'document' || isPrefetch(headers);
}

/** A page that is loaded before anybody asks for it. */
export function isPrefetch(headers: ServerRequest['headers']): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) =>
    /prefetch|prerender|preview/i.test(headers[name] ?? ''),
  );
}

const MOST_SHOWN_BYTES = 100;

/** Describes a refused request and what its refusal means, without any part that may hold a code. */
export function describeRefusal(
  kind: RefusalKind,
  { hosts, path, secure }: ListenPlan,
  { method = '', target = '', headers = {} }: Partial<ServerRequest> = {},
): string {
  const [own = ''] = hosts;
  const show = (text: string): string => toPrintable(text, MOST_SHOWN_BYTES);
  switch (kind) {
    case 'host':
      return `a request came with Host ${show(headers['host'] ?? '') || '(empty)'}: only ${hosts.join(', ')} counts, so register the redirect URI under the name that the browser uses, or let the tunnel or proxy in front send Host ${own}`;
    case 'path':
      return `a request came to ${show(target.split(/[?;&=#]|%3f/i, 1)[0] ?? '')}: only ${path} counts, so compare the path of the redirect URI with where the browser ended`;
    case 'method':
      return `a ${show(method)} request came: a callback is a GET, so a program looked at the address, or the provider does not answer in the query (response_mode=query)`;
    case 'body':
      return 'a request with a body came: a callback is a GET without one, so the provider does not answer in the query (response_mode=query)';
    case 'query':
      return `a request came to ${path} without a query: a callback has its code there, so the tunnel or proxy in front drops it, or somebody opened the address by hand`;
    case 'tls':
      return `an https request came: this listener speaks http, so the browser made https of http (HTTPS-only mode, HSTS of ${own}), or the tunnel or proxy in front speaks TLS, so switch that off`;
    case 'no-tls':
      return 'an http request came: this listener speaks TLS, so the address must begin with https://, and a tunnel or proxy in front must speak TLS with it';
    case 'too-large':
      return `a request with too long a URL or headers came: other programs may have set cookies on ${own}, so delete the cookies of that name in the browser`;
    case 'malformed':
      return `a request came that is not ${secure ? 'HTTPS' : 'HTTP/1.1'}: a tunnel or proxy in front may speak something else (HTTP/2, PROXY protocol), so set it to HTTP/1.1`;
  }
}
