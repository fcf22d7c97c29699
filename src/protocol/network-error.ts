import { CHECK_HOSTNAME } from './endpoints.ts';
import { SgidError, type SgidStep } from './errors.ts';
import { isRecord } from './guards.ts';

/**
 * Says in a sentence why no answer came. Reads the `code` of Node's errors, its own or its cause's, because
 * WHATWG `fetch` wraps them.
 */
export function networkError(
  error: unknown,
  request: { readonly step: SgidStep; readonly url: string },
): SgidError {
  const { step } = request;
  const { host } = new URL(request.url);
  const code = codeOf(error);
  if (code === 'ERR_RESPONSE_TOO_LARGE') {
    return new SgidError('ERR_RESPONSE_TOO_LARGE', `${host} sent more than 1 MiB and was cut off`, {
      step,
      hint: CHECK_HOSTNAME,
    });
  }
  if (
    code === 'ERR_HTTP_TIMEOUT' ||
    code === 'TimeoutError' ||
    code === 'ETIMEDOUT' ||
    code === 'UND_ERR_CONNECT_TIMEOUT'
  ) {
    return new SgidError('ERR_HTTP_TIMEOUT', `${host} did not answer in time`, {
      step,
      causes: [
        'the provider is slow or down',
        'a firewall swallows the connection',
        'a proxy is needed to reach it',
      ],
      hint: 'Try again, or give it longer: --http-timeout 30s; in code, timeoutMs: 30_000.',
    });
  }
  return new SgidError('ERR_NETWORK', `${host} could not be reached: ${reasonOf(code)}`, {
    step,
    hint: "Check the network, the proxy and the provider's hostname (--hostname), then try again.",
    // The original may quote the request; its code is all that is safe to keep.
    cause: new Error(code),
  });
}

function reasonOf(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `its name could not be resolved (${code})`;
  if (code === 'ECONNREFUSED') return 'nothing listens there (ECONNREFUSED)';
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET')
    return `the connection was cut (${code})`;
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/.test(code))
    return `its TLS certificate or handshake is not acceptable (${code})`;
  if (code.startsWith('HPE_')) return `its answer is not HTTP (${code})`;
  return code;
}

/** The error code of a failed request: its own, or that of what caused it. */
function codeOf(error: unknown): string {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const code: unknown = isRecord(current) ? current['code'] : undefined;
    if (typeof code === 'string') return code;
    if (current.name === 'TimeoutError') return current.name;
  }
  return 'an unknown network failure';
}
