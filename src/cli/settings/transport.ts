import { resolveProxy } from '../../config/proxy.ts';
import { MAX_RESPONSE_BYTES, type Transport } from '../../protocol/exchange.ts';
import type { CommandContext } from '../command-context.ts';
import { logExchanges } from './verbose-http.ts';

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
