import { SgidError } from '../errors/sgid-error.ts';
import { readStopwatch } from '../system/clock.ts';
import type { HttpExchange } from '../system/http-client.ts';
import { errorCode, withCode } from '../system/node-error.ts';
import type { Step } from './journal.ts';
import { CUT_CONNECTION, findNetworkFailure, networkError } from './network-error.ts';
import { retryDelay } from './retry-after.ts';
import {
  MAX_RESPONSE_BYTES,
  type ProviderRequest,
  type ProviderResponse,
  type Transport,
} from './transport.ts';

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
    signal?.throwIfAborted();
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
 * Sends a request that changes nothing at the provider, and retries it twice on 502, 503, 504 and connection resets,
 * after a short wait or the one that `Retry-After` asks for (RFC 9110 section 10.2.3).
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
      pause = Math.max(wait, retryDelay(response.retryAfter, transport.clock.now()));
      if (pause > LONGEST_RETRY_AFTER_MS) return response;
    } catch (error) {
      if (!isConnectionReset(error)) throw error;
    }
    await transport.clock.sleep(pause, options.signal);
  }
  return send(transport, request, options);
}

/** By the code that {@link networkError} keeps in the cause. */
function isConnectionReset(error: unknown): boolean {
  return error instanceof SgidError && CUT_CONNECTION.test(errorCode(error.cause) ?? '');
}
