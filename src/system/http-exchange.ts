import type { IncomingMessage, ServerResponse as NodeResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { RequestHandler, ServerRequest, ServerResponse } from './http-server.ts';

const SERVER_ERROR: ServerResponse = { status: 500, headers: {}, body: '' };

/**
 * The status of a request that is refused by its head alone, or `undefined`. Exactly one Host is demanded
 * (RFC 9112, section 3.2): Node keeps the first of several without a word.
 */
export function judgeHead(
  request: IncomingMessage,
  limits: { readonly targetBytes: number; readonly bodyBytes: number },
): 400 | 413 | 414 | undefined {
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length !== 1) return 400;
  if ((request.url ?? '').length > limits.targetBytes) return 414;
  if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) return 413;
  return undefined;
}

/** Whether a body follows the head (RFC 9112, section 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/** The body as UTF-8 text; `undefined` when it is longer than `limitBytes` or breaks off. */
export function readBody(request: Readable, limitBytes: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) chunks.push(chunk);
      else resolve(undefined);
    });
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.once('close', () => resolve(undefined));
  });
}

/** The request as plain data. */
export function plainRequest(request: IncomingMessage, body: string): ServerRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    headers: Object.fromEntries(headers),
    body,
  };
}

/** Runs a handler; whatever it throws becomes a bare 500. */
export async function runHandler(handle: RequestHandler, request: ServerRequest): Promise<ServerResponse> {
  try {
    return await handle(request);
  } catch {
    return SERVER_ERROR;
  }
}

/**
 * Sends an answer; one with headers or a status that HTTP cannot carry becomes a bare 500. `isLast` closes the
 * connection.
 */
export function sendAnswer(response: NodeResponse, answer: ServerResponse, isLast: boolean): void {
  try {
    response.writeHead(answer.status, { ...answer.headers, ...framing(answer, isLast) });
    response.end(answer.body);
  } catch {
    response.writeHead(SERVER_ERROR.status, framing(SERVER_ERROR, isLast));
    response.end();
  }
}

/** RFC 9110, section 8.6: no length on answers that cannot have a body. */
function framing({ status, body }: ServerResponse, isLast: boolean): Record<string, string> {
  const connection: Record<string, string> = isLast ? { connection: 'close' } : {};
  if (status === 204 || status === 304) return connection;
  return { ...connection, 'content-length': String(Buffer.byteLength(body)) };
}

/**
 * Sends a bare refusal at once, then reads the rest of the request away before it closes: a close with unread
 * bytes is a reset, which can destroy the answer before the client has read it.
 */
export function refuse(request: IncomingMessage, response: NodeResponse, status: number): void {
  response.writeHead(status, { connection: 'close', 'content-length': '0' });
  response.flushHeaders();
  if (request.readableEnded) response.end();
  else request.resume().once('end', () => response.end());
}
