import { createPrivateKey, createPublicKey, randomBytes, X509Certificate } from 'node:crypto';
import { isIpAddress } from '../system/host.ts';
import type { TlsCredentials } from '../system/http-server.ts';
import { attempt } from '../text/guards.ts';
import { generatePrivateKey } from './write-key.ts';

/** Browsers refuse certificates that live longer (CA/Browser Forum, Baseline Requirements 6.3.2). */
const LIFETIME_MS = 397 * 24 * 60 * 60 * 1000;
const BACKDATED_MS = 60_000;
export const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '::1'];

const COMMON_NAME = 'localhost (sgid, self-signed)';

/** For `localhost`, 127.0.0.1, ::1 and `hosts`, IPv6 without brackets. Takes some 200 milliseconds. */
export async function createSelfSignedCertificate(
  hosts: readonly string[],
  now: Date = new Date(),
): Promise<TlsCredentials> {
  const { default: forge } = await import('node-forge');
  const key = await generatePrivateKey(2048);
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const draft = forge.pki.createCertificate();
  draft.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // The first byte keeps it positive without padding (RFC 5280 section 4.1.2.2).
  draft.serialNumber = `01${randomBytes(15).toString('hex')}`;
  // Another login that starts at the same time may have read the clock a moment earlier.
  const begin = now.getTime() - BACKDATED_MS;
  draft.validity.notBefore = new Date(begin);
  draft.validity.notAfter = new Date(begin + LIFETIME_MS);
  const name = [{ name: 'commonName', value: COMMON_NAME }];
  draft.setSubject(name);
  draft.setIssuer(name);
  // A GeneralName: iPAddress or dNSName (RFC 5280 section 4.2.1.6).
  const altNames = [...new Set([...LOOPBACK_HOSTS, ...hosts])].map((host) =>
    isIpAddress(host) ? { type: 7, ip: host } : { type: 2, value: host },
  );
  draft.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames },
  ]);
  const pkcs1 = key.export({ type: 'pkcs1', format: 'der' }).toString('latin1');
  draft.sign(forge.pki.privateKeyFromAsn1(forge.asn1.fromDer(pkcs1)), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(draft), privateKey };
}

/** Whether a text is a certificate of {@link createSelfSignedCertificate}, and nothing else. */
export function isSelfSignedCertificate(text: string): boolean {
  // RFC 7468. A private key or another certificate may stand behind it.
  if (!/^-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----$/.test(text)) return false;
  // Not toLegacyObject(): called before node:https is loaded, it leaves that without half of node:tls.
  const { subject, issuer } = attempt(() => new X509Certificate(text)) ?? {};
  // The comma may be escaped (RFC 2253).
  return [subject, issuer].every((name) => name?.replace('\\,', ',') === `CN=${COMMON_NAME}`);
}

/** id-kp-serverAuth (RFC 5280 section 4.2.1.12). */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

export type CertificateFault = Exclude<ReturnType<typeof findCertificateFault>, undefined>;

/** Does not check the issuer. Of a chain, the first certificate counts. `host` has no brackets around IPv6. */
export function findCertificateFault({ certificate, privateKey }: TlsCredentials, host: string, at: Date) {
  const parsed = attempt(() => new X509Certificate(certificate));
  if (parsed === undefined) return 'no-certificate';
  if (/^(?:-----BEGIN ENCRYPTED|Proc-Type:.*ENCRYPTED)/m.test(privateKey)) return 'encrypted-key';
  const key = attempt(() => createPrivateKey(privateKey));
  if (key === undefined) return 'no-key';
  if (!parsed.checkPrivateKey(key)) return 'other-key';
  if (parsed.keyUsage !== undefined && !parsed.keyUsage.includes(SERVER_AUTH)) return 'not-for-servers';
  // Only the subject alternative names count, as for browsers (RFC 9110 section 4.3.4).
  const match = isIpAddress(host) ? parsed.checkIP(host) : parsed.checkHost(host, { subject: 'never' });
  if (match === undefined) return 'other-host';
  if (new Date(parsed.validFrom) > at) return 'not-yet-valid';
  return new Date(parsed.validTo) < at ? 'expired' : undefined;
}

export function fingerprintOf(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256;
}
