import { SgidError } from '../errors/sgid-error.ts';
import { type CertificateFault, findCertificateFault } from '../keys/certificate.ts';
import type { Files } from '../system/files.ts';
import { canServe, type TlsCredentials } from '../system/http-server.ts';
import { exposedFileNotice, fileError, pathForShell } from '../text/file-errors.ts';
import { toPrintable } from '../text/printable.ts';

/** The files that a person named for the callback listener. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What they hold. */
export interface GivenCertificate {
  readonly tls: TlsCredentials;
  /** Warnings about the files. */
  readonly notices: readonly string[];
}

/**
 * Reads a certificate (PEM, intermediate ones after it) and its key, and judges whether a browser that is sent to
 * `host` (IPv6 without brackets) can take it. Who vouches for it is not asked.
 *
 * @throws SgidError `ERR_FILE` when a file cannot be read, `ERR_CERTIFICATE` for what it holds.
 */
export async function readGivenCertificate(
  paths: CertificateFiles,
  host: string,
  files: Pick<Files, 'read' | 'readSecretFile'>,
  now: Date,
): Promise<GivenCertificate> {
  const certificate = await files.read(paths.certificate).catch((error: unknown) => {
    throw fileError(error, '--tls-cert: the file', paths.certificate);
  });
  const key = await files.readSecretFile(paths.privateKey).catch((error: unknown) => {
    throw fileError(error, '--tls-key: the file', paths.privateKey);
  });
  const tls = { certificate: decode(certificate), privateKey: decode(key.bytes) };
  const fault = findCertificateFault(tls, host, now) ?? ((await canServe(tls)) ? undefined : 'too-weak');
  if (fault !== undefined) throw certificateError(fault, paths, host);
  return { tls, notices: key.readableByOthers ? [exposedFileNotice(paths.privateKey)] : [] };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function certificateError(fault: CertificateFault, paths: CertificateFiles, host: string): SgidError {
  const [message, hint] = sentenceOf(fault, paths, host);
  return new SgidError('ERR_CERTIFICATE', message, {
    step: 'config',
    hint: `${hint}; or leave --tls-cert and --tls-key out, for a self-signed certificate.`,
  });
}

function sentenceOf(
  fault: CertificateFault,
  paths: CertificateFiles,
  host: string,
): readonly [string, string] {
  const certificate = `--tls-cert: ${toPrintable(paths.certificate)}`;
  const key = `--tls-key: ${toPrintable(paths.privateKey)}`;
  const [certificateInShell, keyInShell] = [paths.certificate, paths.privateKey].map(pathForShell);
  switch (fault) {
    case 'no-certificate':
      return [
        `${certificate} holds no certificate in PEM`,
        `Name the file with -----BEGIN CERTIFICATE-----; if it is DER: openssl x509 -inform der -in ${certificateInShell} -out cert.pem`,
      ];
    case 'no-key':
      return [
        `${key} holds no private key in PEM`,
        'Name the file with -----BEGIN PRIVATE KEY-----, which was made with the certificate',
      ];
    case 'encrypted-key':
      return [`${key} is encrypted`, `Decrypt it: openssl pkey -in ${keyInShell} -out key.pem`];
    case 'other-key':
      return [`${key} is not the key of the certificate`, 'Name the two files that were made together'];
    case 'not-for-servers':
      return [`${certificate} is not for servers (extended key usage)`, makeOne(host)];
    case 'other-host':
      return [`${certificate} is not for ${host}, the host of the redirect URI`, makeOne(host)];
    case 'not-yet-valid':
      return [`${certificate} is not valid yet`, "Check this machine's clock, or name another one"];
    case 'expired':
      return [`${certificate} has expired`, makeOne(host)];
    case 'too-weak':
      return [
        `${certificate} and its key are refused by OpenSSL: they are too weak or damaged`,
        makeOne(host),
      ];
  }
}

function makeOne(host: string): string {
  return `Make a new one, for example: mkcert -cert-file cert.pem -key-file key.pem ${host}`;
}
