import { SgidError, type SgidStep } from './errors.ts';
import {
  ALLOW_LONGER,
  isTimeout,
  isUntrusted,
  type NetworkFailure,
  reasonOf,
  TRUST_AUTHORITY,
} from './network-failure.ts';

/** The error for a variable whose value names no proxy that can be used. */
export function proxySettingError(setting: string, host: string): SgidError {
  return new SgidError('ERR_PROXY', setting, {
    step: 'config',
    hint:
      'Write it as http://host:port or http://user:password@host:port, with special characters percent-encoded; ' +
      withoutProxy(host),
  });
}

/** The error for a proxy that did not let a request to `host` through. */
export function proxyError(
  failure: NetworkFailure & { readonly proxy: string },
  host: string,
  step: SgidStep,
): SgidError {
  const { code, proxy, status } = failure;
  if (code === 'ERR_PROXY_REFUSED') {
    return new SgidError('ERR_NETWORK', `the proxy ${proxy} refused the way to ${host}: HTTP ${status}`, {
      step,
      causes: causesOf(status),
      hint: status === 407 ? SIGN_IN : `Ask whoever runs the proxy; ${withoutProxy(host)}`,
    });
  }
  if (isTimeout(code)) {
    return new SgidError('ERR_HTTP_TIMEOUT', `the proxy ${proxy} did not answer in time`, {
      step,
      causes: ['the proxy is slow or down', `the proxy waits for ${host}`],
      hint: ALLOW_LONGER,
    });
  }
  return new SgidError('ERR_NETWORK', `the proxy ${proxy} could not be used: ${reasonOf(code)}`, {
    step,
    hint: isUntrusted(code) ? TRUST_AUTHORITY : `Check the address of the proxy; ${withoutProxy(host)}`,
    cause: new Error(code),
  });
}

const SIGN_IN = 'Give the proxy a user name and password: http://user:password@host:port, percent-encoded.';

function causesOf(status: number | undefined): readonly string[] {
  if (status === 407) return ['it wants a user name and password, or others than it was given'];
  if (status === 403) return ['it does not allow this host, or this port'];
  if (status === 502 || status === 503 || status === 504) return ['it cannot reach the provider itself'];
  return ['it does not speak CONNECT, as proxies for https do'];
}

function withoutProxy(host: string): string {
  return `to go without a proxy, set NO_PROXY=${host}.`;
}
