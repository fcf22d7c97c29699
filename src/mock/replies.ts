import { usageError } from '../errors/sgid-error.ts';
import { attempt, isNestedTooDeep, isPlainObject } from '../text/guards.ts';
import { quoteValue } from '../text/printable.ts';
import { isCount } from './faults.ts';
import { jsonResponse, type MockResponse } from './oauth.ts';
import { findEndless, requireRoom, takeOne } from './queue.ts';

/**
 * An endpoint of sgID by name.
 *
 * @see docs/mock.md, "Automation".
 * @example
 * ```ts
 * import type { MockEndpoint } from 'sgid-cli/mock';
 *
 * const failing: readonly MockEndpoint[] = ['token', 'jwks'];
 * for (const endpoint of failing) mock.queueReply(endpoint, { status: 503 });
 * ```
 */
export type MockEndpoint = 'authorize' | 'token' | 'userinfo' | 'jwks' | 'discovery';

const ENDPOINTS: readonly MockEndpoint[] = ['authorize', 'token', 'userinfo', 'jwks', 'discovery'];

/**
 * An answer of one's own, for {@link MockControls.queueReply} and {@link Interceptor.response}.
 *
 * @see docs/mock.md, "Automation".
 * @example
 * ```ts
 * import type { MockReply } from 'sgid-cli/mock';
 *
 * const busy: MockReply = { status: 503, headers: { 'retry-after': '1' }, body: { error: 'temporarily_unavailable' } };
 * mock.queueReply('token', busy);
 * ```
 */
export interface MockReply {
  /** From 200 to 599; 200 by default. */
  readonly status?: number;
  /** A plain object; none by default. What frames an answer, such as `content-length`, is the server's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is, as `text/plain` unless the headers say otherwise; anything else as JSON. */
  readonly body?: unknown;
}

/** A reply that replaces the answer of an endpoint for a number of requests. */
export interface QueuedReply {
  readonly endpoint: MockEndpoint;
  readonly response: MockResponse;
  readonly times: number;
}

// These two bound the memory that queued replies take.
const MOST_REPLIES = 100;
const MOST_BYTES = 65_536;

export class ReplyQueue {
  #waiting: QueuedReply[] = [];

  add(endpointName: string, reply: UntypedReply, times: number): void {
    const endpoint = requireEndpoint(endpointName);
    if (!isCount(times)) {
      throw usageError('a reply takes a whole number of times, 1 or more', 'Pass 1 or more, or Infinity.');
    }
    requireRoom(this.#waiting, MOST_REPLIES, 'replies');
    const response = { ...toResponse(reply), outcome: 'the reply that was queued' };
    const queued = { endpoint, response, times };
    if (findEndless([...this.#waiting, queued], (one) => one.endpoint) !== undefined) {
      const message = `a reply to every ${endpoint} request is queued already`;
      throw usageError(message, 'Say how many times, or reset the mock.');
    }
    if (Buffer.byteLength(response.body + JSON.stringify(response.headers)) > MOST_BYTES) {
      throw usageError(`a reply is larger than ${MOST_BYTES} bytes`, 'Shorten its body or its headers.');
    }
    this.#waiting.push(queued);
  }

  take(endpoint: MockEndpoint | undefined): MockResponse | undefined {
    return takeOne(this.#waiting, (queued) => queued.endpoint === endpoint)?.response;
  }

  /** In the order in which they were queued. */
  waiting(): readonly QueuedReply[] {
    return this.#waiting;
  }

  reset(): void {
    this.#waiting = [];
  }
}

function requireEndpoint(name: string): MockEndpoint {
  const endpoint = ENDPOINTS.find((known) => known === name);
  if (endpoint !== undefined) return endpoint;
  const message = `unknown endpoint ${quoteValue(name)}`;
  throw usageError(message, `Use one of: ${ENDPOINTS.join(', ')}.`);
}

/** RFC 9110 sections 5.1 and 5.5. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7E\x80-\xFF]*$/;

const FRAMING = ['connection', 'content-length', 'keep-alive', 'trailer', 'transfer-encoding', 'upgrade'];

/** RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5. */
export const BODYLESS: readonly number[] = [204, 205, 304];

const SHAPE = 'Its fields are status, headers and body.';

/** A reply as it comes from JSON or from JavaScript. */
export type UntypedReply = { readonly [field in keyof MockReply]?: unknown };

/**
 * Validates a reply, so that a bad one fails here and not as a 500 when it is sent.
 *
 * @throws SgidError `ERR_USAGE`.
 */
export function toResponse(reply: UntypedReply): MockResponse {
  if (!isPlainObject(reply)) throw usageError('a reply is a plain object', SHAPE);
  const { status = 200, headers = {}, body = '', ...others } = reply;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw usageError(`a reply has no field ${quoteValue(unknown)}`, SHAPE);
  }
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
    throw usageError('the status of a reply is a whole number from 200 to 599', 'For example: 503.');
  }
  const all = toHeaders(headers);
  if (BODYLESS.includes(status)) return { status, headers: all, body: '' };
  if (typeof body === 'string') {
    return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...all }, body };
  }
  // JSON.stringify throws on cycles, and on deep nesting not in every Node.
  const json = attempt(() => JSON.stringify(body));
  if (json === undefined || isNestedTooDeep(body))
    throw usageError('the body of a reply cannot be written as JSON', 'Pass text or plain data.');
  return { ...jsonResponse(status, {}, all), body: json };
}

function toHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (!isPlainObject(headers)) {
    throw usageError('the headers of a reply are a plain object', 'For example: {"retry-after": "1"}.');
  }
  const lines = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    toHeaderValue(name, value),
  ]);
  return Object.fromEntries(lines);
}

function toHeaderValue(name: string, value: unknown): string {
  const shown = quoteValue(name);
  if (FRAMING.includes(name.toLowerCase())) {
    throw usageError(`a reply cannot set the header ${shown}`, 'Omit it: the server sets it.');
  }
  if (HEADER_NAME.test(name) && typeof value === 'string' && HEADER_VALUE.test(value)) return value;
  throw usageError(
    `a reply cannot set the header ${shown} to this value`,
    'A header value is one line of text.',
  );
}
