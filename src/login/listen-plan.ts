import { SgidError, usageError } from '../errors/sgid-error.ts';
import { defaultPort, isIpAddress, isLoopback, portOf, withoutBrackets } from '../system/host.ts';

export interface ListenPlan {
  readonly addresses: readonly string[];
  /** 0 for any that is free. */
  readonly port: number;
  /** The exact path, percent-encoded as a browser sends it. */
  readonly path: string;
  /** Accepted values of the Host header, in lower case. The first is the redirect URI's own. */
  readonly hosts: readonly string[];
  /** The name by which the browser will look for this listener; absent with `--listen`. */
  readonly probeHost?: string;
  /** The browser, or whatever forwards to this listener, speaks TLS with it: it needs a certificate. */
  readonly secure: boolean;
  /** The provider is a mock on this machine, at which any redirect URI can be registered. */
  readonly atMock?: boolean;
}

export interface ListenOptions {
  /** `--listen`: a host and port to listen on, whatever the redirect URI says. */
  readonly listen?: string | undefined;
  /** `--listen-public`: `listen` may name an address that other machines can reach. */
  readonly listenPublic?: boolean | undefined;
  /** `--tls-cert`: there is a certificate for the redirect URI's host, to be used with `--listen` as well. */
  readonly certified?: boolean;
  /** The redirect URI has the port 0: its own follows from the listener. */
  readonly anyPort?: boolean;
}

const MANUAL = 'use --manual and paste the URL that the browser ends up on';

/**
 * Plans the listener for a redirect URI: on loopback literals only (RFC 8252, sections 7.3 and 8.3), unless
 * `--listen` says otherwise. What forwards to `--listen` is taken to speak TLS with the browser, so that the
 * listener itself does not, unless it was given a certificate.
 *
 * @throws SgidError `ERR_REDIRECT_URI` when this machine cannot receive the redirect URI by itself;
 * `ERR_USAGE` when `listen` is malformed, or public without `listenPublic`, or a certificate is of no use.
 */
export function planListener(redirectUri: URL, options: ListenOptions): ListenPlan {
  const { protocol, hostname, pathname: path, href, origin } = redirectUri;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw redirectUriError(
      `${href} is not an http or https URL`,
      `Register http://localhost:5001/api/redirect, or ${MANUAL}.`,
    );
  }
  const port = portOf(redirectUri);
  const registered = hostHeaders(hostname, port, protocol);
  if (options.certified && protocol === 'http:') {
    throw usageError(
      `--tls-cert needs an https redirect URI, and ${href} is http`,
      'Omit --tls-cert and --tls-key, or use an https redirect URI.',
    );
  }

  if (options.listen !== undefined) {
    const { addresses, port, names } = parseListenAddress(options.listen, options.listenPublic ?? false);
    const secure = options.certified ?? false;
    // A proxy may rewrite Host to the address that it was given for this listener.
    const rewritten = names.flatMap((name) => hostHeaders(name, port, secure ? 'https:' : 'http:'));
    return { addresses, port, path, hosts: [...new Set([...registered, ...rewritten])], secure };
  }

  const addresses = loopbackAddresses(hostname);
  if (addresses === undefined) {
    throw redirectUriError(
      `${href} does not lead to this machine`,
      'Run again with --manual and paste the URL that the browser ends up on; or, when a tunnel or proxy ' +
        `forwards ${origin} to this machine, with --listen 127.0.0.1:5001 (the address it forwards to).`,
    );
  }
  if (port === 0 && !options.anyPort) {
    throw redirectUriError(
      `${href} has no usable port`,
      'sgID compares the port exactly: register one from 1 to 65535, for example http://localhost:5001/api/redirect.',
    );
  }
  return { addresses, port, path, hosts: registered, probeHost: hostname, secure: protocol === 'https:' };
}

function hostHeaders(hostname: string, port: number, protocol: string): string[] {
  const full = `${hostname}:${port}`;
  return port === defaultPort(protocol) ? [hostname, full] : [full];
}

function redirectUriError(fault: string, hint: string): SgidError {
  return new SgidError('ERR_REDIRECT_URI', `the redirect URI ${fault}`, { hint });
}

const LISTEN_FORM = /^(?:(?<host>[a-z0-9.]*|\[[0-9a-f:.]+\]):)?(?<port>\d{1,5})$/i;
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** The literals behind a loopback host as the URL parser writes it; `undefined` for any other host. */
function loopbackAddresses(hostname: string): readonly string[] | undefined {
  if (hostname === 'localhost') return ['127.0.0.1', '::1'];
  return isLoopback(hostname) ? [withoutBrackets(hostname)] : undefined;
}

/**
 * Parses `127.0.0.1:5001`, `[::1]:5001`, `localhost:5001`, `:5001` or `5001`: into the IP literals to bind, and the names
 * that a Host header may have, IPv6 in brackets.
 */
function parseListenAddress(text: string, publicAllowed: boolean) {
  const groups = LISTEN_FORM.exec(text)?.groups;
  const host = canonicalHost(groups?.['host'] || 'localhost');
  const port = Number(groups?.['port']);
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw usageError(
      `--listen ${JSON.stringify(text)} is not an address and a port`,
      'Use --listen 127.0.0.1:5001, --listen [::1]:5001 or --listen 5001.',
    );
  }
  const loopback = loopbackAddresses(host);
  if (loopback === undefined && !publicAllowed) {
    throw usageError(
      `--listen ${text} could be reached from other machines`,
      `Use --listen 127.0.0.1:${port}, or add --listen-public if that is what you want (in a container, for example).`,
    );
  }
  return {
    addresses: loopback ?? [withoutBrackets(host)],
    port,
    // A tunnel (Codespaces, VS Code) writes `localhost`, whatever it was given.
    names: loopback === undefined ? [host] : [...new Set([...LOOPBACK_NAMES, host])],
  };
}

/** `localhost` or an IP literal in the URL parser's spelling; `undefined` for other names. */
function canonicalHost(host: string): string | undefined {
  const url = `http://${host}`;
  const hostname = URL.canParse(url) ? new URL(url).hostname : undefined;
  return hostname === 'localhost' || isIpAddress(withoutBrackets(host)) ? hostname : undefined;
}
