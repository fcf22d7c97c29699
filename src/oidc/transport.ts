import type { SgidStep } from '../errors/sgid-error.ts';
import type { Clock } from '../system/clock.ts';

export interface ProviderRequest {
  readonly step: SgidStep;
  readonly url: string;
  readonly init: FetchInit;
  /** Secrets in the request: removed from what the provider says about it. */
  readonly secrets: readonly string[];
}

export interface ProviderResponse {
  readonly status: number;
  readonly body: string;
  readonly headers: FetchResponse['headers'];
}

export interface Transport {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

export const MAX_RESPONSE_BYTES: number = 1024 * 1024;

/** The longest authorization code or token that is accepted, in bytes: it must fit into a request's headers. */
const MAX_TOKEN_BYTES = 16 * 1024;

export function isTokenTooLong(token: string): boolean {
  return Buffer.byteLength(token) > MAX_TOKEN_BYTES;
}

/** A request for JSON that changes nothing, with an access token (RFC 6750 section 2.1) or without. */
export function getRequest(step: SgidStep, url: string, accessToken?: string): ProviderRequest {
  const authorization: Record<string, string> =
    accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  return {
    step,
    url,
    init: { method: 'GET', headers: { accept: 'application/json', ...authorization }, redirect: 'manual' },
    secrets: accessToken === undefined ? [] : [accessToken],
  };
}

/**
 * A request of this package: the part of the WHATWG `fetch` options that it uses.
 *
 * @see WHATWG Fetch, "RequestInit".
 * @example
 * ```ts
 * import type { FetchInit } from 'sgid-cli';
 *
 * const describe = ({ method, body = '' }: FetchInit): string => `${method}, ${body.length} characters`;
 * ```
 */
export interface FetchInit {
  /** POST at the token endpoint, GET elsewhere. */
  readonly method: 'GET' | 'POST';
  /** Names in lower case. `authorization` holds the access token. */
  readonly headers: Record<string, string>;
  /** A form, with the client secret and the code. */
  readonly body?: string;
  /** Always `manual`: a redirect must never carry a secret elsewhere. */
  readonly redirect: 'manual';
  /** Ends the request after the time-out, or when the caller gives up. */
  readonly signal?: AbortSignal;
}

/**
 * The part of a WHATWG `Response` that is read.
 *
 * @see WHATWG Fetch, "Response class".
 * @example
 * ```ts
 * import type { FetchResponse } from 'sgid-cli';
 *
 * const outage: FetchResponse = new Response('try later', { status: 503 });
 * ```
 */
export interface FetchResponse {
  /** HTTP status, 100 to 599. */
  readonly status: number;
  /** The headers `www-authenticate` and `retry-after` are read. */
  readonly headers: {
    /** The value of a header, whatever the case of its name. */
    get(name: string): string | null;
  };
  /**
   * The body, of at most 1 MiB.
   *
   * @throws Whatever ended the connection: it becomes `ERR_NETWORK`.
   */
  text(): Promise<string>;
}

/**
 * How HTTP reaches this package. `globalThis.fetch` fits, and so does a function that answers by itself. What it rejects
 * with becomes `ERR_NETWORK`, or `ERR_HTTP_TIMEOUT` for a `TimeoutError`.
 *
 * @param url An endpoint of the provider.
 * @see WHATWG Fetch, "Fetch method".
 * @example
 * ```ts
 * import { type Fetch, SgidClient } from 'sgid-cli';
 *
 * const fetch: Fetch = async (url, init) => {
 *   console.error(init.method, url);
 *   return globalThis.fetch(url, init);
 * };
 * const client = new SgidClient({ clientId, clientSecret, privateKey, redirectUri, fetch });
 * ```
 */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** How far the clocks may be apart, in seconds. */
export const CLOCK_TOLERANCE = 60;
