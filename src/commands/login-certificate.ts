import type { TlsCredentials } from '../system/http-server.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext } from './context.ts';
import type { LoginOptions } from './login.ts';

/**
 * The certificate of a callback listener at `hostname`, as a URL has it: that of `--tls-cert`, or a self-signed one,
 * with what the person needs to know when the browser warns of it.
 *
 * @throws SgidError `ERR_FILE` or `ERR_CERTIFICATE` when the files of the options cannot be used.
 */
export async function openCallbackCertificate(
  { tlsCert, tlsKey, persona }: LoginOptions,
  hostname: string,
  { platform, diagnostics }: CommandContext,
): Promise<TlsCredentials> {
  const host = hostname.replace(/[[\]]/g, '');
  const now = new Date(platform.clock.now());
  if (tlsCert !== undefined && tlsKey !== undefined) {
    const { readGivenCertificate } = await import('../login/given-certificate.ts');
    const paths = { certificate: tlsCert, privateKey: tlsKey };
    const { tls, notices } = await readGivenCertificate(paths, host, platform.files, now);
    for (const notice of notices) diagnostics.warn(notice);
    return tls;
  }
  const { openSelfSignedCallback } = await import('../login/self-signed-callback.ts');
  const { tls, fingerprint, path, notice } = await openSelfSignedCallback(platform.configFolder, host, now);
  if (notice !== undefined) diagnostics.warn(notice);
  if (persona === undefined) diagnostics.info(instructions(fingerprint, path));
  return tls;
}

function instructions(fingerprint: string, path: string | undefined): string {
  const lines = [
    'The callback comes over https with a self-signed certificate, SHA-256',
    `  ${fingerprint}`,
    'When the browser warns of it ("Your connection is not private"), compare that, then choose Advanced, Proceed.',
  ];
  if (path !== undefined)
    lines.push(`To be spared the warning, import ${toPrintable(path)} as a trusted certificate.`);
  return `${lines.join('\n')}\n`;
}
