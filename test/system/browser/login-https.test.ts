import { createHash, X509Certificate } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takePort } from '../../../scripts/ports.mjs';
import { openCallbackCertificate } from '../../../src/login/certificate.ts';
import { systemClock } from '../../../src/system/clock.ts';
import { systemFiles } from '../../../src/system/files.ts';
import { openConfigFolder } from '../../../src/system/private-folder.ts';
import { launchChromium } from '../../helpers/chromium.ts';
import { makeSharedFolder } from '../../helpers/packed-package.ts';
import { startSgid } from '../../helpers/sgid-process.ts';
import { openWatchedPage } from '../../helpers/watched-page.ts';

let home: string;
/** The certificate that the program keeps. */
let certificate: X509Certificate;
/** Accepts the certificates with this key, and none else that nobody vouches for. */
let accepting: Browser;
let warning: Browser;

beforeAll(async () => {
  home = await makeSharedFolder();
  const configFolder = openConfigFolder({ HOME: home });
  const kept = { files: systemFiles, configFolder, clock: systemClock };
  const { tls } = await openCallbackCertificate('localhost', undefined, kept);
  certificate = new X509Certificate(tls.certificate);
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  const pin = createHash('sha256').update(spki).digest('base64');
  accepting = await launchChromium([`--ignore-certificate-errors-spki-list=${pin}`]);
  warning = await launchChromium();
});
afterAll(() => Promise.all([accepting.close(), warning.close()]));

/** Starts `sgid login --mock` with an https redirect URI. */
async function startHttpsLogin(host: string) {
  const redirectUri = `https://${host}:${await takePort()}/callback`;
  const args = ['login', '--mock', '--no-browser', '--redirect-uri', redirectUri];
  const run = await startSgid(args, { env: { HOME: home } });
  return { run, redirectUri, url: await run.authorizationUrl() };
}

describe('sgid login with an https redirect URI in Chromium', () => {
  it.each(['localhost', '127.0.0.1'])(
    'ends on the page at %s, once its certificate is accepted',
    async (host) => {
      const { run, redirectUri, url } = await startHttpsLogin(host);
      const shown = await run.said(/(?:[0-9A-F]{2}:\s*){31}[0-9A-F]{2}/);
      expect(shown.replace(/\s/g, '')).toBe(certificate.fingerprint256);
      const { page, complaints } = await openWatchedPage(accepting);
      await page.goto(url);
      await page.getByRole('link', { name: 'TAN WEI MING' }).click();
      await page.getByRole('link', { name: 'Share' }).click();
      await page.getByRole('heading', { name: 'Logged in' }).waitFor();
      expect(page.url()).toContain(redirectUri);
      expect(await run.ended).toMatchObject({ status: 0, stdout: expect.stringContaining('TAN WEI MING') });
      expect(complaints).toEqual([]);
    },
  );

  it('waits while the browser warns of a certificate that it was not told of', async () => {
    const { run, redirectUri, url } = await startHttpsLogin('localhost');
    const { page } = await openWatchedPage(warning);
    await expect(page.goto(`${redirectUri}?code=x`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
    const { page: other } = await openWatchedPage(accepting);
    await other.goto(url);
    await other.getByRole('link', { name: 'Refuse' }).click();
    await other.getByRole('heading', { name: 'Login refused' }).waitFor();
    expect(await run.ended).toMatchObject({ status: 4 });
  });
});
