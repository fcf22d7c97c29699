// Not isIP of node:net, which takes ten milliseconds to load and to compile its patterns.

/** Whether a host is this machine: `localhost`, 127.0.0.0/8 or ::1, as a URL spells it or without brackets. */
export function isLoopback(host: string): boolean {
  return ['localhost', '[::1]', '::1'].includes(host) || (host.startsWith('127.') && isIpAddress(host));
}

/** Whether a host is an IPv4 address of four numbers, or an IPv6 address without brackets. */
export function isIpAddress(host: string): boolean {
  const isIpv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) && URL.canParse(`http://${host}`);
  return isIpv4 || (/^[\da-f.]*:[\da-f:.]*$/i.test(host) && URL.canParse(`http://[${host}]`));
}

/** The port of a URL that names none. */
export function defaultPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80;
}

/** The port that a URL leads to. */
export function portOf({ port, protocol }: URL): number {
  return port === '' ? defaultPort(protocol) : Number(port);
}

/** A host of a URL without the brackets that it has around an IPv6 address. */
export function withoutBrackets(host: string): string {
  return host.replace(/[[\]]/g, '');
}

/** An address as a URL spells it: an IPv6 address stands in brackets. */
export function withBrackets(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
