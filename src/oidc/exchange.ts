import { type ProviderReply, SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import { readStopwatch } from '../system/clock.ts';
import { errorCode, withCode } from '../system/node-error.ts';
import { isNonEmptyString, isRecord, parseJson } from '../text/guards.ts';
import { quoteReply } from '../text/redact.ts';
import type { HttpExchange, Step } from './journal.ts';
import { CHECK_HOSTNAME, CUT_CONNECTION, findNetworkFailure, networkError } from './network-error.ts';
import { type Advice, adviceOnPage, adviceOnRefusal } from './refusal.ts';
import { retryDelay, spellRetryAfter, tryAgain } from './retry-after.ts';
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
  { url, init, step: name, secrets }: ProviderRequest,
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
    return { status: response.status, body, headers: response.headers };
  } catch (error) {
    note({ failure: signal?.aborted ? 'aborted' : findNetworkFailure(error).code });
    if (signal?.aborted) throw signal.reason;
    throw networkError(error, { step: name, url, secrets });
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
      pause = Math.max(wait, retryDelay(response.headers.get('retry-after'), transport.clock.now()));
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

/**
 * Checks the status of an answer and parses its body, which should be a JSON object.
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
    const message = `${what} answered with a redirect (HTTP ${status}), which is never followed`;
    throw fail('ERR_RESPONSE_REDIRECT', message, { hint: CHECK_HOSTNAME });
  }
  if (status >= 500 || status === 429) {
    const when = spellRetryAfter(response.headers.get('retry-after'));
    const name = status === 429 ? ', too many requests' : '';
    const message = `${what} failed with HTTP ${status}${name}${when && `; the provider says to try again ${when}`}`;
    throw fail('ERR_PROVIDER_UNAVAILABLE', message, { hint: tryAgain(when) });
  }
  if (status >= 400) {
    const isPage = /^\s*</.test(body);
    const advice = isPage ? adviceOnPage(request.url) : adviceOnRefusal(refused, reply, request.url);
    // RFC 6749 section 5.2: one word. Other words of the provider are in the reply alone.
    const word = /^\w{1,50}$/.test(reply.error ?? '') ? `: ${reply.error}` : '';
    const how = isPage ? ' and a web page' : word;
    throw fail(refused, `${what} was refused with HTTP ${status}${how}`, advice);
  }
  const other = json === undefined ? 'something other than JSON' : 'another kind of JSON';
  const got = body.trim() === '' ? 'nothing' : isOversized(response, request) ? 'more than 64 kB' : other;
  const message = `${what} answered with ${got} instead of a JSON object (HTTP ${status})`;
  throw fail('ERR_RESPONSE_INVALID', message, { hint: CHECK_HOSTNAME });
}

/** In UTF-16 units. Tokens take less, and so does a refusal that names its error; keys and claims may take more. */
const LONGEST_SHORT_REPLY = 64 * 1024;

function isOversized({ status, body }: ProviderResponse, { step }: ProviderRequest): boolean {
  return (step === 'token' || status >= 300) && body.length > LONGEST_SHORT_REPLY;
}

function parseBody(response: ProviderResponse, request: ProviderRequest): unknown {
  return isOversized(response, request) ? undefined : parseJson(response.body);
}

export function describeReply(
  response: ProviderResponse,
  request: ProviderRequest,
  json = parseBody(response, request),
): ProviderReply {
  const refusal = isRecord(json) ? json : {};
  const named = isNonEmptyString(refusal['error']) ? refusal['error'] : undefined;
  const described = named === undefined ? undefined : refusal['error_description'];
  const error = named ?? response.headers.get('www-authenticate')?.match(/error="?([^",]+)"?/)?.[1];
  const body =
    response.status < 300 ? outlineOf(response.body, json) : named ? response.body : wordsOf(response);
  return {
    status: response.status,
    ...(error === undefined ? {} : { error: quoteReply(error, request.secrets) }),
    ...(isNonEmptyString(described) ? { description: quoteReply(described, request.secrets) } : {}),
    body: quoteReply(body, request.secrets),
  };
}

/** A challenge as RFC 9110 section 11.6.1 has it, or its parameters alone. */
const CHALLENGE = /=|^(?:Basic|Bearer|Digest|DPoP|Negotiate|NTLM)\b/i;

/** What a refusal says, and what its `WWW-Authenticate` says where that is bare text. */
function wordsOf({ body, headers }: ProviderResponse): string {
  const challenge = headers.get('www-authenticate');
  return challenge === null || CHALLENGE.test(challenge) ? body : `${challenge}\n${body}`;
}

/** Describes a successful answer of the wrong shape without its values: they may be tokens or claims. */
function outlineOf(body: string, json: unknown): string {
  if (isRecord(json)) return `fields: ${Object.keys(json).slice(0, 100).join(', ') || 'none'}`;
  if (body.trim() === '') return '';
  const beginning = body.slice(0, LONGEST_SHORT_REPLY).trimStart();
  const [, title] = /<title>([^<]{1,200})/i.exec(beginning) ?? [];
  const page = title === undefined ? 'a page' : `a page with the title "${title.trim()}"`;
  const type =
    json !== undefined || /^[[{"]/.test(beginning) ? 'JSON' : beginning.startsWith('<') ? page : 'text';
  return `${type}, ${Buffer.byteLength(body)} bytes, not shown because it may hold secrets`;
}
