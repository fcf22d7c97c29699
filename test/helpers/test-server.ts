import { onTestFinished } from 'vitest';
import {
  type RequestHandler,
  type ServerOptions,
  type ServerRequest,
  startServer,
} from '../../src/system/http-server.ts';
import { createGate } from './gate.ts';

/** Answers every request with the same body. */
export function answering(body: string): RequestHandler {
  return () => ({ status: 200, headers: {}, body });
}

/** A handler that answers once `gate` is open; `entered` tells that so many requests have come to it. */
export function createGatedHandler(body: string, requests = 1) {
  const [gate, entered] = [createGate(), createGate()];
  let count = 0;
  const handle: RequestHandler = async (request) => {
    count += 1;
    if (count === requests) entered.open();
    await gate.passed;
    return answering(body)(request);
  };
  return { handle, gate, entered: entered.passed };
}

/** Starts a server on 127.0.0.1 that says hello until the test has finished, and keeps what it was asked. */
export async function startTestServer({
  handle = answering('hello'),
  ...options
}: Partial<ServerOptions> = {}) {
  const requests: ServerRequest[] = [];
  const server = await startServer({
    addresses: ['127.0.0.1'],
    port: 0,
    ...options,
    handle: (request) => {
      requests.push(request);
      return handle(request);
    },
  });
  onTestFinished(() => server.close());
  return { ...server, requests };
}
