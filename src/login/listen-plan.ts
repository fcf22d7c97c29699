import { SgidError, usageError } from '../errors/sgid-error.ts';

/** Where to wait for the callback, and which requests count as one. */
export interface ListenPlan {
  /** IP literals, all on `port`. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** The exact path, percent-encoded as a browser sends it. */
  readonly path: string;
  /** Accepted values of the Host header, in lower case. The first is the redirect URI's own. */
  readonly hosts: readonly string[];
  /** The name by which the browser will look for this listener; absent with `--listen`. */
  readonly probeHost?: string;
  /** The browser, or whatever forwards to this listener, speaks TLS with it: it needs a certificate. */
  readonly secure: boolean;
}

/** What the person said about listening. */
export interface ListenOptions {
  /** `--listen`: a host and port to listen on, whatever the redirect URI says. */
  readonly listen?: string;
  /** `--listen-public`: `listen` may name an address that other machines can reach. */
  readonly listenPublic?: boolean;
  /** `--tls-cert`: there is a certificate for the redirect URI's host, to be used with `--listen` as well. */
  readonly certified?: boolean;
}

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/**
 * Plans the listener for a redirect URI: on loopback literals only (RFC 8252, sections 7.3 and 8.3), unless
 * `--listen` says otherwise. What forwards to `--listen` is taken to speak TLS with the browser, so that the
 * listener itself does not, unless it was given a certificate.
 *
 * @throws SgidError `ERR_REDIRECT_URI` when this machine cannot receive the redirect URI by itself;
 * `ERR_USAGE` when `listen` is malformed, or public without `listenPublic`, or a certificate is of no use.
 */
export function planListener(redirectUri: URL, options: ListenOptions): ListenPlan {
  const { protocol, hostname, pathname: path } = redirectUri;
  if (protocol !== 'http:' && protocol !== 'https:') throw otherScheme(redirectUri);
  const defaultPort = protocol === 'https:' ? HTTPS_PORT : HTTP_PORT;
  const port = redirectUri.port === '' ? defaultPort : Number(redirectUri.port);
  const registered = hostHeaders(hostname, port, defaultPort);
  if (options.certified && protocol === 'http:') throw uselessCertificate(redirectUri);

  if (options.listen !== undefined) {
    const listen = readListenAddress(options.listen, options.listenPublic ?? false);
    const secure = options.certified ?? false;
    // A proxy may rewrite Host to the address that it was given for this listener.
    const ownPort = secure ? HTTPS_PORT : HTTP_PORT;
    const rewritten = listen.names.flatMap((name) => hostHeaders(name, listen.port, ownPort));
    const hosts = [...new Set([...registered, ...rewritten])];
    return { addresses: listen.addresses, port: listen.port, path, hosts, secure };
  }

  const addresses = loopbackAddresses(hostname);
  if (addresses === undefined) throw notLoopback(redirectUri);
  if (port === 0) throw portZero(redirectUri);
  return { addresses, port, path, hosts: registered, probeHost: hostname, secure: protocol === 'https:' };
}

function hostHeaders(hostname: string, port: number, defaultPort: number): string[] {
  const full = `${hostname}:${port}`;
  return port === defaultPort ? [hostname, full] : [full];
}

const manual = 'use --manual and paste the URL that the browser ends up on';

function otherScheme(uri: URL): SgidError {
  return new SgidError('ERR_REDIRECT_URI', `the redirect URI ${uri.href} is not an http or https URL`, {
    step: 'config',
    hint: `Register http://localhost:5001/api/redirect, or ${manual}.`,
  });
}

function notLoopback(uri: URL): SgidError {
  return new SgidError('ERR_REDIRECT_URI', `the redirect URI ${uri.href} does not lead to this machine`, {
    step: 'config',
    hint:
      `Run again with --manual and paste the URL that the browser ends up on; or, when a tunnel or proxy ` +
      `forwards ${uri.origin} to this machine, with --listen 127.0.0.1:5001 (the address it forwards to).`,
  });
}

function uselessCertificate(uri: URL): SgidError {
  return usageError(
    `--tls-cert is of no use: the redirect URI ${uri.href} is http`,
    'Leave --tls-cert and --tls-key out, or use a redirect URI with https.',
  );
}

function portZero(uri: URL): SgidError {
  return new SgidError('ERR_REDIRECT_URI', `the redirect URI ${uri.href} has no usable port`, {
    step: 'config',
    hint: 'sgID compares the port exactly: register one from 1 to 65535, for example http://localhost:5001/api/redirect.',
  });
}

/** What `--listen` names. */
export interface ListenAddress {
  /** IP literals to bind. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** The host as a client may write it in a Host header, IPv6 in brackets. */
  readonly names: readonly string[];
}

const LISTEN_FORM = /^(?:(?<host>[a-z0-9.]*|\[[0-9a-f:.]+\]):)?(?<port>\d{1,5})$/i;
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The literals behind a loopback host as the URL parser writes it (`localhost`, `127.0.0.1`, `[::1]`), or
 * `undefined` for any other host.
 */
export function loopbackAddresses(hostname: string): readonly string[] | undefined {
  if (hostname === 'localhost') return ['127.0.0.1', '::1'];
  if (hostname === '[::1]') return ['::1'];
  return IPV4.test(hostname) && hostname.startsWith('127.') ? [hostname] : undefined;
}

/**
 * Reads `127.0.0.1:5001`, `[::1]:5001`, `localhost:5001`, `:5001` or `5001`.
 *
 * @throws SgidError `ERR_USAGE` for anything else, and for an address that is not loopback unless
 * `publicAllowed`.
 */
export function readListenAddress(text: string, publicAllowed: boolean): ListenAddress {
  const groups = LISTEN_FORM.exec(text)?.groups;
  const host = canonicalHost(groups?.['host'] || 'localhost');
  const port = Number(groups?.['port']);
  if (host === undefined || !(port >= 1 && port <= 65_535)) throw malformed(text);

  const loopback = loopbackAddresses(host);
  if (loopback === undefined && !publicAllowed) throw publicAddress(text, port);
  return {
    addresses: loopback ?? [host.replace(/[[\]]/g, '')],
    port,
    names: host === 'localhost' ? LOOPBACK_NAMES : [host],
  };
}

/** `localhost` or an IP literal in the URL parser's spelling; `undefined` for other names. */
function canonicalHost(host: string): string | undefined {
  const url = `http://${host}`;
  const hostname = URL.canParse(url) ? new URL(url).hostname : '';
  const known =
    hostname === 'localhost' || hostname.startsWith('[') || (IPV4.test(host) && IPV4.test(hostname));
  return known ? hostname : undefined;
}

function malformed(text: string): SgidError {
  return usageError(
    `--listen ${JSON.stringify(text)} is not an address and a port`,
    'Use --listen 127.0.0.1:5001, --listen [::1]:5001 or --listen 5001.',
  );
}

function publicAddress(text: string, port: number): SgidError {
  return usageError(
    `--listen ${text} could be reached from other machines`,
    `Use --listen 127.0.0.1:${port}, or add --listen-public if that is what you want (in a container, for example).`,
  );
}
