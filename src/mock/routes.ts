import type { ServerRequest, ServerResponse } from '../platform/http-message.ts';
import type { Endpoints } from '../protocol/endpoints.ts';
import type { Endpoint, MockContext } from './context.ts';
import { answerAuthorize } from './endpoints/authorize.ts';
import { answerDiscovery } from './endpoints/discovery.ts';
import { answerHealth } from './endpoints/health.ts';
import { answerJwks } from './endpoints/jwks.ts';
import { answerToken } from './endpoints/token.ts';
import { answerUserinfo } from './endpoints/userinfo.ts';
import { errorResponse } from './response.ts';

interface Route {
  readonly method: 'GET' | 'POST';
  readonly endpoint: Endpoint;
}

/** The endpoints by path. */
export type Routes = ReadonlyMap<string, Route>;

/** Which endpoint answers under which path and method. */
export function routesOf(endpoints: Endpoints): Routes {
  return new Map<string, Route>([
    [new URL(endpoints.authorization).pathname, { method: 'GET', endpoint: answerAuthorize }],
    [new URL(endpoints.token).pathname, { method: 'POST', endpoint: answerToken }],
    [new URL(endpoints.userinfo).pathname, { method: 'GET', endpoint: answerUserinfo }],
    [new URL(endpoints.jwks).pathname, { method: 'GET', endpoint: answerJwks }],
    [`${new URL(endpoints.issuer).pathname}/health`, { method: 'GET', endpoint: answerHealth }],
    [new URL(endpoints.discovery).pathname, { method: 'GET', endpoint: answerDiscovery }],
  ]);
}

/** Finds the endpoint of a request and lets it answer: 404 for an unknown path, 405 for a wrong method. */
export function answerRequest(
  routes: Routes,
  context: MockContext,
  { method, target, headers, body }: ServerRequest,
): ServerResponse | Promise<ServerResponse> {
  // The target is cut by hand: URL would read `//host/path` as another host, and resolve `..`.
  const [path = '', ...rest] = target.split('?');
  const route = routes.get(path);
  if (route === undefined) {
    return errorResponse(404, {
      error: 'not_found',
      description: `no such endpoint; this mock has ${[...routes.keys()].join(', ')}`,
    });
  }
  if (method !== route.method) {
    const description = `${path} takes ${route.method}, not ${method}`;
    return errorResponse(405, { error: 'method_not_allowed', description }, { allow: route.method });
  }
  return route.endpoint(context, { query: rest.join('?'), headers, body });
}
