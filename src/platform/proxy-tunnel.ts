import type { Agent, ClientRequest } from 'node:http';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { errorCode, withCode } from './node-error.ts';
import type { ProxyServer } from './proxy.ts';

/** The way of one https request through a proxy. */
export interface Tunnel {
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
export function createTunnel({ origin, label, authorization }: ProxyServer): Tunnel {
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
