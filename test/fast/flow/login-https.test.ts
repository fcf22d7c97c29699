import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/keys/certificate.ts';
import { createHttpClient } from '../../../src/system/http-client.ts';
import { canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { redirectOf } from '../../helpers/fake-browser.ts';
import { type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { goTrusting, readKeptCertificate, startHttpsFlow } from '../../helpers/https-flow.ts';
import { startFlow } from '../../helpers/login-flow.ts';
import { exchangeRaw, rawRequest } from '../../helpers/raw-http.ts';
import { takePort } from '../../helpers/take-port.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

describe('a login with an https redirect URI', () => {
  it('takes the callback with a self-signed certificate, and says how to trust that', async () => {
    const flow = await startHttpsFlow();
    const run = await flow.login();
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('TAN WEI MING') });
    expect(flow.pages).toEqual([expect.stringContaining('Signed in')]);
    const path = join(flow.folder, 'callback.crt');
    expect(run.stderr).toContain(`  ${fingerprintOf(await readFile(path, 'utf8'))}\n`);
    expect(run.stderr).toContain(`import ${path} as a trusted certificate`);
    expect(run.stderr).not.toMatch(/^warning:|PRIVATE KEY/m);
    const pem = await readFile(join(flow.folder, 'callback.pem'), 'utf8');
    expect(findCanaries(run.stderr + run.stdout, canariesOfKey(pem))).toEqual([]);
  });

  it('uses the same certificate the next time', async () => {
    const flow = await startHttpsFlow();
    const fingerprint = ({ stderr }: RunResult): string | undefined =>
      /(?:[0-9A-F]{2}:){31}../.exec(stderr)?.[0];
    const [first, second] = [await flow.login(), await flow.login()];
    expect(second).toMatchObject({ exitCode: 0 });
    expect(fingerprint(second)).toMatch(/:/);
    expect(fingerprint(second)).toBe(fingerprint(first));
  });

  it('goes on when a client does not trust the certificate, or speaks plain text', async () => {
    const failures: unknown[] = [];
    const home = await makeTemporaryFolder();
    const flow = await startFlow({
      scheme: 'https',
      visit: async (_browser, url) => {
        const callback = await redirectOf(url);
        const plain = createHttpClient({ timeoutMs: 100_000, maxBytes: 100_000 });
        await plain(callback.href, { method: 'GET', headers: {} }).catch((error) => failures.push(error));
        const target = `${callback.pathname}${callback.search}`;
        failures.push(await exchangeRaw(flow.port, rawRequest(target, callback.host)));
        await goTrusting(url, await readKeptCertificate(home));
      },
    });
    expect(await flow.login([], { env: { HOME: home } })).toMatchObject({ exitCode: 0 });
    expect(failures[0]).toMatchObject({ code: expect.stringMatching(/SELF_SIGNED/) });
    expect(failures[1]).not.toContain('200');
  });

  it('says nothing of the certificate with --quiet', async () => {
    const flow = await startHttpsFlow();
    expect(await flow.login(['--quiet'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it.each<[string, (home: string) => Promise<Record<string, string>>, RegExp]>([
    ['there is no HOME', async () => ({}), /for this run alone: .*HOME is not set/],
    [
      'its folder cannot be made',
      async (home) => {
        await writeFile(join(home, 'file'), '');
        return { HOME: join(home, 'file') };
      },
      /for this run alone: \S+ cannot be written \(ENOTDIR\)/,
    ],
  ])('makes a certificate for one run where %s', async (_name, makeEnv, warning) => {
    let seen = '';
    const flow = await startFlow({
      scheme: 'https',
      visit: async (_browser, url) => {
        const { certificate, fingerprint } = await peerOf(flow.port);
        seen = fingerprint;
        await goTrusting(url, certificate);
      },
    });
    const run = await flow.login([], { env: await makeEnv(await makeTemporaryFolder()) });
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(warning) });
    expect(run.stderr).toContain(`  ${seen}\n`);
    expect(run.stderr).not.toContain('To be spared');
  });

  it('names the certificate among the causes of a time-out', async () => {
    const flow = await startFlow({ scheme: 'https', visit: async () => {} });
    const run = await flow.login(['--timeout', '1s'], {
      env: { HOME: await makeTemporaryFolder() },
    });
    expect(run).toMatchObject({ exitCode: 6 });
    expect(run.stderr).toMatch(/\d\. the browser waits with a warning about the callback's certificate/);
  });

  it('needs no person with --mock and --persona', async () => {
    const home = await makeTemporaryFolder();
    const redirectUri = `https://localhost:${await takePort()}/callback`;
    const args = ['login', '--mock', '--persona', 'zoe', '--redirect-uri', redirectUri];
    const run = await runSgid(args, { env: { HOME: home } });
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('ZO') });
    expect(run.stderr).not.toContain('browser');
  });
});

/** The certificate that a server shows, whoever vouches for it. */
function peerOf(port: number): Promise<{ certificate: string; fingerprint: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const peer = socket.getPeerX509Certificate();
      socket.destroy();
      if (peer) resolve({ certificate: peer.toString(), fingerprint: peer.fingerprint256 });
      else reject(new Error('no certificate'));
    });
  });
}
