import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/keys/certificate.ts';
import { certificateFolder, goTrusting, readKeptCertificate } from '../../helpers/https-flow.ts';
import { type SgidProcess, startSgid } from '../../helpers/sgid-process.ts';
import { takePort } from '../../helpers/take-port.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

interface HttpsRun extends SgidProcess {
  readonly port: number;
}

/** Starts a login at the embedded provider, whose callback comes over https. */
async function startHttpsLogin(env: Readonly<Record<string, string>>): Promise<HttpsRun> {
  const port = await takePort();
  const redirectUri = `https://localhost:${port}/callback`;
  const run = await startSgid(['login', '--mock', '--no-browser', '--redirect-uri', redirectUri], { env });
  return { ...run, port };
}

/** Logs in as a browser would that trusts one certificate. */
async function logIn(run: HttpsRun, ca: string): Promise<void> {
  expect(await goTrusting(`${await run.authorizationUrl()}&login_hint=wei-ming`, ca)).toContain('Signed in');
  expect(await run.ended).toMatchObject({ status: 0, stdout: expect.stringContaining('TAN WEI MING') });
}

describe('the built program with an https redirect URI', () => {
  it('keeps its certificate among the settings, for its owner alone', async () => {
    const home = await makeTemporaryFolder();
    const run = await startHttpsLogin({ HOME: home });
    await run.authorizationUrl();
    const folder = certificateFolder(home);
    expect((await readdir(folder)).sort()).toEqual(['callback.crt', 'callback.pem']);
    const modes = await Promise.all(
      [folder, join(folder, 'callback.pem')].map(async (path) => (await stat(path)).mode),
    );
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o600]);
    await run.said(new RegExp(fingerprintOf(await readKeptCertificate(home))));
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ status: 130, stdout: '' });
  });

  it('makes it once, though two logins need it at once', async () => {
    const home = await makeTemporaryFolder();
    const runs = await Promise.all([startHttpsLogin({ HOME: home }), startHttpsLogin({ HOME: home })]);
    await Promise.all(runs.map((run) => run.authorizationUrl()));
    const ca = await readKeptCertificate(home);
    await Promise.all(runs.map((run) => logIn(run, ca)));
    const pem = await readFile(join(certificateFolder(home), 'callback.pem'), 'utf8');
    expect(pem.endsWith(ca)).toBe(true);
  });
});
