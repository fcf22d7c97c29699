import { SgidError, type SgidStep } from '../errors/sgid-error.ts';
import { readStopwatch } from '../system/clock.ts';
import type { HttpExchange } from '../system/http-client.ts';
import { errorCode, withCode } from '../system/node-error.ts';
import type { Step } from './journal.ts';
import { findNetworkFailure, networkError } from './network-error.ts';

export interface ProviderRequest {
  readonly step: SgidStep;
  readonly url: string;
  readonly init: FetchInit;
  /** Secrets in the request: taken out of whatever the provider says about it. */
  readonly secrets: readonly string[];
}

/** The provider's answer, not validated yet. */
export interface ProviderResponse {
  readonly status: number;
  readonly body: string;
  readonly wwwAuthenticate: string | null;
  readonly retryAfter: string | null;
}

export interface Transport {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

export const MAX_RESPONSE_BYTES: number = 1024 * 1024;

/** In milliseconds, before the second and the third try. */
const RETRY_WAITS: readonly number[] = [250, 1000];
const LONGEST_RETRY_AFTER_MS = 10_000;

export interface SendOptions {
  readonly step?: Step | undefined;
  readonly signal?: AbortSignal | undefined;
}

export async function send(
  transport: Transport,
  { url, init, step: name }: ProviderRequest,
  { step, signal }: SendOptions = {},
): Promise<ProviderResponse> {
  const started = readStopwatch();
  const note = (outcome: Pick<HttpExchange, 'status' | 'failure' | 'responseBytes'>): void =>
    step?.exchange({
      method: init.method,
      url,
      milliseconds: readStopwatch() - started,
      ...(init.body === undefined ? {} : { requestBytes: Buffer.byteLength(init.body) }),
      ...outcome,
    });
  try {
    const response = await transport.fetch(url, signal ? { ...init, signal } : init);
    const body = await response.text();
    const responseBytes = Buffer.byteLength(body);
    if (responseBytes > MAX_RESPONSE_BYTES) throw withCode('answer too large', 'ERR_RESPONSE_TOO_LARGE');
    note({ status: response.status, responseBytes });
    return {
      status: response.status,
      body,
      wwwAuthenticate: response.headers.get('www-authenticate'),
      retryAfter: response.headers.get('retry-after'),
    };
  } catch (error) {
    note({ failure: signal?.aborted ? 'aborted' : findNetworkFailure(error).code });
    if (signal?.aborted) throw signal.reason;
    throw networkError(error, { step: name, url });
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
  options: SendOptions = {},
): Promise<ProviderResponse> {
  for (const wait of RETRY_WAITS) {
    let pause = wait;
    try {
      const response = await send(transport, request, options);
      if (![502, 503, 504].includes(response.status)) return response;
      pause = Math.max(wait, parseRetryAfter(response.retryAfter, transport.clock.now()));
      if (pause > LONGEST_RETRY_AFTER_MS) return response;
    } catch (error) {
      if (!isConnectionReset(error)) throw error;
    }
    await transport.clock.sleep(pause, options.signal);
  }
  return send(transport, request, options);
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

function parseRetryAfter(value: string | null, now: number): number {
  if (value === null) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : date - now;
}

/** By the code that {@link networkError} keeps in the cause. */
function isConnectionReset(error: unknown): boolean {
  if (!(error instanceof SgidError)) return false;
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(errorCode(error.cause) ?? '');
}

/** A request of this package: the part of the WHATWG `fetch` options that it uses. */
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
