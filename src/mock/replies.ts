import { usageError } from '../errors/sgid-error.ts';
import { attempt, isRecord } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';
import { isCount } from './faults.ts';
import { jsonResponse, type MockResponse } from './oauth.ts';

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
  /** None by default. What frames an answer, such as `content-length`, is the server's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is, as `text/plain` unless the headers say otherwise; anything else as JSON. */
  readonly body?: unknown;
}

/** A reply in the place of an endpoint's, for so many requests. */
export interface QueuedReply {
  readonly endpoint: MockEndpoint;
  readonly response: MockResponse;
  readonly times: number;
}

/** With the size of a reply, what may fill the memory. */
const MOST_REPLIES = 100;

const MOST_BYTES = 65_536;

export class ReplyQueue {
  #waiting: QueuedReply[] = [];

  add(endpoint: MockEndpoint, reply: MockReply, times: number): void {
    const name = requireEndpoint(endpoint);
    if (!isCount(times)) {
      throw usageError('a reply takes a whole number of times, 1 or more', 'Pass 1 or more, or Infinity.');
    }
    if (this.#waiting.length >= MOST_REPLIES) {
      throw usageError(`${MOST_REPLIES} replies wait already`, 'Send some requests, or reset the mock.');
    }
    if (
      this.#waiting.some((queued) => queued.endpoint === name && queued.times === Number.POSITIVE_INFINITY)
    ) {
      const message = `the reply of ${name} that waits is for every request, so that none after it ever comes`;
      throw usageError(message, 'Say how many times, or reset the mock.');
    }
    const response = toResponse(reply);
    if (Buffer.byteLength(response.body + JSON.stringify(response.headers)) > MOST_BYTES) {
      throw usageError(`a reply is larger than ${MOST_BYTES} bytes`, 'Shorten its body or its headers.');
    }
    this.#waiting.push({
      endpoint: name,
      response: { ...response, outcome: 'the reply that was queued' },
      times,
    });
  }

  take(endpoint: MockEndpoint | undefined): MockResponse | undefined {
    const index = this.#waiting.findIndex((queued) => queued.endpoint === endpoint);
    const found = this.#waiting[index];
    if (found === undefined) return undefined;
    this.#waiting.splice(index, 1, ...(found.times > 1 ? [{ ...found, times: found.times - 1 }] : []));
    return found.response;
  }

  /** In the order in which they were queued. */
  waiting(): readonly QueuedReply[] {
    return this.#waiting;
  }

  reset(): void {
    this.#waiting = [];
  }
}

export function requireEndpoint(name: string): MockEndpoint {
  const endpoint = ENDPOINTS.find((known) => known === name);
  if (endpoint !== undefined) return endpoint;
  const message = `there is no endpoint ${toPrintable(JSON.stringify(name), 200)}`;
  throw usageError(message, `Use one of: ${ENDPOINTS.join(', ')}.`);
}

/** RFC 9110 sections 5.1 and 5.5. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7E\x80-\xFF]*$/;

const FRAMING = ['connection', 'content-length', 'keep-alive', 'trailer', 'transfer-encoding', 'upgrade'];

/** RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5. */
export const BODYLESS: readonly number[] = [204, 205, 304];

const SHAPE = 'Its fields are status, headers and body.';

/**
 * What HTTP can carry: of anything else a server would make a 500 without a word.
 *
 * @throws SgidError `ERR_USAGE`.
 */
export function toResponse(reply: { readonly [field in keyof MockReply]?: unknown }): MockResponse {
  if (!isRecord(reply)) throw usageError('a reply is an object', SHAPE);
  const { status = 200, headers = {}, body = '', ...others } = reply;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw usageError(`a reply has no field ${toPrintable(JSON.stringify(unknown), 200)}`, SHAPE);
  }
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
    throw usageError('the status of a reply is a whole number from 200 to 599', 'For example: 503.');
  }
  const all = toHeaders(headers);
  if (BODYLESS.includes(status)) return { status, headers: all, body: '' };
  if (typeof body === 'string') {
    return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...all }, body };
  }
  // Of a cycle there is no JSON, and none of what is nested too deep.
  const json = attempt(() => JSON.stringify(body));
  if (json === undefined)
    throw usageError('the body of a reply cannot be written as JSON', 'Pass text or plain data.');
  return { ...jsonResponse(status, {}, all), body: json };
}

function toHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (!isRecord(headers)) {
    throw usageError('the headers of a reply are an object', 'For example: {"retry-after": "1"}.');
  }
  const lines = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    toHeaderValue(name, value),
  ]);
  return Object.fromEntries(lines);
}

function toHeaderValue(name: string, value: unknown): string {
  const shown = toPrintable(JSON.stringify(name), 200);
  if (FRAMING.includes(name.toLowerCase())) {
    throw usageError(`the header ${shown} of a reply is the server's own`, 'Leave it out.');
  }
  if (HEADER_NAME.test(name) && typeof value === 'string' && HEADER_VALUE.test(value)) return value;
  throw usageError(`a reply cannot have the header ${shown} with this value`, 'A value is text in one line.');
}
