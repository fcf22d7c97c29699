import { SgidError } from '../errors/sgid-error.ts';
import { validateHostname } from '../sgid/endpoints.ts';
import { isIpAddress, isLoopback, withBrackets, withoutBrackets } from '../system/host.ts';

/**
 * The origin that clients reach a provider under, unchanged. A client sends its secret over https alone, this
 * machine excepted; under an origin of which that is not true it would refuse the provider.
 *
 * @throws SgidError `ERR_HOSTNAME`, with advice for whoever runs the provider: that of the error of clients leads
 *   to the real one.
 */
export function validateProviderOrigin(origin: string): string {
  try {
    return validateHostname(origin);
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    const { protocol, hostname, port } = URL.canParse(origin) ? new URL(origin) : new URL('none:');
    if (protocol !== 'http:' || isLoopback(hostname)) {
      const hint = 'For example http://localhost:5157, or https://sgid.example.com behind a proxy.';
      throw new SgidError('ERR_HOSTNAME', error.message, { hint });
    }
    const place = port && `:${port}`;
    throw new SgidError(
      'ERR_HOSTNAME',
      `clients would refuse the provider http://${hostname}${place}: beyond this machine they use https alone`,
      {
        hint:
          `Serve https with "sgid mock --https --cert-file mock.pem --hostname https://${hostname}${place}" and let ` +
          `the clients trust mock.pem, or share one network with them and use http://localhost${place}.`,
      },
    );
  }
}

/** Where clients of this machine reach the wildcard addresses, which are no addresses to send them to. */
const REACHABLE: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** The origin of a server that listens on an IP address. A scheme's own port is omitted, as in any origin. */
export function originOf(scheme: 'http' | 'https', host: string, port: number): string {
  const address = REACHABLE.get(host) ?? host;
  const url = `${scheme}://${withBrackets(address)}:${port}`;
  return URL.canParse(url) ? new URL(url).origin : url;
}

/** What clients may call a server, beside the names of loopback: host names and IP addresses without brackets. */
export function certificateHosts(origin: string | undefined, host: string): readonly string[] {
  const named = origin === undefined ? [] : [withoutBrackets(new URL(origin).hostname)];
  return [...named, host].filter((name) => !REACHABLE.has(name));
}

const HOST = /^(?<name>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** Any other name could be one that a web page has made point to this machine (DNS rebinding). */
export function isTrustedHost(host: string | undefined, origin: string): boolean {
  const name = HOST.exec(host ?? '')?.groups?.['name']?.toLowerCase();
  if (name === undefined) return false;
  const isAddress = isIpAddress(withoutBrackets(name));
  return name === 'localhost' || name === new URL(origin).hostname || isAddress;
}
