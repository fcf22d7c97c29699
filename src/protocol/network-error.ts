import { CHECK_HOSTNAME } from './endpoints.ts';
import { SgidError, type SgidStep } from './errors.ts';
import {
  ALLOW_LONGER,
  isTimeout,
  isUntrusted,
  readNetworkFailure,
  reasonOf,
  TRUST_AUTHORITY,
} from './network-failure.ts';
import { proxyError, proxySettingError } from './proxy-error.ts';

/** Says in a sentence why no answer came, and whether the provider or a proxy on the way is to blame. */
export function networkError(
  error: unknown,
  request: { readonly step: SgidStep; readonly url: string },
): SgidError {
  const { step } = request;
  const { host } = new URL(request.url);
  const failure = readNetworkFailure(error);
  const { code, proxy, via, setting } = failure;
  if (setting !== undefined) return proxySettingError(setting, host);
  if (proxy !== undefined) return proxyError({ ...failure, proxy }, host, step);

  if (code === 'ERR_RESPONSE_TOO_LARGE') {
    return new SgidError('ERR_RESPONSE_TOO_LARGE', `${host} sent more than 1 MiB and was cut off`, {
      step,
      hint: CHECK_HOSTNAME,
    });
  }
  const through = via === undefined ? '' : ` through the proxy ${via}`;
  if (isTimeout(code)) {
    return new SgidError('ERR_HTTP_TIMEOUT', `${host} did not answer in time${through}`, {
      step,
      causes: [
        'the provider is slow or down',
        'a firewall swallows the connection',
        ...(via === undefined ? ['a proxy is needed to reach it, which HTTPS_PROXY would name'] : []),
      ],
      hint: ALLOW_LONGER,
    });
  }
  return new SgidError('ERR_NETWORK', `${host} could not be reached${through}: ${reasonOf(code)}`, {
    step,
    causes:
      via !== undefined && isUntrusted(code) ? ['the proxy reads along, with a certificate of its own'] : [],
    hint: isUntrusted(code)
      ? TRUST_AUTHORITY
      : "Check the network, the proxy and the provider's hostname (--hostname), then try again.",
    // The original may quote the request; its code is all that is safe to keep.
    cause: new Error(code),
  });
}
