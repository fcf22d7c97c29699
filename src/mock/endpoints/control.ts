import type { ServerRequest, ServerResponse } from '../../platform/http-message.ts';
import { SgidError } from '../../protocol/errors.ts';
import { isRecord, parseJson } from '../../protocol/guards.ts';
import { CONTROL_PATH } from '../control-path.ts';
import type { MockControls } from '../controls.ts';
import { readQueuedFault } from '../queued-fault.ts';
import { errorResponse, jsonResponse } from '../response.ts';
import { isTrustedHost } from './trusted-host.ts';

type Body = Readonly<Record<string, unknown>>;

/** One call; what it returns, if anything, is the answer. */
interface Call {
  readonly method: 'GET' | 'POST';
  readonly run: (controls: MockControls, body: Body) => unknown;
}

const CALLS: ReadonlyMap<string, Call> = new Map<string, Call>([
  [
    `${CONTROL_PATH}/personas`,
    { method: 'POST', run: (controls, { id }) => controls.queuePersona(readText(id, 'id')) },
  ],
  [
    `${CONTROL_PATH}/faults`,
    {
      method: 'POST',
      run: (controls, body) => {
        const times = body['times'] === undefined ? 1 : readNumber(body['times'], 'times');
        const fault = readQueuedFault(readText(body['name'], 'name'), times);
        controls.queueFault(fault.name, fault.times);
      },
    },
  ],
  [
    `${CONTROL_PATH}/clock`,
    {
      method: 'POST',
      run: (controls, { advanceSeconds }) =>
        controls.advanceTime(readNumber(advanceSeconds, 'advanceSeconds') * 1000),
    },
  ],
  [`${CONTROL_PATH}/keys`, { method: 'POST', run: (controls) => controls.rotateKeys() }],
  [`${CONTROL_PATH}/reset`, { method: 'POST', run: (controls) => controls.reset() }],
  [`${CONTROL_PATH}/requests`, { method: 'GET', run: (controls) => controls.requests() }],
]);

/**
 * The control API, for tests in any language: a JSON object in, 204 or JSON out. Its calls do what the methods of
 * `MockControls` do; docs/mock.md shows one of each.
 *
 * Web pages are kept out: a body must be declared as JSON, which a page cannot do across origins without
 * asking first, and Host must not be a name that a page could have bent to this address (DNS rebinding).
 *
 * @param hostname The provider's origin.
 */
export async function answerControl(
  controls: MockControls,
  hostname: string,
  { method, target, headers, body }: ServerRequest,
): Promise<ServerResponse> {
  if (!isTrustedHost(headers['host'], hostname)) {
    return refuse(
      403,
      'the control API answers under the host of this mock, localhost or an IP address only',
    );
  }
  const call = CALLS.get(target);
  if (call === undefined) return refuse(404, `no such call; there are ${[...CALLS.keys()].join(', ')}`);
  if (method !== call.method) {
    return refuse(405, `${target} takes ${call.method}, not ${method}`, { allow: call.method });
  }
  const isJson = /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
  if (method === 'POST' && !isJson) return refuse(415, 'send content-type: application/json');
  const fields = body.trim() === '' ? {} : parseJson(body);
  if (!isRecord(fields)) return refuse(400, 'the body is not a JSON object');
  try {
    const result = await call.run(controls, fields);
    return typeof result === 'object' && result !== null
      ? jsonResponse(200, result)
      : { status: 204, headers: { 'cache-control': 'no-store' }, body: '' };
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    return refuse(400, error.hint === undefined ? error.message : `${error.message}. ${error.hint}`);
  }
}

function readText(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  throw fieldError(field, 'text');
}

function readNumber(value: unknown, field: string): number {
  if (typeof value === 'number') return value;
  throw fieldError(field, 'a number');
}

function fieldError(field: string, kind: string): SgidError {
  return new SgidError('ERR_USAGE', `the field ${field} must be ${kind}`, { step: 'usage' });
}

function refuse(
  status: number,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): ServerResponse {
  return errorResponse(status, { error: 'invalid_request', description }, headers);
}
