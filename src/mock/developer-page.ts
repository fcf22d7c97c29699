import { SgidError } from '../errors/sgid-error.ts';
import type { ServerRequest, ServerResponse } from '../system/http-server.ts';
import type { UntypedControls } from './controls.ts';
import { placeInQueue, renderDeveloperPage } from './developer-view.ts';
import { errorResponse, parseParameters } from './oauth.ts';
import { isTrustedHost } from './provider-origin.ts';
import type { ProviderState } from './provider-state.ts';
import type { MockQueue } from './queue.ts';

export function isDeveloperPage(target: string): boolean {
  return target === '/' || target.startsWith('/?');
}

/** The page shows a client's settings, and its form changes the next login: other web pages are kept out of both. */
export function answerDeveloperPage(
  state: ProviderState,
  controls: UntypedControls,
  { method, headers, body }: ServerRequest,
): ServerResponse {
  const { host } = headers;
  if (!isTrustedHost(host, state.hostname)) {
    const hosts = 'the host of this mock, localhost or an IP address';
    return errorResponse(403, 'invalid_request', `this page answers under ${hosts} only`);
  }
  if (method === 'GET' || method === 'HEAD') return renderDeveloperPage(state);
  if (method !== 'POST') {
    const allow = 'GET, HEAD, POST';
    return errorResponse(405, 'method_not_allowed', `this page takes ${allow}, not ${method}`, { allow });
  }
  const ownOrigin = `${new URL(state.hostname).protocol}//${host}`;
  if (headers['sec-fetch-site'] !== 'same-origin' && headers['origin'] !== ownOrigin) {
    return errorResponse(403, 'invalid_request', 'a fault is queued by the button of this page alone');
  }
  try {
    const { values } = parseParameters(body);
    const withdrawn = values.get('withdrawn');
    if (withdrawn === undefined) controls.queueFault(values.get('fault') ?? '');
    else withdrawFault(state.queue, withdrawn);
    return { status: 303, headers: { location: '/#faults', 'cache-control': 'no-store' }, body: '' };
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    return renderDeveloperPage(state, `${error.message}. ${error.hint ?? ''}`);
  }
}

/** One that a login has taken meanwhile is gone already. */
function withdrawFault(queue: MockQueue, place: string): void {
  const fault = queue.waiting().find((waiting, index) => placeInQueue(waiting, index) === place);
  if (fault !== undefined) queue.withdraw(fault);
}
