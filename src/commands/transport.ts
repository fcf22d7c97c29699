import { MAX_RESPONSE_BYTES, type Transport } from '../oidc/http-exchange.ts';
import { networkError } from '../oidc/network-error.ts';
import type { Diagnostics } from '../output/diagnostics.ts';
import type { HttpExchange } from '../system/http-client.ts';
import { findProxy } from '../system/proxy.ts';
import type { CommandContext } from './context.ts';

/**
 * The HTTP and the clock of a command. Every exchange is a line of `--verbose`, and a record of `--trace`.
 *
 * @param options `timeoutMs` counts for each request; `ca` is a certificate (PEM) to trust in place of the system's.
 */
export function openTransport(
  { platform, diagnostics, trace }: CommandContext,
  { timeoutMs, ca }: { readonly timeoutMs: number; readonly ca?: string | undefined },
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
 * Validates the proxy on the way to a provider before anything is sent, and keeps its password out of all output.
 *
 * @param hostname The provider's origin.
 * @throws SgidError `ERR_PROXY` when the variable that names it is unusable.
 */
export function prepareProxy(hostname: string, { platform, diagnostics }: CommandContext): void {
  try {
    const proxy = findProxy(new URL(hostname), platform.env);
    if (proxy === undefined) return;
    diagnostics.hide(proxy.secrets);
    diagnostics.detail(`requests go through the proxy ${proxy.label}`);
  } catch (error) {
    throw networkError(error, { step: 'config', url: hostname });
  }
}

/** A listener that says a line for each HTTP exchange: method, URL without its query, outcome and duration. */
export function logExchanges(diagnostics: Diagnostics): (exchange: HttpExchange) => void {
  return ({ method, url, status, failure, milliseconds }) => {
    const [address] = url.split('?');
    diagnostics.detail(`${method} ${address} ${status ?? failure} ${milliseconds.toFixed(0)} ms`);
  };
}
