import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { readStopwatch } from './clock.ts';
import { errorCode, withCode } from './node-error.ts';
import { type Environment, findProxy, type ProxyServer } from './proxy.ts';

/** One exchange, told after it ended. */
export interface HttpExchange {
  readonly method: string;
  readonly url: string;
  /** Absent when no answer came. */
  readonly status?: number;
  /** Node's error code when it failed. */
  readonly failure?: string;
  readonly milliseconds: number;
  /** Of the body, when one was sent. */
  readonly requestBytes?: number;
  /** Of the body that came, when all of it did. */
  readonly responseBytes?: number;
}

/** How the HTTP client behaves. */
export interface HttpClientOptions {
  /** From the start of a request to the last byte of its answer, in milliseconds. */
  readonly timeoutMs: number;
  /** The largest answer that is read, in bytes. */
  readonly maxBytes: number;
  readonly onExchange?: (exchange: HttpExchange) => void;
  /** The variables that name proxies, see {@link findProxy}; the process's own, as they are at each request. */
  readonly env?: Environment;
  /** Certificates (PEM) to trust in place of the system's, whoever vouches for them. */
  readonly ca?: string | undefined;
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

interface WholeResponse extends Response {
  /** Of the body. */
  readonly bytes: number;
}

/**
 * A small HTTP client over `node:http` and `node:https`, because the first use of the global `fetch` costs
 * more than a whole login. It follows no redirect, and gives an answer only when it is whole.
 *
 * Rejects with Node's own errors, and with errors whose `code` is `ERR_HTTP_TIMEOUT`, `ERR_RESPONSE_TOO_LARGE`,
 * `ERR_PROXY` (a variable that names no proxy), `ERR_PROXY_REFUSED` (with its `status`) or `ERR_PROXY_ANSWER`. An
 * error of the proxy has its label in `proxyLabel`, one behind it in `viaProxy`.
 */
export function createHttpClient(
  options: HttpClientOptions,
): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const started = readStopwatch();
    const report = (outcome: { status: number; responseBytes: number } | { failure: string }): void =>
      options.onExchange?.({
        method: init.method,
        url,
        milliseconds: readStopwatch() - started,
        ...(init.body === undefined ? {} : { requestBytes: Buffer.byteLength(init.body) }),
        ...outcome,
      });
    try {
      const response = await exchange(url, init, options);
      report({ status: response.status, responseBytes: response.bytes });
      return response;
    } catch (error) {
      report({ failure: errorCode(error) ?? 'aborted' });
      throw error;
    }
  };
}

async function exchange(url: string, init: RequestInit, options: HttpClientOptions): Promise<WholeResponse> {
  const proxy = findProxy(new URL(url), options.env ?? process.env);
  const tunnel = proxy && (await createTunnel(proxy));
  // Of the default export, and at each call, so that a request mock that replaces it is seen.
  const { default: client } = await (url.startsWith('https:') ? import('node:https') : import('node:http'));
  return new Promise((resolve, reject) => {
    const { method } = init;
    // A connection of its own for each request: one kept open may be closed by the server just when the code
    // is sent, and the code must not be sent twice.
    const agent = tunnel?.agent ?? false;
    const trust = options.ca === undefined ? {} : { ca: options.ca, allowPartialTrustChain: true };
    const request: ClientRequest = client.request(url, { method, headers: headersOf(init), agent, ...trust });
    const refuse = (error: Error): void => reject(tunnel?.attribute(error) ?? error);
    const fail = (error: Error): void => {
      refuse(error);
      request.destroy();
      tunnel?.close();
    };
    const timer = setTimeout(
      () => fail(withCode('no answer in time', 'ERR_HTTP_TIMEOUT')),
      options.timeoutMs,
    );
    const abort = (): void => fail(withCode('aborted', 'ABORT_ERR'));
    init.signal?.addEventListener('abort', abort, { once: true });
    if (init.signal?.aborted) abort();
    tunnel?.watch(request, fail);
    let answered = false;
    request.on('error', refuse);
    request.on('response', (message) => {
      answered = true;
      readAll(message, options.maxBytes).then(resolve, fail);
    });
    request.on('close', () => {
      clearTimeout(timer);
      init.signal?.removeEventListener('abort', abort);
      // After a 101, which nobody asked for, Node closes the connection and tells nothing else.
      if (!answered) refuse(withCode('closed without an answer', 'ECONNRESET'));
      tunnel?.close();
    });
    request.end(init.body);
  });
}

function headersOf(init: RequestInit): Record<string, string> {
  const length: Record<string, string> =
    init.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(init.body)) };
  return { 'user-agent': 'sgid-cli', ...init.headers, ...length };
}

async function readAll(message: IncomingMessage, maxBytes: number): Promise<WholeResponse> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    message.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > maxBytes) reject(withCode('the answer is too large', 'ERR_RESPONSE_TOO_LARGE'));
      else chunks.push(chunk);
    });
    message.once('end', resolve);
    message.once('error', reject);
  });
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
    bytes,
  };
}

/** The way of one https request through a proxy. */
interface Tunnel {
  readonly agent: Agent;
  /** Watches the request that the agent was given to; `fail` hears of a proxy that refuses it. */
  watch(request: ClientRequest, fail: (error: Error) => void): void;
  /**
   * Tells of an error whose it is: sets `proxyLabel` while the proxy has not yet let the request through, and
   * `viaProxy` from then on.
   */
  attribute(error: Error): Error;
  /** Drops the connection to the proxy: a request that still waits for the proxy's word does not know of it. */
  close(): void;
}

/** Prepares a tunnel (CONNECT, RFC 9110 section 9.3.6) for one request. */
async function createTunnel({ origin, label, authorization }: ProxyServer): Promise<Tunnel> {
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  const ended = new AbortController();
  let isOpen = false;
  const attribute = (error: Error): Error => {
    if (isOpen) return Object.assign(error, { viaProxy: label });
    // The agent's own complaints, about an answer that is no HTTP, have no code and quote the answer.
    const coded = errorCode(error) === undefined ? notHttp() : error;
    return Object.assign(coded, { proxyLabel: label });
  };
  return {
    // The credentials go as a header: what is in the URL would be in the agent's debug output.
    agent: new HttpsProxyAgent(origin, {
      headers: authorization === undefined ? {} : { 'Proxy-Authorization': authorization },
      signal: ended.signal,
    }),
    watch(request, fail) {
      // Without this, the agent would pass the proxy's refusal on as if it were the provider's answer.
      request.once('proxyConnect', ({ statusCode }: { readonly statusCode: number }) => {
        isOpen = statusCode === 200;
        if (Number.isNaN(statusCode)) fail(notHttp());
        else if (!isOpen)
          fail(Object.assign(withCode('refused', 'ERR_PROXY_REFUSED'), { status: statusCode }));
      });
    },
    attribute,
    close: () => ended.abort(),
  };
}

function notHttp(): Error {
  return withCode('the proxy does not speak HTTP', 'ERR_PROXY_ANSWER');
}
