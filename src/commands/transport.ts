import { describeUnverifiedTls, networkError, TRUST_PROPERLY } from '../oidc/network-error.ts';
import { MAX_RESPONSE_BYTES, type Transport } from '../oidc/transport.ts';
import { findProxy } from '../system/proxy.ts';
import type { CommandContext } from './context.ts';

export const HTTP_TIMEOUT = ['--http-timeout <duration>', 'seconds for a request, or as 2m', '10s'] as const;

/**
 * @param timeoutMs For each request.
 * @param ca A certificate (PEM) to trust in place of the system's.
 */
export function openTransport({ platform }: CommandContext, timeoutMs: number, ca?: string): Transport {
  const { createHttpClient, clock, env } = platform;
  return { fetch: createHttpClient({ timeoutMs, maxBytes: MAX_RESPONSE_BYTES, env, ca }), clock };
}

/** To be called before a secret is sent: warns where no certificate is verified, then does what {@link prepareProxy} does. */
export function prepareConnection(hostname: string, context: CommandContext): void {
  const unverified = describeUnverifiedTls(hostname, context.platform.env);
  if (unverified !== undefined) context.diagnostics.warn(`${unverified}. ${TRUST_PROPERLY}`);
  prepareProxy(hostname, context);
}

/**
 * Validates the proxy on the way to a provider before anything is sent, and keeps its password out of all output.
 *
 * @throws SgidError `ERR_PROXY` when the variable that names it is unusable.
 */
export function prepareProxy(hostname: string, { platform, diagnostics }: CommandContext): void {
  try {
    const proxy = findProxy(new URL(hostname), platform.env);
    if (proxy === undefined) return;
    diagnostics.hide(proxy.secrets);
    diagnostics.detail(`requests go through the proxy ${proxy.label}`);
  } catch (error) {
    throw networkError(error, { step: 'config', url: hostname, secrets: [] });
  }
}
