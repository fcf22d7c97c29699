import { SgidError } from '../errors/sgid-error.ts';
import {
  type CertificateFault,
  createSelfSignedCertificate,
  findCertificateFault,
  fingerprintOf,
  LOOPBACK_HOSTS,
} from '../keys/certificate.ts';
import { withoutBrackets } from '../system/host.ts';
import { canServe, type TlsCredentials } from '../system/http-server.ts';
import { describeCode, errorCode } from '../system/node-error.ts';
import type { Platform } from '../system/platform.ts';
import { configVariable, type PrivateFolder } from '../system/private-folder.ts';
import { distrust, exposedFileNotice, fileError, pathForShell } from '../text/file-errors.ts';
import { decodeText } from '../text/guards.ts';
import { toPrintable } from '../text/printable.ts';

export interface CertificateFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface CallbackCertificate {
  readonly tls: TlsCredentials;
  readonly warnings: readonly string[];
  /** What the person needs to know when the browser warns of a self-signed one. */
  readonly instructions?: string;
}

/**
 * The certificate of a callback listener at `hostname`, as a URL has it: that of the files that a person named, or
 * a self-signed one.
 *
 * @throws SgidError `ERR_FILE` when a file cannot be read, `ERR_CERTIFICATE` for what it holds.
 */
export async function openCallbackCertificate(
  hostname: string,
  given: CertificateFiles | undefined,
  { files, configFolder, clock }: Pick<Platform, 'files' | 'configFolder' | 'clock'>,
): Promise<CallbackCertificate> {
  const host = withoutBrackets(hostname);
  const now = new Date(clock.now());
  return given === undefined ? openSelfSigned(configFolder, host, now) : loadGiven(given, host, files, now);
}

/**
 * Loads a certificate (PEM, intermediate ones after it) and its key, and checks that a browser that is sent to `host`
 * accepts it. The issuer is not checked.
 */
async function loadGiven(
  paths: CertificateFiles,
  host: string,
  files: Platform['files'],
  now: Date,
): Promise<CallbackCertificate> {
  const certificate = await files.readSecretFile(paths.certificate).catch((error: unknown) => {
    throw fileError(error, '--tls-cert: the file', paths.certificate);
  });
  const key = await files.readSecretFile(paths.privateKey).catch((error: unknown) => {
    throw fileError(error, '--tls-key: the file', paths.privateKey);
  });
  const tls = { certificate: decodeText(certificate.bytes), privateKey: decodeText(key.bytes) };
  const fault = findCertificateFault(tls, host, now) ?? ((await canServe(tls)) ? undefined : 'too-weak');
  if (fault !== undefined) throw certificateError(fault, paths, host);
  return { tls, warnings: key.readableByOthers ? [exposedFileNotice(paths.privateKey)] : [] };
}

function certificateError(
  fault: CertificateFault | 'too-weak',
  paths: CertificateFiles,
  host: string,
): SgidError {
  const [certificate, key] = [paths.certificate, paths.privateKey].map(pathForShell);
  const makeOne = `Make a new one, for example: mkcert -cert-file cert.pem -key-file key.pem ${host}`;
  const sentences: Readonly<Record<typeof fault, readonly [reason: string, hint: string]>> = {
    'no-certificate': [
      'holds no certificate in PEM',
      `Name the file with -----BEGIN CERTIFICATE-----; if it is DER: openssl x509 -inform der -in ${certificate} -out cert.pem`,
    ],
    'no-key': [
      'holds no private key in PEM',
      'Name the file with -----BEGIN PRIVATE KEY-----, which was made with the certificate',
    ],
    'encrypted-key': ['is encrypted', `Decrypt it: openssl pkey -in ${key} -out key.pem`],
    'other-key': ['is not the key of the certificate', 'Name the two files that were made together'],
    'not-for-servers': ['is not for servers (extended key usage)', makeOne],
    'other-host': [`is not for ${host}, the host of the redirect URI`, makeOne],
    'not-yet-valid': ['is not valid yet', "Check this machine's clock, or name another certificate"],
    expired: ['has expired', makeOne],
    'too-weak': ['and its key are refused by OpenSSL: they are too weak or damaged', makeOne],
  };
  const [reason, hint] = sentences[fault];
  const file = fault.endsWith('-key')
    ? `--tls-key: ${toPrintable(paths.privateKey)}`
    : `--tls-cert: ${toPrintable(paths.certificate)}`;
  return new SgidError('ERR_CERTIFICATE', `${file} ${reason}`, {
    hint: `${hint}; or omit --tls-cert and --tls-key, for a self-signed certificate.`,
  });
}

/** Key and certificate in one file, so that both change at once. */
const PAIR_FILE = 'callback.pem';
/** The certificate without the key, for import. */
const CERTIFICATE_FILE = 'callback.crt';

/** How long before its end a certificate is replaced, in milliseconds: 30 days. */
const RENEWAL_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * The certificate that the folder keeps, made anew when it is missing, damaged, open to others or due; or one for
 * this run alone, where none can be kept.
 */
async function openSelfSigned(
  folder: PrivateFolder | undefined,
  host: string,
  now: Date,
): Promise<CallbackCertificate> {
  // Other addresses of 127.0.0.0/8 are too rare to keep one for.
  if (!LOOPBACK_HOSTS.includes(host)) return describe(await createSelfSignedCertificate([host], now));
  if (folder === undefined)
    return notKept(
      await createSelfSignedCertificate([], now),
      `there is no folder to keep it in; set ${configVariable()} to one`,
    );
  const kept = await loadKept(folder, now);
  if (kept !== undefined) return publish(kept, folder);
  const made = await createSelfSignedCertificate([], now);
  try {
    return publish(await keep(made, folder, now), folder);
  } catch (error) {
    const reason = `${toPrintable(folder.path)} cannot be written (${describeCode(error)})`;
    return notKept(made, distrust(error)?.join('. ') ?? reason);
  }
}

/** Gives what the folder keeps from now on: another login may have written its own meanwhile. */
async function keep(made: TlsCredentials, folder: PrivateFolder, now: Date): Promise<TlsCredentials> {
  const text = made.privateKey + made.certificate;
  try {
    await folder.write(PAIR_FILE, text, { replace: false });
    return made;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  const theirs = await loadKept(folder, now);
  if (theirs !== undefined) return theirs;
  await folder.write(PAIR_FILE, text, { replace: true });
  // Another login may have replaced it at the same moment.
  return (await loadKept(folder, now)) ?? made;
}

/** What the folder keeps, where it is of use. */
async function loadKept(folder: PrivateFolder, now: Date): Promise<TlsCredentials | undefined> {
  const file = await folder.read(PAIR_FILE).catch(() => undefined);
  // Others may have copied the key.
  if (file === undefined || file.readableByOthers) return undefined;
  const text = decodeText(file.bytes);
  const begin = text.indexOf('-----BEGIN CERTIFICATE');
  const pair = { privateKey: text.slice(0, begin), certificate: text.slice(begin) };
  const lasts = [now, new Date(now.getTime() + RENEWAL_MS)].every((at) =>
    LOOPBACK_HOSTS.every((host) => findCertificateFault(pair, host, at) === undefined),
  );
  return lasts ? pair : undefined;
}

async function publish(tls: TlsCredentials, folder: PrivateFolder): Promise<CallbackCertificate> {
  try {
    const found = await folder.read(CERTIFICATE_FILE).catch(() => undefined);
    if (found === undefined || decodeText(found.bytes) !== tls.certificate)
      await folder.write(CERTIFICATE_FILE, tls.certificate, { replace: true });
    return describe(tls, `${folder.path}/${CERTIFICATE_FILE}`);
  } catch {
    // Without the file for import, the login still works.
    return describe(tls);
  }
}

function notKept(tls: TlsCredentials, reason: string): CallbackCertificate {
  const warning = `the certificate of the callback is used for this run only: ${reason}`;
  return { ...describe(tls), warnings: [warning] };
}

function describe({ certificate, privateKey }: TlsCredentials, path?: string): CallbackCertificate {
  const lines = [
    'The callback uses a self-signed certificate, with this SHA-256 fingerprint:',
    // Of 32 bytes, in two lines.
    `  ${fingerprintOf(certificate).replace(/(?:..:){16}/, '$&\n  ')}`,
    'The browser warns about it ("Your connection is not private"): compare the fingerprint, then choose Advanced, Proceed.',
  ];
  if (path !== undefined)
    lines.push(`To avoid the warning, import ${toPrintable(path)} as a trusted certificate.`);
  return { tls: { certificate, privateKey }, warnings: [], instructions: `${lines.join('\n')}\n` };
}
