import { isRecord } from './guards.ts';

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
