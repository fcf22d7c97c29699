import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { TlsCredentials } from '../platform/http-server.ts';

/** Why a browser would not take a certificate, or a server could not serve it. */
export type CertificateFault =
  | 'no-certificate'
  | 'no-key'
  | 'encrypted-key'
  | 'other-key'
  | 'not-for-servers'
  | 'other-host'
  | 'not-yet-valid'
  | 'expired'
  | 'too-weak';

/** id-kp-serverAuth (RFC 5280 section 4.2.1.12). */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/**
 * Judges a certificate by itself: whether the key is its own, and whether it is for `host` (a name or an IP
 * address, IPv6 without brackets) at a time. Who vouches for it is not asked. Of a chain, the first counts.
 */
export function findCertificateFault(
  { certificate, privateKey }: TlsCredentials,
  host: string,
  at: Date,
): CertificateFault | undefined {
  const parsed = attempt(() => new X509Certificate(certificate));
  if (parsed === undefined) return 'no-certificate';
  const key = readKey(privateKey);
  if (typeof key === 'string') return key;
  if (!parsed.checkPrivateKey(key)) return 'other-key';
  if (parsed.keyUsage !== undefined && !parsed.keyUsage.includes(SERVER_AUTH)) return 'not-for-servers';
  if (!isFor(parsed, host)) return 'other-host';
  if (new Date(parsed.validFrom) > at) return 'not-yet-valid';
  return new Date(parsed.validTo) < at ? 'expired' : undefined;
}

/** Whether a host as a URL has it, without brackets, is an IP address and not a name. */
export function isIpAddress(host: string): boolean {
  return /^[\d.]+$|:/.test(host);
}

/** The SHA-256 of a certificate, in hex pairs with colons, as browsers show it. */
export function fingerprintOf(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256;
}

function readKey(pem: string): KeyObject | 'no-key' | 'encrypted-key' {
  if (/^(?:-----BEGIN ENCRYPTED|Proc-Type:.*ENCRYPTED)/m.test(pem)) return 'encrypted-key';
  return attempt(() => createPrivateKey(pem)) ?? 'no-key';
}

/** Only the subject alternative names count, as for browsers (RFC 9110 section 4.3.4). */
function isFor(certificate: X509Certificate, host: string): boolean {
  return (
    (isIpAddress(host) ? certificate.checkIP(host) : certificate.checkHost(host, { subject: 'never' })) !==
    undefined
  );
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
