import { readStopwatch } from '../platform/clock.ts';
import type { HttpExchange } from '../platform/http-client.ts';
import type { RequestHandler, ServerRequest, ServerResponse } from '../platform/http-message.ts';

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
