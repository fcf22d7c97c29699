import { type SgidError, usageError } from '../protocol/errors.ts';

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
