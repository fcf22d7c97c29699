import { readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import forge from 'node-forge';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CallbackCertificate,
  type CertificateFiles,
  openCallbackCertificate,
} from '../../../src/login/certificate.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { systemFiles } from '../../../src/system/files.ts';
import { errorOf } from '../../helpers/error-of.ts';
import { type IssuedCertificate, inDays, issueCertificate } from '../../helpers/private-authority.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/keys/${name}`, import.meta.url), 'utf8');

let issued: IssuedCertificate;
beforeAll(() => {
  issued = issueCertificate(['localhost']);
});

async function write(pair: { certificate: string; privateKey: string }): Promise<CertificateFiles> {
  const folder = await makeTemporaryFolder();
  const paths = { certificate: join(folder, 'cert.pem'), privateKey: join(folder, 'key.pem') };
  await writeFile(paths.certificate, pair.certificate);
  await writeFile(paths.privateKey, pair.privateKey, { mode: 0o600 });
  return paths;
}

const open = (
  paths: CertificateFiles,
  hostname = 'localhost',
  now = new Date(),
): Promise<CallbackCertificate> =>
  openCallbackCertificate(hostname, paths, {
    files: systemFiles,
    configFolder: undefined,
    clock: { ...systemClock, now: () => now.getTime() },
  });

describe('the certificate of --tls-cert and --tls-key', () => {
  it('gives what the files hold, a chain included', async () => {
    const certificate = issued.certificate + issued.authority;
    const { privateKey } = issued;
    expect(await open(await write({ certificate, privateKey }))).toEqual({
      tls: { certificate, privateKey },
      warnings: [],
    });
  });

  it('warns of a key that others can read', async () => {
    const paths = await write(issued);
    await chmod(paths.privateKey, 0o644);
    const { warnings } = await open(paths);
    expect(warnings).toEqual([expect.stringContaining('run: chmod 600')]);
  });

  it.each<[string, () => [IssuedCertificate, string, Date], RegExp]>([
    ['another host', () => [issued, 'app.test', new Date()], /--tls-cert: \S+cert\.pem is not for app\.test/],
    ['the past', () => [issued, 'localhost', inDays(31)], /--tls-cert: \S+cert\.pem has expired/],
    ['the future', () => [issued, 'localhost', inDays(-61)], /--tls-cert: \S+cert\.pem is not valid yet/],
    [
      'clients',
      () => [issueCertificate(['localhost'], { usage: 'clientAuth' }), 'localhost', new Date()],
      /--tls-cert: \S+cert\.pem is not for servers/,
    ],
    [
      'another key',
      () => [{ ...issued, privateKey: issueCertificate(['x.test']).privateKey }, 'localhost', new Date()],
      /--tls-key: \S+key\.pem is not the key of the certificate/,
    ],
    [
      'nothing: it is the key',
      () => [{ ...issued, certificate: issued.privateKey }, 'localhost', new Date()],
      /--tls-cert: \S+cert\.pem holds no certificate in PEM/,
    ],
    [
      'a key that is a certificate',
      () => [{ ...issued, privateKey: issued.certificate }, 'localhost', new Date()],
      /--tls-key: \S+key\.pem holds no private key in PEM/,
    ],
    [
      'an EC key',
      () => [{ ...issued, privateKey: fixture('ec.pem') }, 'localhost', new Date()],
      /--tls-key: \S+key\.pem is not the key of the certificate/,
    ],
    [
      'a key in DER',
      () => [{ ...issued, privateKey: fixture('rsa-2048.pkcs8.der') }, 'localhost', new Date()],
      /--tls-key: \S+key\.pem holds no private key in PEM/,
    ],
    [
      'a certificate cut short',
      () => [{ ...issued, certificate: issued.certificate.slice(0, 400) }, 'localhost', new Date()],
      /--tls-cert: \S+cert\.pem holds no certificate in PEM/,
    ],
    [
      'a PKCS#8 key that is encrypted',
      () => [{ ...issued, privateKey: fixture('rsa-2048.pkcs8-encrypted.pem') }, 'localhost', new Date()],
      /--tls-key: \S+key\.pem is encrypted/,
    ],
    [
      'a key that is encrypted',
      () => [{ ...issued, privateKey: encrypt(issued.privateKey) }, 'localhost', new Date()],
      /--tls-key: \S+key\.pem is encrypted/,
    ],
  ])('refuses a certificate for %s', async (_name, make, message) => {
    const [pair, host, now] = make();
    const error = await errorOf(async () => open(await write(pair), host, now));
    expect(error).toMatchObject({ code: 'ERR_CERTIFICATE', step: 'config' });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/; or omit --tls-cert and --tls-key/);
    expect(`${error.message} ${error.hint}`).not.toContain(issued.privateKey.split('\n')[1]?.trim());
  });

  it('refuses a key that OpenSSL does not serve', async () => {
    const weak = issueCertificate(['localhost'], { bits: 512 });
    const error = await errorOf(async () => open(await write(weak)));
    expect(error).toMatchObject({ code: 'ERR_CERTIFICATE', step: 'config' });
    expect(error.message).toContain('too weak');
  });

  it.each([
    ['certificate', /--tls-cert: the file \S+none\.pem does not exist/],
    ['privateKey', /--tls-key: the file \S+none\.pem does not exist/],
  ] as const)('names a missing file: %s', async (name, message) => {
    const paths = await write(issued);
    const error = await errorOf(() => open({ ...paths, [name]: `${paths[name]}.none.pem` }));
    expect(error).toMatchObject({
      code: 'ERR_FILE',
      step: 'config',
      message: expect.stringMatching(message),
    });
  });
});

function encrypt(pem: string): string {
  return forge.pki.encryptRsaPrivateKey(forge.pki.privateKeyFromPem(pem), 'test passphrase');
}
