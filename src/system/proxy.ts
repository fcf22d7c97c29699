import type { Environment } from './environment.ts';
import { isLoopback, portOf, withoutBrackets } from './host.ts';
import { withCode } from './node-error.ts';

export interface ProxyServer {
  /** Its URL without credentials, for example `http://proxy.example:3128`. */
  readonly origin: string;
  /** For people: `proxy.example:3128 (HTTPS_PROXY)`. */
  readonly label: string;
  /** The value of `Proxy-Authorization` (RFC 7617). */
  readonly authorization: string | undefined;
  readonly secrets: readonly string[];
}

/** In order of precedence. HTTP_PROXY is not among them: plain http goes to this machine alone. */
const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];

/**
 * The proxy for a URL: only https goes through one, except to this machine and to what `NO_PROXY` lists.
 *
 * @throws Error with the code `ERR_PROXY`, and `proxySetting`: which variable does not name a proxy, and why, without
 * its value.
 */
export function findProxy(url: URL, env: Environment): ProxyServer | undefined {
  const variable = PROXY_VARIABLES.find((name) => env[name]?.trim());
  if (variable === undefined || url.protocol !== 'https:' || isLoopback(url.hostname)) return undefined;
  if (isExempt(url, env['no_proxy'] || env['NO_PROXY'] || '')) return undefined;
  return parseProxy(env[variable]?.trim() ?? '', variable);
}

/**
 * Whether a `NO_PROXY` list names the URL's host: `*`, or a domain that stands for its subdomains as well, with or
 * without a leading `.` or `*.` and a port; an IP address stands for itself.
 */
function isExempt(url: URL, list: string): boolean {
  const host = withoutBrackets(url.hostname);
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', port] = /^(?:\*?\.)?(\[[^\]]+\]|[^:]+|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (port !== undefined && Number(port) !== portOf(url)) return false;
      const domain = name.replace(/[[\]]|\.$/g, '');
      return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
    });
}

function parseProxy(value: string, variable: string): ProxyServer {
  const refuse = (reason: string): Error => unusable(variable, reason);
  // A file of variables may leave quotes around it. The last @ ends the password, as it does for curl.
  const bare = value.replace(/^(["'])\s*(.*?)\s*\1$/s, '$2');
  const [, scheme = 'http', userinfo = '', address = ''] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:(.*)@)?(.*)$/is.exec(bare) ?? [];
  if (/^socks/i.test(scheme)) throw refuse('names a SOCKS proxy, which is not supported');
  if (!/^https?$/i.test(scheme)) throw refuse('is not an http or https URL');
  // For a URL, the first four end the host.
  const [sign] = /[\\/?#\s]|%(?![\da-f]{2})/i.exec(userinfo) ?? [];
  if (sign !== undefined) {
    const [what, code] = [/\s/.test(sign) ? 'white space' : `a ${sign}`, encodeURIComponent(sign)];
    throw refuse(`holds ${what} in its user name or password, which must be percent-encoded: ${code}`);
  }
  if (/^[^/:]+(:\d+)?\/./.test(address)) throw refuse('holds a path, and a proxy has a host and a port only');
  const text = `${scheme}://${userinfo}@${address}`;
  if (/[\\?#]|:\//.test(address) || !URL.canParse(text)) throw refuse('is not a valid URL');
  const url = new URL(text);
  const { origin, hostname, username, password } = url;
  const credentials = [username, password].map((part) => decode(part, variable)).join(':');
  const isOpen = credentials === ':';
  return {
    origin,
    label: `${hostname}:${portOf(url)} (${variable})`,
    authorization: isOpen ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
    // A user name alone may be a token; beside a password it may be any word.
    secrets: isOpen ? [] : [credentials, decode(password || username, variable)],
  };
}

function decode(text: string, variable: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unusable(variable, 'is percent-encoded in its user name or password, but not as UTF-8');
  }
}

function unusable(variable: string, reason: string): Error {
  const proxySetting = `${variable} ${reason}`;
  return Object.assign(withCode(proxySetting, 'ERR_PROXY'), { proxySetting });
}
