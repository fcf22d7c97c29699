import { SgidError, type SgidStep } from '../errors/sgid-error.ts';
import { withCode } from '../system/node-error.ts';
import { isRecord } from '../text/guards.ts';

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
      hint: "Check that the provider's hostname (--hostname) is the provider itself.",
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
    cause: withCode(code, code),
  });
}

/** What is known of a request that had no answer. */
export interface NetworkFailure {
  /** Node's code, or that of the HTTP client of this package. */
  readonly code: string;
  /** The proxy that failed, as people know it. */
  readonly proxy: string | undefined;
  /** The proxy behind which the provider failed. */
  readonly via: string | undefined;
  /** What a proxy answered: an HTTP status. */
  readonly status: number | undefined;
  /** What is wrong with the variables that name proxies. */
  readonly setting: string | undefined;
}

/**
 * Reads an error of `fetch` or of the HTTP client: its own properties or those of its cause, because WHATWG `fetch`
 * wraps Node's errors. Messages are not read: they may quote the request.
 */
export function readNetworkFailure(error: unknown): NetworkFailure {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const found: Record<string, unknown> = isRecord(current) ? current : {};
    const text = (name: string): string | undefined => {
      const value = found[name];
      return typeof value === 'string' ? value : undefined;
    };
    // The code of a DOMException is a number.
    const code = text('code') ?? (current.name === 'TimeoutError' ? current.name : undefined);
    if (code === undefined) continue;
    const status = typeof found['status'] === 'number' ? found['status'] : undefined;
    return { code, status, proxy: text('proxyLabel'), via: text('viaProxy'), setting: text('proxySetting') };
  }
  return { ...NOTHING, code: 'an unknown network failure' };
}

const NOTHING = { proxy: undefined, via: undefined, status: undefined, setting: undefined };

/** Whether a code says that something did not come in time. */
export function isTimeout(code: string): boolean {
  return ['ERR_HTTP_TIMEOUT', 'TimeoutError', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'].includes(code);
}

/** Whether a code says that a certificate is of an authority that Node does not know. */
export function isUntrusted(code: string): boolean {
  return /SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|CERT_UNTRUSTED/.test(code);
}

/** What a code says, as a clause about whoever should have answered. */
export function reasonOf(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `its name could not be resolved (${code})`;
  if (code === 'ECONNREFUSED') return 'nothing listens there (ECONNREFUSED)';
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET')
    return `the connection was cut (${code})`;
  if (isUntrusted(code)) return `its TLS certificate is of an authority that is not trusted here (${code})`;
  if (/CERT|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/.test(code))
    return `its TLS certificate or handshake is not acceptable (${code})`;
  if (code.startsWith('HPE_') || code === 'ERR_PROXY_ANSWER') return `its answer is not HTTP (${code})`;
  return code;
}

/** What to do about an answer that took too long. */
export const ALLOW_LONGER = 'Try again, or give it longer: --http-timeout 30s; in code, timeoutMs: 30_000.';

/** What to do about a certificate authority that Node does not know. */
export const TRUST_AUTHORITY: string =
  'If the network has a certificate authority of its own, name the file with its certificate (PEM) in ' +
  'NODE_EXTRA_CA_CERTS and start again; if that is set, check that it is the right file.';

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
    cause: withCode(code, code),
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
