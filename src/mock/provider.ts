import { readStopwatch } from '../system/clock.ts';
import type { ServerRequest, ServerResponse } from '../system/http-server.ts';
import { answerAuthorize } from './authorize.ts';
import { answerControl, createMockControls, isControlTarget, type MockControls } from './controls.ts';
import { errorResponse, jsonResponse, OAuthRefusal } from './oauth.ts';
import {
  createProviderState,
  type EndpointRequest,
  type MockProviderOptions,
  type ProviderState,
} from './provider-state.ts';
import { answerToken } from './token.ts';
import { answerUserinfo } from './userinfo.ts';

export interface MockProvider extends MockControls {
  readonly issuer: string;
  handle(request: ServerRequest): Promise<ServerResponse>;
  wake(): void;
}

export function createMockProvider(options: MockProviderOptions): MockProvider {
  const state = createProviderState(options);
  const controls = createMockControls(state);
  const routes = routesOf(state);
  const { latencyMs = 0, control = false, onExchange } = options;

  async function handle(request: ServerRequest): Promise<ServerResponse> {
    if (control && isControlTarget(request.target)) return answerControl(controls, state.hostname, request);
    if (latencyMs > 0) await state.sleep(latencyMs);
    const response = await answer(routes, request);
    state.log.add(request, response.status, state.clock.now());
    return response;
  }

  /** Also reports a handler that throws, as the 500 that the server makes of it. */
  async function handleAndReport(request: ServerRequest): Promise<ServerResponse> {
    const started = readStopwatch();
    let status = 500;
    try {
      const response = await handle(request);
      status = response.status;
      return response;
    } finally {
      const { method, target } = request;
      const milliseconds = readStopwatch() - started;
      onExchange?.({ method, url: state.log.redactPath(target), status, milliseconds });
    }
  }
  return {
    ...controls,
    issuer: state.endpoints.issuer,
    handle: onExchange === undefined ? handle : handleAndReport,
    wake: state.wake,
  };
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly endpoint: (request: EndpointRequest) => ServerResponse | Promise<ServerResponse>;
}

function routesOf(state: ProviderState): ReadonlyMap<string, Route> {
  const { issuer, authorization, token, userinfo, jwks, discovery } = state.endpoints;
  const routes: readonly [string, Route][] = [
    [authorization, { method: 'GET', endpoint: (request) => answerAuthorize(state, request) }],
    [token, { method: 'POST', endpoint: (request) => answerToken(state, request) }],
    [userinfo, { method: 'GET', endpoint: (request) => answerUserinfo(state, request) }],
    [jwks, { method: 'GET', endpoint: () => answerJwks(state) }],
    // For whatever waits until the mock is up. sgID itself has none.
    [`${issuer}/health`, { method: 'GET', endpoint: () => jsonResponse(200, { status: 'ok' }) }],
    [discovery, { method: 'GET', endpoint: () => answerDiscovery(state) }],
  ];
  return new Map(routes.map(([url, route]) => [new URL(url).pathname, route]));
}

async function answer(
  routes: ReadonlyMap<string, Route>,
  { method, target, headers, body }: ServerRequest,
): Promise<ServerResponse> {
  // The target is cut by hand: URL would read `//host/path` as another host, and resolve `..`.
  const [path = '', ...query] = target.split('?');
  const route = routes.get(path);
  if (route === undefined) {
    const description = `no such endpoint; this mock has ${[...routes.keys()].join(', ')}`;
    return errorResponse(404, { error: 'not_found', description });
  }
  if (method !== route.method) {
    const description = `${path} takes ${route.method}, not ${method}`;
    return errorResponse(405, { error: 'method_not_allowed', description }, { allow: route.method });
  }
  try {
    return await route.endpoint({ query: query.join('?'), headers, body });
  } catch (error) {
    if (error instanceof OAuthRefusal) return error.response;
    throw error;
  }
}

function answerJwks({ keys }: ProviderState): ServerResponse {
  return jsonResponse(200, { keys: keys.published().map((key) => key.jwk) });
}

/** The provider's metadata (OpenID Connect Discovery section 3, RFC 8414, RFC 9207 section 3). */
function answerDiscovery({ endpoints, clients }: ProviderState): ServerResponse {
  return jsonResponse(200, {
    issuer: endpoints.issuer,
    authorization_endpoint: endpoints.authorization,
    token_endpoint: endpoints.token,
    userinfo_endpoint: endpoints.userinfo,
    jwks_uri: endpoints.jwks,
    scopes_supported: [...new Set([...clients.values()].flatMap((client) => client.scopes))],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    code_challenge_methods_supported: ['S256'],
    claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'nonce', 'at_hash'],
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
  });
}
