import type { ClientRequest, IncomingMessage } from 'node:http';
import { decodeContent } from './content-encoding.ts';
import type { Environment } from './environment.ts';
import { errorCode, withCode } from './node-error.ts';
import { findProxy, type ProxyServer } from './proxy.ts';

export interface HttpClientOptions {
  /** From the start of a request to the last byte of its answer. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** The variables that name proxies; those of the process, as they are at each request, by default. */
  readonly env?: Environment;
  /** Certificates (PEM) to trust in place of the system's, whoever signed them. */
  readonly ca?: string | undefined;
}

interface RequestOptions {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

type Answer = Pick<Response, 'status' | 'text'> & { readonly headers: Pick<Headers, 'get'> };

/**
 * A small HTTP client over `node:http` and `node:https`, because the first use of the global `fetch` costs
 * more than a whole login. It follows no redirect, and gives an answer only when it is complete.
 *
 * Rejects with Node's own errors, and with errors whose `code` is `ERR_HTTP_TIMEOUT`, `ERR_RESPONSE_TOO_LARGE`,
 * `ERR_RESPONSE_ENCODING`, `ERR_PROXY` (a variable that names no proxy), `ERR_PROXY_REFUSED` (with its `status`) or `ERR_PROXY_ANSWER`. An
 * error of the proxy has its label in `proxyLabel`, one behind it in `viaProxy`.
 */
export function createHttpClient(
  options: HttpClientOptions,
): (url: string, init: RequestOptions) => Promise<Answer> {
  return (url, init) => exchange(url, init, options);
}

async function exchange(url: string, init: RequestOptions, options: HttpClientOptions): Promise<Answer> {
  const proxy = findProxy(new URL(url), options.env ?? process.env);
  const tunnel = proxy && (await createTunnel(proxy));
  // Of the default export, and at each call, so that a request mock that replaces it is seen.
  const { default: client } = await (url.startsWith('https:') ? import('node:https') : import('node:http'));
  return new Promise((resolve, reject) => {
    const { method, body, signal } = init;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request: ClientRequest = client.request(url, {
      method,
      // A connection of its own for each request: one kept open may be closed by the server just when the code
      // is sent, and the code must not be sent twice.
      agent: tunnel?.agent ?? false,
      ...(options.ca === undefined ? {} : { ca: options.ca, allowPartialTrustChain: true }),
    });
    const refuse = (error: Error): void => reject(tunnel?.attribute(error) ?? error);
    const fail = (error: Error): void => {
      refuse(error);
      request.destroy();
      tunnel?.close();
    };
    const expire = (): void => fail(withCode('no answer in time', 'ERR_HTTP_TIMEOUT'));
    const timer = setTimeout(expire, options.timeoutMs);
    const abort = (): void => fail(withCode('aborted', 'ABORT_ERR'));
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    tunnel?.watch(request, fail);
    let answered = false;
    request.on('error', refuse);
    request.on('response', (message) => {
      answered = true;
      readAll(message, options.maxBytes).then(resolve, fail);
    });
    request.on('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      // After an unrequested 101, Node closes the connection and reports nothing else.
      if (!answered) refuse(withCode('closed without an answer', 'ECONNRESET'));
      tunnel?.close();
    });
    try {
      const headers = { 'user-agent': 'sgid-cli', ...init.headers, ...length };
      // Not among the options, which Node prints where NODE_DEBUG says so.
      for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
      request.end(body);
    } catch (error) {
      request.destroy();
      throw error;
    }
  });
}

async function readAll(message: IncomingMessage, maxBytes: number): Promise<Answer> {
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
  const encoding = message.headers['content-encoding'] ?? '';
  const body = await decodeContent(Buffer.concat(chunks), encoding, maxBytes);
  const text = Buffer.from(body).toString('utf8');
  return {
    status: message.statusCode ?? 0,
    headers: { get: (name) => message.headers[name.toLowerCase()]?.toString() ?? null },
    text: async () => text,
  };
}

/** Prepares a tunnel (CONNECT, RFC 9110 section 9.3.6) for one https request. */
async function createTunnel({ origin, label, authorization }: ProxyServer) {
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  const ended = new AbortController();
  let isOpen = false;
  return {
    // Not in the URL and behind a function: Node prints what the agent holds where NODE_DEBUG says so.
    agent: new HttpsProxyAgent(origin, {
      headers: () => (authorization === undefined ? {} : { 'Proxy-Authorization': authorization }),
      signal: ended.signal,
    }),
    watch(request: ClientRequest, fail: (error: Error) => void): void {
      // Without this, the agent would pass the proxy's refusal on as if it were the provider's answer.
      request.once('proxyConnect', ({ statusCode: status }: { readonly statusCode: number }) => {
        isOpen = status === 200;
        if (Number.isNaN(status)) fail(notHttp());
        else if (!isOpen) fail(Object.assign(withCode('refused', 'ERR_PROXY_REFUSED'), { status }));
      });
    },
    attribute(error: Error): Error {
      if (isOpen) return Object.assign(error, { viaProxy: label });
      // The agent's own errors, about an answer that is not HTTP, have no code and quote the answer.
      return Object.assign(errorCode(error) === undefined ? notHttp() : error, { proxyLabel: label });
    },
    /** Drops the connection to the proxy, which a request does not own until the tunnel is open. */
    close: (): void => ended.abort(),
  };
}

function notHttp(): Error {
  return withCode('the proxy does not speak HTTP', 'ERR_PROXY_ANSWER');
}
