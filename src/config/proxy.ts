import { type Environment, findProxy, type ProxyServer } from '../platform/proxy.ts';
import { networkError } from '../protocol/network-error.ts';

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
