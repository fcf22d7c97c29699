import type { TlsCredentials } from './http-server.ts';

/** `too-weak` when OpenSSL would not serve a certificate and key that belong together, `undefined` when it would. */
export async function findTlsFault({
  certificate,
  privateKey,
}: TlsCredentials): Promise<'too-weak' | undefined> {
  const { createSecureContext } = await import('node:tls');
  try {
    createSecureContext({ cert: certificate, key: privateKey });
    return undefined;
  } catch {
    return 'too-weak';
  }
}
