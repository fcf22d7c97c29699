import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHttpClient } from '../../src/system/http-client.ts';
import { openConfigFolder } from '../../src/system/private-folder.ts';
import { type FakeBrowser, redirectOf } from './fake-browser.ts';
import { type Flow, startFlow } from './login-flow.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** Goes from an authorization URL to the callback, trusting one certificate (PEM) there, and gives the page. */
export async function goTrusting(url: string, ca: string): Promise<string> {
  const request = createHttpClient({ timeoutMs: 100_000, maxBytes: 100_000, ca });
  const page = await request((await redirectOf(url)).href, { method: 'GET', headers: {} });
  return page.text();
}

/** Where the certificate is kept for somebody with this HOME. */
function certificateFolder(home: string): string {
  return openConfigFolder({ HOME: home })?.path ?? '';
}

/** The certificate that is kept for somebody with this HOME, PEM. */
export function readKeptCertificate(home: string): Promise<string> {
  return readFile(join(certificateFolder(home), 'callback.crt'), 'utf8');
}

/** Sets up a login whose browser trusts the certificate that is kept, or `ca` where that is given. */
export async function startHttpsFlow(ca?: string) {
  const home = await makeTemporaryFolder();
  const folder = certificateFolder(home);
  const pages: string[] = [];
  const visit = async (_browser: FakeBrowser, url: string) => {
    pages.push(await goTrusting(url, ca ?? (await readKeptCertificate(home))));
  };
  const flow = await startFlow({ scheme: 'https', visit });
  return {
    ...flow,
    folder,
    pages,
    login: (...[args, run = {}]: Parameters<Flow['login']>) =>
      flow.login(args, { ...run, env: { HOME: home, ...run.env } }),
  };
}
