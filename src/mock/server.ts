import type { ServerResponse } from '../platform/http-message.ts';
import { startServer } from '../platform/http-server.ts';
import { createMockProvider, type MockProvider, type MockProviderOptions } from './provider.ts';
import { errorResponse } from './response.ts';

/** How a mock server is set up: a provider's options, whose hostname follows from the port. */
export interface MockServerOptions extends Omit<MockProviderOptions, 'hostname'> {
  /** The port on 127.0.0.1; 0 takes any free one. */
  readonly port: number;
}

/** A mock provider that listens. */
export interface MockServer {
  /** Its origin, for example `http://127.0.0.1:5157`. */
  readonly hostname: string;
  readonly issuer: string;
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
}

/**
 * Serves a mock provider on 127.0.0.1. The hostname is that literal, not `localhost`, which could lead a
 * client to a stranger on `::1`.
 *
 * @throws SgidError as {@link createMockProvider}; Node's own error (`EADDRINUSE`, `EACCES`) when it cannot
 *   listen.
 */
export async function startMockServer({ port, ...options }: MockServerOptions): Promise<MockServer> {
  let provider: MockProvider | undefined;
  const server = await startServer({
    addresses: ['127.0.0.1'],
    port,
    handle: (request) => provider?.handle(request) ?? NOT_READY,
  });
  const hostname = `http://127.0.0.1:${server.port}`;
  try {
    provider = createMockProvider({ ...options, hostname });
  } catch (error) {
    await server.close();
    throw error;
  }
  return { hostname, issuer: provider.issuer, close: () => server.close() };
}

// The port, and with it the issuer, is known only once the server listens.
const NOT_READY: ServerResponse = errorResponse(503, {
  error: 'temporarily_unavailable',
  description: 'the mock is starting',
});
