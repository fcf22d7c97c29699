import type { ClientRequest, IncomingMessage } from 'node:http';
import { errorCode, withCode } from './node-error.ts';

/** One exchange, told after it ended. */
export interface HttpExchange {
  readonly method: string;
  readonly url: string;
  /** Absent when no answer came. */
  readonly status?: number;
  /** Node's error code when it failed. */
  readonly failure?: string;
  readonly milliseconds: number;
}

/** How the HTTP client behaves. */
export interface HttpClientOptions {
  /** From the start of a request to the last byte of its answer, in milliseconds. */
  readonly timeoutMs: number;
  /** The largest answer that is read, in bytes. */
  readonly maxBytes: number;
  readonly onExchange?: (exchange: HttpExchange) => void;
}

interface RequestInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

interface Response {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/**
 * A small HTTP client over `node:http` and `node:https`, because the first use of the global `fetch` costs
 * more than a whole login. It follows no redirect, and gives an answer only when it is whole.
 *
 * Rejects with Node's own errors, and with errors whose `code` is `ERR_HTTP_TIMEOUT` or
 * `ERR_RESPONSE_TOO_LARGE`.
 */
export function createHttpClient(
  options: HttpClientOptions,
): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const started = performance.now();
    const report = (outcome: { status: number } | { failure: string }): void =>
      options.onExchange?.({
        method: init.method,
        url,
        milliseconds: performance.now() - started,
        ...outcome,
      });
    try {
      const response = await exchange(url, init, options);
      report({ status: response.status });
      return response;
    } catch (error) {
      report({ failure: errorCode(error) ?? 'aborted' });
      throw error;
    }
  };
}

async function exchange(url: string, init: RequestInit, options: HttpClientOptions): Promise<Response> {
  const { request: open } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    // A connection of its own for each request: one kept open may be closed by the server just when the code
    // is sent, and the code must not be sent twice.
    const request: ClientRequest = open(url, { method: init.method, headers: headersOf(init), agent: false });
    const fail = (error: Error): void => {
      request.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () => fail(withCode('no answer in time', 'ERR_HTTP_TIMEOUT')),
      options.timeoutMs,
    );
    const abort = (): void => fail(withCode('aborted', 'ABORT_ERR'));
    init.signal?.addEventListener('abort', abort, { once: true });
    if (init.signal?.aborted) abort();
    let answered = false;
    request.on('error', reject);
    request.on('response', (message) => {
      answered = true;
      readAll(message, options.maxBytes).then(resolve, fail);
    });
    request.on('close', () => {
      clearTimeout(timer);
      init.signal?.removeEventListener('abort', abort);
      // After a 101, which nobody asked for, Node closes the connection and tells nothing else.
      if (!answered) reject(withCode('closed without an answer', 'ECONNRESET'));
    });
    request.end(init.body);
  });
}

function headersOf(init: RequestInit): Record<string, string> {
  const length: Record<string, string> =
    init.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(init.body)) };
  return { 'user-agent': 'sgid-cli', ...init.headers, ...length };
}

async function readAll(message: IncomingMessage, maxBytes: number): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw withCode('the answer is too large', 'ERR_RESPONSE_TOO_LARGE');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    status: message.statusCode ?? 0,
    headers: {
      get: (name) => {
        const value = message.headers[name.toLowerCase()];
        return value === undefined ? null : String(value);
      },
    },
    text: async () => text,
  };
}
