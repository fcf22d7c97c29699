import { usageError } from '../errors/sgid-error.ts';
import type { Endpoints } from '../oidc/endpoints.ts';
import { endpointsOf } from '../sgid/endpoints.ts';
import { readStopwatch } from '../system/clock.ts';
import type { HttpExchange } from '../system/http-client.ts';
import type { RequestHandler, ServerRequest, ServerResponse } from '../system/http-server.ts';
import { answerAuthorize } from './authorize.ts';
import { type MockClient, type RegisteredClient, registerClient } from './clients.ts';
import { createMockControls, isControlTarget, type MockControls, unknownPersona } from './control.ts';
import { answerDiscovery, answerHealth, answerJwks } from './documents.ts';
import { ENCRYPTION_PROFILES, type EncryptionProfile } from './encryption.ts';
import { createGrantStore, type GrantStore } from './grants.ts';
import { createKeyRing, type KeyRing } from './id-token.ts';
import { createLoginQueue, type LoginQueue, type QueuedFault, readQueuedFault } from './login-queue.ts';
import type { Persona } from './persona.ts';
import { PERSONAS } from './personas.ts';
import { readProviderOrigin } from './provider-origin.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { createSealedGrantStore } from './sealed-grants.ts';
import { createMockClock, type MockClock } from './server.ts';
import { answerToken } from './token.ts';
import { answerUserinfo } from './userinfo.ts';
import { errorResponse } from './web-handler.ts';

/** How a mock provider is set up. */
export interface MockProviderOptions {
  /** The origin that it is reached under, for example `http://localhost:5157`, without a trailing slash. */
  readonly hostname: string;
  /** The clients that it knows; at least one. */
  readonly clients: readonly MockClient[];
  /** The people who can log in; the built-in ones when left out. */
  readonly personas?: readonly Persona[];
  /** The id of a persona that every authorization request is granted to at once, without a page. */
  readonly approve?: string;
  /** Faults that are there from the start. */
  readonly faults?: readonly QueuedFault[];
  /** The encryption of userinfo; that of the official SDK's fixtures when left out. */
  readonly jwe?: keyof typeof ENCRYPTION_PROFILES;
  /**
   * At least 16 bytes. Makes codes and tokens self-contained, so that every provider with this secret takes
   * them. All else stays with each process: that a code works once, what is queued, rotated keys, the clock
   * and the log.
   */
  readonly secret?: Uint8Array;
  /** How long every answer takes at least, in milliseconds. */
  readonly latencyMs?: number;
  /** Serves the control API under `/_mock`. */
  readonly control?: boolean;
  /** Milliseconds since the Unix epoch; the machine's clock when left out. */
  readonly now?: () => number;
  /** How faults wait, in milliseconds. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** Is told of every request that was answered. The `url` is the path alone, without secrets. */
  readonly onExchange?: (exchange: HttpExchange) => void;
}

/** An sgID v2 provider without a socket: a function from requests to responses, and its controls. */
export interface MockProvider extends MockControls {
  /** The `iss` of its ID tokens: `<hostname>/v2`. */
  readonly issuer: string;
  handle(request: ServerRequest): Promise<ServerResponse>;
}

/**
 * Sets up a strict sgID v2 provider for development and tests. All that it keeps is in memory and bounded:
 * codes until the token that they gave has expired, access tokens until a minute after they expired (under
 * `secret`, the ids of spent codes instead of both), of each the newest 50,000 at most; the last hundred
 * requests, the last four signing keys and what was queued.
 *
 * @throws SgidError `ERR_HOSTNAME`, `ERR_REDIRECT_URI`, `ERR_CREDENTIALS_FILE` (a client's registration) or
 *   `ERR_USAGE` (clients and personas that clash or are missing, unknown names, a short secret).
 */
export function createMockProvider({ hostname, ...options }: MockProviderOptions): MockProvider {
  return prepareMockProvider(options)(hostname);
}

/**
 * Sets up a provider but for its origin, which may follow from the port that it gets.
 *
 * @returns Completes the provider; throws `ERR_HOSTNAME` alone.
 * @throws SgidError As {@link createMockProvider}, without `ERR_HOSTNAME`.
 */
export function prepareMockProvider(
  options: Omit<MockProviderOptions, 'hostname'>,
): (hostname: string) => MockProvider {
  const state = createState(options);
  return (hostname) => provideAt(hostname, state, options);
}

function provideAt(
  hostname: string,
  state: Omit<MockContext, 'endpoints'>,
  { latencyMs = 0, control = false, onExchange }: Omit<MockProviderOptions, 'hostname'>,
): MockProvider {
  const context = { ...state, endpoints: endpointsOf(readProviderOrigin(hostname)) };
  const controls = createMockControls(context);
  // The first request loads the endpoints and their pages: a provider listens sooner without them.
  let loading: Promise<RequestHandler> | undefined;
  async function loadEndpoints(): Promise<RequestHandler> {
    const routes = routesOf(context.endpoints);
    return (request) => answerRequest(routes, context, request);
  }

  async function handle(request: ServerRequest): Promise<ServerResponse> {
    if (control && isControlTarget(request.target)) {
      const { answerControl } = await import('./control.ts');
      return answerControl(controls, hostname, request);
    }
    if (latencyMs > 0) await context.sleep(latencyMs);
    loading ??= loadEndpoints();
    const response = await (await loading)(request);
    context.log.add(request, response.status, context.clock.now());
    return response;
  }
  return {
    ...controls,
    issuer: context.endpoints.issuer,
    handle: onExchange ? tellExchanges(handle, context.log.redactPath, onExchange) : handle,
  };
}

function createState({
  clients,
  personas = PERSONAS,
  approve,
  faults = [],
  jwe = 'sdk',
  secret,
  now = Date.now,
  sleep = wait,
}: Omit<MockProviderOptions, 'hostname'>): Omit<MockContext, 'endpoints'> {
  const clock = createMockClock(now);
  const registered = clients.map(registerClient);
  const personasById = indexBy(personas, 'persona', (persona) => persona.id);
  if (approve !== undefined && !personasById.has(approve)) {
    throw unknownPersona(approve, [...personasById.keys()]);
  }
  return {
    clients: indexBy(registered, 'client', (client) => client.clientId),
    personas: personasById,
    approve,
    grants: secret === undefined ? createGrantStore(clock.now) : createSealedGrantStore(secret, clock.now),
    queue: createLoginQueue(faults.map(({ name, times }) => readQueuedFault(name, times))),
    keys: createKeyRing(),
    encryption: readEncryption(jwe),
    clock,
    log: createRequestLog(registered.map((client) => client.clientSecret)),
    sleep,
  };
}

function readEncryption(name: keyof typeof ENCRYPTION_PROFILES): EncryptionProfile {
  if (Object.hasOwn(ENCRYPTION_PROFILES, name)) return ENCRYPTION_PROFILES[name];
  throw usageError(
    `there is no encryption profile ${JSON.stringify(name)}`,
    `Use one of: ${Object.keys(ENCRYPTION_PROFILES).join(', ')}.`,
  );
}

function indexBy<T>(items: readonly T[], kind: string, idOf: (item: T) => string): ReadonlyMap<string, T> {
  const index = new Map<string, T>();
  for (const item of items) {
    const id = idOf(item);
    if (index.has(id)) {
      throw usageError(
        `the mock has two ${kind}s with the id ${JSON.stringify(id)}`,
        'Give each an id of its own.',
      );
    }
    index.set(id, item);
  }
  if (index.size > 0) return index;
  throw usageError(
    `the mock needs at least one ${kind}`,
    `Name a ${kind}, or leave the option out to get the built-in ones.`,
  );
}

/** Does not keep the process alive. */
function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}

/** What the endpoints of one provider share. */
export interface MockContext {
  readonly endpoints: Endpoints;
  readonly clients: ReadonlyMap<string, RegisteredClient>;
  readonly personas: ReadonlyMap<string, Persona>;
  /** The persona that logs in without a page being shown. */
  readonly approve: string | undefined;
  readonly grants: GrantStore;
  /** Personas and faults that await the next logins. */
  readonly queue: LoginQueue;
  readonly keys: KeyRing;
  readonly encryption: EncryptionProfile;
  readonly clock: MockClock;
  readonly log: RequestLog;
  /** Resolves after that many milliseconds, at once when the provider closes. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** A request that reached an endpoint: its query, without the `?`, cut from the target. */
export interface EndpointRequest extends Pick<ServerRequest, 'headers' | 'body'> {
  readonly query: string;
}

/** One endpoint: a function of the provider's state and the request. */
export type Endpoint = (
  context: MockContext,
  request: EndpointRequest,
) => ServerResponse | Promise<ServerResponse>;

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

/**
 * Tells of every request that a handler answered. The `url` that is told is the path alone.
 *
 * @param redactPath Makes a request target a path without secrets.
 */
export function tellExchanges(
  handle: RequestHandler,
  redactPath: (target: string) => string,
  tell: (exchange: HttpExchange) => void,
): (request: ServerRequest) => Promise<ServerResponse> {
  return async (request) => {
    const { method, target } = request;
    const started = readStopwatch();
    let status = 500; // what the server makes of a handler that throws
    try {
      const response = await handle(request);
      status = response.status;
      return response;
    } finally {
      tell({ method, url: redactPath(target), status, milliseconds: readStopwatch() - started });
    }
  };
}
