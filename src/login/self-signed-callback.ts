import {
  createSelfSignedCertificate,
  findCertificateFault,
  fingerprintOf,
  LOOPBACK_HOSTS,
} from '../keys/certificate.ts';
import type { TlsCredentials } from '../system/http-server.ts';
import { errorCode } from '../system/node-error.ts';
import type { PrivateFolder } from '../system/private-folder.ts';
import { toPrintable } from '../text/printable.ts';

/** A self-signed certificate for the callback listener. */
export interface SelfSignedCallback {
  readonly tls: TlsCredentials;
  /** SHA-256, as browsers show it. */
  readonly fingerprint: string;
  /** The file to import where it shall be trusted; absent for a certificate of this run alone. */
  readonly path?: string;
  /** Why it could not be kept. */
  readonly notice?: string;
}

/** Key and certificate in one file, so that both change at once. */
const PAIR_FILE = 'callback.pem';
/** The certificate alone, for import: a key is not to be handed around. */
const CERTIFICATE_FILE = 'callback.crt';

/** How long before its end a certificate is replaced, in milliseconds: 30 days. */
const RENEWAL_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * The certificate for a callback listener at `host` (IPv6 without brackets): the one that the folder keeps, made
 * anew when it is missing, damaged, open to others or due; or one for this run alone, where none can be kept.
 */
export async function openSelfSignedCallback(
  folder: PrivateFolder | undefined,
  host: string,
  now: Date,
): Promise<SelfSignedCallback> {
  // Other addresses of 127.0.0.0/8 are too rare to keep one for.
  if (!LOOPBACK_HOSTS.includes(host)) return describe(await createSelfSignedCertificate([host], now));
  if (folder === undefined)
    return notKept(await createSelfSignedCertificate([], now), 'no folder for it is known (HOME is not set)');
  const kept = await readKept(folder, now);
  return typeof kept === 'object' ? publish(kept, folder) : makeAndKeep(folder, kept === 'unusable', now);
}

async function makeAndKeep(folder: PrivateFolder, replace: boolean, now: Date): Promise<SelfSignedCallback> {
  const made = await createSelfSignedCertificate([], now);
  try {
    await folder.write(PAIR_FILE, made.privateKey + made.certificate, { replace });
    return publish(made, folder);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      const reason = `${toPrintable(folder.path)} cannot be written (${errorCode(error) ?? 'unknown error'})`;
      return notKept(made, reason);
    }
    // Another login was quicker.
    const theirs = await readKept(folder, now);
    return typeof theirs === 'object' ? publish(theirs, folder) : makeAndKeep(folder, true, now);
  }
}

/** What is kept, unless it has to be made anew. */
async function readKept(folder: PrivateFolder, now: Date): Promise<TlsCredentials | 'absent' | 'unusable'> {
  try {
    const { bytes, readableByOthers, writableFolder } = await folder.read(PAIR_FILE);
    // What others could read or put there is no secret of this person.
    if (readableByOthers || writableFolder !== undefined) return 'unusable';
    const text = new TextDecoder().decode(bytes);
    const [, privateKey = '', certificate = ''] = /^(.*?-----END PRIVATE KEY-----\n)(.*)$/s.exec(text) ?? [];
    const pair = { privateKey, certificate };
    const lasts = [now, new Date(now.getTime() + RENEWAL_MS)].every((at) =>
      LOOPBACK_HOSTS.every((host) => findCertificateFault(pair, host, at) === undefined),
    );
    return lasts ? pair : 'unusable';
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'absent' : 'unusable';
  }
}

/** Puts the certificate alone beside the pair, where it is not yet. */
async function publish(tls: TlsCredentials, folder: PrivateFolder): Promise<SelfSignedCallback> {
  const path = `${folder.path}/${CERTIFICATE_FILE}`;
  try {
    const found = await folder.read(CERTIFICATE_FILE).catch(() => undefined);
    if (found === undefined || new TextDecoder().decode(found.bytes) !== tls.certificate)
      await folder.write(CERTIFICATE_FILE, tls.certificate, { replace: true });
    return { ...describe(tls), path };
  } catch {
    // Good for logins all the same.
    return describe(tls);
  }
}

function notKept(tls: TlsCredentials, reason: string): SelfSignedCallback {
  return { ...describe(tls), notice: `the certificate of the callback is for this run alone: ${reason}` };
}

function describe({ certificate, privateKey }: TlsCredentials): SelfSignedCallback {
  return { tls: { certificate, privateKey }, fingerprint: fingerprintOf(certificate) };
}
