import { SgidError, type SgidErrorCode, type SgidErrorDetails } from '../errors/sgid-error.ts';
import type { Environment } from '../system/environment.ts';
import { isLoopback } from '../system/host.ts';
import { withCode } from '../system/node-error.ts';
import { attempt, isRecord } from '../text/guards.ts';
import { machineFault } from '../text/machine-fault.ts';
import { toPrintable } from '../text/printable.ts';
import { quoteReply, REDACTED } from '../text/redact.ts';
import type { ProviderRequest } from './transport.ts';

export interface NetworkFailure {
  /** Node's code, or that of the HTTP client of this package. */
  readonly code: string;
  /** The proxy that failed: its host, port and variable. */
  readonly proxy?: string | undefined;
  /** The proxy behind which the provider failed. */
  readonly via?: string | undefined;
  /** What a proxy answered: an HTTP status. */
  readonly status?: number | undefined;
  /** What is wrong with the variables that name proxies. */
  readonly setting?: string | undefined;
  /** The content encoding that could not be undone. */
  readonly encoding?: string | undefined;
}

/**
 * Reads the properties of an error of `fetch` or of the HTTP client, or those of its cause, because WHATWG `fetch` wraps
 * Node's errors. Messages are ignored: they may quote the request.
 */
export function findNetworkFailure(error: unknown): NetworkFailure {
  for (const current of causesOf(error)) {
    const found: Record<string, unknown> = isRecord(current) ? current : {};
    const text = (name: string): string | undefined => {
      const value = found[name];
      return typeof value === 'string' ? value : undefined;
    };
    // The code of a DOMException is a number.
    // Node's have no lower case: anything else may be a word of the provider.
    const own = text('code')?.match(/^[A-Z][A-Z\d_]{0,60}$/)?.[0];
    const code = own ?? (current.name === 'TimeoutError' ? current.name : undefined);
    if (code === undefined) continue;
    const status = typeof found['status'] === 'number' ? found['status'] : undefined;
    const [proxy, via, setting] = [text('proxyLabel'), text('viaProxy'), text('proxySetting')];
    return { code, status, proxy, via, setting, encoding: text('encoding') };
  }
  return { code: UNKNOWN };
}

/** What has no code comes from a `fetch` that the caller gave, or from a request mock. */
const UNKNOWN = 'an unknown network failure';

export function networkError(
  error: unknown,
  { step, url, secrets }: Pick<ProviderRequest, 'step' | 'url' | 'secrets'>,
): SgidError {
  const { host } = new URL(url);
  const { code, proxy, via, status, setting, encoding } = findNetworkFailure(error);
  const cause = copyError(error, code, secrets);
  const withoutProxy = goWithoutProxy(host);
  const fail = (as: SgidErrorCode, message: string, details: SgidErrorDetails): SgidError =>
    new SgidError(as, message, { step, ...details });

  if (setting !== undefined) {
    const form = 'http://host:port or http://user:password@host:port';
    const hint = `Write it as ${form}, percent-encoded (CORP\\me is CORP%5Cme); ${withoutProxy}`;
    return fail('ERR_PROXY', setting, { step: 'config', hint });
  }
  if (code === 'ERR_PROXY_REFUSED') {
    return fail('ERR_NETWORK', `the proxy ${proxy} refused to connect to ${host}: HTTP ${status}`, {
      causes: causesOfRefusal(status),
      hint: status === 407 ? SIGN_IN : `Ask the operators of the proxy; ${withoutProxy}`,
    });
  }
  if (code === 'ERR_RESPONSE_TOO_LARGE') {
    return fail(code, `${host} sent more than 1 MiB and was cut off`, { hint: CHECK_HOSTNAME });
  }
  if (encoding !== undefined) {
    const message = `the reply of ${host} is encoded (${toPrintable(quoteReply(encoding, secrets), 40)}) and could not be decoded`;
    return fail('ERR_RESPONSE_INVALID', message, {
      causes: ['a firewall or proxy on the way changes replies: sgid asks for no encoding'],
      hint: 'Ask the operators of the firewall or proxy to leave the replies of the provider as they are.',
    });
  }
  const fault = machineFault({ code });
  if (fault !== undefined)
    return fail('ERR_NETWORK', `${host} could not be reached: ${fault.reason}`, { hint: fault.hint, cause });
  const through = via === undefined ? '' : ` through the proxy ${via}`;
  if (TIMEOUTS.includes(code)) {
    const message = `${proxy === undefined ? host : `the proxy ${proxy}`} did not answer in time${through}`;
    const causes = causesOfSilence(new URL(url), proxy, via);
    return fail('ERR_HTTP_TIMEOUT', message, { causes, hint: ALLOW_LONGER });
  }
  if (code === UNKNOWN) {
    const hint = 'Look at the cause of this error: the fetch that was given, or a request mock, threw it.';
    return fail('ERR_NETWORK', `${host} could not be reached: ${cause.message}`, { hint, cause });
  }
  const { message, ...details } = describeUnreached(code, new URL(url), proxy, via);
  return fail('ERR_NETWORK', message, { ...details, cause });
}

/** The error and its causes, the outermost first; a chain may have no end. */
function causesOf(error: unknown, most = 10): readonly Error[] {
  return error instanceof Error && most > 0 ? [error, ...causesOf(error.cause, most - 1)] : [];
}

/** Whoever threw it may have put a reply into its words: a run of so many characters may be a token of it. */
const TOKEN_LIKE = /[\w+/=~-]{24,}/g;

/** The words of the innermost error without secrets; its other properties and its stack may hold more of them. */
function copyError(error: unknown, code: string, secrets: readonly string[]): Error {
  const words: unknown = attempt(() =>
    causesOf(error)
      .map(({ message }) => message)
      .at(-1),
  );
  const quoted = typeof words === 'string' ? quoteReply(words, secrets).replace(TOKEN_LIKE, REDACTED) : '';
  return withCode(quoted || code, code);
}

function describeUnreached(code: string, url: URL, proxy: string | undefined, via: string | undefined) {
  const { host, protocol, hostname, port } = url;
  const through = via === undefined ? '' : ` through the proxy ${via}`;
  const isUntrusted = UNTRUSTED.test(code);
  const what =
    proxy === undefined ? `${host} could not be reached${through}` : `the proxy ${proxy} could not be used`;
  const isLocal = proxy === undefined && via === undefined && isLoopback(hostname);
  const isMock = isLocal && protocol === 'http:' && code === 'ECONNREFUSED';
  const mock = port === '5157' ? 'sgid mock' : `sgid mock --port ${port || '80'}`;
  const start = isMock ? `; start it: ${mock}` : '';
  const check =
    proxy === undefined
      ? "Check the network, the proxy and the provider's hostname (--hostname), then try again."
      : `Check the address of the proxy; ${goWithoutProxy(host)}`;
  const checkLocal = "Start the provider, or correct the port of the provider's hostname (--hostname).";
  return {
    message: `${what}: ${reasonOf(code)}${start}`,
    causes: via !== undefined && isUntrusted ? ['the proxy intercepts TLS with its own certificate'] : [],
    hint: isUntrusted ? TRUST_AUTHORITY : isLocal ? checkLocal : check,
  };
}

function goWithoutProxy(host: string): string {
  return `to go without a proxy, set NO_PROXY=${host}.`;
}

/** The warning where `NODE_TLS_REJECT_UNAUTHORIZED` makes Node accept any certificate. */
export function describeUnverifiedTls(hostname: string, env: Environment): string | undefined {
  const { host, protocol } = new URL(hostname);
  if (protocol !== 'https:' || env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return undefined;
  return `NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the verification of certificates: anyone on the way can impersonate ${host} and take the secrets`;
}

export const TRUST_PROPERLY =
  'Unset it; if the network has a certificate authority of its own, name its file in NODE_EXTRA_CA_CERTS.';

export const CHECK_HOSTNAME =
  "Check that the hostname (--hostname) is the API's own origin, not a page, proxy or login wall.";

const ALLOW_LONGER = 'Try again, or give it longer: --http-timeout 30s; in code, timeoutMs: 30_000.';
const SIGN_IN = 'Give the proxy a user name and password: http://user:password@host:port, percent-encoded.';
const TRUST_AUTHORITY =
  'If the network has a certificate authority of its own, name the file with its certificate (PEM) in ' +
  'NODE_EXTRA_CA_CERTS and start again; if that is set, check that it is the right file.';

const TIMEOUTS = ['ERR_HTTP_TIMEOUT', 'TimeoutError', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'];
export const CUT_CONNECTION = /^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/;
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|CERT_UNTRUSTED/;

/** What a code means, as a clause about the host. The first that matches counts. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, 'its name could not be resolved'],
  [/ECONNREFUSED/, 'nothing listens there'],
  [CUT_CONNECTION, 'the connection was cut'],
  [UNTRUSTED, 'its TLS certificate is from an authority that is not trusted here'],
  [/CERT|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/, 'its TLS certificate or handshake is not acceptable'],
  [/HPE_|ERR_PROXY_ANSWER/, 'its answer is not HTTP'],
];

function reasonOf(code: string): string {
  const known = REASONS.find(([pattern]) => pattern.test(code));
  return known === undefined ? code : `${known[1]} (${code})`;
}

function causesOfSilence(
  { host, hostname }: URL,
  proxy: string | undefined,
  via: string | undefined,
): readonly string[] {
  if (proxy !== undefined) return ['the proxy is slow or down', `the proxy waits for ${host}`];
  const causes = ['the provider is slow or down'];
  if (!isLoopback(hostname)) causes.push('a firewall drops the connection');
  if (!isLoopback(hostname) && via === undefined) causes.push('a proxy is needed: set HTTPS_PROXY');
  return causes;
}

function causesOfRefusal(status: number | undefined): readonly string[] {
  if (status === 407) return ['it requires a user name and password, or those given are wrong'];
  if (status === 403) return ['it does not allow this host, or this port'];
  if (status === 502 || status === 503 || status === 504) return ['it cannot reach the provider itself'];
  return ['it does not speak CONNECT, as proxies for https do'];
}
