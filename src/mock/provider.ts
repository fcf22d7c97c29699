import type { ServerRequest, ServerResponse } from '../platform/http-message.ts';
import { endpointsOf } from '../protocol/endpoints.ts';
import { SgidError } from '../protocol/errors.ts';
import { type MockClient, registerClient } from './client.ts';
import type { MockContext } from './context.ts';
import { createGrantStore } from './grants.ts';
import type { Persona } from './persona.ts';
import { PERSONAS } from './personas.ts';
import { answerRequest, routesOf } from './routes.ts';
import { importSigningKey } from './signing-key.ts';

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
  /** Milliseconds since the Unix epoch; the machine's clock when left out. */
  readonly now?: () => number;
}

/** An sgID v2 provider without a socket: a function from requests to responses. */
export interface MockProvider {
  /** The `iss` of its ID tokens: `<hostname>/v2`. */
  readonly issuer: string;
  handle(request: ServerRequest): Promise<ServerResponse>;
}

/**
 * Sets up a strict sgID v2 provider for development and tests. All that it keeps (codes and tokens) is in
 * memory.
 *
 * @throws SgidError `ERR_HOSTNAME`, `ERR_REDIRECT_URI`, `ERR_CREDENTIALS_FILE` (a client's registration) or
 *   `ERR_USAGE` (clients and personas that clash or are missing).
 */
export function createMockProvider(options: MockProviderOptions): MockProvider {
  const context = createContext(options);
  const routes = routesOf(context.endpoints);
  return {
    issuer: context.endpoints.issuer,
    handle: async (request) => answerRequest(routes, context, request),
  };
}

function createContext({
  hostname,
  clients,
  personas = PERSONAS,
  approve,
  now = Date.now,
}: MockProviderOptions): MockContext {
  const personasById = indexBy(personas, 'persona', (persona) => persona.id);
  if (approve !== undefined && !personasById.has(approve)) {
    throw new SgidError('ERR_USAGE', `there is no persona ${JSON.stringify(approve)}`, {
      step: 'usage',
      hint: `Use one of: ${[...personasById.keys()].join(', ')}.`,
    });
  }
  return {
    endpoints: endpointsOf(hostname),
    clients: indexBy(clients.map(registerClient), 'client', (client) => client.clientId),
    personas: personasById,
    approve,
    grants: createGrantStore(now),
    signingKey: importSigningKey(),
    now,
  };
}

function indexBy<T>(items: readonly T[], kind: string, idOf: (item: T) => string): ReadonlyMap<string, T> {
  const index = new Map<string, T>();
  for (const item of items) {
    const id = idOf(item);
    if (index.has(id)) {
      throw new SgidError('ERR_USAGE', `the mock has two ${kind}s with the id ${JSON.stringify(id)}`, {
        step: 'usage',
        hint: 'Give each an id of its own.',
      });
    }
    index.set(id, item);
  }
  if (index.size > 0) return index;
  throw new SgidError('ERR_USAGE', `the mock needs at least one ${kind}`, {
    step: 'usage',
    hint: `Name a ${kind}, or leave the option out to get the built-in ones.`,
  });
}
