const HOST = /^(?<name>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * Whether a Host header is the provider's own, localhost or an IP literal. Any other name could be one that a
 * web page has made point to this machine (DNS rebinding); an address cannot be made to point elsewhere.
 *
 * @param origin The provider's origin.
 */
export function isTrustedHost(host: string | undefined, origin: string): boolean {
  const name = HOST.exec(host ?? '')?.groups?.['name']?.toLowerCase();
  if (name === undefined) return false;
  return name === 'localhost' || name === new URL(origin).hostname || name.startsWith('[') || IPV4.test(name);
}
