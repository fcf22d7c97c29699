import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/keys/certificate.ts';
import { createHttpClient } from '../../../src/system/http-client.ts';
import { canariesOfKey, findCanaries } from '../../helpers/canaries.ts';
import { redirectOf } from '../../helpers/fake-browser.ts';
import { type RunResult, runSgid } from '../../helpers/fake-platform.ts';
import { goTrusting, readKeptCertificate, startHttpsFlow } from '../../helpers/https-flow.ts';
import { errorCodeOf, startFlow } from '../../helpers/login-flow.ts';
import { issueCertificate } from '../../helpers/private-authority.ts';
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

  it('makes a certificate for one run where there is no HOME', async () => {
    let seen = '';
    const flow = await startFlow({
      scheme: 'https',
      visit: async (_browser, url) => {
        const { certificate, fingerprint } = await peerOf(flow.port);
        seen = fingerprint;
        await goTrusting(url, certificate);
      },
    });
    const run = await flow.login();
    const warning = /for this run only: .*HOME is not set/;
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
    expect(run.stderr).toMatch(/\d\. the browser is showing a certificate warning/);
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

async function writePair(pair: { certificate: string; privateKey: string }): Promise<readonly string[]> {
  const folder = await makeTemporaryFolder();
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await writeFile(certificate, pair.certificate);
  await writeFile(key, pair.privateKey, { mode: 0o600 });
  return ['--tls-cert', certificate, '--tls-key', key];
}

describe('--tls-cert and --tls-key', () => {
  it('are served in place of a certificate of our own', async () => {
    const pair = issueCertificate(['localhost']);
    const flow = await startHttpsFlow(pair.authority);
    const run = await flow.login(await writePair(pair));
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringMatching(/self-signed|warning/) });
    expect(flow.pages).toEqual([expect.stringContaining('Signed in')]);
    await expect(readdir(flow.folder)).rejects.toThrow('ENOENT');
  });

  it('make --listen speak TLS, too', async () => {
    const pair = issueCertificate(['localhost']);
    const flow = await startHttpsFlow(pair.authority);
    const listen = ['--listen', `127.0.0.1:${flow.port}`];
    expect(await flow.login([...listen, ...(await writePair(pair))])).toMatchObject({ exitCode: 0 });
    expect(flow.pages).toEqual([expect.stringContaining('Signed in')]);
  });

  it('of another host are exit 3 before the browser opens', async () => {
    const flow = await startHttpsFlow();
    const run = await flow.login(await writePair(issueCertificate(['app.test'])));
    const words = /cert\.pem is not for localhost/;
    expect(run).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringMatching(words) });
    expect(errorCodeOf(run)).toBe('ERR_CERTIFICATE');
    expect(run.stderr).not.toMatch(/-----BEGIN/);
    expect(flow.browser.opened).toEqual([]);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['alone', ['--tls-cert', 'x'], /--tls-cert needs --tls-key/],
    ['key alone', ['--tls-key', 'x'], /--tls-key needs --tls-cert/],
    [
      'with --manual',
      ['--tls-cert', 'x', '--tls-key', 'y', '--manual'],
      /--manual and --tls-cert contradict/,
    ],
    [
      'with http',
      ['--tls-cert', 'x', '--tls-key', 'y', '--redirect-uri', 'http://localhost:5001/cb'],
      /--tls-cert needs an https redirect URI/,
    ],
  ])('%s are exit 2', async (_name, args, words) => {
    const flow = await startHttpsFlow();
    const run = await flow.login(args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(words) });
    expect(flow.browser.opened).toEqual([]);
  });
});

describe('--listen with an https redirect URI', () => {
  it('leaves TLS to the proxy in front', async () => {
    const home = await makeTemporaryFolder();
    const flow = await startFlow({
      scheme: 'https',
      visit: async (_browser, url) => {
        const { host, pathname, search } = await redirectOf(url);
        await exchangeRaw(port, rawRequest(`${pathname}${search}`, host));
      },
    });
    const port = await takePort();
    const run = await flow.login(['--listen', `127.0.0.1:${port}`], { env: { HOME: home } });
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('self-signed') });
    expect(await readdir(home)).toEqual([]);
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
