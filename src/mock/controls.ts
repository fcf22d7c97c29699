import { SgidError, usageError } from '../errors/sgid-error.ts';
import type { ServerRequest, ServerResponse } from '../system/http-server.ts';
import { isRecord, parseJson } from '../text/guards.ts';
import { type FaultName, validateFault } from './faults.ts';
import { errorResponse, jsonResponse } from './oauth.ts';
import { isTrustedHost } from './provider-origin.ts';
import { type ProviderState, requirePersona } from './provider-state.ts';
import type { MockEndpoint, MockReply, UntypedReply } from './replies.ts';
import type { LoggedRequest } from './request-log.ts';

/**
 * How a test steers the provider while it runs.
 *
 * @see docs/mock.md, "Automation".
 * @example
 * ```ts
 * import type { MockControls } from 'sgid-cli/mock';
 *
 * const failOnce = (controls: MockControls): void => {
 *   controls.queuePersona('zoe');
 *   controls.queueFault('token-500');
 * };
 * ```
 */
export interface MockControls {
  /**
   * The next login is this persona's, without a page. Several wait in line; a `login_hint` goes first and
   * leaves the line as it is.
   *
   * @param id As `personas` and `sgid mock personas` list them.
   * @throws SgidError `ERR_USAGE` for an unknown id, and when a thousand wait already.
   * @example
   * ```ts
   * mock.queuePersona('zoe');
   * ```
   */
  queuePersona(id: string): void;
  /**
   * The next logins misbehave, or the next requests for the discovery document or the JWKS where the fault is one of
   * theirs. Several faults wait in line.
   *
   * @param name As {@link listFaults} and `sgid mock faults` list them.
   * @param times How many of them, one by default; `Infinity` for every one until `reset`.
   * @throws SgidError `ERR_USAGE` for an unknown name or a number that is not positive and whole, behind a
   *   fault without end, and when a thousand wait already.
   * @example
   * ```ts
   * mock.queueFault('expired-token');
   * mock.queueFault('token-500', 2);
   * ```
   */
  queueFault(name: FaultName, times?: number): void;
  /**
   * The next requests for an endpoint, by a method that it takes, get this reply, whatever they ask. Several replies wait
   * in line; a code that such a request presents stays good.
   *
   * @param endpoint The others answer as ever.
   * @param reply What is sent.
   * @param times How many requests, one by default; `Infinity` for every one until `reset`.
   * @throws SgidError `ERR_USAGE` for a reply that HTTP cannot carry or that is larger than 64 KiB, for an unknown
   *   endpoint, a number that is not positive and whole, behind a reply without end, and when a hundred wait already.
   * @example
   * ```ts
   * mock.queueReply('token', { status: 503, headers: { 'retry-after': '1' } });
   * mock.queueReply('userinfo', { status: 403, body: { error: 'insufficient_scope' } }, 2);
   * ```
   */
  queueReply(endpoint: MockEndpoint, reply: MockReply, times?: number): void;
  /**
   * Moves the provider's clock forward, so that codes and tokens expire. ID tokens are dated by it as well: a
   * client on the real clock finds those of later logins issued in the future, until `reset`.
   *
   * @param milliseconds 0 or more. Codes expire after 60 seconds, access tokens after 600.
   * @throws SgidError `ERR_USAGE` for what is negative or not a number, or leads past the year 9999.
   */
  advanceTime(milliseconds: number): void;
  /** Signs with a new key from now on. The JWKS keeps the last ones. Never throws. */
  rotateKeys(): Promise<void>;
  /** The last hundred requests, oldest first, without secrets. Never throws. */
  requests(): readonly LoggedRequest[];
  /**
   * Forgets what was queued, granted and logged, and resets the clock; the signing keys stay. Under a
   * shared `secret` codes and tokens stay good until they expire. Never throws.
   */
  reset(): void;
}

/** The end of the clock: later years have more than four digits. */
const END_OF_TIME = Date.UTC(9999, 11, 31);

/** {@link MockControls} for callers without types, too: each validates what it gets. */
export type UntypedControls = ReturnType<typeof createMockControls>;

export function createMockControls(state: ProviderState) {
  const { queue, replies, clock, keys, grants, log, personas } = state;
  return {
    queuePersona: (id: unknown): void => {
      const known = requireText(id, 'id');
      requirePersona(known, personas);
      queue.queuePersona(known);
    },
    queueFault: (name: unknown, times = 1): void =>
      queue.queueFault(validateFault(requireText(name, 'name'), times)),
    queueReply: (endpoint: unknown, reply: UntypedReply, times = 1): void =>
      replies.add(requireText(endpoint, 'endpoint'), reply, times),
    advanceTime: (milliseconds: number): void => {
      if (
        !(Number.isFinite(milliseconds) && milliseconds >= 0 && clock.now() + milliseconds <= END_OF_TIME)
      ) {
        throw usageError(
          'the clock goes forward only, and not past the year 9999',
          'Pass a number of milliseconds, 0 or more.',
        );
      }
      clock.advance(milliseconds);
    },
    rotateKeys: (): Promise<void> => keys.rotate(),
    requests: (): readonly LoggedRequest[] => log.list(),
    reset: (): void => {
      queue.reset();
      replies.reset();
      clock.reset();
      grants.clear();
      log.clear();
    },
  } satisfies MockControls;
}

const CONTROL_PATH = '/_mock';

export function isControlTarget(target: string): boolean {
  return target === CONTROL_PATH || target.startsWith(`${CONTROL_PATH}/`);
}

/** What a call returns, if anything, is the answer. */
type Call = (controls: UntypedControls, body: Readonly<Record<string, unknown>>) => unknown;

const CALLS: Readonly<Record<string, Call>> = {
  personas: (controls, { id }) => controls.queuePersona(id),
  faults: (controls, { name, times = 1 }) => controls.queueFault(name, requireNumber(times, 'times')),
  replies: (controls, { endpoint, times = 1, ...reply }) =>
    controls.queueReply(endpoint, reply, requireNumber(times, 'times')),
  clock: (controls, { advanceSeconds }) =>
    controls.advanceTime(requireNumber(advanceSeconds, 'advanceSeconds') * 1000),
  keys: (controls) => controls.rotateKeys(),
  reset: (controls) => controls.reset(),
  requests: (controls) => controls.requests(),
};

const CALLS_BY_PATH = new Map(Object.entries(CALLS).map(([name, call]) => [`${CONTROL_PATH}/${name}`, call]));

/**
 * Web pages are kept out: a body must be declared as JSON, which a page cannot do across origins without asking first,
 * and Host must not be a name that a page could have made resolve to this address.
 */
export async function answerControl(
  controls: UntypedControls,
  origin: string,
  { method, target, headers, body }: ServerRequest,
): Promise<ServerResponse> {
  if (!isTrustedHost(headers['host'], origin)) {
    const hosts = 'the host of this mock, localhost or an IP address';
    return refuse(403, `the control API answers under ${hosts} only`);
  }
  const call = CALLS_BY_PATH.get(target);
  if (call === undefined)
    return refuse(404, `no such call; there are ${[...CALLS_BY_PATH.keys()].join(', ')}`);
  const allow = call === CALLS['requests'] ? 'GET' : 'POST';
  const asked = method === 'HEAD' ? 'GET' : method;
  if (asked !== allow) return refuse(405, `${target} takes ${allow}, not ${method}`, { allow });
  const isJson = /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
  if (method === 'POST' && !isJson) return refuse(415, 'send content-type: application/json');
  const fields = body.trim() === '' ? {} : parseJson(body);
  if (!isRecord(fields)) return refuse(400, 'the body is not a JSON object');
  try {
    const result = await call(controls, fields);
    return typeof result === 'object' && result !== null
      ? jsonResponse(200, result)
      : { status: 204, headers: { 'cache-control': 'no-store' }, body: '' };
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    return refuse(400, error.hint === undefined ? error.message : `${error.message}. ${error.hint}`);
  }
}

function requireText(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  throw new SgidError('ERR_USAGE', `${field} must be text`);
}

function requireNumber(value: unknown, field: string): number {
  if (typeof value === 'number') return value;
  throw new SgidError('ERR_USAGE', `${field} must be a number`);
}

function refuse(status: number, description: string, headers: ServerResponse['headers'] = {}) {
  return errorResponse(status, 'invalid_request', description, headers);
}
