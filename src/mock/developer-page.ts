import { SgidError } from '../errors/sgid-error.ts';
import type { ServerRequest, ServerResponse } from '../system/http-server.ts';
import type { UntypedControls } from './controls.ts';
import { renderDeveloperPage } from './developer-view.ts';
import { errorResponse, parseParameters } from './oauth.ts';
import { isTrustedHost } from './provider-origin.ts';
import type { ProviderState } from './provider-state.ts';

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
  if (method === 'GET' || method === 'HEAD') return renderDeveloperPage(state, controls.requests());
  if (method !== 'POST') {
    const allow = 'GET, HEAD, POST';
    return errorResponse(405, 'method_not_allowed', `this page takes ${allow}, not ${method}`, { allow });
  }
  const ownOrigin = `${new URL(state.hostname).protocol}//${host}`;
  if (headers['sec-fetch-site'] !== 'same-origin' && headers['origin'] !== ownOrigin) {
    return errorResponse(403, 'invalid_request', 'a fault is queued by the button of this page alone');
  }
  try {
    controls.queueFault(parseParameters(body).values.get('fault') ?? '');
    return { status: 303, headers: { location: '/#faults', 'cache-control': 'no-store' }, body: '' };
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    return renderDeveloperPage(state, controls.requests(), `${error.message}. ${error.hint ?? ''}`);
  }
}
