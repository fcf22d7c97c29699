import { SgidError, type SgidStep } from '../errors/sgid-error.ts';
import { networkError } from './network-error.ts';

/** One request to the provider, ready to be sent. */
export interface ProviderRequest {
  readonly step: SgidStep;
  readonly url: string;
  readonly init: FetchInit;
  /** Secrets in the request: taken out of whatever the provider says about it. */
  readonly secrets: readonly string[];
}

/** The provider's answer, still to be judged. */
export interface ProviderResponse {
  readonly status: number;
  readonly body: string;
  readonly wwwAuthenticate: string | null;
  readonly retryAfter: string | null;
}

/** The outside that a request needs. */
export interface Transport {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** The largest answer that is read, in bytes. */
export const MAX_RESPONSE_BYTES: number = 1024 * 1024;

/** Waits before the second and the third try, in milliseconds. */
const RETRY_WAITS: readonly number[] = [250, 1000];
const LONGEST_RETRY_AFTER_MS = 10_000;

/**
 * Sends a request once.
 *
 * @throws SgidError `ERR_NETWORK`, `ERR_HTTP_TIMEOUT` or `ERR_RESPONSE_TOO_LARGE`; the signal's reason when it aborts.
 */
export async function send(
  transport: Transport,
  request: ProviderRequest,
  signal?: AbortSignal,
): Promise<ProviderResponse> {
  try {
    const response = await transport.fetch(request.url, signal ? { ...request.init, signal } : request.init);
    const body = await response.text();
    if (Buffer.byteLength(body) > MAX_RESPONSE_BYTES) {
      throw Object.assign(new Error('answer too large'), { code: 'ERR_RESPONSE_TOO_LARGE' });
    }
    return {
      status: response.status,
      body,
      wwwAuthenticate: response.headers.get('www-authenticate'),
      retryAfter: response.headers.get('retry-after'),
    };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw networkError(error, request);
  }
}

/**
 * Sends a request that changes nothing at the provider: tried again twice on 502, 503, 504 and connection
 * resets, after a short wait or the one that `Retry-After` asks for (RFC 9110 section 10.2.3).
 *
 * @throws SgidError as {@link send} does, of the last try.
 */
export async function sendRepeatable(
  transport: Transport,
  request: ProviderRequest,
  signal?: AbortSignal,
): Promise<ProviderResponse> {
  for (const wait of RETRY_WAITS) {
    let pause = wait;
    try {
      const response = await send(transport, request, signal);
      if (![502, 503, 504].includes(response.status)) return response;
      pause = Math.max(wait, readRetryAfter(response.retryAfter, transport.clock.now()));
      if (pause > LONGEST_RETRY_AFTER_MS) return response;
    } catch (error) {
      if (!isConnectionReset(error)) throw error;
    }
    await transport.clock.sleep(pause, signal);
  }
  return send(transport, request, signal);
}

function readRetryAfter(value: string | null, now: number): number {
  if (value === null) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : date - now;
}

function isConnectionReset(error: unknown): boolean {
  return (
    error instanceof SgidError &&
    error.code === 'ERR_NETWORK' &&
    /\b(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)\b/.test(error.message)
  );
}

/** A request of this package: the part of the WHATWG `fetch` options that sgID v2 needs. */
export interface FetchInit {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
  /** Always `manual`: a redirect must never carry a secret elsewhere. */
  readonly redirect: 'manual';
  readonly signal?: AbortSignal;
}

/** The part of a WHATWG `Response` that is read. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** How HTTP reaches this package. `globalThis.fetch` fits, and so does a function that answers by itself. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** Time as the protocol sees it, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
