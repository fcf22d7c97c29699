import { MAX_RESPONSE_BYTES, type Transport } from '../oidc/http-exchange.ts';
import { networkError } from '../oidc/network-error.ts';
import type { Diagnostics } from '../output/diagnostics.ts';
import type { HttpExchange } from '../system/http-client.ts';
import { type Environment, findProxy, type ProxyServer } from '../system/proxy.ts';
import type { CommandContext } from './context.ts';

/** What a command's requests are like. */
export interface TransportOptions {
  /** How long each may take, in milliseconds. */
  readonly timeoutMs: number;
  /** A certificate (PEM) to trust in place of the system's. */
  readonly ca?: string | undefined;
}

/** The HTTP and the clock of a command. Every exchange is a line of `--verbose`, and a record of `--trace`. */
export function openTransport(
  { platform, diagnostics, trace }: CommandContext,
  { timeoutMs, ca }: TransportOptions,
): Transport {
  const { createHttpClient, clock, env } = platform;
  const log = logExchanges(diagnostics);
  return {
    fetch: createHttpClient({
      timeoutMs,
      maxBytes: MAX_RESPONSE_BYTES,
      onExchange: (exchange) => {
        log(exchange);
        trace?.exchange(exchange);
      },
      env,
      ca,
    }),
    clock,
  };
}

/**
 * Judges the proxy on the way to a provider before anything is sent, and keeps its password out of all output.
 *
 * @param hostname The provider's origin.
 * @throws SgidError `ERR_PROXY` when the variable that names it is unusable.
 */
export function prepareProxy(hostname: string, { platform, diagnostics }: CommandContext): void {
  const proxy = resolveProxy(hostname, platform.env);
  if (proxy === undefined) return;
  diagnostics.hide(proxy.secrets);
  diagnostics.detail(`requests go through the proxy ${proxy.label}`);
}

/** A listener that says a line for each HTTP exchange: method, URL without its query, outcome and duration. */
export function logExchanges(diagnostics: Diagnostics): (exchange: HttpExchange) => void {
  return ({ method, url, status, failure, milliseconds }) => {
    const [address] = url.split('?');
    diagnostics.detail(`${method} ${address} ${status ?? failure} ${milliseconds.toFixed(0)} ms`);
  };
}

/**
 * The proxy that requests to a provider will go through, judged before the first of them.
 *
 * @param hostname The provider's origin.
 * @throws SgidError `ERR_PROXY` when the variable that counts names no proxy that can be used.
 */
export function resolveProxy(hostname: string, env: Environment): ProxyServer | undefined {
  try {
    return findProxy(new URL(hostname), env);
  } catch (error) {
    throw networkError(error, { step: 'config', url: hostname });
  }
}
