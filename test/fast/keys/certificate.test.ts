import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  createSelfSignedCertificate,
  findCertificateFault,
  fingerprintOf,
  isSelfSignedCertificate,
} from '../../../src/keys/certificate.ts';
import { inDays, issueCertificate } from '../../helpers/private-authority.ts';
import { writeTemporaryFile } from '../../helpers/temporary-folder.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const DAY_MS = 24 * 60 * 60 * 1000;

const HOSTS = ['sgid.example.com', '192.168.1.20', 'fe80::1', '127.0.0.1'];
let once: ReturnType<typeof createSelfSignedCertificate> | undefined;

/** Within a test, because tests whose hook fails are not counted as failed. */
async function makeOnce() {
  once ??= createSelfSignedCertificate(HOSTS, NOW);
  const made = await once;
  return { made, certificate: new X509Certificate(made.certificate) };
}

function openssl(...args: readonly string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
}

describe('a self-signed certificate', () => {
  it('is valid for 397 days, from a minute ago: another program may look at it that took the time earlier', async () => {
    const { certificate } = await makeOnce();
    const begin = new Date(certificate.validFrom).getTime();
    expect(begin).toBe(NOW.getTime() - 60_000);
    expect(new Date(certificate.validTo).getTime() - begin).toBe(397 * DAY_MS);
  });

  it('is for a server alone, names itself as its issuer, and has a positive serial number', async () => {
    const one = await createSelfSignedCertificate(['127.0.0.1', 'app.test'], NOW);
    const { ca, subject, issuer, serialNumber } = new X509Certificate(one.certificate);
    expect({ ca, issuer }).toEqual({ ca: false, issuer: subject });
    expect(subject).toMatch(/^CN=localhost \(sgid\\?, self-signed\)$/);
    expect(serialNumber).toMatch(/^01[0-9A-F]{30}$/);
    const extensions = 'basicConstraints,keyUsage,extendedKeyUsage,subjectAltName';
    const file = await writeTemporaryFile('cert.pem', one.certificate);
    const text = openssl('x509', '-in', file, '-noout', '-ext', extensions);
    expect(text.split('\n').map((line) => line.trim())).toEqual([
      ...['X509v3 Basic Constraints:', 'CA:FALSE'],
      ...['X509v3 Key Usage:', 'Digital Signature, Key Encipherment'],
      ...['X509v3 Extended Key Usage:', 'TLS Web Server Authentication'],
      'X509v3 Subject Alternative Name:',
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:app.test',
      '',
    ]);
  });

  it('is for the hosts of loopback and those that were named, each once', async () => {
    const { certificate } = await makeOnce();
    expect(certificate.subjectAltName?.split(', ')).toEqual([
      'DNS:localhost',
      'IP Address:127.0.0.1',
      'IP Address:0:0:0:0:0:0:0:1',
      'DNS:sgid.example.com',
      'IP Address:192.168.1.20',
      'IP Address:FE80:0:0:0:0:0:0:1',
    ]);
    expect(certificate.checkIP('::1')).toBe('::1');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkHost('other.example.com')).toBeUndefined();
  });

  it('is of the private key beside it, and signed with it', async () => {
    const { made, certificate } = await makeOnce();
    expect(certificate.checkPrivateKey(createPrivateKey(made.privateKey))).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  it('has the fingerprint that is said', async () => {
    const { made, certificate } = await makeOnce();
    expect(fingerprintOf(made.certificate)).toBe(certificate.fingerprint256);
    expect(certificate.fingerprint256).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  it('is told from any other, and from one with more behind it', async () => {
    const { made } = await makeOnce();
    const own = made.certificate.trim();
    expect(isSelfSignedCertificate(own)).toBe(true);
    const foreign = issueCertificate(['localhost']).certificate.trim();
    const alike = issueCertificate(['localhost'], {
      commonName: 'localhost (sgid, self-signed)',
    }).certificate.trim();
    const damaged = own.replace('MII', 'MIA');
    for (const other of [
      foreign,
      alike,
      damaged,
      `${own}\n${own}`,
      `x${own}`,
      `${own}\n${made.privateKey}`,
      'x',
    ])
      expect(isSelfSignedCertificate(other)).toBe(false);
  });

  it('is another one each time', async () => {
    const { certificate } = await makeOnce();
    const other = new X509Certificate((await createSelfSignedCertificate([])).certificate);
    expect(other.serialNumber).not.toBe(certificate.serialNumber);
    expect(other.publicKey.equals(certificate.publicKey)).toBe(false);
  });

  it('is read by OpenSSL, which finds nothing wrong with it', async () => {
    const { made } = await makeOnce();
    const path = await writeTemporaryFile('certificate.pem', made.certificate);
    const text = openssl('x509', '-in', path, '-noout', '-text');
    expect(text).toContain('sha256WithRSAEncryption');
    for (const use of ['TLS Web Server Authentication', 'Digital Signature, Key Encipherment', 'CA:FALSE'])
      expect(text).toContain(use);
    const at = String(NOW.getTime() / 1000 + 60);
    const verify = ['verify', '-x509_strict', '-purpose', 'sslserver', '-attime', at];
    expect(openssl(...verify, '-CAfile', path, '-verify_ip', '127.0.0.1', path)).toContain(': OK');
    expect(openssl(...verify, '-CAfile', path, '-verify_hostname', 'localhost', path)).toContain(': OK');
    expect(() => openssl(...verify, '-CAfile', path, '-verify_hostname', 'x.test', path)).toThrow();
  });
});

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/keys/${name}`, import.meta.url), 'utf8');

const TODAY = new Date();

const issued = issueCertificate(['localhost', '127.0.0.1', '*.dev.test']);

describe('findCertificateFault', () => {
  it.each(['localhost', 'LOCALHOST', '127.0.0.1', 'a.dev.test'])('finds none for %s', (host) => {
    expect(findCertificateFault(issued, host, TODAY)).toBeUndefined();
  });

  it.each(['localhost', '127.0.0.1', '::1'])('finds none in our own for %s', async (host) => {
    expect(findCertificateFault(await createSelfSignedCertificate([], TODAY), host, TODAY)).toBeUndefined();
  });

  it('looks at the first certificate of a chain', () => {
    const chain = { ...issued, certificate: issued.certificate + issued.authority };
    expect(findCertificateFault(chain, 'localhost', TODAY)).toBeUndefined();
    const reversed = { ...issued, certificate: issued.authority + issued.certificate };
    expect(findCertificateFault(reversed, 'localhost', TODAY)).toBe('other-key');
  });

  it.each(['::1', '127.0.0.2', 'example.test', 'dev.test', 'a.b.dev.test', 'localhost.test', ''])(
    'finds that it is not for %j',
    (host) => {
      expect(findCertificateFault(issued, host, TODAY)).toBe('other-host');
    },
  );

  it.each([
    ['no-certificate', { certificate: '' }],
    ['encrypted-key', { privateKey: fixture('rsa-2048.pkcs8-encrypted.pem') }],
    ['encrypted-key', { privateKey: fixture('rsa-2048.pkcs1-encrypted.pem') }],
    ['no-key', { privateKey: '' }],
    ['no-key', { privateKey: 'no -----BEGIN ENCRYPTED PRIVATE KEY-----' }],
    ['other-key', { privateKey: fixture('rsa-2048.pkcs8.pem') }],
  ])('finds %s: %#', (fault, changes) => {
    expect(findCertificateFault({ ...issued, ...changes }, 'localhost', TODAY)).toBe(fault);
  });

  it('finds that it is not for servers', () => {
    const ofClient = issueCertificate(['localhost'], { usage: 'clientAuth' });
    expect(findCertificateFault(ofClient, 'localhost', TODAY)).toBe('not-for-servers');
  });

  it('finds none in the first and the last second', async () => {
    const { made, certificate } = await makeOnce();
    for (const time of [certificate.validFrom, certificate.validTo])
      expect(findCertificateFault(made, 'localhost', new Date(time))).toBeUndefined();
  });

  it('does not take a common name for a host, as browsers do not', () => {
    const pair = { certificate: fixture('certificate.pem'), privateKey: fixture('rsa-2048.pkcs8.pem') };
    const { subject } = new X509Certificate(pair.certificate);
    const [, name = ''] = /CN=(.+)/.exec(subject) ?? [];
    expect(name).not.toBe('');
    expect(findCertificateFault(pair, name, TODAY)).toBe('other-host');
  });

  it.each([
    [-61, 'not-yet-valid'],
    [-59, undefined],
    [29, undefined],
    [31, 'expired'],
  ])('checks it as of %d days from now: %s', (days, fault) => {
    expect(findCertificateFault(issued, 'localhost', inDays(days))).toBe(fault);
  });
});
