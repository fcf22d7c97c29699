import { type ProviderReply, SgidError, type SgidErrorCode, type SgidStep } from '../errors/sgid-error.ts';
import { readStopwatch } from '../system/clock.ts';
import type { HttpExchange } from '../system/http-client.ts';
import { errorCode, withCode } from '../system/node-error.ts';
import { isNonEmptyString, isRecord, parseJson } from '../text/guards.ts';
import { quoteReply } from '../text/redact.ts';
import type { Step } from './journal.ts';
import { CHECK_HOSTNAME, findNetworkFailure, networkError } from './network-error.ts';
import { type Advice, adviceOnPage, adviceOnRefusal } from './refusal.ts';

export interface ProviderRequest {
  readonly step: SgidStep;
  readonly url: string;
  readonly init: FetchInit;
  /** Secrets in the request: taken out of whatever the provider says about it. */
  readonly secrets: readonly string[];
}

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

/** The time that `Retry-After` gives, in words; empty where there is none. */
export function spellRetryAfter(value: string | null): string {
  if (value === null) return '';
  if (/^\d{1,6}$/.test(value)) return `in ${value} s`;
  const date = value.endsWith('GMT') ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? '' : `after ${new Date(date).toUTCString()}`;
}

export const tryAgain = (when: string): string =>
  `Try again ${when || 'in a moment'}; if it persists, report it to the provider.`;

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

/** How far the clocks may be apart, in seconds. */
export const CLOCK_TOLERANCE = 60;

/** Time as the protocol sees it, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Parses an answer, its status first, that should be a JSON object.
 *
 * @param refused The code for a 4xx answer.
 * @throws SgidError `refused`, `ERR_PROVIDER_UNAVAILABLE` (5xx, 429), `ERR_RESPONSE_REDIRECT` or
 *   `ERR_RESPONSE_INVALID`.
 */
export function parseReply(
  response: ProviderResponse,
  request: ProviderRequest,
  refused: SgidErrorCode,
): Record<string, unknown> {
  const { status, body } = response;
  const what = `${request.init.method} ${request.url}`;
  const json = parseBody(response, request);
  if (status === 200 && isRecord(json)) return json;
  // Only for an answer that is refused: a good one need not be searched for secrets.
  const reply = describeReply(response, request, json);
  const fail = (code: SgidErrorCode, message: string, advice: Advice) =>
    new SgidError(code, message, { step: request.step, reply, ...advice });
  if (status >= 300 && status < 400) {
    throw fail(
      'ERR_RESPONSE_REDIRECT',
      `${what} answered with a redirect (HTTP ${status}), which is never followed`,
      { hint: CHECK_HOSTNAME },
    );
  }
  if (status >= 500 || status === 429) {
    const when = spellRetryAfter(response.retryAfter);
    const name = status === 429 ? ', too many requests' : '';
    throw fail(
      'ERR_PROVIDER_UNAVAILABLE',
      `${what} failed with HTTP ${status}${name}${when && `; the provider asks to be tried again ${when}`}`,
      { hint: tryAgain(when) },
    );
  }
  if (status >= 400) {
    const isPage = /^\s*</.test(body);
    const advice = isPage ? adviceOnPage(request.url) : adviceOnRefusal(refused, reply.error);
    throw fail(refused, `${what} was refused with HTTP ${status}${isPage ? ' and a web page' : ''}`, advice);
  }
  const other = json === undefined ? 'no JSON' : 'another kind of JSON';
  const got = body.trim() === '' ? 'nothing' : isTooLong(response, request) ? 'more than 64 kB' : other;
  throw fail(
    'ERR_RESPONSE_INVALID',
    `${what} should answer with a JSON object and gave ${got} (HTTP ${status})`,
    { hint: CHECK_HOSTNAME },
  );
}

/** In UTF-16 units. Tokens take less, and so does a refusal that names its error; keys and claims may take more. */
const LONGEST_SHORT_REPLY = 64 * 1024;

function isTooLong({ status, body }: ProviderResponse, { step }: ProviderRequest): boolean {
  return (step === 'token' || status >= 300) && body.length > LONGEST_SHORT_REPLY;
}

function parseBody(response: ProviderResponse, request: ProviderRequest): unknown {
  return isTooLong(response, request) ? undefined : parseJson(response.body);
}

export function describeReply(
  response: ProviderResponse,
  request: ProviderRequest,
  json = parseBody(response, request),
): ProviderReply {
  const named = isRecord(json) && isNonEmptyString(json['error']) ? json['error'] : undefined;
  const error = named ?? response.wwwAuthenticate?.match(/error="?([^",]+)"?/)?.[1];
  const body = response.status < 300 ? outlineOf(response.body, json) : wordsOf(response);
  return {
    status: response.status,
    ...(error === undefined ? {} : { error: quoteReply(error, request.secrets) }),
    body: quoteReply(body, request.secrets),
  };
}

/** A challenge as RFC 9110 section 11.6.1 has it, or its parameters alone. */
const CHALLENGE = /=|^(?:Basic|Bearer|Digest|DPoP|Negotiate|NTLM)\b/i;

/** What a refusal says, and what its `WWW-Authenticate` says where that is bare text. */
function wordsOf({ body, wwwAuthenticate }: ProviderResponse): string {
  if (wwwAuthenticate === null || CHALLENGE.test(wwwAuthenticate)) return body;
  return `${wwwAuthenticate}\n${body}`.trim();
}

/** Of a good answer of the wrong shape, which may hold tokens or claims anywhere: what it is, and none of its values. */
function outlineOf(body: string, json: unknown): string {
  if (isRecord(json)) return `fields: ${Object.keys(json).slice(0, 100).join(', ')}`;
  if (body.trim() === '') return '';
  const beginning = body.slice(0, LONGEST_SHORT_REPLY).trimStart();
  const title = /<title>([^<]{1,200})/i.exec(beginning)?.[1]?.trim();
  const page = title === undefined ? 'a page' : `a page with the title "${title}"`;
  const type =
    json !== undefined || /^[[{"]/.test(beginning) ? 'JSON' : beginning.startsWith('<') ? page : 'text';
  return `${type}, ${Buffer.byteLength(body)} bytes, not shown because it may hold secrets`;
}
