import { createHash, X509Certificate } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium } from '../../helpers/chromium.ts';
import { readKeptCertificate } from '../../helpers/https-flow.ts';
import { type SgidProcess, startSgid } from '../../helpers/sgid-process.ts';
import { takePort } from '../../helpers/take-port.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { openWatchedPage } from '../../helpers/watched-page.ts';

interface HttpsLogin {
  readonly run: SgidProcess;
  readonly redirectUri: string;
  /** The certificate that the program made. */
  readonly certificate: X509Certificate;
  readonly url: string;
}

/** Starts `sgid login --mock` with an https redirect URI. */
async function startHttpsLogin(host: string): Promise<HttpsLogin> {
  const home = await makeTemporaryFolder();
  const redirectUri = `https://${host}:${await takePort()}/callback`;
  const run = await startSgid(['login', '--mock', '--no-browser', '--redirect-uri', redirectUri], {
    env: { HOME: home },
  });
  const url = await run.authorizationUrl();
  return { run, redirectUri, certificate: new X509Certificate(await readKeptCertificate(home)), url };
}

/** A Chromium that accepts the certificates with this key, and none else that nobody vouches for. */
async function launchPinned({ publicKey }: X509Certificate): Promise<Browser> {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const pin = createHash('sha256').update(spki).digest('base64');
  const browser = await launchChromium([`--ignore-certificate-errors-spki-list=${pin}`]);
  onTestFinished(() => browser.close());
  return browser;
}

describe('sgid login with an https redirect URI in Chromium', () => {
  it.each(['localhost', '127.0.0.1'])(
    'ends on the page at %s, once its certificate is accepted',
    async (host) => {
      const { run, redirectUri, certificate, url } = await startHttpsLogin(host);
      expect(await run.said(/(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/)).toBe(certificate.fingerprint256);
      const { page, complaints } = await openWatchedPage(await launchPinned(certificate));
      await page.goto(url);
      await page.getByRole('link', { name: 'TAN WEI MING' }).click();
      await page.getByRole('link', { name: 'Share' }).click();
      await page.getByRole('heading', { name: 'Signed in' }).waitFor();
      expect(page.url()).toContain(redirectUri);
      expect(await run.ended).toMatchObject({ status: 0, stdout: expect.stringContaining('TAN WEI MING') });
      expect(complaints).toEqual([]);
    },
  );

  it('waits while the browser warns of a certificate that it was not told of', async () => {
    const login = await startHttpsLogin('localhost');
    const other = await startHttpsLogin('localhost');
    const { page } = await openWatchedPage(await launchPinned(other.certificate));
    await expect(page.goto(`${login.redirectUri}?code=x`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
    const { page: accepting } = await openWatchedPage(await launchPinned(login.certificate));
    await accepting.goto(login.url);
    await accepting.getByRole('link', { name: 'Refuse' }).click();
    await accepting.getByRole('heading', { name: 'Sign-in declined' }).waitFor();
    expect(await login.run.ended).toMatchObject({ status: 4 });
  });
});
