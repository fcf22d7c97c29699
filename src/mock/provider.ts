import { readStopwatch } from '../system/clock.ts';
import type { ServerRequest, ServerResponse } from '../system/http-server.ts';
import { answerAuthorize } from './authorize.ts';
import { answerControl, createMockControls, isControlTarget } from './controls.ts';
import { answerDeveloperPage, isDeveloperPage } from './developer-page.ts';
import { answerDiscovery, answerJwks } from './metadata.ts';
import {
  type EndpointRequest,
  errorResponse,
  jsonResponse,
  type MockResponse,
  OAuthRefusal,
} from './oauth.ts';
import { createProviderState, type MockProviderOptions, type ProviderState } from './provider-state.ts';
import type { MockEndpoint } from './replies.ts';
import { answerToken } from './token.ts';
import { answerUserinfo } from './userinfo.ts';

export type MockProvider = ReturnType<typeof createMockProvider>;

export function createMockProvider(options: MockProviderOptions) {
  const state = createProviderState(options);
  const controls = createMockControls(state);
  const routes = routesOf(state);
  const { latencyMs = 0, control = false, onExchange } = options;

  async function respond(request: ServerRequest): Promise<MockResponse> {
    if (control && isControlTarget(request.target)) return answerControl(controls, state.hostname, request);
    if (latencyMs > 0) await state.sleep(latencyMs);
    const response = await answerBetweenHooks(request);
    state.log.add(request, response, state.clock.now());
    return response;
  }

  async function answerBetweenHooks(request: ServerRequest): Promise<MockResponse> {
    const endpointOf = ({ target }: ServerRequest) => routes.get(target.split('?')[0] ?? '')?.name;
    try {
      const taken = await state.hooks.request({ ...request, endpoint: endpointOf(request) });
      const endpoint = endpointOf(taken);
      const response = state.replies.take(endpoint) ?? (await answer(routes, taken));
      return await state.hooks.response(response, { ...taken, endpoint });
    } catch (error) {
      if (error instanceof OAuthRefusal) return error.response;
      throw error;
    }
  }

  async function handle(request: ServerRequest): Promise<ServerResponse> {
    // The developer page asks every second: neither logged nor reported.
    if (isDeveloperPage(request.target)) return answerDeveloperPage(state, controls, request);
    const started = readStopwatch();
    let status = 500; // what the server makes of a handler that throws
    let outcome: string | undefined;
    try {
      const { outcome: words, ...response } = await respond(request);
      status = response.status;
      outcome = words && state.log.redactWords(words);
      return response;
    } finally {
      const { method, target } = request;
      const milliseconds = readStopwatch() - started;
      const url = state.log.redactPath(target);
      onExchange?.({ method, url, status, milliseconds, ...(outcome && { outcome }) });
    }
  }
  return { ...controls, issuer: state.endpoints.issuer, handle, wake: state.wake };
}

type Endpoint = (request: EndpointRequest) => MockResponse | Promise<MockResponse>;
type Route = {
  readonly name: MockEndpoint | undefined;
  readonly methods: readonly string[];
  readonly endpoint: Endpoint;
};
type Routes = ReadonlyMap<string, Route>;

function routesOf(state: ProviderState): Routes {
  const { issuer, authorization, token, userinfo, jwks, discovery } = state.endpoints;
  // OpenID Connect Core sections 3.1.2.1 and 5.3.1 demand both.
  const readable = state.oidc ? ['GET', 'POST'] : ['GET'];
  const routes: readonly [MockEndpoint | undefined, readonly string[], string, Endpoint][] = [
    ['authorize', readable, authorization, (request) => answerAuthorize(state, request)],
    ['token', ['POST'], token, (request) => answerToken(state, request)],
    ['userinfo', readable, userinfo, (request) => answerUserinfo(state, request)],
    ['jwks', ['GET'], jwks, () => answerJwks(state)],
    // For scripts that wait until the mock is up. sgID itself has none.
    [undefined, ['GET'], `${issuer}/health`, () => jsonResponse(200, { status: 'ok' })],
    ['discovery', ['GET'], discovery, () => answerDiscovery(state)],
  ];
  return new Map(
    routes.map(([name, methods, url, endpoint]) => [new URL(url).pathname, { name, methods, endpoint }]),
  );
}

async function answer(routes: Routes, request: ServerRequest): Promise<MockResponse> {
  const { method, target, headers, body } = request;
  // The target is cut by hand: URL would read `//host/path` as another host, and resolve `..`.
  const [path = '', ...query] = target.split('?');
  const route = routes.get(path);
  if (route === undefined) {
    const places = [...routes.keys()].join(', ');
    const answer = errorResponse(
      404,
      'not_found',
      `no such endpoint; this mock has ${places}, and a page for developers at /`,
    );
    return { ...answer, outcome: 'not_found: no such endpoint' };
  }
  // A server drops the body of what HEAD gets (RFC 9110 section 9.3.2).
  if (!route.methods.includes(method === 'HEAD' ? 'GET' : method)) {
    const description = `${path} takes ${route.methods.join(' or ')}, not ${method}`;
    const allow = route.methods.join(', ').replace('GET', 'GET, HEAD');
    return errorResponse(405, 'method_not_allowed', description, { allow });
  }
  try {
    return await route.endpoint({ method, query: query.join('?'), headers, body });
  } catch (error) {
    if (error instanceof OAuthRefusal) return error.response;
    throw error;
  }
}
