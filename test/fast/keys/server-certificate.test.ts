import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createSelfSignedCertificate,
  findCertificateFault,
  fingerprintOf,
} from '../../../src/keys/certificate.ts';
import { type IssuedCertificate, inDays, issueCertificate } from '../../helpers/private-authority.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/keys/${name}`, import.meta.url), 'utf8');

const NOW = new Date();

let issued: IssuedCertificate;
beforeAll(() => {
  issued = issueCertificate(['localhost', '127.0.0.1', '*.dev.test']);
});

describe('findCertificateFault', () => {
  it.each(['localhost', 'LOCALHOST', '127.0.0.1', 'a.dev.test'])('finds none for %s', (host) => {
    expect(findCertificateFault(issued, host, NOW)).toBeUndefined();
  });

  it.each(['localhost', '127.0.0.1', '::1'])('finds none in our own for %s', async (host) => {
    expect(findCertificateFault(await createSelfSignedCertificate([], NOW), host, NOW)).toBeUndefined();
  });

  it('looks at the first certificate of a chain', () => {
    const chain = { ...issued, certificate: issued.certificate + issued.authority };
    expect(findCertificateFault(chain, 'localhost', NOW)).toBeUndefined();
    const reversed = { ...issued, certificate: issued.authority + issued.certificate };
    expect(findCertificateFault(reversed, 'localhost', NOW)).toBe('other-key');
  });

  it.each(['::1', '127.0.0.2', 'example.test', 'dev.test', 'a.b.dev.test', 'localhost.test', ''])(
    'finds that it is not for %j',
    (host) => {
      expect(findCertificateFault(issued, host, NOW)).toBe('other-host');
    },
  );

  it('does not take a common name for a host, as browsers do not', () => {
    const pair = { certificate: fixture('certificate.pem'), privateKey: fixture('rsa-2048.pkcs8.pem') };
    const { subject } = new X509Certificate(pair.certificate);
    const [, name = ''] = /CN=(.+)/.exec(subject) ?? [];
    expect(name).not.toBe('');
    expect(findCertificateFault(pair, name, NOW)).toBe('other-host');
  });

  it.each([
    [-61, 'not-yet-valid'],
    [-59, undefined],
    [29, undefined],
    [31, 'expired'],
  ])('judges it as of %d days from now: %s', (days, fault) => {
    expect(findCertificateFault(issued, 'localhost', inDays(days))).toBe(fault);
  });

  it('finds that it is for clients', () => {
    const client = issueCertificate(['localhost'], { usage: 'clientAuth' });
    expect(findCertificateFault(client, 'localhost', NOW)).toBe('not-for-servers');
  });

  it.each([
    ['another key', 'rsa-2048.pkcs8.pem', 'other-key'],
    ['a key of another kind', 'ec.pem', 'other-key'],
    ['an encrypted key', 'rsa-2048.pkcs8-encrypted.pem', 'encrypted-key'],
    ['a key encrypted by headers', 'rsa-2048.pkcs1-encrypted.pem', 'encrypted-key'],
    ['a certificate', 'certificate.pem', 'no-key'],
    ['a public key', 'public.pem', 'no-key'],
    ['DER', 'rsa-2048.pkcs8.der', 'no-key'],
  ])('finds %s in place of the key', (_name, file, fault) => {
    expect(findCertificateFault({ ...issued, privateKey: fixture(file) }, 'localhost', NOW)).toBe(fault);
  });

  it.each([
    ['a key', fixture('rsa-2048.pkcs8.pem')],
    ['a request', fixture('certificate-request.pem')],
    ['nothing', ''],
    ['a certificate cut short', () => issued.certificate.slice(0, 400)],
  ])('finds %s in place of the certificate', (_name, text) => {
    const certificate = typeof text === 'string' ? text : text();
    expect(findCertificateFault({ ...issued, certificate }, 'localhost', NOW)).toBe('no-certificate');
  });
});

describe('fingerprintOf', () => {
  it('is what is said of a certificate when it is made', async () => {
    const { certificate, fingerprint } = await createSelfSignedCertificate();
    expect(fingerprintOf(certificate)).toBe(fingerprint);
    expect(fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });
});
