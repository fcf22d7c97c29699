import { readStopwatch } from '../system/clock.ts';
import type { ServerRequest, ServerResponse } from '../system/http-server.ts';
import { answerAuthorize } from './authorize.ts';
import { answerControl, createMockControls, isControlTarget } from './controls.ts';
import { answerDeveloperPage, isDeveloperPage } from './developer-page.ts';
import { answerDiscovery, answerJwks } from './metadata.ts';
import { type EndpointRequest, errorResponse, jsonResponse, type MockResponse, refusalOf } from './oauth.ts';
import { createProviderState, type MockProviderOptions, type ProviderState } from './provider-state.ts';
import type { MockEndpoint, ReplyQueue } from './replies.ts';
import { answerToken } from './token.ts';
import { answerUserinfo } from './userinfo.ts';

export type MockProvider = ReturnType<typeof createMockProvider>;

export function createMockProvider(options: MockProviderOptions) {
  const state = createProviderState(options);
  const controls = createMockControls(state);
  const routes = routesOf(state);
  const { latencyMs = 0, control = false, onExchange } = options;

  async function answerAndLog(request: ServerRequest): Promise<MockResponse> {
    if (control && isControlTarget(request.target)) return answerControl(controls, state.hostname, request);
    if (latencyMs > 0) await state.sleep(latencyMs);
    const response = await answerWithHooks(request);
    state.log.add(request, response, state.clock.now());
    return response;
  }

  async function answerWithHooks(request: ServerRequest): Promise<MockResponse> {
    const endpointOf = ({ target }: ServerRequest) => routes.get(target.split('?')[0] ?? '')?.name;
    try {
      const taken = await state.hooks.request({ ...request, endpoint: endpointOf(request) });
      const endpoint = endpointOf(taken);
      const response = await route(routes, taken, state.replies);
      return await state.hooks.response(response, { ...taken, endpoint });
    } catch (error) {
      return refusalOf(error);
    }
  }

  async function handle(request: ServerRequest): Promise<ServerResponse> {
    // The developer page asks every second: neither logged nor reported.
    if (isDeveloperPage(request.target)) return answerDeveloperPage(state, controls, request);
    const started = readStopwatch();
    let status = 500; // what the server makes of a handler that throws
    let outcome: string | undefined;
    try {
      const { outcome: words, ...response } = await answerAndLog(request);
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

type Route = {
  readonly name: MockEndpoint | undefined;
  readonly methods: readonly string[];
  readonly answer: (request: EndpointRequest) => MockResponse | Promise<MockResponse>;
};
type Routes = ReadonlyMap<string, Route>;

function routesOf(state: ProviderState): Routes {
  const { issuer, authorization, token, userinfo, jwks, discovery } = state.endpoints;
  // OpenID Connect Core sections 3.1.2.1 and 5.3.1 demand both.
  const getOrPost = state.oidc ? ['GET', 'POST'] : ['GET'];
  const routes: readonly (readonly [url: string, route: Route])[] = [
    [
      authorization,
      { name: 'authorize', methods: getOrPost, answer: (request) => answerAuthorize(state, request) },
    ],
    [token, { name: 'token', methods: ['POST'], answer: (request) => answerToken(state, request) }],
    [userinfo, { name: 'userinfo', methods: getOrPost, answer: (request) => answerUserinfo(state, request) }],
    [jwks, { name: 'jwks', methods: ['GET'], answer: () => answerJwks(state) }],
    // For scripts that wait until the mock is up. sgID itself has none.
    [
      `${issuer}/health`,
      { name: undefined, methods: ['GET'], answer: () => jsonResponse(200, { status: 'ok' }) },
    ],
    [discovery, { name: 'discovery', methods: ['GET'], answer: () => answerDiscovery(state) }],
  ];
  return new Map(routes.map(([url, one]) => [new URL(url).pathname, one]));
}

async function route(routes: Routes, request: ServerRequest, replies: ReplyQueue): Promise<MockResponse> {
  const { method, target, headers, body } = request;
  // The target is cut by hand: URL would read `//host/path` as another host, and resolve `..`.
  const [path = '', ...query] = target.split('?');
  const found = routes.get(path);
  if (found === undefined) {
    const places = [...routes.keys()].join(', ');
    const words = `no such endpoint; this mock has ${places}, and a page for developers at /`;
    return { ...errorResponse(404, 'not_found', words), outcome: 'not_found: no such endpoint' };
  }
  // A server drops the body of what HEAD gets (RFC 9110 section 9.3.2).
  if (!found.methods.includes(method === 'HEAD' ? 'GET' : method)) {
    const description = `${path} takes ${found.methods.join(' or ')}, not ${method}`;
    const allow = found.methods.join(', ').replace('GET', 'GET, HEAD');
    return errorResponse(405, 'method_not_allowed', description, { allow });
  }
  try {
    return (
      replies.take(found.name) ?? (await found.answer({ method, query: query.join('?'), headers, body }))
    );
  } catch (error) {
    return refusalOf(error);
  }
}
